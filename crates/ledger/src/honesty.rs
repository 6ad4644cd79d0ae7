//! Truth and code, over its four rooms ([`crate::status`], [`crate::code`], [`crate::concerns`],
//! [`crate::asks`]): what waits for a person, what is theirs alone to see beside their own acts, and what is
//! blanked when they are erased.

mod places;

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::concern::Stage;
use leadership::decision::Deliberation;
use leadership::share::Share;
use leadership::status::{Check, RESTATE_DAYS, days};
use leadership::today::{Do, Waiting};
use leadership::{CircleId, Id, PersonId, text};

use crate::asks;
use crate::chain::Said;
use crate::code;
use crate::concerns;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::status::{self, Eyes};
use crate::store::{Row, listed};
use crate::tx::Tx;

pub(crate) use places::MINE;

/// Rows of a query over a set of circles, whose `in ({})` is its only list of values.
pub(crate) async fn of_circles(
    tx: &mut Tx,
    template: &'static str,
    circles: &BTreeSet<CircleId>,
) -> Result<Vec<Row>, LedgerError> {
    let all: Vec<crate::Arg> = circles.iter().map(|id| crate::Arg::from(*id)).collect();
    let mut out = Vec::new();
    // Engines bound the number of placeholders.
    for some in all.chunks(500) {
        out.extend(tx.rows(listed(template, 1, some.len()), some).await?);
    }
    Ok(out)
}

/// The zone of a person; UTC where its name is unknown.
pub(crate) async fn zone_of(tx: &mut Tx, person: PersonId) -> Result<TimeZone, LedgerError> {
    let found = crate::people::get(tx, person).await?;
    Ok(found.and_then(|person| TimeZone::get(&person.zone).ok()).unwrap_or(TimeZone::UTC))
}

/// Today, where a person is.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn day_of(tx: &mut Tx, person: PersonId) -> Result<Date, LedgerError> {
    let zone = zone_of(tx, person).await?;
    Ok(tx.now().to_zoned(zone).date())
}

/// Refuses what only who leads a circle does.
pub(crate) fn may_lead(actor: &Actor, circle: CircleId) -> Result<(), Refused> {
    if actor.sight.leads(circle) {
        Ok(())
    } else if actor.sight.inside.contains(&circle) {
        Err(Refused::NotYours("Only who leads this circle can do that.".to_owned()))
    } else {
        Err(Refused::NotFound)
    }
}

/// What waits for a person here: clauses to acknowledge (each as its notice), cases to answer, asks to answer,
/// concerns to take up and to close, status to say anew. Nothing of a concern but that it is there.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let mut out = Vec::new();
    for notice in crate::notices::waiting(tx, person).await? {
        if notice.noun == "clause" {
            let told = notice.told_at.to_zoned(TimeZone::UTC).date();
            out.push(Waiting {
                act: Do::Acknowledge,
                noun: "notice".to_owned(),
                subject: notice.id.to_string(),
                page: format!("/code/clauses/{}", notice.subject),
                title: notice.title,
                because: format!("It is part of the code that you work by, told on {told}."),
                since: notice.told_at,
                due: None,
                holds_up: 0,
            });
        }
    }
    out.extend(code::waiting(tx, person).await?);
    out.extend(asks::waiting(tx, person).await?);
    for (id, stage, day) in concerns::open_for(tx, person).await? {
        let (title, because) = match stage {
            Stage::Raised => {
                ("A concern was raised with you in confidence", format!("Raised on {day}; nobody has taken it up."))
            }
            _ => (
                "A concern that you took up is open",
                format!("Raised on {day}; whoever raised it waits for an answer."),
            ),
        };
        out.push(Waiting {
            act: Do::Answer,
            noun: "concern".to_owned(),
            subject: id.to_string(),
            title: title.to_owned(),
            because,
            since: day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).unwrap_or_default(),
            due: None,
            holds_up: 1,
            page: format!("/concerns/{id}"),
        });
    }
    out.extend(to_restate(tx, person, today).await?);
    Ok(out)
}

