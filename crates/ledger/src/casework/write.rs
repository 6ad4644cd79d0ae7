//! One entry: written by who is signed in, or where nobody can be, by nobody with a name that was typed.

use casebook::{Act as Entry, Canvas};
use leadership::circle::Actor;
use leadership::{PersonId, text};

use super::{NOUN, asked, counted, last, may_own, opened};
use crate::chain::{Said, sha256};
use crate::decisions;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Writes an entry down.
#[derive(Debug, Clone)]
pub struct Write {
    /// What is done.
    pub act: Entry,
    /// Who does it, as they call themselves; where people sign in it is not kept.
    pub by: String,
    /// Asks for options and problems opened by hand, by the number of their entry, that it answers for who does it.
    pub asks: Vec<u64>,
}

#[crate::act]
impl Act for Write {
    type Done = u64;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<u64, Refused> {
        let begun = !people::is_empty(tx).await?;
        if begun && !actor.sight.is_inside() {
            return Err(Refused::NotFound);
        }
        let person = begun.then_some(actor.person);
        let by = if begun { String::new() } else { text::line_or_none("by", &self.by)?.unwrap_or_default() };
        let mut whom = Vec::new();
        match &self.act {
            Entry::Canvas { canvas, .. } => ties(tx, actor, canvas).await?,
            // Where nobody signs in there is nobody to be asked.
            Entry::Ask { .. } | Entry::Pass { .. } | Entry::Open { .. } | Entry::Review { .. } if !begun => {
                return Err(Refused::NotFound);
            }
            Entry::Ask { circle, until, why, .. } => whom = asked::whom(tx, actor, (*circle, *until), why).await?,
            Entry::Open { of, circle, canvas } => {
                opened::may_open(actor, *circle, &of.title, &canvas.asked)?;
                ties(tx, actor, canvas).await?;
            }
            Entry::Review { open, clear, missing, agreed, .. } => {
                opened::review(tx, actor, *open, (clear, missing, *agreed)).await?;
            }
            Entry::Undo { entry } => {
                let there = "select count(*) as n from problem_entry where number = $1";
                if tx.count(there, args![counted(*entry)?]).await? == 0 {
                    return Err(Refused::field("entry", "There is no such entry."));
                }
            }
            _ => {}
        }
        let number = last(tx).await? + 1;
        let act = opened::numbered(&self.act, number);
        insert(tx, &Kept { number, at: tx.now(), person, by: &by, act: &act, line: None }).await?;
        let mut said = said(tx, number, person, &act).await?;
        match &act {
            Entry::Ask { until, .. } => asked::keep(tx, number, *until, &whom).await?,
            Entry::Open { circle, .. } => opened::keep(tx, number, *circle, actor.person).await?,
            _ => {}
        }
        if let Some(person) = person {
            asked::answer(tx, person, &self.asks).await?;
            opened::answer(tx, person, &self.asks).await?;
            said = said.by(person).within(people::root(tx).await?);
        }
        tx.say(said);
        Ok(number)
    }
}

/// Checks what a canvas names: an owner who may see the desk, a decision that the actor sees, authors of options who
/// wrote something here. What an earlier version named may stay, also when the owner has left, or another may see the
/// decision and this actor may not.
async fn ties(tx: &mut Tx, actor: &Actor, canvas: &Canvas) -> Result<(), Refused> {
    for author in canvas.contributors().into_iter().filter(|author| *author != actor.person) {
        let wrote = "select count(*) as n from problem_entry where person = $1 and kind = 'canvas'";
        if tx.count(wrote, args![author]).await? == 0 {
            return Err(Refused::field("o0-what", "An option is of who proposed it."));
        }
    }
    if let Some(owner) = canvas.owner_person {
        let named = "select count(*) as n from problem_entry where owner = $1";
        if tx.count(named, args![owner]).await? == 0 && !may_own(tx).await?.iter().any(|(id, _)| *id == owner) {
            return Err(Refused::field("owner_person", "Choose somebody of the list."));
        }
    }
    if let Some(decision) = canvas.decision_of {
        let linked = "select count(*) as n from problem_entry where decision = $1";
        if decisions::get(tx, actor, decision).await?.is_none() && tx.count(linked, args![decision]).await? == 0 {
            return Err(Refused::field("decision_of", "Choose a decision of the list."));
        }
    }
    Ok(())
}

