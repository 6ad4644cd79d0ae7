//! A mediation: each side is heard apart, said back by the mediator, and confirms that; opens it to the other; each side
//! says the other back. Only then is anything agreed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::talk::{self, Kind, Side, State, Step, Who};
use leadership::{PersonId, text};

use super::call::{days_since, happened};
use super::{Talk, TalkId, get, heard};
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::tx::Tx;

/// How a side sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub person: PersonId,
    /// Their words; `None` for whom they are not open.
    pub words: Option<String>,
    /// When they were told.
    pub told_at: Timestamp,
    /// When they were opened to the other side.
    pub opened_at: Option<Timestamp>,
}

/// Where a mediation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mediation {
    /// The two sides, in their order.
    pub people: Vec<PersonId>,
    /// What is known of each.
    pub sides: [Side; 2],
    /// What they told, as far as the reader may read it.
    pub accounts: Vec<Account>,
    /// How many promises came out of it; what they say is the two sides’.
    pub agreed: u64,
}

impl Mediation {
    /// Whether an agreement can be written.
    #[must_use]
    pub fn may_agree(&self) -> bool {
        talk::may_agree(&self.sides)
    }

    /// The person who is meant.
    #[must_use]
    pub fn who(&self, talk: &Talk, who: Who) -> PersonId {
        match who {
            Who::Mediator => talk.called_by,
            Who::Side(at) => self.people.get(at).copied().unwrap_or(talk.called_by),
        }
    }
}

/// The sides that opened their account.
pub(super) async fn opened(tx: &mut Tx, talk: TalkId) -> Result<BTreeSet<PersonId>, LedgerError> {
    let rows =
        tx.rows("select person from mediation_account where talk = $1 and opened_at is not null", args![talk]).await?;
    rows.iter().map(|row| row.id("person")).collect()
}

async fn state(tx: &mut Tx, talk: &Talk) -> Result<Mediation, LedgerError> {
    let rows =
        tx.rows("select * from mediation_account where talk = $1 order by told_at, person", args![talk.id]).await?;
    let mut accounts = Vec::with_capacity(rows.len());
    for row in &rows {
        accounts.push(Account {
            person: row.id("person")?,
            words: Some(row.text("words")?),
            told_at: row.at("told_at")?,
            opened_at: row.at_or_null("opened_at")?,
        });
    }
    let said = heard::all(tx, talk.id).await?;
    let people: Vec<PersonId> = [0, 1].into_iter().filter_map(|at| talk.on_side(at)).collect();
    let mut sides = [Side::default(); 2];
    for (at, side) in sides.iter_mut().enumerate() {
        let (Some(me), Some(other)) = (people.get(at), people.get(1 - at)) else { continue };
        let account = accounts.iter().find(|one| one.person == *me);
        let by = |by: PersonId| said.iter().find(|one| one.of == *me && one.by == by).map(|one| one.state);
        *side = Side {
            told: account.is_some(),
            by_mediator: by(talk.called_by),
            opened: account.is_some_and(|one| one.opened_at.is_some()),
            by_other: by(*other),
        };
    }
    let agreed =
        tx.count("select count(*) as n from promise where origin = 'talk' and origin_id = $1", args![talk.id]).await?;
    Ok(Mediation { people, sides, accounts, agreed: u64::try_from(agreed).unwrap_or_default() })
}

/// Where a mediation stands, for one who takes part: a side reads its own account and what the other opened.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of(tx: &mut Tx, actor: &Actor, talk: &Talk) -> Result<Mediation, LedgerError> {
    let mut out = state(tx, talk).await?;
    let reads = |account: &Account| {
        account.person == actor.person || talk.called_by == actor.person || account.opened_at.is_some()
    };
    for account in &mut out.accounts {
        if !reads(account) {
            account.words = None;
        }
    }
    Ok(out)
}

/// Refuses to say somebody back before it is time.
pub(super) async fn may_say_back(tx: &mut Tx, talk: &Talk, by: PersonId, of: PersonId) -> Result<(), Refused> {
    let Some(at) = talk.side_of(of) else {
        return Err(Refused::field("of", "In a mediation the two sides are said back."));
    };
    let side = state(tx, talk).await?.sides[at.min(1)];
    let (wanted, what) = if by == talk.called_by {
        (Step::Restate, "They have not told how they see it, or it was said back already.")
    } else {
        (Step::SayBack, "They have not opened to you how they see it, or it was said back already.")
    };
    match side.waits(at) {
        Some((step, _)) if step == wanted => Ok(()),
        _ => Err(Refused::conflict(what, "See above what waits for whom.")),
    }
}

/// A mediation on one side of which the actor is, and which is not over.
async fn own_side(tx: &mut Tx, actor: &Actor, id: TalkId) -> Result<Talk, Refused> {
    let talk = get(tx, actor, id).await?.filter(|talk| talk.kind == Kind::Mediation).ok_or(Refused::NotFound)?;
    if talk.side_of(actor.person).is_none() {
        return Err(Refused::NotYours("Only the two sides tell how they see it.".to_owned()));
    }
    if matches!(talk.state, State::CalledOff | State::Missed) {
        return Err(Refused::conflict("This mediation was called off.", "Call another one."));
    }
    Ok(talk)
}

/// Tells how one sees it, to the mediator alone; it can be changed until it was said back.
#[derive(Debug, Clone)]
pub struct TellAccount {
    /// In which mediation.
    pub talk: TalkId,
    /// How one sees it.
    pub words: String,
}

#[crate::act]
impl Act for TellAccount {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = own_side(tx, actor, self.talk).await?;
        let words = text::prose("account", &self.words)?;
        let at = found.side_of(actor.person).unwrap_or_default();
        let side = state(tx, &found).await?.sides[at.min(1)];
        if side.by_mediator.is_some() {
            return Err(Refused::conflict(
                "The mediator said it back already.",
                "Correct what was said back: that is how it changes now.",
            ));
        }
        tx.run(
            "insert into mediation_account (talk, person, words, told_at, opened_at) values ($1, $2, $3, $4, null) \
             on conflict (talk, person) do update set words = $3, told_at = $4",
            args![self.talk, actor.person, &words, tx.now()],
        )
        .await?;
        // Being heard apart is the first talk of a conflict.
        let today = day_of(tx, actor.person).await?;
        let days = days_since(found.noticed_on, today);
        tx.run(
            "update talk set first_on = coalesce(first_on, $1), first_days = coalesce(first_days, $2) where id = $3",
            args![today, days, self.talk],
        )
        .await?;
        tx.say(happened(&found, "told_account", actor.person).sealed(actor.person, "words", words));
        Ok(())
    }
}

/// Opens to the other side how one sees it, with what the mediator said back of it.
#[derive(Debug, Clone, Copy)]
pub struct OpenAccount {
    /// In which mediation.
    pub talk: TalkId,
}

#[crate::act]
impl Act for OpenAccount {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = own_side(tx, actor, self.talk).await?;
        let at = found.side_of(actor.person).unwrap_or_default();
        let side = state(tx, &found).await?.sides[at.min(1)];
        if !matches!(side.waits(at), Some((Step::Open, _))) {
            return Err(Refused::conflict(
                "It is not yet time to open it, or it is open.",
                "First the mediator says it back, and you confirm that.",
            ));
        }
        tx.run(
            "update mediation_account set opened_at = $1 where talk = $2 and person = $3",
            args![tx.now(), self.talk, actor.person],
        )
        .await?;
        tx.say(happened(&found, "opened_account", actor.person));
        Ok(())
    }
}
