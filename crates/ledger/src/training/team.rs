//! A module that a team learns together: proposed by who leads it, with the reason; done by each for themselves, and who
//! did it is told to nobody. The team reads how many did, in steps of five, and what the record shows of promises to
//! those whom it serves before and since: seen together, and called no cause.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::share::{LEAST, Share};
use leadership::{CircleId, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{day_of, may_lead, of_circles};
use crate::ledger::Act;
use crate::people;
use crate::seal::ERASED;
use crate::tx::Tx;

/// Days before the proposal, and most days since, over which promises are compared.
pub const COMPARED_DAYS: i64 = 90;

/// A module that a circle learns together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamPath {
    /// The circle.
    pub circle: CircleId,
    /// Its name.
    pub circle_name: String,
    /// Key of the module.
    pub module: String,
    /// Why the team learns it.
    pub why: String,
    /// By when.
    pub until: Date,
    /// The day on which it was proposed (UTC).
    pub proposed_on: Date,
    /// Whether it goes on.
    pub open: bool,
    /// People of the circle.
    pub people: u64,
    /// At least so many of them ended the module since it was proposed: a multiple of five, 0 for fewer than five.
    pub at_least: u64,
    /// Promises of the circle's people to clients and departments whose day fell in the [`COMPARED_DAYS`] before the
    /// proposal, and how many were kept by it; `None` where fewer than five people promised.
    pub before: Option<Share>,
    /// The same since the proposal.
    pub since: Option<Share>,
}

/// Those who belong to a circle and work in it.
const MEMBERS: &str = "select distinct r.person from held_role r join person p on p.id = r.person \
     where r.circle = $1 and r.role in ('leader', 'member') and p.left_at is null and p.erased_at is null";

/// How many promises to clients and departments were closed whose day fell between two days.
async fn promised(tx: &mut Tx, circle: CircleId, from: Date, to: Date) -> Result<Option<Share>, LedgerError> {
    let row = tx
        .one(
            sqlx::AssertSqlSafe(format!(
                "select cast(count(*) as bigint) as n, cast(coalesce(sum(case when p.state = 'kept' then 1 else 0 end), 0) \
                 as bigint) as so, cast(count(distinct p.from_person) as bigint) as people from promise p \
                 where p.live = 0 and p.state in ('kept', 'late', 'broken') and p.due >= $2 and p.due < $3 \
                 and p.from_person in ({MEMBERS}) and (exists (select 1 from circle c where c.id = p.to_circle \
                 and c.kind in ('client', 'department')) or exists (select 1 from held_role t \
                 where t.person = p.to_person and t.role = 'client_contact'))"
            )),
            args![circle, from, to],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    // Of fewer than five who promised, the share would be a figure about some of them.
    let enough = u64::try_from(row.int("people")?).is_ok_and(|people| people >= LEAST);
    Ok(enough.then_some(Share::counted(row.int("so")?, row.int("n")?)))
}

/// What the circles learn in which an actor holds a role or that they lead, those that go on first. Told in steps of five, so that nobody
/// reads from a change of it who has done it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn team_paths(tx: &mut Tx, actor: &Actor) -> Result<Vec<TeamPath>, LedgerError> {
    let own = actor.sight.own.intersection(&actor.sight.inside);
    let circles = own.chain(&actor.sight.leads).copied().collect();
    let rows = of_circles(
        tx,
        "select t.*, c.name from team_path t join circle c on c.id = t.circle where t.circle in ({})",
        &circles,
    )
    .await?;
    let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let (circle, module, at) = (row.id("circle")?, row.text("module")?, row.at("proposed_at")?);
        let people =
            tx.count(sqlx::AssertSqlSafe(format!("select count(*) as n from ({MEMBERS}) m")), args![circle]).await?;
        let did = tx
            .count(
                sqlx::AssertSqlSafe(format!(
                    "select count(*) as n from training_done d where d.module = $2 and d.done_at >= $3 \
                     and d.person in ({MEMBERS})"
                )),
                args![circle, &module, at],
            )
            .await?;
        let proposed_on = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let days = jiff::Span::new().days(COMPARED_DAYS);
        let last = today.min(proposed_on.saturating_add(days));
        let did = u64::try_from(did).unwrap_or_default();
        out.push(TeamPath {
            circle,
            circle_name: row.text("name")?,
            module,
            why: row.text("why")?,
            until: row.day("until")?,
            proposed_on,
            open: row.at_or_null("ended_at")?.is_none(),
            people: u64::try_from(people).unwrap_or_default(),
            at_least: did / LEAST * LEAST,
            before: promised(tx, circle, proposed_on.saturating_sub(days), proposed_on).await?,
            since: promised(tx, circle, proposed_on, last).await?,
        });
    }
    out.sort_by(|a, b| (!a.open, a.until, &a.module, a.circle).cmp(&(!b.open, b.until, &b.module, b.circle)));
    Ok(out)
}

