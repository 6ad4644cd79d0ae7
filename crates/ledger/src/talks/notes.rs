//! What goes on in one's life: notes of one's own, seen by nobody else. One shows a note to somebody by an act, and takes
//! it back at any time.

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{Id, PersonId, text};

use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// Names notes, for the type of their identifiers.
#[derive(Debug)]
pub enum NoteNoun {}
/// A note.
pub type NoteId = Id<NoteNoun>;

/// Most notes that one keeps.
const MOST: i64 = 100;

/// A note on one's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its identifier.
    pub id: NoteId,
    /// Whose.
    pub person: PersonId,
    /// The words.
    pub words: String,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// To whom it is shown now; for its own person alone.
    pub shown_to: Vec<PersonId>,
}

/// The notes of an actor, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Vec<Note>, LedgerError> {
    let rows = tx
        .rows(
            "select n.*, s.person as shown_to from life_note n left join life_note_shown s on s.note = n.id \
             where n.person = $1 order by n.made_at desc, n.id desc, s.shown_at, s.person",
            args![actor.person],
        )
        .await?;
    let mut out: Vec<Note> = Vec::new();
    for row in &rows {
        let id: NoteId = row.id("id")?;
        let shown: Option<PersonId> = row.id_or_null("shown_to")?;
        match out.last_mut() {
            Some(last) if last.id == id => last.shown_to.extend(shown),
            _ => out.push(Note {
                id,
                person: row.id("person")?,
                words: row.text("words")?,
                changed_at: row.at("changed_at")?,
                shown_to: shown.into_iter().collect(),
            }),
        }
    }
    Ok(out)
}

/// What others show to an actor now, newest first; of one person alone where one is named.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn shown_to_me(tx: &mut Tx, actor: &Actor, of: Option<PersonId>) -> Result<Vec<Note>, LedgerError> {
    let rows = tx
        .rows(
            "select n.* from life_note n join life_note_shown s on s.note = n.id where s.person = $1 \
             order by s.shown_at desc, n.id limit $2",
            args![actor.person, MOST],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let person: PersonId = row.id("person")?;
        if of.is_none_or(|of| of == person) {
            out.push(Note {
                id: row.id("id")?,
                person,
                words: row.text("words")?,
                changed_at: row.at("changed_at")?,
                shown_to: Vec::new(),
            });
        }
    }
    Ok(out)
}

/// Refuses what is not one's own note.
async fn own(tx: &mut Tx, actor: &Actor, note: NoteId) -> Result<(), Refused> {
    let found = tx.one("select id from life_note where id = $1 and person = $2", args![note, actor.person]).await?;
    found.map(|_| ()).ok_or(Refused::NotFound)
}

/// The chain keeps that something was done to a note, and nothing of it, nor whom it was shown to.
fn happened(note: NoteId, kind: &'static str, actor: &Actor) -> Said {
    Said::new("life_note", note, kind).by(actor.person).felt_by([], [])
}

/// Writes a note.
#[derive(Debug, Clone)]
pub struct WriteNote {
    /// The words.
    pub words: String,
}

#[crate::act]
impl Act for WriteNote {
    type Done = NoteId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<NoteId, Refused> {
        let words = text::prose("words", &self.words)?;
        let kept = tx.count("select count(*) as n from life_note where person = $1", args![actor.person]).await?;
        if kept >= MOST {
            return Err(Refused::conflict("You keep a hundred notes.", "Throw one away first."));
        }
        let id: NoteId = tx.id();
        tx.run(
            "insert into life_note (id, person, words, made_at, changed_at) values ($1, $2, $3, $4, $4)",
            args![id, actor.person, &words, tx.now()],
        )
        .await?;
        tx.say(happened(id, "written", actor));
        Ok(id)
    }
}

/// Shows a note to somebody.
#[derive(Debug, Clone, Copy)]
pub struct ShowNote {
    /// Which.
    pub note: NoteId,
    /// To whom.
    pub to: Option<PersonId>,
}

#[crate::act]
impl Act for ShowNote {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        own(tx, actor, self.note).await?;
        let known = match self.to {
            Some(to) => asks::reachable(tx, actor).await?.into_iter().any(|(person, _)| person.id == to),
            None => false,
        };
        let Some(to) = self.to.filter(|_| known) else {
            return Err(Refused::field("to", "Choose somebody of your circles."));
        };
        tx.run(
            "insert into life_note_shown (note, person, shown_at) values ($1, $2, $3) on conflict do nothing",
            args![self.note, to, tx.now()],
        )
        .await?;
        tx.say(happened(self.note, "shown", actor));
        Ok(())
    }
}

/// Takes a note back from somebody: from then on they do not see it.
#[derive(Debug, Clone, Copy)]
pub struct TakeBack {
    /// Which.
    pub note: NoteId,
    /// From whom.
    pub from: Option<PersonId>,
}

#[crate::act]
impl Act for TakeBack {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        own(tx, actor, self.note).await?;
        tx.run("delete from life_note_shown where note = $1 and person = $2", args![self.note, self.from]).await?;
        tx.say(happened(self.note, "taken_back", actor));
        Ok(())
    }
}

/// Throws a note away.
#[derive(Debug, Clone, Copy)]
pub struct ThrowAway {
    /// Which.
    pub note: NoteId,
}

#[crate::act]
impl Act for ThrowAway {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        own(tx, actor, self.note).await?;
        tx.run("delete from life_note_shown where note = $1", args![self.note]).await?;
        tx.run("delete from life_note where id = $1", args![self.note]).await?;
        tx.say(happened(self.note, "thrown_away", actor));
        Ok(())
    }
}

/// Takes away what is a person's alone.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run(
        "delete from life_note_shown where person = $1 or note in (select id from life_note where person = $1)",
        args![person],
    )
    .await?;
    tx.run("delete from life_note where person = $1", args![person]).await?;
    Ok(())
}
