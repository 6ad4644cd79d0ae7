//! What an aim needs: asked, granted, missing, in four kinds.
//!
//! A grant is a promise: of who grants, to who asked, due on the day on which it will be there. It is made within
//! the same act, and from then on kept, renegotiated and closed like any other.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::aim::Resource;
use leadership::circle::Actor;
use leadership::promise::keeping::Tally;
use leadership::promise::{Origin, To};
use leadership::share::LEAST;
use leadership::{AimId, Id, PersonId, Wrongs, text};

use super::{Aims, seen_aim, steered, word};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::promises;
use crate::store::Row;
use crate::tx::Tx;

/// For the type of an ask's identifier.
#[derive(Debug)]
pub enum AskNoun {}
/// The identifier of an ask.
pub type AskId = Id<AskNoun>;

/// One thing that an aim needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its identifier.
    pub id: AskId,
    /// Which aim.
    pub aim: AimId,
    /// Its kind, which says what amounts are counted in.
    pub kind: Resource,
    /// What.
    pub what: String,
    /// How much is asked.
    pub asked: i64,
    /// When it is needed.
    pub needed_by: Option<Date>,
    /// Who asked.
    pub asked_by: PersonId,
    /// Who can grant it.
    pub asked_of: PersonId,
    /// When.
    pub asked_at: Timestamp,
    /// Whether it waits for an answer.
    pub open: bool,
    /// How much was granted.
    pub granted: i64,
    /// When it will be there.
    pub granted_by: Option<Date>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// What was said to it.
    pub words: String,
}

impl Need {
    /// How much is missing, in the unit of its kind.
    #[must_use]
    pub fn missing(&self) -> i64 {
        (self.asked - self.granted).max(0)
    }
}

fn need(row: &Row) -> Result<Need, LedgerError> {
    Ok(Need {
        id: row.id("id")?,
        aim: row.id("aim")?,
        kind: word(row, "kind", Resource::from_name)?,
        what: row.text("what")?,
        asked: row.int("asked")?,
        needed_by: row.day_or_null("needed_by")?,
        asked_by: row.id("asked_by")?,
        asked_of: row.id("asked_of")?,
        asked_at: row.at("asked_at")?,
        open: row.text("state")? == "asked",
        granted: row.int("granted")?,
        granted_by: row.day_or_null("granted_by_day")?,
        answered_at: row.at_or_null("answered_at")?,
        words: row.text("words")?,
    })
}

/// What the aims that are seen need: one query.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn all(tx: &mut Tx, aims: &Aims) -> Result<BTreeMap<AimId, Vec<Need>>, LedgerError> {
    let mut out: BTreeMap<AimId, Vec<Need>> = BTreeMap::new();
    for row in tx.rows("select * from aim_resource order by asked_at, id", args![]).await? {
        let need = need(&row)?;
        if aims.all.contains_key(&need.aim) {
            out.entry(need.aim).or_default().push(need);
        }
    }
    Ok(out)
}

/// What one aim needs, when a person sees it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of(tx: &mut Tx, actor: &Actor, aim: AimId) -> Result<Vec<Need>, LedgerError> {
    if super::get(tx, actor, aim).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select * from aim_resource where aim = $1 order by asked_at, id", args![aim]).await?;
    rows.iter().map(need).collect()
}

/// The promises that granted it, as far as a person sees them, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn promised(tx: &mut Tx, actor: &Actor, ask: AskId) -> Result<Vec<promises::Promise>, LedgerError> {
    promises::of_origin(tx, actor, Origin::Grant, &ask.to_string()).await
}

/// How promises were kept by which these needs were granted, as far as a person sees them. `None` where fewer than
/// [`LEAST`] people promised them: it would be a figure about some of those.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn kept(
    tx: &mut Tx,
    actor: &Actor,
    needs: &BTreeMap<AimId, Vec<Need>>,
) -> Result<Option<Tally>, LedgerError> {
    let asks: BTreeSet<String> = needs.values().flatten().map(|need| need.id.to_string()).collect();
    let mut granted = promises::granted(tx, actor).await?;
    granted.retain(|one| one.origin_id.as_ref().is_some_and(|id| asks.contains(id)));
    let closed: Vec<_> = granted.iter().filter_map(|one| Some((one.from, one.closed()?))).collect();
    let people: BTreeSet<PersonId> = closed.iter().map(|(from, _)| *from).collect();
    let closed: Vec<_> = closed.into_iter().map(|(_, closed)| closed).collect();
    Ok(u64::try_from(people.len()).is_ok_and(|people| people >= LEAST).then(|| Tally::of(&closed)))
}

