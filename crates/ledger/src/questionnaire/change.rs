//! What the owner of the questionnaire does to it. Each act makes a new whole version.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::questionnaire::Change;
use leadership::{Wrongs, text};
use model::ITEM_LETTERS;
use rating::model::Role;

use super::{Asked, Questionnaire, in_use, owned};
use crate::chain::Said;
use crate::error::Refused;
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// A sentence in its five wordings, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// For who reports to the leader.
    pub subordinate: String,
    /// For who works beside the leader.
    pub peer: String,
    /// For whom the leader reports to.
    pub higher_up: String,
    /// For who is served by the leader's team.
    pub client: String,
    /// For the leader.
    pub own: String,
}

impl Wording {
    /// The wordings of an item, to begin from.
    #[must_use]
    pub fn of(item: &Asked) -> Self {
        let word = |role| item.worded(role).to_owned();
        Self {
            subordinate: word(Role::Subordinate),
            peer: word(Role::Peer),
            higher_up: word(Role::HigherUp),
            client: word(Role::Client),
            own: word(Role::Own),
        }
    }

    /// Names of the fields with their role, in order.
    #[must_use]
    pub fn fields(&self) -> [(&'static str, Role, &str); 5] {
        [
            ("subordinate", Role::Subordinate, &self.subordinate),
            ("peer", Role::Peer, &self.peer),
            ("higher_up", Role::HigherUp, &self.higher_up),
            ("client", Role::Client, &self.client),
            ("own", Role::Own, &self.own),
        ]
    }

    /// All five, each one short sentence that no other item says already.
    fn read(&self, others: &[&Asked], wrongs: &mut Wrongs) -> BTreeMap<Role, String> {
        let mut out = BTreeMap::new();
        for (field, role, typed) in self.fields() {
            let words = wrongs.take(text::line(field, typed));
            let letters = words.chars().count();
            if letters > ITEM_LETTERS {
                wrongs.add(
                    field,
                    format!("This has {letters} characters; a sentence to be rated on a telephone has at most {ITEM_LETTERS}."),
                );
            }
            let same = |item: &&&Asked| !words.is_empty() && item.worded(role).eq_ignore_ascii_case(&words);
            if let Some(same) = others.iter().find(same) {
                let name = model::shipped().name(&same.quality).unwrap_or(&same.quality);
                wrongs.add(field, format!("This is asked already, under “{name}”."));
            }
            out.insert(role, words);
        }
        out
    }
}

/// Keeps a new version. Rows are copied within the database; only what changed is written anew.
async fn keep(
    tx: &mut Tx,
    actor: &Actor,
    next: &Questionnaire,
    (kind, item, why): (Change, &str, &str),
) -> Result<i64, Refused> {
    let root = people::root(tx).await?;
    tx.run(
        "insert into questionnaire (version, shipped, made_by, made_at, kind, item, why) values ($1, $2, $3, $4, $5, $6, $7)",
        args![next.number, &next.shipped, actor.person, tx.now(), kind.name(), item, why],
    )
    .await?;
    for (place, asked) in next.items.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        tx.run(
            "insert into questionnaire_item (version, item, quality, place, since, ours, retired, subordinate, peer, \
             higher_up, client, own) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            args![
                next.number,
                &asked.key,
                &asked.quality,
                place,
                asked.since,
                i64::from(asked.ours),
                i64::from(asked.retired),
                asked.worded(Role::Subordinate),
                asked.worded(Role::Peer),
                asked.worded(Role::HigherUp),
                asked.worded(Role::Client),
                asked.worded(Role::Own)
            ],
        )
        .await?;
    }
    tx.say(
        Said::new("questionnaire", next.number, kind.name())
            .by(actor.person)
            .within(root)
            .with("version", next.version())
            .with("item", item)
            .sealed(actor.person, "why", why),
    );
    Ok(next.number)
}

/// The version in use, to be changed, with the number of the next.
async fn begun(tx: &mut Tx, actor: &Actor) -> Result<Questionnaire, Refused> {
    owned(tx, actor).await?;
    let mut found = in_use(tx).await?;
    found.number += 1;
    Ok(found)
}

fn place(found: &Questionnaire, key: &str) -> Result<usize, Refused> {
    found.items.iter().position(|item| item.key == key).ok_or(Refused::NotFound)
}

/// Adds an item to a quality or an outcome.
#[derive(Debug, Clone, Default)]
pub struct Add {
    /// Key of the quality or the outcome.
    pub quality: String,
    /// Its wordings.
    pub words: Wording,
    /// Why.
    pub why: String,
}

#[crate::act]
impl Act for Add {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let mut found = begun(tx, actor).await?;
        let mut wrongs = Wrongs::default();
        if model::shipped().name(&self.quality).is_none() {
            wrongs.add("quality", "Choose the quality that the sentence belongs to.");
        }
        let others: Vec<&Asked> = found.items.iter().filter(|item| !item.retired).collect();
        let words = self.words.read(&others, &mut wrongs);
        let why = wrongs.take(text::line("why", &self.why));
        let (words, why) = wrongs.or((words, why))?;
        let key = format!("{}-own-{}", self.quality, found.number);
        let asked = Asked {
            key: key.clone(),
            quality: self.quality.clone(),
            words,
            since: found.number,
            ours: true,
            retired: false,
        };
        // After the last of its quality, so that the order of the model stays.
        let at =
            found.items.iter().rposition(|item| item.quality == self.quality).map_or(found.items.len(), |at| at + 1);
        found.items.insert(at, asked);
        keep(tx, actor, &found, (Change::Added, &key, &why)).await?;
        Ok(key)
    }
}

