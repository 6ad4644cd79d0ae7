//! Two open logs: exceptions to the code, with who allowed them, why and until when; and the times that doing
//! right cost something.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use super::{ClauseId, get};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{day_of, may_lead, of_circles};
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// Names exceptions, for the type of their identifiers.
#[derive(Debug)]
pub enum ExceptionNoun {}
/// An exception.
pub type ExceptionId = Id<ExceptionNoun>;

/// An exception to a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its identifier.
    pub id: ExceptionId,
    /// The clause that it is from, and its title today.
    pub clause: (ClauseId, String),
    /// The circle.
    pub circle: CircleId,
    /// What is allowed, in one line.
    pub title: String,
    /// Why.
    pub reason: String,
    /// For whom, in words.
    pub for_whom: String,
    /// Its last day.
    pub until: Date,
    /// Who allowed it.
    pub allowed_by: PersonId,
    /// When.
    pub allowed_at: Timestamp,
    /// When it was ended before its day, and with which words.
    pub ended: Option<(Timestamp, String)>,
}

impl Exception {
    /// Whether it is open on a day.
    #[must_use]
    pub fn is_open(&self, on: Date) -> bool {
        self.ended.is_none() && self.until >= on
    }
}

fn exception(row: &Row) -> Result<Exception, LedgerError> {
    Ok(Exception {
        id: row.id("id")?,
        clause: (row.id("clause")?, row.text("clause_title")?),
        circle: row.id("circle")?,
        title: row.text("title")?,
        reason: row.text("reason")?,
        for_whom: row.text("for_whom")?,
        until: row.day("until_day")?,
        allowed_by: row.id("allowed_by")?,
        allowed_at: row.at("allowed_at")?,
        ended: row.at_or_null("ended_at")?.zip(row.text_or_null("ended_words")?),
    })
}

/// The exceptions in circles that a person sees, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn exceptions(tx: &mut Tx, actor: &Actor) -> Result<Vec<Exception>, LedgerError> {
    let rows = of_circles(
        tx,
        "select e.*, v.title as clause_title from code_exception e join clause c on c.id = e.clause \
         join clause_version v on v.clause = c.id and v.version = c.version where e.circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    let mut out = rows.iter().map(exception).collect::<Result<Vec<_>, _>>()?;
    out.sort_by_key(|exception| std::cmp::Reverse((exception.allowed_at, exception.id)));
    Ok(out)
}

/// The exceptions that a person allowed themselves, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn exceptions_allowed_by(tx: &mut Tx, actor: &Actor) -> Result<Vec<Exception>, LedgerError> {
    let rows = tx
        .rows(
            "select e.*, v.title as clause_title from code_exception e join clause c on c.id = e.clause \
             join clause_version v on v.clause = c.id and v.version = c.version where e.allowed_by = $1 \
             order by e.allowed_at desc, e.id desc",
            args![actor.person],
        )
        .await?;
    rows.iter().map(exception).collect()
}

/// Allows an exception, in the open.
#[derive(Debug, Clone)]
pub struct AllowException {
    /// The clause that it is from.
    pub clause: ClauseId,
    /// What is allowed, in one line.
    pub title: String,
    /// Why.
    pub reason: String,
    /// For whom, in words.
    pub for_whom: String,
    /// Its last day: today or later.
    pub until: String,
}

#[crate::act]
impl Act for AllowException {
    type Done = ExceptionId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<ExceptionId, Refused> {
        let clause = get(tx, actor, self.clause).await?.filter(|c| c.retired_at.is_none()).ok_or(Refused::NotFound)?;
        may_lead(actor, clause.circle)?;
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let reason = wrongs.take(text::prose("reason", &self.reason));
        let for_whom = wrongs.take(text::line("for_whom", &self.for_whom));
        let until = wrongs.take(text::day("until", &self.until));
        let today = day_of(tx, actor.person).await?;
        if wrongs.of("until").is_none() && until < today {
            wrongs.add("until", "Its last day is over. Give one that is still to come.");
        }
        wrongs.or(())?;
        let id: ExceptionId = tx.id();
        tx.run(
            "insert into code_exception (id, clause, version, circle, title, reason, for_whom, until_day, allowed_by, \
             allowed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![
                id,
                clause.id,
                clause.version,
                clause.circle,
                &title,
                &reason,
                &for_whom,
                until,
                actor.person,
                tx.now()
            ],
        )
        .await?;
        tx.say(
            Said::new("exception", id, "allowed")
                .by(actor.person)
                .within(clause.circle)
                .with("clause", clause.id.to_string())
                .with("version", clause.version)
                .with("title", title)
                .with("reason", reason)
                .with("until", until.to_string()),
        );
        Ok(id)
    }
}

/// Ends an exception before its day.
#[derive(Debug, Clone)]
pub struct EndException {
    /// Which.
    pub exception: ExceptionId,
    /// What is so now.
    pub words: String,
}

