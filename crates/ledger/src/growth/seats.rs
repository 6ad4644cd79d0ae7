//! A seat beside somebody: a mentor or a coach is invited to chosen parts, and sees those parts only, for as long
//! as the seat lasts. Talks are noted by either and seen by both; an action of a talk is a promise.

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::growth::{Part, Seat};
use leadership::promise::Intended;
use leadership::{Id, PersonId, Wrongs, text};

use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::seal::ERASED;
use crate::store::Row;
use crate::talks::{self, TalkId};
use crate::tx::Tx;

/// Names seats, for the type of their identifiers.
#[derive(Debug)]
pub enum SeatNoun {}
/// A seat.
pub type SeatId = Id<SeatNoun>;
/// Most seats that somebody gives at once.
const MOST_SEATS: usize = 3;

/// A seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Its identifier.
    pub id: SeatId,
    /// Whose growth it is.
    pub person: PersonId,
    /// Who looks along.
    pub guest: PersonId,
    /// What they may look at.
    pub parts: Vec<Part>,
    /// What was asked of them.
    pub words: String,
    /// Where it stands.
    pub state: Seat,
    /// When it was offered.
    pub invited_at: Timestamp,
}

fn seat(row: &Row) -> Result<Guest, LedgerError> {
    let state = row.text("state")?;
    Ok(Guest {
        id: row.id("id")?,
        person: row.id("person")?,
        guest: row.id("guest")?,
        parts: row.text("parts")?.split_whitespace().filter_map(Part::from_name).collect(),
        words: row.text("words")?,
        state: Seat::from_name(&state).ok_or_else(|| LedgerError::Inside(format!("no seat is “{state}”")))?,
        invited_at: row.at("invited_at")?,
    })
}

/// The seats that this actor gave, open ones first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn guests(tx: &mut Tx, actor: &Actor) -> Result<Vec<Guest>, LedgerError> {
    let rows = tx
        .rows("select * from growth_seat where person = $1 order by invited_at desc, id", args![actor.person])
        .await?;
    let mut out = rows.iter().map(seat).collect::<Result<Vec<_>, _>>()?;
    out.sort_by_key(|one| one.state);
    Ok(out)
}

/// The seats that this actor was given and has taken or not answered yet.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn beside_me(tx: &mut Tx, actor: &Actor) -> Result<Vec<Guest>, LedgerError> {
    let rows = tx
        .rows(
            "select * from growth_seat where guest = $1 and state in ('invited', 'taken') order by invited_at, id",
            args![actor.person],
        )
        .await?;
    rows.iter().map(seat).collect()
}

/// A seat, for one of its two sides. For the guest only while it is offered or taken.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn theirs(tx: &mut Tx, actor: &Actor, id: SeatId) -> Result<Option<Guest>, LedgerError> {
    let row = tx.one("select * from growth_seat where id = $1", args![id]).await?;
    let found = row.as_ref().map(seat).transpose()?;
    Ok(found.filter(|found| {
        found.person == actor.person
            || (found.guest == actor.person && matches!(found.state, Seat::Invited | Seat::Taken))
    }))
}

/// Whether an actor may look at a part of somebody's growth.
pub(super) async fn may_see(tx: &mut Tx, actor: &Actor, person: PersonId, part: Part) -> Result<bool, LedgerError> {
    if actor.person == person {
        return Ok(true);
    }
    let seats = beside_me(tx, actor).await?;
    Ok(seats.iter().any(|seat| seat.person == person && seat.state == Seat::Taken && seat.parts.contains(&part)))
}

/// Invites somebody to a seat.
#[derive(Debug, Clone, Default)]
pub struct Invite {
    /// Whom.
    pub guest: Option<PersonId>,
    /// What they may look at, by the names of the parts.
    pub parts: Vec<String>,
    /// What is asked of them.
    pub words: String,
}

#[crate::act]
impl Act for Invite {
    type Done = SeatId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<SeatId, Refused> {
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let mut parts: Vec<Part> = self.parts.iter().filter_map(|part| Part::from_name(part)).collect();
        parts.sort_unstable();
        parts.dedup();
        if parts.is_empty() {
            wrongs.add("parts", "Choose at least one part that they may look at.");
        }
        let known = match self.guest {
            Some(guest) => asks::reachable(tx, actor).await?.into_iter().find(|(person, _)| person.id == guest),
            None => None,
        };
        if known.is_none() {
            wrongs.add("guest", "Choose somebody of your circles.");
        }
        let open: Vec<Guest> = guests(tx, actor)
            .await?
            .into_iter()
            .filter(|one| matches!(one.state, Seat::Invited | Seat::Taken))
            .collect();
        if open.iter().any(|one| Some(one.guest) == self.guest) {
            wrongs.add("guest", "They have a seat already. End it first, to give them another part.");
        } else if open.len() >= MOST_SEATS {
            wrongs.add("guest", "Three look along already. End one of the seats first.");
        }
        let words = wrongs.or(words)?;
        let guest = self.guest.ok_or(Refused::NotFound)?;
        let id: SeatId = tx.id();
        let names = parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" ");
        tx.run(
            "insert into growth_seat (id, person, guest, parts, words, state, invited_at) \
             values ($1, $2, $3, $4, $5, 'invited', $6)",
            args![id, actor.person, guest, &names, &words, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("seat", id, "invited")
                .by(actor.person)
                .with("guest", guest.to_string())
                .with("parts", names)
                .sealed(actor.person, "words", words),
        );
        Ok(id)
    }
}

