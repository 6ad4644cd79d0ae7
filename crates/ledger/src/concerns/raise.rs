//! Naming confidants, and raising a concern with them.

use std::collections::BTreeMap;

use leadership::circle::Actor;
use leadership::concern::{self, CONFIDANTS, Stage};
use leadership::{CircleId, PersonId, Wrongs, text};

use super::{ConcernId, Sealed, envelope, today};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{may_lead, of_circles};
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Somebody named as a confidant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confidant {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The circle whose confidant they are, and of all that is nested in it.
    pub circle: CircleId,
    /// Whether the client's people within may turn to them as well.
    pub for_clients: bool,
}

/// The confidants that a person may turn to: those of every circle that they see from inside; for a client's
/// people those of their own circle, and of the circles above that were named for clients too.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn confidants(tx: &mut Tx, actor: &Actor) -> Result<Vec<Confidant>, LedgerError> {
    let mut circles = actor.sight.inside.clone();
    circles.extend(&actor.sight.as_client);
    let tree = people::tree(tx).await?;
    for circle in &actor.sight.as_client {
        circles.extend(tree.above(*circle));
    }
    let rows = of_circles(
        tx,
        "select f.person, f.circle, f.for_clients, p.name from confidant f join person p on p.id = f.person \
         where f.ended_at is null and p.left_at is null and p.erased_at is null and f.circle in ({})",
        &circles,
    )
    .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let found = Confidant {
            person: row.id("person")?,
            name: row.text("name")?,
            circle: row.id("circle")?,
            for_clients: row.truth("for_clients")?,
        };
        if actor.sight.sees(found.circle) || found.for_clients {
            out.push(found);
        }
    }
    // The widest circle first: the more people a count is over, the less it tells.
    let depth = |circle: CircleId| tree.above(circle).len();
    out.sort_by(|a, b| (depth(a.circle), &a.name, a.person).cmp(&(depth(b.circle), &b.name, b.person)));
    Ok(out)
}

/// The confidants of one circle, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn confidants_of(tx: &mut Tx, circle: CircleId) -> Result<Vec<Confidant>, LedgerError> {
    let rows = tx
        .rows(
            "select f.person, f.circle, f.for_clients, p.name from confidant f join person p on p.id = f.person \
             where f.ended_at is null and p.left_at is null and p.erased_at is null and f.circle = $1 \
             order by p.name, p.id",
            args![circle],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Confidant {
                person: row.id("person")?,
                name: row.text("name")?,
                circle: row.id("circle")?,
                for_clients: row.truth("for_clients")?,
            })
        })
        .collect()
}

/// Names a confidant of a circle. Naming again changes whether clients may turn to them.
#[derive(Debug, Clone, Default)]
pub struct NameConfidant {
    /// The circle.
    pub circle: Option<CircleId>,
    /// Who.
    pub person: Option<PersonId>,
    /// Whether the client's people within may turn to them as well.
    pub for_clients: bool,
}

#[crate::act]
impl Act for NameConfidant {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let circle = self.circle.ok_or_else(|| Refused::field("circle", "Choose the circle."))?;
        may_lead(actor, circle)?;
        let person = self.person.ok_or_else(|| Refused::field("person", "Choose who it shall be."))?;
        let known = people::actor(tx, person).await?.filter(|known| known.sight.inside.contains(&circle));
        if known.is_none() {
            return Err(Refused::field("person", "Choose somebody who belongs to this circle."));
        }
        tx.run(
            "insert into confidant (circle, person, for_clients, named_by, named_at) values ($1, $2, $3, $4, $5) \
             on conflict (circle, person) do update set for_clients = $3, named_by = $4, named_at = $5, ended_at = null",
            args![circle, person, self.for_clients, actor.person, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("confidant", person, "named")
                .by(actor.person)
                .within(circle)
                .with("for_clients", self.for_clients),
        );
        Ok(())
    }
}

/// Ends somebody's being a confidant of a circle. What was addressed to them stays with them.
#[derive(Debug, Clone)]
pub struct DismissConfidant {
    /// The circle.
    pub circle: CircleId,
    /// Who.
    pub person: PersonId,
}

#[crate::act]
impl Act for DismissConfidant {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        may_lead(actor, self.circle)?;
        let ended = tx
            .run(
                "update confidant set ended_at = $1 where circle = $2 and person = $3 and ended_at is null",
                args![tx.now(), self.circle, self.person],
            )
            .await?;
        if ended == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("confidant", self.person, "ended").by(actor.person).within(self.circle));
        Ok(())
    }
}