/// Proposes a module to a circle, or anew; for who leads it.
#[derive(Debug, Clone, Default)]
pub struct ProposePath {
    /// To which circle.
    pub circle: Option<CircleId>,
    /// Key of the module.
    pub module: String,
    /// Why the team should learn it.
    pub why: String,
    /// By when.
    pub until: String,
}

#[crate::act]
impl Act for ProposePath {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let mut wrongs = Wrongs::default();
        let why = wrongs.take(text::prose("why", &self.why));
        let until = wrongs.take(text::day_or_none("until", &self.until));
        let today = day_of(tx, actor.person).await?;
        if wrongs.of("until").is_none() && until.is_none_or(|until| until < today) {
            wrongs.add("until", "Choose a day from today on.");
        }
        if model::shipped().module(&self.module).is_none() {
            wrongs.add("module", "Choose a module of the list.");
        }
        let open = people::circles(tx).await?.into_iter().find(|one| Some(one.id) == self.circle);
        let open = open.filter(|one| one.closed_at.is_none() && actor.sight.inside.contains(&one.id));
        if open.is_none() {
            wrongs.add("circle", "Choose a circle of the list.");
        }
        let why = wrongs.or(why)?;
        let (circle, until) = open.zip(until).ok_or(Refused::NotFound)?;
        may_lead(actor, circle.id)?;
        tx.run(
            "insert into team_path (circle, module, why, until, proposed_by, proposed_at) values ($1, $2, $3, $4, $5, $6) \
             on conflict (circle, module) do update set why = $3, until = $4, proposed_by = $5, proposed_at = $6, \
             ended_at = null",
            args![circle.id, &self.module, &why, until, actor.person, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("team_path", format!("{}:{}", circle.id, self.module), "proposed")
                .by(actor.person)
                .within(circle.id)
                .with("until", until.to_string())
                .sealed(actor.person, "why", why),
        );
        Ok(())
    }
}

/// Ends what a circle learns together; for who leads it.
#[derive(Debug, Clone)]
pub struct EndPath {
    /// Of which circle.
    pub circle: CircleId,
    /// Key of the module.
    pub module: String,
}

#[crate::act]
impl Act for EndPath {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        may_lead(actor, self.circle)?;
        // What is no module is asked of no database: PostgreSQL takes no text with a zero in it.
        if model::shipped().module(&self.module).is_none() {
            return Err(Refused::NotFound);
        }
        let ended = tx
            .run(
                "update team_path set ended_at = $3 where circle = $1 and module = $2 and ended_at is null",
                args![self.circle, &self.module, tx.now()],
            )
            .await?;
        if ended == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(
            Said::new("team_path", format!("{}:{}", self.circle, self.module), "ended")
                .by(actor.person)
                .within(self.circle),
        );
        Ok(())
    }
}

/// Blanks why a person proposed something.
pub(super) async fn erase(tx: &mut Tx, person: leadership::PersonId) -> Result<(), LedgerError> {
    tx.run("update team_path set why = $2 where proposed_by = $1", args![person, ERASED]).await?;
    Ok(())
}