/// One thing that an aim needs, when a person sees the aim.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: AskId) -> Result<Option<Need>, LedgerError> {
    let Some(row) = tx.one("select * from aim_resource where id = $1", args![id]).await? else { return Ok(None) };
    let found = need(&row)?;
    Ok(super::get(tx, actor, found.aim).await?.map(|_| found))
}

/// Asked, granted and missing of one kind, summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// How many asks.
    pub n: usize,
    /// Asked, in the unit of the kind.
    pub asked: i64,
    /// Granted.
    pub granted: i64,
    /// Missing; more of one does not make up for less of another.
    pub missing: i64,
}

/// Sums by kind, of kinds that were asked for.
#[must_use]
pub fn sums<'a>(needs: impl IntoIterator<Item = &'a Need>) -> Vec<(Resource, Sum)> {
    let mut by: BTreeMap<Resource, Sum> = BTreeMap::new();
    for need in needs {
        let sum = by.entry(need.kind).or_default();
        sum.n += 1;
        sum.asked = sum.asked.saturating_add(need.asked);
        sum.granted = sum.granted.saturating_add(need.granted);
        sum.missing = sum.missing.saturating_add(need.missing());
    }
    by.into_iter().collect()
}

/// The first day on which something that is missing is needed.
#[must_use]
pub fn soonest(needs: &[Need]) -> Option<Date> {
    needs.iter().filter(|need| need.missing() > 0).filter_map(|need| need.needed_by).min()
}

/// The aims that lack something of what they asked for, with all that they need: those first that need it soonest, those
/// without a day last.
#[must_use]
pub fn lacking(needs: &BTreeMap<AimId, Vec<Need>>) -> Vec<(AimId, &[Need])> {
    let mut out: Vec<(AimId, &[Need])> = needs
        .iter()
        .filter(|(_, needs)| needs.iter().any(|need| need.missing() > 0))
        .map(|(aim, needs)| (*aim, needs.as_slice()))
        .collect();
    out.sort_by_key(|(aim, needs)| (soonest(needs).is_none(), soonest(needs), *aim));
    out
}

/// What waits for an answer, longest first.
#[must_use]
pub fn waiting(needs: &BTreeMap<AimId, Vec<Need>>) -> Vec<&Need> {
    let mut out: Vec<&Need> = needs.values().flatten().filter(|need| need.open).collect();
    out.sort_by_key(|need| (need.asked_at, need.id));
    out
}

/// Asks for what an aim needs.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Which aim.
    pub aim: AimId,
    /// Its kind.
    pub kind: Resource,
    /// What.
    pub what: String,
    /// How much, as typed.
    pub amount: String,
    /// When it is needed, as typed; may be empty.
    pub needed_by: String,
    /// Who can grant it.
    pub of: Option<PersonId>,
}

#[crate::act]
impl Act for Ask {
    type Done = AskId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<AskId, Refused> {
        let aim = steered(tx, actor, self.aim).await?;
        let mut wrongs = Wrongs::default();
        let what = wrongs.take(text::line("what", &self.what));
        let asked = wrongs.take(self.kind.amount("amount", &self.amount, false));
        let needed_by = wrongs.take(text::day_or_none("needed_by", &self.needed_by));
        if self.of.is_none() {
            wrongs.add("of", "Choose who can grant it.");
        }
        let (what, asked, needed_by) = wrongs.or((what, asked, needed_by))?;
        let of = self.of.unwrap_or(actor.person);
        let asked_of = people::actor(tx, of).await?;
        if !asked_of.is_some_and(|known| aim.seen_by(&known)) {
            return Err(Refused::field("of", "This person is not here, or does not see the aim. Choose another."));
        }
        let id: AskId = tx.id();
        tx.run(
            "insert into aim_resource (id, aim, kind, what, asked, needed_by, asked_by, asked_of, asked_at, state, \
             granted, words) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', 0, '')",
            args![id, self.aim, self.kind.name(), &what, asked, needed_by, actor.person, of, tx.now()],
        )
        .await?;
        let said = Said::new("aim", self.aim, "resource_asked")
            .by(actor.person)
            .within(aim.circle)
            .with("ask", id.to_string())
            .with("kind", self.kind.name())
            .with("what", what)
            .with("amount", asked)
            .with("of", of.to_string());
        tx.say(match needed_by {
            Some(day) => said.with("needed_by", day.to_string()),
            None => said,
        });
        Ok(id)
    }
}

