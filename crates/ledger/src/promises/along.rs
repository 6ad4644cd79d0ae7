//! Promises that are made along with something else: a decision, what is told of it, an answer, a talk. They are
//! made within its act, so that both are kept or neither, and lead back to it.

use leadership::circle::Actor;
use leadership::promise::intended::field;
use leadership::promise::{Intended, Origin, To};
use leadership::{CircleId, PromiseId, Wrongs, text};

use super::make::{Make, make, whom};
use crate::error::Refused;
use crate::people;
use crate::tx::Tx;

/// Where promises come from, and where they are kept.
#[derive(Debug, Clone)]
pub struct Along<'a> {
    /// What kind of thing.
    pub origin: Origin,
    /// Its identifier.
    pub id: String,
    /// The circle that it is for: the promises are in it where both sides see it.
    pub circle: Option<CircleId>,
    /// Whether only the two sides see them, as what comes out of something closed.
    pub only_sides: bool,
    /// The rows as they were typed.
    pub rows: &'a [Intended],
}

/// Makes the promises of rows; empty rows are left out. What the actor writes for somebody else is asked of them:
/// it waits until they accept.
///
/// # Errors
/// Row by row, as [`field`] names them; or when the database refuses.
#[crate::asked]
pub async fn along(tx: &mut Tx, actor: &Actor, from: &Along<'_>) -> Result<Vec<PromiseId>, Refused> {
    let mut wrongs = Wrongs::default();
    wrongs.take(Intended::read(from.rows));
    let mut made = Vec::new();
    for (at, row) in from.rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
        match one(tx, actor, from, row).await {
            Ok(id) => made.push(id),
            Err(Refused::Wrong(found)) => {
                for mut wrong in found.0 {
                    let name = match wrong.field.as_str() {
                        name @ ("from" | "what" | "due" | "known") => name,
                        // The circle and who sees it follow from whom it is made to.
                        _ => "to",
                    };
                    wrong.field = field(name, at + 1);
                    wrongs.0.push(wrong);
                }
            }
            Err(other) => return Err(other),
        }
    }
    Ok(wrongs.or(made)?)
}

async fn one(tx: &mut Tx, actor: &Actor, from: &Along<'_>, row: &Intended) -> Result<PromiseId, Refused> {
    let mut wrongs = Wrongs::default();
    wrongs.take(text::line("what", &row.what));
    let due = wrongs.take(text::day("due", &row.due).map(Some));
    let promiser = match row.from.trim() {
        "" => Some(actor.person),
        typed => match named(tx, actor, "from", typed, &mut wrongs).await? {
            Some(To::Person(person)) => Some(person),
            Some(To::Circle(_)) => {
                wrongs.add("from", "A promise is one person's to make. Name a person.");
                None
            }
            None => None,
        },
    };
    let to = named(tx, actor, "to", &row.to, &mut wrongs).await?;
    let due = wrongs.or(due)?;
    let (Some(promiser), Some(to), Some(due)) = (promiser, to, due) else { return Err(Refused::NotFound) };
    let mut circle = None;
    if let (Some(wanted), To::Person(person)) = (from.circle, to) {
        let both = [people::actor(tx, promiser).await?, people::actor(tx, person).await?];
        circle = both.iter().flatten().all(|side| side.sight.sees(wanted)).then_some(wanted);
    }
    let promise = Make {
        from: promiser,
        to,
        circle,
        what: &row.what,
        known: &row.known,
        due,
        every: None,
        only_sides: from.only_sides,
        origin: from.origin,
        origin_id: Some(from.id.clone()),
    };
    make(tx, actor, &promise).await
}

/// Whom a typed text names; what is wrong with it is noted at the field.
async fn named(
    tx: &mut Tx,
    actor: &Actor,
    field: &str,
    typed: &str,
    wrongs: &mut Wrongs,
) -> Result<Option<To>, Refused> {
    match whom(tx, actor, field, typed).await {
        Ok(found) => Ok(Some(found)),
        Err(Refused::Wrong(found)) => {
            wrongs.0.extend(found.0);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