/// An entry as it is kept.
pub(super) struct Kept<'a> {
    pub number: u64,
    pub at: jiff::Timestamp,
    pub person: Option<PersonId>,
    pub by: &'a str,
    pub act: &'a Entry,
    /// Its number in the file that it was taken over from.
    pub line: Option<u64>,
}

pub(super) async fn insert(tx: &mut Tx, kept: &Kept<'_>) -> Result<(), LedgerError> {
    let sides = kept.act.sides();
    let (problem, title) = sides.first().map_or(("", ""), |side| (side.id.as_str(), side.title.as_str()));
    let (owner, decision) = kept.act.canvas().map_or((None, None), |canvas| (canvas.owner_person, canvas.decision_of));
    let undoes = match kept.act {
        Entry::Undo { entry } => Some(counted(*entry)?),
        _ => None,
    };
    tx.run(
        "insert into problem_entry (number, at, person, by_name, kind, problem, title, owner, decision, undoes, line, \
         body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            counted(kept.number)?,
            kept.at,
            kept.person,
            kept.by,
            kept.act.kind(),
            problem,
            title,
            owner,
            decision,
            undoes,
            kept.line.map(counted).transpose()?,
            serde_json::to_string(kept.act)?
        ],
    )
    .await?;
    Ok(())
}

/// What the chain says of an entry: what was done, in the words that stand for it, and a digest of all of it, with
/// the tickets and the whole canvas. What somebody says for themselves is sealed with their key and has no digest: short
/// words could be guessed from one after they were erased.
async fn said(tx: &mut Tx, number: u64, person: Option<PersonId>, act: &Entry) -> Result<Said, LedgerError> {
    let subject = match act {
        Entry::Undo { entry } => {
            let row = tx.one("select problem from problem_entry where number = $1", args![counted(*entry)?]).await?;
            row.map(|row| row.text("problem")).transpose()?.unwrap_or_default()
        }
        _ => act.sides().first().map(|side| side.id.clone()).unwrap_or_default(),
    };
    let said = Said::new(NOUN, subject, act.kind()).with("entry", number);
    let own = |said: Said, field, words: &str| match person {
        Some(person) if !words.is_empty() => said.sealed(person, field, words),
        _ => said,
    };
    let said = match act {
        Entry::Ask { circle, until, why, .. } => {
            return Ok(own(said, "why", why).with("of", circle.to_string()).with("until", until.to_string()));
        }
        Entry::Pass { words, .. } => return Ok(own(said, "words", words)),
        Entry::Open { of, circle, canvas } => {
            let said = own(own(said, "asked", &canvas.asked), "needed", &canvas.needed);
            return Ok(said.with("title", of.title.as_str()).with("of", circle.to_string()).with("tickets", of.n));
        }
        Entry::Review { open, clear, missing, agreed, .. } => {
            let said = own(own(said, "clear", clear), "missing", missing);
            return Ok(said.with("open", *open).with("agreed", *agreed));
        }
        _ => said.with("digest", sha256(&serde_json::to_string(act)?)),
    };
    let id = |id: Option<String>| id.unwrap_or_default();
    Ok(match act {
        Entry::Merge { sides } => {
            said.with("with", sides.iter().skip(1).map(|side| side.id.as_str()).collect::<Vec<_>>().join(", "))
        }
        Entry::Split { off, title, .. } => said.with("tickets", off.len()).with("title", title.as_str()),
        Entry::Apart { sides: [_, other] } => said.with("from", other.id.as_str()),
        Entry::Rename { title, .. } => said.with("title", title.as_str()),
        Entry::Dismiss { reason, .. } => said.with("reason", reason.as_str()),
        Entry::Canvas { canvas, .. } => said
            .with("owner", id(canvas.owner_person.map(|id| id.to_string())))
            .with("decision", id(canvas.decision_of.map(|id| id.to_string()))),
        Entry::Fixed { on, team, what, .. } => {
            said.with("on", on.to_string()).with("team", team.as_str()).with("what", what.as_str())
        }
        Entry::Window { chosen, .. } => said.with("from", chosen.from.to_string()).with("to", chosen.to.to_string()),
        Entry::Undo { entry } => said.with("undoes", *entry),
        Entry::Ask { .. } | Entry::Pass { .. } | Entry::Open { .. } | Entry::Review { .. } => said,
    })
}
