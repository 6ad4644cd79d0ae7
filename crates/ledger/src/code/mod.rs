//! The code of a circle: clauses of ethics and values, each with its versions. A clause is published, told to
//! everybody whom it holds for, acknowledged version by version, and tried on short cases. Checks hang on
//! templates; exceptions are allowed in the open, with a day on which they end; what doing right cost is kept.
//! It is for the organisation's own people: a client's contacts see nothing of it.

mod applied;
mod cases;
mod checks;
pub(crate) mod log;

pub use applied::{Applied, Last, Unmet, applied, applying, missing, missing_by, unmet};
pub(crate) use applied::{Of, answer};
pub use cases::{AddCase, AnswerCase, Answered, Case, CaseId, cases};
pub use checks::{AddCheck, CheckId, CodeCheck, RetireCheck, Run, RunChecks, RunId, checked, checks, runs};
pub use log::{
    AllowException, EndException, Exception, ExceptionId, RightThing, TellRightThing, exceptions,
    exceptions_allowed_by, right_things, right_things_by,
};

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::code::ClauseKind;
use leadership::today::Waiting;
use leadership::{CircleId, Id, NoticeId, PersonId, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{may_lead, of_circles};
use crate::ledger::Act;
use crate::notices::{self, Telling};
use crate::people;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

/// Names clauses, for the type of their identifiers.
#[derive(Debug)]
pub enum ClauseNoun {}
/// A clause.
pub type ClauseId = Id<ClauseNoun>;

/// A clause at its present version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its identifier.
    pub id: ClauseId,
    /// The circle that it holds for, with all that is nested in it.
    pub circle: CircleId,
    /// What it is.
    pub kind: ClauseKind,
    /// Its present version, from 1.
    pub version: i64,
    /// One line.
    pub title: String,
    /// What it asks.
    pub words: String,
    /// Why.
    pub why: String,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
    /// Whether the asker was told and has not acknowledged the present version.
    pub unseen: bool,
}

/// One version of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub version: i64,
    /// One line.
    pub title: String,
    /// What it asked.
    pub words: String,
    /// What changed, and why; empty for the first.
    pub changed: String,
    /// Who published it.
    pub published_by: PersonId,
    /// When.
    pub published_at: Timestamp,
}

const CLAUSE: &str = "select c.id, c.circle, c.kind, c.version, c.retired_at, v.title, v.words, v.why \
    from clause c join clause_version v on v.clause = c.id and v.version = c.version";

fn clause(row: &Row) -> Result<Clause, LedgerError> {
    let kind = row.text("kind")?;
    Ok(Clause {
        id: row.id("id")?,
        circle: row.id("circle")?,
        kind: ClauseKind::from_name(&kind).ok_or_else(|| LedgerError::Inside(format!("no clause is a “{kind}”")))?,
        version: row.int("version")?,
        title: row.text("title")?,
        words: row.text("words")?,
        why: row.text("why")?,
        retired_at: row.at_or_null("retired_at")?,
        unseen: false,
    })
}

/// Clauses that a person was told of and has not acknowledged.
async fn unseen(tx: &mut Tx, person: PersonId) -> Result<Vec<String>, LedgerError> {
    Ok(notices::waiting(tx, person)
        .await?
        .into_iter()
        .filter(|notice| notice.noun == "clause")
        .map(|n| n.subject)
        .collect())
}

/// The clauses in force that a person sees: ethics first, then by title.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn clauses(tx: &mut Tx, actor: &Actor) -> Result<Vec<Clause>, LedgerError> {
    let rows = of_circles(
        tx,
        "select c.id, c.circle, c.kind, c.version, c.retired_at, v.title, v.words, v.why from clause c \
         join clause_version v on v.clause = c.id and v.version = c.version \
         where c.retired_at is null and c.circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    let unseen = unseen(tx, actor.person).await?;
    let mut out = rows.iter().map(clause).collect::<Result<Vec<_>, _>>()?;
    for clause in &mut out {
        clause.unseen = unseen.contains(&clause.id.to_string());
    }
    out.sort_by(|a, b| (a.kind, &a.title, a.id).cmp(&(b.kind, &b.title, b.id)));
    Ok(out)
}

