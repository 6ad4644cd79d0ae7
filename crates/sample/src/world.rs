//! The sample's clock, its people by short names, and the plan of its year.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use leadership::circle::Actor;
use leadership::{CircleId, Id, PersonId};
use ledger::people::{self, Begin};
use ledger::{Act, Ledger, LedgerError, Refused};

use crate::missing;
use crate::tickets::{Ticket, tickets};

/// A number from 0 to 99 that is the same whenever the same is asked.
pub(crate) fn lot(of: &str) -> u32 {
    let hash = ledger::sha256(of);
    u32::from_str_radix(&hash[..6], 16).unwrap_or_default() % 100
}

/// What was lived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lived {
    /// Persons.
    pub people: usize,
    /// Acts that were done.
    pub acts: usize,
}

/// The sample while it is lived.
pub(crate) struct World {
    pub(crate) ledger: Ledger,
    clock: Arc<AtomicI64>,
    end: Timestamp,
    people: BTreeMap<&'static str, PersonId>,
    circles: BTreeMap<&'static str, CircleId>,
    things: BTreeMap<String, String>,
    tickets: Arc<Vec<Ticket>>,
    acts: usize,
}

impl World {
    pub(crate) fn new(ledger: &Ledger) -> Self {
        let end = ledger.now();
        let clock = Arc::new(AtomicI64::new(end.as_millisecond()));
        let shown = clock.clone();
        let now = move || Timestamp::from_millisecond(shown.load(Ordering::SeqCst)).unwrap_or_default();
        let ledger = ledger.at(Arc::new(now));
        Self {
            ledger,
            clock,
            end,
            people: BTreeMap::new(),
            circles: BTreeMap::new(),
            things: BTreeMap::new(),
            tickets: Arc::new(tickets(end)),
            acts: 0,
        }
    }

    /// The day `offset` days from the last one; negative before it.
    pub(crate) fn day(&self, offset: i32) -> Date {
        self.end.to_zoned(TimeZone::UTC).date().saturating_add(offset.days())
    }

    /// The same, as it is typed.
    pub(crate) fn typed(&self, offset: i32) -> String {
        self.day(offset).to_string()
    }

    /// Sets the clock; never past the present.
    pub(crate) fn set(&self, offset: i32, hour: i8, minute: i8) {
        let at = self.day(offset).at(hour, minute, 0, 0).to_zoned(TimeZone::UTC).map_or(self.end, |at| at.timestamp());
        self.clock.store(at.min(self.end).as_millisecond(), Ordering::SeqCst);
    }

    /// Some seconds pass: nobody does two things at the same instant.
    fn tick(&self) {
        let next = self.clock.load(Ordering::SeqCst) + 7_000;
        self.clock.store(next.min(self.end.as_millisecond()), Ordering::SeqCst);
    }

    pub(crate) async fn begin(&mut self, begin: &Begin) -> Result<PersonId, Refused> {
        self.acts += 1;
        self.ledger.perform(&Begin::nobody(), begin).await
    }

    pub(crate) fn know(&mut self, name: &'static str, person: PersonId) {
        self.people.insert(name, person);
    }

    pub(crate) fn know_circle(&mut self, name: &'static str, circle: CircleId) {
        self.circles.insert(name, circle);
    }

    pub(crate) fn person(&self, name: &str) -> Result<PersonId, Refused> {
        self.people.get(name).copied().ok_or_else(|| missing(name))
    }

    pub(crate) fn circle(&self, name: &str) -> Result<CircleId, Refused> {
        self.circles.get(name).copied().ok_or_else(|| missing(name))
    }

    /// Everybody, by short name.
    pub(crate) fn everybody(&self) -> Vec<&'static str> {
        self.people.keys().copied().collect()
    }

    /// The short name of a person.
    pub(crate) fn name_of(&self, person: PersonId) -> Option<&'static str> {
        self.people.iter().find(|(_, id)| **id == person).map(|(name, _)| *name)
    }

    /// Remembers what something is called.
    pub(crate) fn keep<T>(&mut self, key: &str, id: Id<T>) {
        self.things.insert(key.to_owned(), id.to_string());
    }

    /// The identifier of something that was kept.
    pub(crate) fn thing<T>(&self, key: &str) -> Result<Id<T>, Refused> {
        self.things.get(key).and_then(|id| id.parse().ok()).ok_or_else(|| missing(key))
    }

    /// Remembers a word under a key.
    pub(crate) fn note(&mut self, key: &str, word: String) {
        self.things.insert(key.to_owned(), word);
    }

    /// A word that was noted.
    pub(crate) fn noted(&self, key: &str) -> Result<String, Refused> {
        self.things.get(key).cloned().ok_or_else(|| missing(key))
    }

    /// The tickets of the year.
    pub(crate) fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }

    pub(crate) async fn actor(&self, name: &str) -> Result<Actor, Refused> {
        let person = self.person(name)?;
        people::actor(&mut self.ledger.read().await?, person).await?.ok_or_else(|| missing(name))
    }

    /// Does an act as somebody.
    pub(crate) async fn does<A: Act>(&mut self, name: &str, act: A) -> Result<A::Done, Refused> {
        self.tick();
        self.acts += 1;
        let actor = self.actor(name).await?;
        self.ledger.perform(&actor, &act).await
    }

    /// Does what nobody does who has an account: what the clock does, or somebody from outside.
    pub(crate) async fn clock_does<A: Act>(&mut self, act: A) -> Result<A::Done, Refused> {
        self.tick();
        self.acts += 1;
        self.ledger.perform(&Begin::nobody(), &act).await
    }

    /// Lives a plan in the order of its days.
    pub(crate) async fn live(mut self, mut plan: Plan) -> Result<Lived, Refused> {
        plan.0.sort_by_key(|(day, hour, _)| (*day, *hour));
        for (day, hour, step) in plan.0 {
            self.set(day, hour, 0);
            step(&mut self).await.map_err(|refused| on_the_day(day, &refused))?;
        }
        Ok(Lived { people: self.people.len(), acts: self.acts })
    }
}

/// A refusal tells on which day of the sample it came: that is a fault of the sample, not of who fills it.
fn on_the_day(day: i32, refused: &Refused) -> Refused {
    Refused::Ledger(LedgerError::Inside(format!("on day {day} of the sample: {refused}")))
}

/// What is done when.
pub(crate) type Step =
    Box<dyn for<'w> FnOnce(&'w mut World) -> Pin<Box<dyn Future<Output = Result<(), Refused>> + Send + 'w>> + Send>;

/// The year: day (0 is the last, negative before), hour, what is done.
#[derive(Default)]
pub(crate) struct Plan(Vec<(i32, i8, Step)>);

impl Plan {
    pub(crate) fn on(&mut self, day: i32, hour: i8, step: Step) {
        self.0.push((day, hour, step));
    }
}

/// `on!(plan, day, hour, world => { … })`: what is done then.
macro_rules! on {
    ($plan:expr, $day:expr, $hour:expr, $world:ident => $body:block) => {
        $plan.on(
            $day,
            $hour,
            Box::new(move |$world: &mut $crate::world::World| {
                Box::pin(async move {
                    $body
                    #[allow(unreachable_code)]
                    Ok(())
                })
            }),
        )
    };
}
pub(crate) use on;