#[crate::act]
impl Act for EndException {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one("select circle from code_exception where id = $1 and ended_at is null", args![self.exception])
            .await?
            .ok_or(Refused::NotFound)?;
        let circle = row.id("circle")?;
        may_lead(actor, circle)?;
        let words = text::line("words", &self.words)?;
        tx.run(
            "update code_exception set ended_at = $1, ended_words = $2 where id = $3",
            args![tx.now(), &words, self.exception],
        )
        .await?;
        tx.say(Said::new("exception", self.exception, "ended").by(actor.person).within(circle).with("words", words));
        Ok(())
    }
}

/// A time that doing right cost something, and was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightThing {
    /// One line.
    pub title: String,
    /// What it was for.
    pub words: String,
    /// What it cost, in hundredths of the currency.
    pub cost_cents: i64,
    /// Three letters, as in ISO 4217.
    pub currency: String,
    /// The day.
    pub day: Date,
    /// The clause that it was for, with its title.
    pub clause: Option<(ClauseId, String)>,
    /// Who told of it.
    pub told_by: PersonId,
}

fn right_thing(row: &Row) -> Result<RightThing, LedgerError> {
    Ok(RightThing {
        title: row.text("title")?,
        words: row.text("words")?,
        cost_cents: row.int("cost_cents")?,
        currency: row.text("currency")?,
        day: row.day("day")?,
        clause: row.id_or_null("clause")?.zip(row.text_or_null("clause_title")?),
        told_by: row.id("told_by")?,
    })
}

/// The costly right things of circles that a person sees, newest day first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn right_things(tx: &mut Tx, actor: &Actor) -> Result<Vec<RightThing>, LedgerError> {
    let rows = of_circles(
        tx,
        "select r.*, v.title as clause_title from right_thing r left join clause c on c.id = r.clause \
         left join clause_version v on v.clause = c.id and v.version = c.version where r.circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    let mut out = rows.iter().map(right_thing).collect::<Result<Vec<_>, _>>()?;
    out.sort_by(|a, b| (b.day, &a.title).cmp(&(a.day, &b.title)));
    Ok(out)
}

/// Those that a person told of themselves.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn right_things_by(tx: &mut Tx, actor: &Actor) -> Result<Vec<RightThing>, LedgerError> {
    let rows = tx
        .rows(
            "select r.*, v.title as clause_title from right_thing r left join clause c on c.id = r.clause \
             left join clause_version v on v.clause = c.id and v.version = c.version where r.told_by = $1 \
             order by r.day desc, r.id desc",
            args![actor.person],
        )
        .await?;
    rows.iter().map(right_thing).collect()
}

/// An amount as it is typed, `1200`, `1,200.50` or `1200,50`, in hundredths.
pub(crate) fn cents(field: &str, typed: &str) -> Result<i64, Wrongs> {
    let wrong =
        || Wrongs::one(field, "Give an amount such as 1200 or 1200.50; 0 when it cost something else than money.");
    let typed = typed.trim().replace([' ', '\u{a0}', '\''], "");
    // The last mark parts the hundredths when one or two digits follow it; other marks part thousands.
    let (whole, part) = match typed.rfind(['.', ',']) {
        Some(at) if typed.len() - at <= 3 => (&typed[..at], &typed[at + 1..]),
        _ => (typed.as_str(), ""),
    };
    let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',')).collect();
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(&whole) || !digits(part) || whole.len() > 12 {
        return Err(wrong());
    }
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let part: i64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
    Ok(whole * 100 + part)
}

/// Tells of a time that doing right cost something.
#[derive(Debug, Clone, Default)]
pub struct TellRightThing {
    /// The circle that sees it.
    pub circle: Option<CircleId>,
    /// One line.
    pub title: String,
    /// What it was for.
    pub words: String,
    /// What it cost, as typed.
    pub cost: String,
    /// The currency, three letters.
    pub currency: String,
    /// The day.
    pub day: String,
    /// The clause that it was for.
    pub clause: Option<ClauseId>,
}

#[crate::act]
impl Act for TellRightThing {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let words = wrongs.take(text::prose("words", &self.words));
        let cost = wrongs.take(cents("cost", &self.cost));
        let day = wrongs.take(text::day("day", &self.day));
        let currency = self.currency.trim().to_uppercase();
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            wrongs.add("currency", "Give the currency in three letters, such as EUR.");
        }
        let circle = self.circle.filter(|circle| actor.sight.inside.contains(circle));
        if circle.is_none() {
            wrongs.add("circle", "Choose one of your circles.");
        }
        if let Some(clause) = self.clause
            && get(tx, actor, clause).await?.is_none()
        {
            wrongs.add("clause", "Choose one of the clauses in force.");
        }
        if wrongs.of("day").is_none() && day > day_of(tx, actor.person).await? {
            wrongs.add("day", "Tell of it when it is done: give a day that has come.");
        }
        wrongs.or(())?;
        let circle = circle.ok_or(Refused::NotFound)?;
        let id: Id<()> = tx.id();
        tx.run(
            "insert into right_thing (id, circle, clause, title, words, cost_cents, currency, day, told_by, told_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![id, circle, self.clause, &title, &words, cost, &currency, day, actor.person, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("right_thing", id, "told")
                .by(actor.person)
                .within(circle)
                .with("title", title)
                .sealed(actor.person, "words", words)
                .with("cost_cents", cost)
                .with("currency", currency)
                .with("day", day.to_string()),
        );
        Ok(())
    }
}
