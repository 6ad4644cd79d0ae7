//! Making a promise, or asking somebody for one.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::decision;
use leadership::promise::{Audience, Every, Origin, Terms, To};
use leadership::{CircleId, DecisionId, PersonId, PromiseId, Role, Sight, Tree, Wrongs, text};

use super::{Promise, over, zone};
use crate::chain::Said;
use crate::decisions;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people::{self, Person};
use crate::tx::Tx;

/// A promise that is to be made. When the actor is not the one who promises, it is asked for: it waits until
/// that person accepts or declines.
#[derive(Debug, Clone)]
pub struct Make<'a> {
    /// Who promises.
    pub from: PersonId,
    /// To whom.
    pub to: To,
    /// The circle it is in; `None` for the circle that it is made to, or the nearest that both sides share.
    pub circle: Option<CircleId>,
    /// What, in one line.
    pub what: &'a str,
    /// How it will be known; may be empty.
    pub known: &'a str,
    /// By when: a day of the promiser's time zone, today or later.
    pub due: Date,
    /// How often it comes again.
    pub every: Option<Every>,
    /// Whether only the two sides see it.
    pub only_sides: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// The identifier of that.
    pub origin_id: Option<String>,
}

/// Makes a promise within the act of a room. Wrongs name the fields `from`, `to`, `circle`, `what`, `known`,
/// `due`, `only_sides`.
///
/// # Errors
/// When a side left or was erased, cannot see the circle, or is the same as the other; when the day has
/// passed; when the words cannot be used; or the database refuses.
#[crate::asked]
pub async fn make(tx: &mut Tx, actor: &Actor, make: &Make<'_>) -> Result<PromiseId, Refused> {
    let mut wrongs = Wrongs::default();
    let what = wrongs.take(text::line("what", make.what));
    let known = wrongs.take(text::prose_or_empty("known", make.known));
    if make.due.year() > 2200 {
        wrongs.add("due", "This is too far away; check the year.");
    }
    let (what, known) = wrongs.or((what, known))?;
    let from = party(tx, make.from, "from").await?;
    let tree = people::tree(tx).await?;
    let (circle, outside_to, audience) = match make.to {
        To::Person(person) => {
            if person == make.from {
                return Err(Refused::field("to", "A promise has two sides. Choose somebody else."));
            }
            let to = party(tx, person, "to").await?;
            let circle = match make.circle {
                Some(circle) => circle,
                None => nearest(&tree, &from.sight, &to.sight).ok_or_else(|| {
                    Refused::field("to", "There is no circle that both of you see. Choose somebody else.")
                })?,
            };
            if !from.sight.sees(circle) || !to.sight.sees(circle) {
                return Err(Refused::field("circle", "One of the two sides does not see this circle. Choose another."));
            }
            let executive = people::roles(tx, person).await?.iter().any(|(_, role)| *role == Role::Executive);
            let audience = match (to.sight.is_inside(), executive) {
                (false, _) => Audience::Client,
                (true, true) => Audience::Executive,
                (true, false) => Audience::Staff,
            };
            (circle, !to.sight.is_inside(), audience)
        }
        To::Circle(circle) => {
            if make.only_sides {
                return Err(Refused::field("only_sides", "A circle's people see what is promised to it."));
            }
            if !from.sight.is_inside() {
                return Err(Refused::field(
                    "to",
                    "Choose a person: promises to your own circle would be to yourselves.",
                ));
            }
            let client = tree.of_client(circle);
            // Teams promise one another; what is promised to a client is between that client and those who see it.
            if tree.get(circle).is_none() || (client && !from.sight.sees(circle)) {
                return Err(Refused::field("to", "There is no such circle here."));
            }
            (circle, client, if client { Audience::Client } else { Audience::Staff })
        }
    };
    if actor.person != make.from && !actor.sight.sees(circle) {
        return Err(Refused::NotFound);
    }
    let now_open = people::circles(tx).await?.into_iter().any(|at| at.id == circle && at.closed_at.is_none());
    if !now_open {
        return Err(Refused::field("circle", "This circle was closed. Choose another."));
    }
    let zone = zone(tx, make.from).await?;
    let today = tx.now().to_zoned(zone.clone()).date();
    let terms = Terms::new(today, make.due, actor.person == make.from)?;
    let id: PromiseId = tx.id();
    let promise = Promise {
        id,
        from: make.from,
        to: make.to,
        circle,
        what,
        known,
        audience,
        shared: tree.of_client(circle) && (outside_to || !from.sight.is_inside()),
        only_sides: make.only_sides,
        made_by: actor.person,
        made_at: tx.now(),
        closed_by: None,
        origin: make.origin,
        origin_id: make.origin_id.clone(),
        every: make.every,
        series: make.every.map(|_| id),
        series_start: terms.first_due,
        terms,
    };
    insert(tx, &promise, &zone, Some(actor.person)).await?;
    Ok(id)
}

