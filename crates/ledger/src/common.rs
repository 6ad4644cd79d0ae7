//! Common ground: what people show of what they like beside work. Shown to those who hold a role in a circle in which one
//! holds a role, and to no client; taken back by leaving it out. The chain keeps that something was changed, and no word.

use std::collections::{BTreeMap, BTreeSet};

use leadership::circle::Actor;
use leadership::{CircleId, PersonId, common};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::of_circles;
use crate::ledger::Act;
use crate::people::Place;
use crate::tx::Tx;

/// What this room holds about a person, for their own eyes.
pub(crate) const MINE: &[Place] = &[Place {
    room: "Common ground",
    what: "What you like beside work, as you show it to the people of your circles",
    covers: ("shared_interest", "person"),
    sql: "select words, shown_at from shared_interest where person = $1 order by word",
    shows: &[("words", "What"), ("shown_at", "Shown since")],
}];

/// Something that is liked, and who shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liked {
    /// In the words of the first of them.
    pub words: String,
    /// Whether the actor shows it as well.
    pub mine: bool,
    /// Who else, by name.
    pub people: Vec<(PersonId, String)>,
}

/// What this actor shows, in their own words.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Vec<String>, LedgerError> {
    let rows =
        tx.rows("select words from shared_interest where person = $1 order by word", args![actor.person]).await?;
    rows.iter().map(|row| row.text("words")).collect()
}

/// The circles of whose people an actor sees what they like: those in which they hold a role from inside.
fn circles(actor: &Actor) -> BTreeSet<CircleId> {
    actor.sight.own.intersection(&actor.sight.inside).copied().collect()
}

/// What the people of the actor's circles like, by what it is, the actor's own left out of the people.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn ground(tx: &mut Tx, actor: &Actor) -> Result<Vec<Liked>, LedgerError> {
    let own: BTreeSet<String> = mine(tx, actor).await?.iter().map(|words| common::folded(words)).collect();
    let rows = of_circles(
        tx,
        "select distinct i.word, i.words, p.id, p.name from shared_interest i join person p on p.id = i.person \
         join held_role r on r.person = i.person where p.left_at is null and p.erased_at is null \
         and r.role <> 'client_contact' and r.circle in ({})",
        &circles(actor),
    )
    .await?;
    let mut found: BTreeMap<String, (String, BTreeSet<(String, PersonId)>)> = BTreeMap::new();
    for row in &rows {
        let person: PersonId = row.id("id")?;
        if person != actor.person {
            let (_, people) = found.entry(row.text("word")?).or_insert((row.text("words")?, BTreeSet::new()));
            people.insert((row.text("name")?, person));
        }
    }
    Ok(found
        .into_iter()
        .map(|(word, (words, people))| Liked {
            words,
            mine: own.contains(&word),
            people: people.into_iter().map(|(name, person)| (person, name)).collect(),
        })
        .collect())
}

/// What an actor and somebody of their circles both show, in the other's words.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn with(tx: &mut Tx, actor: &Actor, other: PersonId) -> Result<Vec<String>, LedgerError> {
    let all = ground(tx, actor).await?;
    let both = all.into_iter().filter(|one| one.mine && one.people.iter().any(|(person, _)| *person == other));
    Ok(both.map(|one| one.words).collect())
}

/// Shows what one likes, in place of what was shown before; nothing takes all of it back.
#[derive(Debug, Clone, Default)]
pub struct Show {
    /// One a line.
    pub words: String,
}

#[crate::act]
impl Act for Show {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        if circles(actor).is_empty() {
            return Err(Refused::NotFound);
        }
        let words = common::typed("words", &self.words)?;
        tx.run("delete from shared_interest where person = $1", args![actor.person]).await?;
        for (word, words) in &words {
            tx.run(
                "insert into shared_interest (person, word, words, shown_at) values ($1, $2, $3, $4)",
                args![actor.person, word, words, tx.now()],
            )
            .await?;
        }
        tx.say(Said::new("common_ground", actor.person, "changed").by(actor.person));
        Ok(())
    }
}

/// Takes away what a person showed.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from shared_interest where person = $1", args![person]).await?;
    Ok(())
}
