//! What one is good at, mapped to how it serves others when leading; and where one's limits are. To know them and
//! to ask for help in time is a strength.

use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::growth::{self, Part, Trait as Kind};
use leadership::{Id, PersonId, Wrongs, text};

use super::seats;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::seal::ERASED;
use crate::tx::Tx;

/// Names strengths and limits, for the type of their identifiers.
#[derive(Debug)]
pub enum TraitNoun {}
/// A strength or a limit.
pub type TraitId = Id<TraitNoun>;

/// A strength or a limit, in one's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trait {
    /// Its identifier.
    pub id: TraitId,
    /// Which of the two.
    pub kind: Kind,
    /// What, in one line.
    pub title: String,
    /// A strength: how it serves others. A limit: who is asked, and when.
    pub used: String,
    /// The quality that it belongs to, by key.
    pub quality: Option<String>,
    /// When it was written down.
    pub made_at: Timestamp,
    /// How many notes of others, not withdrawn, there are on that quality.
    pub noted: i64,
}

async fn read(tx: &mut Tx, person: PersonId) -> Result<Vec<Trait>, LedgerError> {
    let rows = tx
        .rows(
            "select t.*, (select count(*) from observation o where o.about = t.person and o.quality = t.quality \
             and o.lacking = 0 and o.withdrawn_at is null) as noted from growth_trait t where t.person = $1 and t.retired_at is null \
             order by t.kind desc, t.made_at, t.id",
            args![person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let kind = row.text("kind")?;
            Ok(Trait {
                id: row.id("id")?,
                kind: Kind::from_name(&kind).ok_or_else(|| LedgerError::Inside(format!("no trait is “{kind}”")))?,
                title: row.text("title")?,
                used: row.text("used")?,
                quality: row.text_or_null("quality")?,
                made_at: row.at("made_at")?,
                noted: row.int("noted")?,
            })
        })
        .collect()
}

/// One's own strengths, then one's limits.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn traits(tx: &mut Tx, actor: &Actor) -> Result<Vec<Trait>, LedgerError> {
    read(tx, actor.person).await
}

/// Those of somebody who gave this actor a seat for them; `None` where they did not.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn traits_of(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Vec<Trait>>, LedgerError> {
    if !seats::may_see(tx, actor, person, Part::Strengths).await? {
        return Ok(None);
    }
    read(tx, person).await.map(Some)
}

/// How often this actor asked for help in the last 90 days, and how often another day was agreed to or bad news
/// was told before a promise of theirs was due: both count as strength. For their own eyes.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn asked_for_help(tx: &mut Tx, actor: &Actor) -> Result<(i64, i64), LedgerError> {
    let since = tx.now() - SignedDuration::from_hours(24 * 90);
    let day = since.to_zoned(jiff::tz::TimeZone::UTC).date();
    let asked = tx
        .count("select count(*) as n from ask where asker = $1 and asked_at >= $2", args![actor.person, since])
        .await?;
    let early = tx
        .count(
            "select count(*) as n from promise where from_person = $1 and made_on >= $2 \
             and (lead_days > 0 or renegotiated > 0)",
            args![actor.person, day],
        )
        .await?;
    Ok((asked, early))
}

/// Writes down a strength or a limit.
#[derive(Debug, Clone, Default)]
pub struct AddTrait {
    /// `strength` or `limit`.
    pub kind: String,
    /// What, in one line.
    pub title: String,
    /// How it serves others; or who is asked.
    pub used: String,
    /// The quality that it belongs to; may be empty.
    pub quality: String,
}

#[crate::act]
impl Act for AddTrait {
    type Done = TraitId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<TraitId, Refused> {
        let mut wrongs = Wrongs::default();
        let kind = Kind::from_name(&self.kind);
        if kind.is_none() {
            wrongs.add("kind", "Choose whether it is a strength or a limit.");
        }
        let title = wrongs.take(text::line("title", &self.title));
        let used = wrongs.take(text::prose("used", &self.used));
        let quality = match self.quality.trim() {
            "" => None,
            typed => wrongs.take(growth::quality_key("quality", typed).map(Some)),
        };
        let (title, used, quality) = wrongs.or((title, used, quality))?;
        let kind = kind.ok_or(Refused::NotFound)?;
        let id: TraitId = tx.id();
        tx.run(
            "insert into growth_trait (id, person, kind, title, used, quality, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, actor.person, kind.name(), &title, &used, &quality, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("trait", id, "added")
                .by(actor.person)
                .with("kind", kind.name())
                .sealed(actor.person, "title", title)
                .sealed(actor.person, "used", used),
        );
        Ok(id)
    }
}

/// Takes a strength or a limit off the list.
#[derive(Debug, Clone, Copy)]
pub struct RetireTrait {
    /// Which.
    pub id: TraitId,
}

#[crate::act]
impl Act for RetireTrait {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let touched = tx
            .run(
                "update growth_trait set retired_at = $1 where id = $2 and person = $3 and retired_at is null",
                args![tx.now(), self.id, actor.person],
            )
            .await?;
        if touched == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("trait", self.id, "retired").by(actor.person));
        Ok(())
    }
}

/// Blanks a person's own words.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update growth_trait set title = $2, used = $2 where person = $1", args![person, ERASED]).await?;
    Ok(())
}
