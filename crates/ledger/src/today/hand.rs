//! What somebody has in hand, and what breaks in: an interruption is written down with one key, together with
//! what it displaced.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::today::order;
use leadership::{InterruptionId, PersonId, text};

use super::waiting;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::requests::zone_of;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

/// What somebody is doing now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InHand {
    /// What it is: `request`, `promise`, `decision`.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
    /// One line.
    pub title: String,
    /// Its page.
    pub page: String,
    /// Since when.
    pub since: Timestamp,
}

/// What a person has in hand.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn in_hand(tx: &mut Tx, actor: &Actor) -> Result<Option<InHand>, LedgerError> {
    let row =
        tx.one("select noun, subject, title, page, since from in_hand where person = $1", args![actor.person]).await?;
    row.map(|row| {
        Ok(InHand {
            noun: row.text("noun")?,
            subject: row.text("subject")?,
            title: row.text("title")?,
            page: row.text("page")?,
            since: row.at("since")?,
        })
    })
    .transpose()
}

async fn today_of(tx: &mut Tx, person: PersonId) -> Result<(Date, jiff::tz::TimeZone), LedgerError> {
    let zone = zone_of(tx, person).await?;
    Ok((zone.to_datetime(tx.now()).date(), zone))
}

/// Takes one of the things that wait into one's hand.
#[derive(Debug, Clone)]
pub struct TakeInHand {
    /// What it is.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
}

#[crate::act]
impl Act for TakeInHand {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (day, _) = today_of(tx, actor.person).await?;
        let all = waiting(tx, actor, day).await?;
        let found = all.into_iter().find(|item| item.noun == self.noun && item.subject == self.subject);
        let found = found.ok_or(Refused::NotFound)?;
        tx.run(
            "insert into in_hand (person, noun, subject, title, page, since) values ($1, $2, $3, $4, $5, $6) \
             on conflict (person) do update set noun = excluded.noun, subject = excluded.subject, \
             title = excluded.title, page = excluded.page, since = excluded.since",
            args![actor.person, found.noun, found.subject, found.title, found.page, tx.now()],
        )
        .await?;
        Ok(())
    }
}

/// Puts down what is in hand.
#[derive(Debug, Clone)]
pub struct PutDown;

#[crate::act]
impl Act for PutDown {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        tx.run("delete from in_hand where person = $1", args![actor.person]).await?;
        Ok(())
    }
}

/// Something that broke in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interruption {
    /// Its identifier.
    pub id: InterruptionId,
    /// When.
    pub at: Timestamp,
    /// What it was, in the person's words; empty until they say.
    pub words: String,
    /// What it displaced: its noun, title and page.
    pub displaced: Option<(String, String, String)>,
}

fn interruption(row: &Row) -> Result<Interruption, LedgerError> {
    let displaced = match (row.text_or_null("noun")?, row.text_or_null("title")?, row.text_or_null("page")?) {
        (Some(noun), Some(title), Some(page)) => Some((noun, title, page)),
        _ => None,
    };
    Ok(Interruption { id: row.id("id")?, at: row.at("at")?, words: row.text("words")?, displaced })
}

/// A person's own interruptions since an instant, newest first, at most 50. Nobody else reads them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn interruptions(tx: &mut Tx, actor: &Actor, since: Timestamp) -> Result<Vec<Interruption>, LedgerError> {
    let rows = tx
        .rows(
            "select id, at, words, noun, title, page from interruption where person = $1 and at >= $2 \
             order by at desc, id desc limit 50",
            args![actor.person, since],
        )
        .await?;
    rows.iter().map(interruption).collect()
}

/// Writes down that something broke in. What it displaced is what was in hand, else what stood first.
#[derive(Debug, Clone)]
pub struct Interrupted;

#[crate::act]
impl Act for Interrupted {
    type Done = Interruption;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Interruption, Refused> {
        let displaced = if let Some(held) = in_hand(tx, actor).await? {
            Some((held.noun, held.subject, held.title, held.page))
        } else {
            let (day, zone) = today_of(tx, actor.person).await?;
            let ranked = order(waiting(tx, actor, day).await?, day, &zone);
            ranked.into_iter().next().map(|first| {
                let item = first.waiting;
                (item.noun, item.subject, item.title, item.page)
            })
        };
        let id: InterruptionId = tx.id();
        let (noun, subject, title, page) = match displaced.clone() {
            Some((noun, subject, title, page)) => (Some(noun), Some(subject), Some(title), Some(page)),
            None => (None, None, None, None),
        };
        tx.run(
            "insert into interruption (id, person, at, noun, subject, title, page) values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, actor.person, tx.now(), noun, subject, title, page],
        )
        .await?;
        let mut said = Said::new("interruption", id, "came").by(actor.person);
        if let Some((noun, subject, ..)) = &displaced {
            said = said.with("displaced", format!("{noun} {subject}"));
        }
        tx.say(said);
        let displaced = displaced.map(|(noun, _, title, page)| (noun, title, page));
        Ok(Interruption { id, at: tx.now(), words: String::new(), displaced })
    }
}

/// Says what an interruption was.
#[derive(Debug, Clone)]
pub struct SayWhat {
    /// Which.
    pub interruption: InterruptionId,
    /// What it was.
    pub words: String,
}

#[crate::act]
impl Act for SayWhat {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let words = text::line("words", &self.words)?;
        let touched = tx
            .run(
                "update interruption set words = $1 where id = $2 and person = $3",
                args![&words, self.interruption, actor.person],
            )
            .await?;
        if touched == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("interruption", self.interruption, "named").by(actor.person).sealed(
            actor.person,
            "words",
            words,
        ));
        Ok(())
    }
}

/// Blanks what an erased person typed about interruptions, and empties their hand.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update interruption set words = '', title = $1 where person = $2", args![ERASED, person]).await?;
    tx.run("delete from in_hand where person = $1", args![person]).await?;
    Ok(())
}