/// A side of a promise, who must be here.
async fn party(tx: &mut Tx, id: PersonId, field: &str) -> Result<Actor, Refused> {
    people::present(tx, id, field).await?;
    people::actor(tx, id).await?.ok_or(Refused::NotFound)
}

/// The circle that two persons share: the deepest that both see and one of them holds a role in, else the
/// deepest that both see.
fn nearest(tree: &Tree, one: &Sight, other: &Sight) -> Option<CircleId> {
    let seen = |sight: &Sight| -> std::collections::BTreeSet<CircleId> {
        sight.inside.union(&sight.as_client).copied().collect()
    };
    let both: Vec<CircleId> = seen(one).intersection(&seen(other)).copied().collect();
    let own = both.iter().filter(|circle| one.own.contains(circle) || other.own.contains(circle));
    let depth = |circle: &&CircleId| (tree.above(**circle).len(), std::cmp::Reverse(**circle));
    own.max_by_key(depth).or_else(|| both.iter().max_by_key(depth)).copied()
}

/// Writes a promise and says that it was made. `by` is `None` for one that comes again by itself.
pub(super) async fn insert(
    tx: &mut Tx,
    promise: &Promise,
    zone: &jiff::tz::TimeZone,
    by: Option<PersonId>,
) -> Result<(), LedgerError> {
    let (to_person, to_circle) = match promise.to {
        To::Person(person) => (Some(person), None),
        To::Circle(circle) => (None, Some(circle)),
    };
    let terms = &promise.terms;
    tx.run(
        "insert into promise (id, from_person, to_person, to_circle, circle, what, known, audience, shared, \
         only_sides, made_by, made_at, made_on, first_due, due, over_at, state, live, renegotiated, lapsed, origin, \
         origin_id, every, series, series_start) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
         $14, $15, $16, $17, $18, 0, 0, $19, $20, $21, $22, $23)",
        args![
            promise.id,
            promise.from,
            to_person,
            to_circle,
            promise.circle,
            &promise.what,
            &promise.known,
            promise.audience.name(),
            promise.shared,
            promise.only_sides,
            promise.made_by,
            promise.made_at,
            terms.made_on,
            terms.first_due,
            terms.due,
            over(terms.due, zone)?,
            terms.state.name(),
            terms.state.is_live(),
            promise.origin.name(),
            &promise.origin_id,
            promise.every.map(Every::name),
            promise.series,
            promise.series_start,
        ],
    )
    .await?;
    let kind = match by {
        None => "came_again",
        Some(_) if terms.state.is_open() => "made",
        Some(_) => "asked_for",
    };
    let mut said = Said::new("promise", promise.id, kind)
        .with("from", promise.from.to_string())
        .with("due", terms.due.to_string())
        .with("origin", promise.origin.name());
    said = match promise.to {
        To::Person(person) => said.with("to_person", person.to_string()),
        To::Circle(circle) => said.with("to_circle", circle.to_string()),
    };
    if let Some(by) = by {
        said = said.by(by);
    }
    if let Some(every) = promise.every {
        said = said.with("every", every.name());
    }
    if let Some(origin) = &promise.origin_id {
        said = said.with("origin_id", origin.as_str());
    }
    // What stays between two is theirs: it goes with them when they are erased.
    said = if promise.only_sides {
        said.sealed(promise.from, "what", promise.what.as_str()).sealed(promise.from, "known", promise.known.as_str())
    } else {
        said.within(promise.circle).with("what", promise.what.as_str()).with("known", promise.known.as_str())
    };
    let said = promise.felt(tx, said).await?;
    tx.say(said);
    Ok(())
}

/// Gives a promise, or asks for one, with everything as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Give {
    /// Whether it is asked of somebody instead of given to them.
    pub ask: bool,
    /// To whom, or of whom it is asked: an identifier, an address for mail, or the exact name of a person or
    /// of a circle.
    pub whom: String,
    /// The circle it is in, by identifier; empty for the nearest that both share.
    pub circle: String,
    /// What.
    pub what: String,
    /// How it will be known.
    pub known: String,
    /// By when.
    pub due: String,
    /// `week`, `month`, `days`, or empty for once.
    pub every: String,
    /// Days between two, where it comes again every so many days.
    pub every_days: String,
    /// Whether only the two sides see it.
    pub only_sides: bool,
    /// The decision that it follows from, by identifier; empty for none.
    pub decision: String,
}

impl Give {
    fn every(&self) -> Result<Option<Every>, Wrongs> {
        match self.every.as_str() {
            "" => Ok(None),
            "week" => Ok(Some(Every::Week)),
            "month" => Ok(Some(Every::Month)),
            "days" => {
                let days = text::whole("every_days", &self.every_days, 1..=i64::from(Every::MOST_DAYS), "days")?;
                Ok(Some(Every::Days(u16::try_from(days).unwrap_or(Every::MOST_DAYS))))
            }
            _ => Err(Wrongs::one("every", "Choose one of these.")),
        }
    }
}