/// Raises a concern. Gives the receipt, which is kept nowhere.
#[derive(Clone, Default)]
pub struct Raise {
    /// To whom: one confidant or more.
    pub to: Vec<PersonId>,
    /// Whom it is about; `None` for a matter.
    pub about: Option<PersonId>,
    /// What it is about, in one line.
    pub matter: String,
    /// What happened.
    pub words: String,
    /// Whether the confidants learn who raises it.
    pub named: bool,
}

// The words of a concern must not reach a log by way of a debug line.
impl std::fmt::Debug for Raise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Raise").finish_non_exhaustive()
    }
}

#[crate::act]
impl Act for Raise {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let open = confidants(tx, actor).await?;
        let all: BTreeMap<PersonId, &Confidant> = open.iter().rev().map(|found| (found.person, found)).collect();
        if all.len() < CONFIDANTS {
            return Err(Refused::conflict(
                "Your circles have named fewer than two confidants, so whom it is about could not be avoided.",
                "Whoever leads a circle can name them.",
            ));
        }
        let mut wrongs = Wrongs::default();
        let matter = wrongs.take(text::line("matter", &self.matter));
        let words = wrongs.take(text::prose("words", &self.words));
        let ids: Vec<PersonId> = all.keys().copied().collect();
        let may = concern::may_take(&ids, self.about, Some(actor.person));
        if self.about.is_some_and(|about| self.to.contains(&about)) {
            wrongs.add("to", "Whom it is about cannot be the one to take it. Choose another.");
        } else if self.to.is_empty() || !self.to.iter().all(|person| may.contains(person)) {
            wrongs.add("to", "Choose who shall read it, among the confidants.");
        }
        if let Some(about) = self.about
            && people::get(tx, about).await?.is_none_or(|person| person.erased_at.is_some())
        {
            wrongs.add("about", "There is no such person. Leave it empty and say it in the words.");
        }
        let (matter, words) = wrongs.or((matter, words))?;
        // The widest circle of those addressed: confidants came widest first.
        let circle = open.iter().find(|found| self.to.contains(&found.person)).map(|found| found.circle);
        let circle = circle.ok_or(Refused::NotFound)?;
        let day = today(tx);
        // Made from the day, not from the instant, so that it tells no time.
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).map_err(|error| LedgerError::Inside(error.to_string()))?;
        let id = ConcernId::new(midnight.timestamp(), tx.random());
        let of = id.to_string();
        let (key, receipt): (envelope::Key, _) = (tx.random(), concern::receipt(tx.random()));
        let sealed = Sealed { about: self.about, matter, words, raiser: self.named.then_some(actor.person) };
        let sealed = serde_json::to_vec(&sealed).map_err(LedgerError::from)?;
        let sealed = envelope::seal(tx, &key, &of, &sealed)?;
        let by_receipt = envelope::seal(tx, &envelope::of_receipt(&receipt), &of, &key)?;
        let (mut mine, mut by_raiser) = (None, None);
        if self.named
            && let Some(own) = envelope::of_person(tx, actor.person).await?
        {
            mine = Some(envelope::tag(&own, &of));
            by_raiser = Some(envelope::seal(tx, &own, &of, &key)?);
        }
        tx.run(
            "insert into concern (id, circle, stage, receipt, by_receipt, mine, by_raiser, raised_day) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![id, circle, Stage::Raised.name(), envelope::kept(&receipt), by_receipt, mine, by_raiser, day],
        )
        .await?;
        let mut to = self.to.clone();
        to.sort_unstable();
        to.dedup();
        for person in to {
            address(tx, id, person, &key).await?;
        }
        tx.run(
            "insert into concern_word (concern, place, from_confidant, day, sealed) values ($1, 1, 0, $2, $3)",
            args![id, day, sealed],
        )
        .await?;
        // No event: see the head of this room.
        Ok(receipt)
    }
}

/// Seals the key of a concern for one confidant.
pub(super) async fn address(tx: &mut Tx, id: ConcernId, person: PersonId, key: &envelope::Key) -> Result<(), Refused> {
    let own = envelope::of_person(tx, person).await?.ok_or(Refused::NotFound)?;
    let sealed = envelope::seal(tx, &own, &id.to_string(), key)?;
    tx.run(
        "insert into concern_to (concern, person, by_person) values ($1, $2, $3) on conflict do nothing",
        args![id, person, sealed],
    )
    .await?;
    Ok(())
}
