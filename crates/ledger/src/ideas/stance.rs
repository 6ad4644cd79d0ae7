//! Where people stand on an idea, under their names: said by those of its circle, read by those who see it from inside.
//! What somebody says here is theirs to change. Where ideas converge is told from five people on.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::idea::{Stance, converging};
use leadership::share::{LEAST, Share};
use leadership::{CircleId, PersonId, Wrongs, text};

use super::{Filter, Idea, IdeaId, get, list};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::store::{Arg, Row, listed};
use crate::tx::Tx;

/// Where somebody stands on an idea.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub stance: Stance,
    /// In their words; may be empty.
    pub words: String,
    /// When they said so last.
    pub at: Timestamp,
}

/// An idea beside the others of its circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Which.
    pub idea: Idea,
    /// Of those who said where they stand, how many are for it or could live with it.
    pub along: Share,
    /// Of the pairs of people who stand apart on another idea, how many stand together on this one; see [`converging`].
    pub together: Share,
}

fn stance(row: &Row) -> Result<Stance, LedgerError> {
    let name = row.text("stance")?;
    Stance::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no stance on an idea is “{name}”")))
}

/// Where people stand on an idea, for who sees its circle from inside: a client whose idea it is does not read it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn stands(tx: &mut Tx, actor: &Actor, idea: &Idea) -> Result<Vec<Stood>, LedgerError> {
    if !actor.sight.inside.contains(&idea.circle) {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select * from idea_stance where idea = $1 order by said_at, person", args![idea.id]).await?;
    rows.iter()
        .map(|row| {
            let (words, at) = (row.text("words")?, row.at("said_at")?);
            Ok(Stood { person: row.id("person")?, stance: stance(row)?, words, at })
        })
        .collect()
}

/// Says where one stands on an idea that is not decided, or changes it.
#[derive(Debug, Clone)]
pub struct Stand {
    /// Which.
    pub idea: IdeaId,
    /// `for`, `could_live` or `against`.
    pub stance: String,
    /// Why; for who is against it, not empty.
    pub words: String,
}

#[crate::act]
impl Act for Stand {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.idea).await?.ok_or(Refused::NotFound)?;
        if !actor.sight.inside.contains(&found.circle) {
            return Err(Refused::NotYours("The people of the circle say where they stand.".to_owned()));
        }
        if !found.state.is_undecided() {
            return Err(Refused::conflict("It was decided.", "Offer it anew if things changed."));
        }
        let mut wrongs = Wrongs::default();
        let stance = Stance::from_name(&self.stance);
        if stance.is_none() {
            wrongs.add("stance", "Choose one of these.");
        }
        let words = match stance {
            // A no without its reason helps nobody to make the idea better.
            Some(Stance::Against) => text::prose("words", &self.words),
            _ => text::prose_or_empty("words", &self.words),
        };
        let words = wrongs.take(words);
        let words = wrongs.or(words)?;
        let stance = stance.ok_or(Refused::NotFound)?;
        tx.run(
            "insert into idea_stance (idea, person, stance, words, said_at) values ($1, $2, $3, $4, $5) \
             on conflict (idea, person) do update set stance = $3, words = $4, said_at = $5",
            args![self.idea, actor.person, stance.name(), &words, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("idea", self.idea, "stance_taken")
                .by(actor.person)
                .within(found.circle)
                .sealed(actor.person, "stance", stance.name())
                .sealed(actor.person, "words", words),
        );
        Ok(())
    }
}

/// The open ideas of a circle on which at least five people said where they stand: those on which people stand together
/// who stand apart elsewhere come first, those without enough pairs after them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn meeting(tx: &mut Tx, actor: &Actor, circle: CircleId) -> Result<Vec<Met>, LedgerError> {
    if !actor.sight.inside.contains(&circle) {
        return Ok(Vec::new());
    }
    let all = list(tx, actor, Filter { circle: Some(circle), ..Filter::default() }).await?;
    let ids: Vec<Arg> = all.iter().filter(|one| one.state.is_undecided()).map(|one| Arg::from(one.id)).collect();
    let mut said: BTreeMap<IdeaId, BTreeMap<PersonId, Stance>> = BTreeMap::new();
    for some in ids.chunks(500) {
        let sql = listed("select idea, person, stance from idea_stance where idea in ({})", 1, some.len());
        for row in tx.rows(sql, some).await? {
            said.entry(row.id("idea")?).or_default().insert(row.id("person")?, stance(&row)?);
        }
    }
    let pairs = converging(&said);
    let along = |of: &BTreeMap<PersonId, Stance>| {
        let so = of.values().filter(|stance| **stance != Stance::Against).count();
        Share { so: u64::try_from(so).unwrap_or_default(), n: u64::try_from(of.len()).unwrap_or_default() }
    };
    let mut out: Vec<Met> = all
        .into_iter()
        .filter_map(|idea| {
            let along = along(said.get(&idea.id)?);
            let together = pairs.get(&idea.id).copied().unwrap_or_default();
            (along.n >= LEAST).then_some(Met { idea, along, together })
        })
        .collect();
    out.sort_by_key(|one| {
        let rank = |share: Share| std::cmp::Reverse(share.percent());
        (rank(one.together), rank(one.along), one.idea.id)
    });
    Ok(out)
}

/// Takes away where a person stood: it was theirs.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from idea_stance where person = $1", args![person]).await?;
    Ok(())
}