/// Takes a seat that was offered, or not.
#[derive(Debug, Clone, Copy)]
pub struct AnswerSeat {
    /// Which.
    pub seat: SeatId,
    /// Whether it is taken.
    pub takes: bool,
}

#[crate::act]
impl Act for AnswerSeat {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = theirs(tx, actor, self.seat).await?.ok_or(Refused::NotFound)?;
        if found.guest != actor.person {
            return Err(Refused::NotYours("Only who was invited answers.".to_owned()));
        }
        if found.state != Seat::Invited {
            return Err(Refused::conflict("You took this seat before.", "End it if you do not want it any more."));
        }
        let state = if self.takes { Seat::Taken } else { Seat::Declined };
        tx.run(
            "update growth_seat set state = $1, answered_at = $2 where id = $3",
            args![state.name(), tx.now(), self.seat],
        )
        .await?;
        tx.say(Said::new("seat", self.seat, if self.takes { "taken" } else { "declined" }).by(actor.person));
        Ok(())
    }
}

/// Ends a seat, by either side. From then on the guest sees nothing of it.
#[derive(Debug, Clone, Copy)]
pub struct EndSeat {
    /// Which.
    pub seat: SeatId,
}

#[crate::act]
impl Act for EndSeat {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = theirs(tx, actor, self.seat).await?.ok_or(Refused::NotFound)?;
        if !matches!(found.state, Seat::Invited | Seat::Taken) {
            return Err(Refused::conflict("This seat has ended.", "Invite them anew if you want them back."));
        }
        tx.run("update growth_seat set state = 'ended', ended_at = $1 where id = $2", args![tx.now(), self.seat])
            .await?;
        tx.say(Said::new("seat", self.seat, "ended").by(actor.person));
        Ok(())
    }
}

/// Something to be done that came out of a talk: a promise between the two.
#[derive(Debug, Clone, Default)]
pub struct Action {
    /// What, in one line.
    pub what: String,
    /// By when.
    pub due: String,
    /// How it will be known; may be empty.
    pub known: String,
    /// Whether it is the other one who is asked to promise it.
    pub by_other: bool,
}

/// Notes a talk, with what is to be done.
#[derive(Debug, Clone)]
pub struct NoteSession {
    /// Of which seat.
    pub seat: SeatId,
    /// On which day.
    pub day: String,
    /// What was said, as both see it.
    pub words: String,
    /// What is to be done; rows without a word are left out.
    pub actions: Vec<Action>,
}

#[crate::act]
impl Act for NoteSession {
    type Done = TalkId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<TalkId, Refused> {
        let found = theirs(tx, actor, self.seat).await?.ok_or(Refused::NotFound)?;
        if found.state != Seat::Taken {
            return Err(Refused::conflict("This seat is not taken.", "Note a talk once they have taken it."));
        }
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let day = wrongs.take(text::day("day", &self.day).map(Some));
        if day.is_some_and(|day| day > today) {
            wrongs.add("day", "This day is still to come. Note a talk that was held.");
        }
        let words = wrongs.take(text::prose("words", &self.words));
        let (words, day) = wrongs.or((words, day))?;
        let day = day.ok_or(Refused::NotFound)?;
        let other = if found.person == actor.person { found.guest } else { found.person };
        let id = talks::beside(tx, actor, self.seat, other, day, words).await?;
        let rows: Vec<Intended> = self
            .actions
            .iter()
            .map(|action| {
                let (from, to) = if action.by_other { (other, actor.person) } else { (actor.person, other) };
                Intended {
                    from: from.to_string(),
                    to: to.to_string(),
                    what: action.what.clone(),
                    due: action.due.clone(),
                    known: action.known.clone(),
                }
            })
            .collect();
        talks::promised(tx, actor, id, &rows).await?;
        Ok(id)
    }
}

/// Blanks a person's own words.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update growth_seat set words = $2 where person = $1", args![person, ERASED]).await?;
    tx.run(
        "update growth_seat set state = 'ended', ended_at = $2 \
         where (person = $1 or guest = $1) and state in ('invited', 'taken')",
        args![person, tx.now()],
    )
    .await?;
    Ok(())
}