/// Own lines that were not said for a while, or whose claim the record gainsays.
async fn to_restate(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let lines = status::owned(tx, person).await?;
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let Some(actor) = crate::people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let zone = zone_of(tx, person).await?;
    let mut out = Vec::new();
    for line in lines {
        let last = status::latest(tx, &line).await?;
        let since = last.as_ref().map_or(line.made_at, |last| last.said_at);
        let day = since.to_zoned(zone.clone()).date();
        let because = match last {
            None => "Nobody has said yet how it stands.".to_owned(),
            Some(last) => {
                let check = Check::of(last.colour, &status::evidence(tx, &actor, &line, Eyes::Owner, today).await?);
                if check.gap() {
                    format!("{} Your circle sees this a day after you.", check.words())
                } else if days(day, today) >= RESTATE_DAYS {
                    format!("Said last on {day}, {} days ago.", days(day, today))
                } else {
                    continue;
                }
            }
        };
        out.push(Waiting {
            act: Do::Review,
            noun: "status".to_owned(),
            subject: line.id.to_string(),
            title: format!("How does it stand: {}", line.title),
            because,
            since,
            due: Some(line.due),
            holds_up: 0,
            page: format!("/status/{}", line.id),
        });
    }
    Ok(out)
}

/// Blanks what is a person's own in these rooms: their answers to cases, their values, the words of their
/// checks, asks and concerns. Called while their key is still there.
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    code::erase(tx, person).await?;
    asks::erase(tx, person).await?;
    concerns::erase(tx, person).await?;
    tx.run("delete from own_value where person = $1", args![person]).await?;
    Ok(())
}

/// Names own values.
#[derive(Debug)]
pub enum ValueNoun {}
/// A value of one's own.
pub type ValueId = Id<ValueNoun>;

/// States a value of one's own, for one's own eyes.
#[derive(Debug, Clone)]
pub struct StateValue {
    /// What counts.
    pub words: String,
}

#[crate::act]
impl Act for StateValue {
    type Done = ValueId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<ValueId, Refused> {
        let words = text::line("words", &self.words)?;
        let id: ValueId = tx.id();
        tx.run(
            "insert into own_value (id, person, words, made_at) values ($1, $2, $3, $4)",
            args![id, actor.person, &words, tx.now()],
        )
        .await?;
        tx.say(Said::new("own_value", id, "stated").by(actor.person).sealed(actor.person, "words", words));
        Ok(id)
    }
}

/// Lets a value of one's own go.
#[derive(Debug, Clone)]
pub struct LetGo {
    /// Which.
    pub value: ValueId,
}

#[crate::act]
impl Act for LetGo {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let touched = tx
            .run(
                "update own_value set retired_at = $1 where id = $2 and person = $3 and retired_at is null",
                args![tx.now(), self.value, actor.person],
            )
            .await?;
        if touched == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("own_value", self.value, "let_go").by(actor.person));
        Ok(())
    }
}

/// What a person said counts, beside what they did: for their own eyes.
#[derive(Debug, Clone, Default)]
pub struct SaidAndDone {
    /// Own values, in the order in which they were stated.
    pub values: Vec<(ValueId, String)>,
    /// Clauses that this person published and that are in force: title, page, and whether they acknowledged
    /// the present version and answered its cases rightly.
    pub rules: Vec<OwnRule>,
    /// Exceptions that this person allowed, newest first.
    pub exceptions: Vec<code::Exception>,
    /// The costly right things that they told of.
    pub right_things: Vec<code::RightThing>,
    /// How often what they said of a status had no sign against it when it was said.
    pub status: Share,
    /// How often they told bad news before its day, of all times that they told bad news.
    pub bad_news_early: Share,
    /// Asks answered within the time that they stated.
    pub asks: Share,
    /// Promises kept in time, of those that were closed as kept, late or broken.
    pub promises: Share,
    /// Clauses in force for them that they acknowledged.
    pub acknowledged: Share,
    /// Decisions that they made in which they named the clauses that it touches.
    pub clauses_named: Share,
    /// Decisions that they made and to which questions of the code applied: how many have them all answered.
    pub code_answered: Share,
}