/// The promise of what was granted now: an amount and the day on which it is there. Who asked themselves, or
/// somebody who left since, is promised nothing.
async fn promise(
    tx: &mut Tx,
    actor: &Actor,
    (need, aim): (&Need, &super::Aim),
    (amount, due): (i64, Date),
) -> Result<(), Refused> {
    let here = people::actor(tx, need.asked_by).await?.is_some();
    if need.asked_by == actor.person || !here {
        return Ok(());
    }
    let what = format!("{}, {}: {}", need.kind.shown_amount(amount), need.kind.shown(), need.what);
    let what: String = what.chars().take(text::LINE).collect();
    let known = format!("It is there for “{}”.", aim.title);
    let make = promises::Make {
        from: actor.person,
        to: To::Person(need.asked_by),
        // The nearest that both see: an aim may be carried by circles that do not see each other.
        circle: None,
        what: &what,
        known: &known,
        due,
        every: None,
        only_sides: false,
        origin: Origin::Grant,
        origin_id: Some(need.id.to_string()),
    };
    promises::make(tx, actor, &make).await.map_err(|refused| match refused {
        // The form of a grant names these otherwise.
        Refused::Wrong(mut wrongs) => {
            for wrong in &mut wrongs.0 {
                wrong.field = if wrong.field == "due" { "by".to_owned() } else { "amount".to_owned() };
            }
            Refused::Wrong(wrongs)
        }
        other => other,
    })?;
    Ok(())
}

/// Grants all of it, a part, or nothing; also once more, when more can be granted later.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Which ask.
    pub ask: AskId,
    /// How much in all, as typed; nothing is said with 0 and a reason.
    pub amount: String,
    /// When it will be there, as typed; must be said where something is granted.
    pub by: String,
    /// What is said to it; must be said where less is granted than was asked.
    pub words: String,
}

#[crate::act]
impl Act for Grant {
    type Done = AimId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<AimId, Refused> {
        let row = tx.one("select * from aim_resource where id = $1", args![self.ask]).await?;
        let need = need(&row.ok_or(Refused::NotFound)?)?;
        let aim = seen_aim(tx, actor, need.aim).await?;
        if need.asked_of != actor.person {
            return Err(Refused::NotYours("Only who was asked can grant it.".to_owned()));
        }
        let mut wrongs = Wrongs::default();
        let granted = wrongs.take(need.kind.amount("amount", &self.amount, true));
        let by = wrongs.take(text::day_or_none("by", &self.by));
        let words = wrongs.take(text::prose_or_empty("words", &self.words));
        if wrongs.0.is_empty() {
            if granted > 0 && by.is_none() {
                wrongs.add("by", "Say by when it will be there.");
            }
            if granted < need.asked && words.is_empty() {
                wrongs.add("words", "Less than was asked: say why, so that they can plan.");
            }
            if granted < need.granted {
                let had = need.kind.shown_amount(need.granted);
                wrongs.add(
                    "amount",
                    format!("You granted {had} before. Settle that promise anew before you grant less."),
                );
            }
        }
        let (granted, words) = wrongs.or((granted, words))?;
        let by = by.filter(|_| granted > 0);
        tx.run(
            "update aim_resource set state = 'answered', granted = $1, granted_by_day = $2, answered_at = $3, \
             words = $4 where id = $5",
            args![granted, by, tx.now(), &words, self.ask],
        )
        .await?;
        if let Some(due) = by.filter(|_| granted > need.granted) {
            promise(tx, actor, (&need, &aim), (granted - need.granted, due)).await?;
        }
        let kind = if granted > 0 { "granted" } else { "not_granted" };
        let said = Said::new("aim", aim.id, kind)
            .by(actor.person)
            .within(aim.circle)
            .with("ask", self.ask.to_string())
            .with("kind", need.kind.name())
            .with("what", need.what)
            .with("amount", granted)
            .with("missing", (need.asked - granted).max(0))
            .with("to", need.asked_by.to_string())
            .sealed(actor.person, "words", words);
        tx.say(match by {
            Some(day) => said.with("by_when", day.to_string()),
            None => said,
        });
        Ok(aim.id)
    }
}