/// Whom a typed text names, among those whom an actor may know.
pub(super) async fn whom(tx: &mut Tx, actor: &Actor, field: &str, typed: &str) -> Result<To, Refused> {
    let typed = text::line(field, typed)?;
    let people = if let Ok(id) = typed.parse() {
        people::get(tx, id).await?.into_iter().collect()
    } else if typed.contains('@') {
        people::by_email(tx, &typed).await?.into_iter().collect()
    } else {
        by_name(tx, &typed).await?
    };
    let tree = people::tree(tx).await?;
    let mut known = Vec::new();
    for person in people {
        let roles = people::roles(tx, person.id).await?;
        let theirs = Sight::of(&tree, &roles);
        // Who was erased holds no role any more, and was known to those who have their identifier.
        if nearest(&tree, &actor.sight, &theirs).is_some() || person.erased_at.is_some() || person.left_at.is_some() {
            known.push(person.id);
        }
    }
    let circles = people::circles(tx).await?;
    let lower = typed.to_lowercase();
    let named = circles.into_iter().filter(|circle| circle.closed_at.is_none()).filter(|circle| {
        (circle.id.to_string() == typed || circle.name.to_lowercase() == lower)
            && (actor.sight.sees(circle.id) || (actor.sight.is_inside() && !tree.of_client(circle.id)))
    });
    let mut all: Vec<To> = known.into_iter().map(To::Person).collect();
    all.extend(named.map(|circle| To::Circle(circle.id)));
    match all.as_slice() {
        [one] => Ok(*one),
        [] => Err(Refused::field(
            field,
            "Nobody by that name is here. Give a name as it stands in People, or an address.",
        )),
        _ => Err(Refused::field(field, "Several are called that. Give the address for mail instead.")),
    }
}

async fn by_name(tx: &mut Tx, name: &str) -> Result<Vec<Person>, LedgerError> {
    let rows = tx
        .rows(
            "select id from person where lower(name) = lower($1) and left_at is null and erased_at is null limit 20",
            args![name],
        )
        .await?;
    let ids = rows.iter().map(|row| row.id("id")).collect::<Result<Vec<PersonId>, _>>()?;
    people::named(tx, &ids).await
}

/// The decision that a promise follows from, and whether it is closed.
async fn follows_from(
    tx: &mut Tx,
    actor: &Actor,
    typed: &str,
) -> Result<Result<(DecisionId, bool), Wrongs>, LedgerError> {
    let found = match typed.parse() {
        Ok(id) => decisions::get(tx, actor, id).await?.filter(|found| found.state != decision::State::Draft),
        Err(_) => None,
    };
    let none = || Wrongs::one("decision", "There is no such decision here, or it is a draft: decide it first.");
    Ok(found.map(|found| (found.id, found.closed_why.is_some())).ok_or_else(none))
}

#[crate::act]
impl Act for Give {
    type Done = PromiseId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PromiseId, Refused> {
        let mut wrongs = Wrongs::default();
        let due = wrongs.take(text::day("due", &self.due).map(Some));
        let every = wrongs.take(self.every());
        wrongs.take(text::line("what", &self.what));
        wrongs.take(text::prose("known", &self.known));
        let circle = match self.circle.trim() {
            "" => None,
            typed => wrongs.take(typed.parse().map(Some).map_err(|_| Wrongs::one("circle", "Choose one of these."))),
        };
        let whom = match whom(tx, actor, "whom", &self.whom).await {
            Ok(whom) => Some(whom),
            Err(Refused::Wrong(more)) => {
                wrongs.0.extend(more.0);
                None
            }
            Err(other) => return Err(other),
        };
        let origin = match self.decision.trim() {
            "" => None,
            typed => wrongs.take(follows_from(tx, actor, typed).await?.map(Some)),
        };
        let (due, whom, every) = wrongs.or((due, whom, every))?;
        let (Some(due), Some(whom)) = (due, whom) else { return Err(Refused::NotFound) };
        let (from, to) = match (self.ask, whom) {
            (false, to) => (actor.person, to),
            (true, To::Person(person)) => (person, To::Person(actor.person)),
            (true, To::Circle(_)) => {
                return Err(Refused::field("whom", "Ask a person: a promise is one person's to make."));
            }
        };
        let made = make(
            tx,
            actor,
            &Make {
                from,
                to,
                circle,
                what: &self.what,
                known: &self.known,
                due,
                every,
                // What comes out of a closed decision is seen by no more people than it is.
                only_sides: self.only_sides || origin.as_ref().is_some_and(|(_, closed)| *closed),
                origin: if origin.is_some() { Origin::Decision } else { Origin::Hand },
                origin_id: origin.map(|(id, _)| id.to_string()),
            },
        )
        .await;
        // The form knows the other side as one field.
        made.map_err(|refused| match refused {
            Refused::Wrong(mut wrongs) => {
                for wrong in &mut wrongs.0 {
                    if matches!(wrong.field.as_str(), "from" | "to") {
                        "whom".clone_into(&mut wrong.field);
                    }
                }
                Refused::Wrong(wrongs)
            }
            other => other,
        })
    }
}
