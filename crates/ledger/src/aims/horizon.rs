//! The horizon: signals from outside, what they could mean, and what is done about them: try, watch, ignore.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::stance::Verdict;
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use super::word;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// For the type of a signal's identifier.
#[derive(Debug)]
pub enum SignalNoun {}
/// The identifier of a signal.
pub type SignalId = Id<SignalNoun>;

/// A signal from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Its identifier.
    pub id: SignalId,
    /// The circle that looks at it.
    pub circle: CircleId,
    /// What was seen.
    pub title: String,
    /// Where.
    pub source: String,
    /// What it could mean here.
    pub so_what: String,
    /// What is done about it.
    pub verdict: Verdict,
    /// When it is looked at again.
    pub review: Option<Date>,
    /// Who looks at it again.
    pub keeper: PersonId,
    /// When it was noted.
    pub seen_at: Timestamp,
    /// Empty while it is open; `adopted` or `closed`.
    pub outcome: String,
}

fn signal(row: &Row) -> Result<Signal, LedgerError> {
    Ok(Signal {
        id: row.id("id")?,
        circle: row.id("circle")?,
        title: row.text("title")?,
        source: row.text("source")?,
        so_what: row.text("so_what")?,
        verdict: word(row, "verdict", Verdict::from_name)?,
        review: row.day_or_null("review")?,
        keeper: row.id("keeper")?,
        seen_at: row.at("seen_at")?,
        outcome: row.text("outcome")?,
    })
}

/// The signals of the circles that a person sees, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn all(tx: &mut Tx, actor: &Actor) -> Result<Vec<Signal>, LedgerError> {
    let mut out = Vec::new();
    for row in tx.rows("select * from horizon_signal order by seen_at desc, id desc", args![]).await? {
        let signal = signal(&row)?;
        if actor.sight.inside.contains(&signal.circle) {
            out.push(signal);
        }
    }
    Ok(out)
}

/// A signal that a person sees.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: SignalId) -> Result<Option<Signal>, LedgerError> {
    let Some(row) = tx.one("select * from horizon_signal where id = $1", args![id]).await? else { return Ok(None) };
    Ok(Some(signal(&row)?).filter(|signal| actor.sight.inside.contains(&signal.circle)))
}

/// When a signal is looked at again: a day to come where it is tried or watched.
fn review(typed: &str, verdict: Verdict, today: Date) -> Result<Option<Date>, Wrongs> {
    let day = text::day_or_none("review", typed)?;
    match (verdict, day) {
        (Verdict::Ignore, _) => Ok(None),
        (_, None) => Err(Wrongs::one("review", "Say when you look at it again.")),
        (_, Some(day)) if day <= today => Err(Wrongs::one("review", "This day is not to come. Choose a later one.")),
        (_, day) => Ok(day),
    }
}

/// Notes a signal. Whoever belongs to the circle may, not only who leads it.
#[derive(Debug, Clone)]
pub struct NoteSignal {
    /// The circle that looks at it.
    pub circle: CircleId,
    /// What was seen.
    pub title: String,
    /// Where; may be empty.
    pub source: String,
    /// What it could mean here.
    pub so_what: String,
    /// What is done about it.
    pub verdict: Verdict,
    /// When it is looked at again, as typed.
    pub review: String,
}

#[crate::act]
impl Act for NoteSignal {
    type Done = SignalId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<SignalId, Refused> {
        if !actor.sight.inside.contains(&self.circle) {
            return Err(Refused::NotFound);
        }
        if !actor.sight.own.contains(&self.circle) && !actor.sight.leads(self.circle) {
            return Err(Refused::field("circle", "Choose a circle that you belong to."));
        }
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let source = wrongs.take(text::line_or_none("source", &self.source)).unwrap_or_default();
        let so_what = wrongs.take(text::prose("so_what", &self.so_what));
        let review = wrongs.take(review(&self.review, self.verdict, today));
        let (title, so_what) = wrongs.or((title, so_what))?;
        let (id, now): (SignalId, _) = (tx.id(), tx.now());
        tx.run(
            "insert into horizon_signal (id, circle, title, source, so_what, verdict, review, keeper, seen_at, \
             changed_at, outcome) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, '')",
            args![id, self.circle, &title, &source, &so_what, self.verdict.name(), review, actor.person, now],
        )
        .await?;
        tx.say(
            Said::new("signal", id, "noted")
                .by(actor.person)
                .within(self.circle)
                .with("title", title)
                .with("source", source)
                .with("so_what", so_what)
                .with("verdict", self.verdict.name()),
        );
        Ok(id)
    }
}

/// Looks at a signal again: what it means now, what is done about it, or that it is settled.
#[derive(Debug, Clone)]
pub struct LookAgain {
    /// Which.
    pub signal: SignalId,
    /// What it could mean here, now.
    pub so_what: String,
    /// What is done about it.
    pub verdict: Verdict,
    /// When it is looked at again, as typed.
    pub review: String,
    /// `adopted` or `closed` when it is settled; empty when it stays open.
    pub outcome: String,
}

#[crate::act]
impl Act for LookAgain {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.signal).await?.ok_or(Refused::NotFound)?;
        if found.keeper != actor.person && !actor.sight.leads(found.circle) {
            return Err(Refused::NotYours("Only who noted it or leads the circle can change it.".to_owned()));
        }
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let so_what = wrongs.take(text::prose("so_what", &self.so_what));
        let settled = !self.outcome.is_empty();
        if settled && !matches!(self.outcome.as_str(), "adopted" | "closed") {
            wrongs.add("outcome", "Choose one of the list.");
        }
        let review = if settled {
            // It is not looked at again; a day that is none is told all the same.
            wrongs.take(text::day_or_none("review", &self.review));
            None
        } else {
            wrongs.take(review(&self.review, self.verdict, today))
        };
        let so_what = wrongs.or(so_what)?;
        tx.run(
            "update horizon_signal set so_what = $1, verdict = $2, review = $3, outcome = $4, changed_at = $5 \
             where id = $6",
            args![&so_what, self.verdict.name(), review, &self.outcome, tx.now(), self.signal],
        )
        .await?;
        tx.say(
            Said::new("signal", self.signal, "looked_at_again")
                .by(actor.person)
                .within(found.circle)
                .with("so_what", so_what)
                .with("verdict", self.verdict.name())
                .with("outcome", self.outcome.as_str()),
        );
        Ok(())
    }
}