/// Words an item otherwise, for all roles at once.
#[derive(Debug, Clone, Default)]
pub struct Reword {
    /// Which.
    pub item: String,
    /// The number of the version that was on the form.
    pub over: i64,
    /// The new wordings.
    pub words: Wording,
    /// Why.
    pub why: String,
}

#[crate::act]
impl Act for Reword {
    type Done = i64;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<i64, Refused> {
        let mut found = begun(tx, actor).await?;
        let at = place(&found, &self.item)?;
        let old = &found.items[at];
        if old.retired {
            return Err(Refused::conflict("This sentence is retired.", "Bring it back first."));
        }
        if old.since > self.over {
            return Err(Refused::conflict(
                "Somebody else reworded this sentence meanwhile.",
                "Open it anew and look at their wording first.",
            ));
        }
        let mut wrongs = Wrongs::default();
        let others: Vec<&Asked> = found.items.iter().filter(|item| !item.retired && item.key != self.item).collect();
        let words = self.words.read(&others, &mut wrongs);
        let why = wrongs.take(text::line("why", &self.why));
        let (words, why) = wrongs.or((words, why))?;
        if words == old.words {
            return Err(Wrongs::one("", "Nothing was changed.").into());
        }
        let number = found.number;
        let item = &mut found.items[at];
        (item.words, item.since, item.ours) = (words, number, true);
        keep(tx, actor, &found, (Change::Reworded, &self.item, &why)).await
    }
}

/// Asks an item no more. The last one of a quality is reworded instead: what has no sentence cannot be rated.
#[derive(Debug, Clone, Default)]
pub struct Retire {
    /// Which.
    pub item: String,
    /// Why.
    pub why: String,
}

#[crate::act]
impl Act for Retire {
    type Done = i64;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<i64, Refused> {
        let mut found = begun(tx, actor).await?;
        let at = place(&found, &self.item)?;
        if found.items[at].retired {
            return Err(Refused::conflict("This sentence is retired already.", "There is nothing more to do."));
        }
        let why = text::line("why", &self.why)?;
        let quality = found.items[at].quality.clone();
        if found.of(&quality).count() == 1 {
            return Err(Refused::conflict(
                "It is the only sentence of its quality, and what has none cannot be rated.",
                "Reword it, or add another one first.",
            ));
        }
        found.items[at].retired = true;
        keep(tx, actor, &found, (Change::Retired, &self.item, &why)).await
    }
}

/// Asks a retired item again, as it was worded last.
#[derive(Debug, Clone, Default)]
pub struct BringBack {
    /// Which.
    pub item: String,
    /// Why.
    pub why: String,
}

#[crate::act]
impl Act for BringBack {
    type Done = i64;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<i64, Refused> {
        let mut found = begun(tx, actor).await?;
        let at = place(&found, &self.item)?;
        if !found.items[at].retired {
            return Err(Refused::conflict("This sentence is asked.", "There is nothing to bring back."));
        }
        let why = text::line("why", &self.why)?;
        found.items[at].retired = false;
        keep(tx, actor, &found, (Change::BroughtBack, &self.item, &why)).await
    }
}

/// Takes the shipped model over when it is newer than the one that the questionnaire was made over. What was
/// added, reworded and retired here stays so.
#[derive(Debug, Clone, Copy)]
pub struct TakeOver;

#[crate::act]
impl Act for TakeOver {
    type Done = i64;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<i64, Refused> {
        let found = begun(tx, actor).await?;
        let model = model::shipped();
        if found.number == 1 || found.shipped == model.version {
            return Err(Refused::conflict("The newest shipped model is in use.", "There is nothing to take over."));
        }
        let next = over(&found, Questionnaire::shipped(model));
        let why = format!("The shipped model is now version {}.", model.version);
        keep(tx, actor, &next, (Change::TakenOver, "", &why)).await
    }
}

/// The newer shipped questionnaire with what was changed here on top. `found` has the number of the next version.
pub(crate) fn over(found: &Questionnaire, mut shipped: Questionnaire) -> Questionnaire {
    for item in &mut shipped.items {
        let Some(old) = found.item(&item.key) else {
            item.since = found.number;
            continue;
        };
        item.retired = old.retired;
        if old.ours {
            item.words.clone_from(&old.words);
            (item.ours, item.since) = (true, old.since);
        } else {
            item.since = if item.words == old.words { old.since } else { found.number };
        }
    }
    let own: Vec<Asked> =
        found.items.iter().filter(|item| item.ours && shipped.item(&item.key).is_none()).cloned().collect();
    for item in own {
        let last = shipped.items.iter().rposition(|other| other.quality == item.quality);
        shipped.items.insert(last.map_or(shipped.items.len(), |at| at + 1), item);
    }
    shipped.number = found.number;
    shipped
}
