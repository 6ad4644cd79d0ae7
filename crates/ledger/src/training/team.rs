//! A module that a team learns together: proposed by who leads it, with the reason; done by each for themselves, and who
//! did it is told to nobody. The team reads how many did, in steps of five, and what the record shows of promises to
//! those whom it serves before and since: seen together, and called no cause.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::share::{LEAST, Share};
use leadership::{CircleId, PersonId, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{day_of, may_lead, of_circles, zone_of};
use crate::ledger::Act;
use crate::people;
use crate::seal::ERASED;
use crate::store::{Arg, listed};
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
    /// The day on which it was proposed, where the one is who reads it.
    pub proposed_on: Date,
    /// Whether it goes on.
    pub open: bool,
    /// People of the circle.
    pub people: u64,
    /// At least so many of them ended the module since it was proposed: a multiple of five that is less than all of them, 0
    /// for fewer than five.
    pub at_least: u64,
    /// Promises of the circle's people to clients and departments whose day fell in the [`COMPARED_DAYS`] before the
    /// proposal, and how many were kept by it; `None` where fewer than five people promised.
    pub before: Option<Share>,
    /// The same since the proposal.
    pub since: Option<Share>,
}

/// Those who belong to some circles and work in them.
const MEMBERS: &str = "select distinct r.circle, r.person from held_role r join person p on p.id = r.person \
     where r.role in ('leader', 'member') and p.left_at is null and p.erased_at is null and r.circle in ({})";

/// Which of those ended a module since their circle was told to learn it.
const DONE: &str = "select t.circle, t.module, d.person from team_path t join training_done d on d.module = t.module \
     and d.done_at >= t.proposed_at where t.circle in ({})";

/// Closed promises to clients and departments of those who work in some circles, by circle, whose day was `$1` or later;
/// but for those that only their two sides see.
const PROMISED: &str = "select m.circle, p.from_person, p.due, p.state from promise p join (select distinct circle, person \
     from held_role where role in ('leader', 'member') and circle in ({})) m on m.person = p.from_person \
     where p.live = 0 and p.due >= $1 and p.only_sides = 0 and p.state in ('kept', 'late', 'broken') \
     and (exists (select 1 from circle c where c.id = p.to_circle and c.kind in ('client', 'department')) \
     or exists (select 1 from held_role t where t.person = p.to_person and t.role = 'client_contact'))";

/// A promise that was closed: who promised, its day, whether it was kept by it.
type Promised = (PersonId, Date, bool);

/// How many of the promises were kept whose day fell from one day to before another.
fn kept_of(all: &[Promised], from: Date, to: Date) -> Option<Share> {
    let of: Vec<&Promised> = all.iter().filter(|(_, due, _)| (from..to).contains(due)).collect();
    let people: BTreeSet<PersonId> = of.iter().map(|(person, ..)| *person).collect();
    // Of fewer than five who promised, the share would be a figure about some of them.
    let enough = u64::try_from(people.len()).is_ok_and(|people| people >= LEAST);
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    enough.then(|| Share { so: count(of.iter().filter(|(.., kept)| *kept).count()), n: count(of.len()) })
}

/// The closed promises of those who work in some circles, from a day on.
async fn promised(
    tx: &mut Tx,
    members: &BTreeMap<CircleId, BTreeSet<PersonId>>,
    first: Date,
) -> Result<BTreeMap<CircleId, Vec<Promised>>, LedgerError> {
    let circles: Vec<Arg> = members.keys().map(|id| Arg::from(*id)).collect();
    let mut out: BTreeMap<CircleId, Vec<Promised>> = BTreeMap::new();
    for some in circles.chunks(500) {
        let mut args = vec![Arg::from(first)];
        args.extend_from_slice(some);
        for row in tx.rows(listed(PROMISED, 2, some.len()), &args).await? {
            let (circle, person): (CircleId, PersonId) = (row.id("circle")?, row.id("from_person")?);
            if members.get(&circle).is_some_and(|members| members.contains(&person)) {
                out.entry(circle).or_default().push((person, row.day("due")?, row.text("state")? == "kept"));
            }
        }
    }
    Ok(out)
}

/// As much of a count as is told: whole steps of five, and never all of the people, which would tell of each of them.
pub(crate) fn told(did: usize, people: usize) -> u64 {
    u64::try_from(did.min(people.saturating_sub(1))).unwrap_or_default() / LEAST * LEAST
}

/// What the circles learn in which an actor holds a role or that they lead, those that go on first. Told in steps of five,
/// so that nobody reads from a change of it who has done it, and never of all. The day of a proposal is that where the
/// actor is; what is counted is counted by UTC. A question for the paths and one for each of what stands beside them, of
/// 500 circles.
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
    let circles = rows.iter().map(|row| row.id("circle")).collect::<Result<BTreeSet<CircleId>, _>>()?;
    let mut members: BTreeMap<CircleId, BTreeSet<PersonId>> = BTreeMap::new();
    for row in of_circles(tx, MEMBERS, &circles).await? {
        members.entry(row.id("circle")?).or_default().insert(row.id("person")?);
    }
    let mut done: BTreeMap<(CircleId, String), BTreeSet<PersonId>> = BTreeMap::new();
    for row in of_circles(tx, DONE, &circles).await? {
        done.entry((row.id("circle")?, row.text("module")?)).or_default().insert(row.id("person")?);
    }
    let utc = jiff::tz::TimeZone::UTC;
    let days = jiff::Span::new().days(COMPARED_DAYS);
    let proposed = rows.iter().map(|row| row.at("proposed_at")).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = proposed.iter().min() else { return Ok(Vec::new()) };
    let first = first.to_zoned(utc.clone()).date().saturating_sub(days);
    let promised = promised(tx, &members, first).await?;
    let zone = zone_of(tx, actor.person).await?;
    let today = tx.now().to_zoned(utc.clone()).date();
    let nobody = BTreeSet::new();
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let (circle, module) = (row.id("circle")?, row.text("module")?);
        let proposed_at = row.at("proposed_at")?;
        // Counted by the same days for everybody: two who read it elsewhere would tell one day's promises by what differs.
        let day = proposed_at.to_zoned(utc.clone()).date();
        let last = today.min(day.saturating_add(days));
        let people = members.get(&circle).unwrap_or(&nobody);
        let did = done.get(&(circle, module.clone())).unwrap_or(&nobody).intersection(people).count();
        let promised = promised.get(&circle).map_or(&[][..], Vec::as_slice);
        out.push(TeamPath {
            circle,
            circle_name: row.text("name")?,
            module,
            why: row.text("why")?,
            until: row.day("until")?,
            proposed_on: proposed_at.to_zoned(zone.clone()).date(),
            open: row.at_or_null("ended_at")?.is_none(),
            people: u64::try_from(people.len()).unwrap_or_default(),
            at_least: told(did, people.len()),
            before: kept_of(promised, day.saturating_sub(days), day),
            since: kept_of(promised, day, last),
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
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update team_path set why = $2 where proposed_by = $1", args![person, ERASED]).await?;
    Ok(())
}
