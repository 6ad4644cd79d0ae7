//! Use for pay: never by itself. Its person allows it to one reader, in writing, as an event of its own; and may take
//! it back.

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{Id, PersonId, text};

use super::belong::own;
use super::{NOUN, ReportId};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// For the type of a consent's identifier.
#[derive(Debug)]
pub enum ConsentNoun {}
/// The identifier of a consent.
pub type ConsentId = Id<ConsentNoun>;

/// A consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its identifier.
    pub id: ConsentId,
    /// Who may use the report for pay.
    pub viewer: PersonId,
    /// Their name.
    pub name: String,
    /// What was consented to, in the person's own words.
    pub words: String,
    /// When.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

/// Consents to the use of a report for pay, newest first: all of them for its person, the own ones for a reader.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn consents(tx: &mut Tx, actor: &Actor, report: ReportId) -> Result<Vec<Consent>, LedgerError> {
    let rows = tx
        .rows(
            "select c.id, c.viewer, p.name, c.words, c.given_at, c.withdrawn_at from report_pay c \
             join person p on p.id = c.viewer join report r on r.id = c.report \
             where c.report = $1 and (r.person = $2 or c.viewer = $2) order by c.given_at desc, c.id",
            args![report, actor.person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Consent {
                id: row.id("id")?,
                viewer: row.id("viewer")?,
                name: row.text("name")?,
                words: row.text("words")?,
                given_at: row.at("given_at")?,
                withdrawn_at: row.at_or_null("withdrawn_at")?,
            })
        })
        .collect()
}

/// Fewest characters of a consent: a click is none.
const FEWEST: usize = 20;

/// Consents, in writing, that a reader uses the report for pay. Only for who sees it already.
#[derive(Debug, Clone)]
pub struct Pay {
    /// Which.
    pub report: ReportId,
    /// Who may use it, by identifier.
    pub viewer: String,
    /// The consent, in one's own words.
    pub words: String,
}

#[crate::act]
impl Act for Pay {
    type Done = ConsentId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<ConsentId, Refused> {
        own(tx, actor, self.report).await?;
        let mut wrongs = leadership::Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        if wrongs.0.is_empty() && words.chars().count() < FEWEST {
            wrongs.add("words", "Say in a sentence of your own what may be done with it: a click is no consent.");
        }
        let viewer: Option<PersonId> = self.viewer.parse().ok();
        let sees = tx
            .count(
                "select count(*) as n from report_share where report = $1 and viewer = $2",
                args![self.report, viewer],
            )
            .await?;
        if sees == 0 {
            wrongs.add("viewer", "Choose somebody with whom you share this report.");
        }
        let words = wrongs.or(words)?;
        let viewer = viewer.ok_or(Refused::NotFound)?;
        let held = tx
            .count(
                "select count(*) as n from report_pay where report = $1 and viewer = $2 and withdrawn_at is null",
                args![self.report, viewer],
            )
            .await?;
        if held > 0 {
            return Err(Refused::conflict("They have your consent.", "Take it back first to give another one."));
        }
        let id: ConsentId = tx.id();
        tx.run(
            "insert into report_pay (id, report, viewer, words, given_at) values ($1, $2, $3, $4, $5)",
            args![id, self.report, viewer, &words, tx.now()],
        )
        .await?;
        tx.say(
            Said::new(NOUN, self.report, "consented_to_pay").by(actor.person).with("to", viewer.to_string()).sealed(
                actor.person,
                "words",
                words,
            ),
        );
        Ok(id)
    }
}

/// Takes a consent back.
#[derive(Debug, Clone, Copy)]
pub struct WithdrawConsent {
    /// The report.
    pub report: ReportId,
    /// The consent.
    pub consent: ConsentId,
}

#[crate::act]
impl Act for WithdrawConsent {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        own(tx, actor, self.report).await?;
        let touched = tx
            .run(
                "update report_pay set withdrawn_at = $1 where id = $2 and report = $3 and withdrawn_at is null",
                args![tx.now(), self.consent, self.report],
            )
            .await?;
        if touched == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new(NOUN, self.report, "withdrew_consent_to_pay").by(actor.person));
        Ok(())
    }
}