/// A rule that a person set, beside their own doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRule {
    /// The clause.
    pub clause: code::ClauseId,
    /// Its title.
    pub title: String,
    /// Exceptions to it that they allowed and that are open.
    pub open_exceptions: i64,
    /// Cases of it.
    pub cases: i64,
    /// Cases of it that they answered rightly themselves, at the present version.
    pub right: i64,
}

/// A person's own view of what they said and did.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn said_and_done(tx: &mut Tx, actor: &Actor) -> Result<SaidAndDone, LedgerError> {
    let me = actor.person;
    let rows = tx
        .rows(
            "select id, words from own_value where person = $1 and retired_at is null order by made_at, id",
            args![me],
        )
        .await?;
    let values = rows.iter().map(|row| Ok((row.id("id")?, row.text("words")?))).collect::<Result<_, LedgerError>>()?;
    let today = day_of(tx, me).await?;
    let rows = tx
        .rows(
            "select c.id, v.title, \
             (select count(*) from code_exception e where e.clause = c.id and e.allowed_by = $1 and e.ended_at is null \
              and e.until_day >= $2) as open_exceptions, \
             (select count(*) from scenario s where s.clause = c.id and s.retired_at is null) as cases, \
             (select count(*) from scenario s join scenario_answer a on a.scenario = s.id where s.clause = c.id \
              and s.retired_at is null and a.version = c.version and a.person = $1 and a.was_right = 1) as answered \
             from clause c join clause_version v on v.clause = c.id and v.version = c.version \
             where v.published_by = $1 and c.retired_at is null order by v.title, c.id",
            args![me, today],
        )
        .await?;
    let rules = rows
        .iter()
        .map(|row| {
            Ok(OwnRule {
                clause: row.id("id")?,
                title: row.text("title")?,
                open_exceptions: row.int("open_exceptions")?,
                cases: row.int("cases")?,
                right: row.int("answered")?,
            })
        })
        .collect::<Result<_, LedgerError>>()?;
    let said = tx
        .one(
            "select count(*) as n, coalesce(cast(sum(case when worse = 0 then 1 else 0 end) as bigint), 0) as plain, \
             coalesce(cast(sum(case when lead_days is not null then 1 else 0 end) as bigint), 0) as bad, \
             coalesce(cast(sum(case when lead_days > 0 then 1 else 0 end) as bigint), 0) as early \
             from status_said where said_by = $1 and signs > 0",
            args![me],
        )
        .await?;
    let (status, bad_news_early) = match said {
        Some(row) => {
            (Share::counted(row.int("plain")?, row.int("n")?), Share::counted(row.int("early")?, row.int("bad")?))
        }
        None => (Share::default(), Share::default()),
    };
    let told = tx
        .one(
            "select count(*) as n, count(t.seen_at) as seen from notice n join notice_to t on t.notice = n.id \
             join clause c on c.id = n.subject where n.noun = 'clause' and n.superseded_by is null \
             and c.retired_at is null and t.person = $1",
            args![me],
        )
        .await?;
    let acknowledged = match told {
        Some(row) => Share::counted(row.int("seen")?, row.int("n")?),
        None => Share::default(),
    };
    let mut clauses_named = Share::default();
    for row in &tx.rows("select form from decision where decider = $1 and decided_at is not null", args![me]).await? {
        let form: Deliberation = row.json("form")?;
        clauses_named.n += 1;
        clauses_named.so += u64::from(!form.ethics.trim().is_empty());
    }
    let gaps = code::missing_by(tx, actor).await?;
    let code_answered = Share { so: gaps.n.saturating_sub(gaps.so), n: gaps.n };
    let closed = crate::promises::consistency(tx, actor).await?;
    let kept = leadership::promise::keeping::Tally::of(&closed);
    Ok(SaidAndDone {
        promises: Share { so: u64::from(kept.kept), n: u64::from(kept.n()) },
        values,
        rules,
        exceptions: code::exceptions_allowed_by(tx, actor).await?,
        right_things: code::right_things_by(tx, actor).await?,
        status,
        bad_news_early,
        asks: asks::own_share(tx, actor).await?,
        acknowledged,
        clauses_named,
        code_answered,
    })
}