/// A clause, when this person sees it; retired ones too.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: ClauseId) -> Result<Option<Clause>, LedgerError> {
    let row = tx.one(sqlx::AssertSqlSafe(format!("{CLAUSE} where c.id = $1")), args![id]).await?;
    let Some(mut found) = row.as_ref().map(clause).transpose()? else { return Ok(None) };
    if !actor.sight.inside.contains(&found.circle) {
        return Ok(None);
    }
    found.unseen = unseen(tx, actor.person).await?.contains(&id.to_string());
    Ok(Some(found))
}

/// The versions of a clause, newest first. The caller has the clause from [`get`].
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn versions(tx: &mut Tx, clause: &Clause) -> Result<Vec<Version>, LedgerError> {
    let rows = tx
        .rows(
            "select version, title, words, changed, published_by, published_at from clause_version \
             where clause = $1 order by version desc",
            args![clause.id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Version {
                version: row.int("version")?,
                title: row.text("title")?,
                words: row.text("words")?,
                changed: row.text("changed")?,
                published_by: row.id("published_by")?,
                published_at: row.at("published_at")?,
            })
        })
        .collect()
}

/// Publishes a clause, or a new version of one: what changed is said then, and everybody is told anew.
#[derive(Debug, Clone, Default)]
pub struct Publish {
    /// The clause that gets a new version; `None` for a new clause.
    pub clause: Option<ClauseId>,
    /// The circle of a new clause.
    pub circle: Option<CircleId>,
    /// The name of its kind, for a new clause.
    pub kind: String,
    /// One line.
    pub title: String,
    /// What it asks.
    pub words: String,
    /// Why.
    pub why: String,
    /// What changed, and why; asked of a new version.
    pub changed: String,
}

#[crate::act]
impl Act for Publish {
    type Done = ClauseId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<ClauseId, Refused> {
        let known = match self.clause {
            Some(id) => Some(get(tx, actor, id).await?.filter(|c| c.retired_at.is_none()).ok_or(Refused::NotFound)?),
            None => None,
        };
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let words = wrongs.take(text::prose("words", &self.words));
        let why = wrongs.take(text::prose("why", &self.why));
        let changed = match known {
            Some(_) => wrongs.take(text::prose("changed", &self.changed)),
            None => String::new(),
        };
        let circle = known.as_ref().map(|clause| clause.circle).or(self.circle);
        let kind = known.as_ref().map(|clause| clause.kind).or_else(|| ClauseKind::from_name(&self.kind));
        if circle.is_none() {
            wrongs.add("circle", "Choose the circle that it holds for.");
        }
        if kind.is_none() {
            wrongs.add("kind", "Choose what it is.");
        }
        wrongs.or(())?;
        let (circle, kind) = (circle.ok_or(Refused::NotFound)?, kind.ok_or(Refused::NotFound)?);
        may_lead(actor, circle)?;
        let (id, version) = match &known {
            Some(clause) => (clause.id, clause.version + 1),
            None => (tx.id(), 1),
        };
        let now = tx.now();
        if known.is_some() {
            tx.run("update clause set version = $1 where id = $2", args![version, id]).await?;
        } else {
            tx.run(
                "insert into clause (id, circle, kind, version, made_at) values ($1, $2, $3, $4, $5)",
                args![id, circle, kind.name(), version, now],
            )
            .await?;
        }
        tx.run(
            "insert into clause_version (clause, version, title, words, why, changed, published_by, published_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![id, version, &title, &words, &why, &changed, actor.person, now],
        )
        .await?;
        tx.say(
            Said::new("clause", id, "published")
                .by(actor.person)
                .within(circle)
                .with("version", version)
                .with("title", title.as_str())
                .with("words", words.as_str())
                .with("changed", changed),
        );
        let audience = people::inside(tx, circle).await?;
        let telling =
            Telling { noun: "clause", subject: id.to_string(), version, circle, title: &title, words: &words };
        notices::tell(tx, actor, &telling, &audience).await?;
        Ok(id)
    }
}

/// Says that a clause no longer holds; whoever was told of it is told that too.
#[derive(Debug, Clone)]
pub struct Retire {
    /// Which.
    pub clause: ClauseId,
    /// Why.
    pub why: String,
}

#[crate::act]
impl Act for Retire {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let clause = get(tx, actor, self.clause).await?.filter(|c| c.retired_at.is_none()).ok_or(Refused::NotFound)?;
        may_lead(actor, clause.circle)?;
        let why = text::prose("why", &self.why)?;
        tx.run("update clause set retired_at = $1 where id = $2", args![tx.now(), clause.id]).await?;
        tx.say(
            Said::new("clause", clause.id, "retired").by(actor.person).within(clause.circle).with("why", why.as_str()),
        );
        let audience = people::inside(tx, clause.circle).await?;
        let title: String = format!("No longer in force: {}", clause.title).chars().take(text::LINE).collect();
        let telling = Telling {
            noun: "clause",
            subject: clause.id.to_string(),
            version: clause.version + 1,
            circle: clause.circle,
            title: &title,
            words: &why,
        };
        notices::tell(tx, actor, &telling, &audience).await?;
        Ok(())
    }
}

/// Says that the present version of a clause was seen.
#[derive(Debug, Clone)]
pub struct Acknowledge {
    /// Which.
    pub clause: ClauseId,
    /// The version that was read: one that came since is not acknowledged with it. `None` for the present one.
    pub version: Option<i64>,
}

#[crate::act]
impl Act for Acknowledge {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one(
                "select n.id from notice n join notice_to t on t.notice = n.id where n.noun = 'clause' \
                 and n.subject = $1 and n.superseded_by is null and t.person = $2",
                args![self.clause, actor.person],
            )
            .await?
            .ok_or(Refused::NotFound)?;
        let present = tx.count("select version as n from clause where id = $1", args![self.clause]).await?;
        if self.version.is_some_and(|read| read != present) {
            return Err(Refused::conflict(
                format!("Its present version is {present}."),
                "Read that one and acknowledge it.",
            ));
        }
        let notice: NoticeId = row.id("id")?;
        notices::Acknowledge { notice }.perform(tx, actor).await?;
        Ok(())
    }
}

/// Tells whoever joins a circle what is in force there: the notices of its clauses, and of those above, find
/// one reader more. Telling somebody who was told changes nothing.
pub(crate) async fn welcome(tx: &mut Tx, person: PersonId, circle: CircleId) -> Result<(), LedgerError> {
    let tree = people::tree(tx).await?;
    let circles = std::iter::once(circle).chain(tree.above(circle)).collect();
    let rows = of_circles(
        tx,
        "select n.id, n.subject, c.circle from notice n join clause c on c.id = n.subject \
         where n.noun = 'clause' and n.superseded_by is null and c.retired_at is null and c.circle in ({}) order by n.id",
        &circles,
    )
    .await?;
    for row in &rows {
        let (notice, subject): (NoticeId, String) = (row.id("id")?, row.text("subject")?);
        let told = tx
            .run("insert into notice_to (notice, person) values ($1, $2) on conflict do nothing", args![notice, person])
            .await?;
        if told > 0 {
            tx.say(
                Said::new("clause", subject, "told_newcomer")
                    .within(row.id("circle")?)
                    .with("notice", notice.to_string())
                    .with("person", person.to_string()),
            );
        }
    }
    Ok(())
}

/// Cases that wait for a person's answer.
pub(crate) async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<Waiting>, LedgerError> {
    cases::waiting(tx, person).await
}

/// Blanks what is a person's own: their answers to cases, the words of their checks, what they told of right things
/// that cost something. Clauses, exceptions and that such a thing was done stay, as the organisation's.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from scenario_answer where person = $1", args![person]).await?;
    tx.run(
        "update check_answer set words = '' where run in (select id from check_run where person = $1)",
        args![person],
    )
    .await?;
    tx.run("update right_thing set words = $1 where told_by = $2", args![ERASED, person]).await?;
    Ok(())
}
