//! Calling a talk, moving it, saying that it was held or did not take place, and coming to one about anything but work.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::talk::{self, Kind, State};
use leadership::{CircleId, PersonId, Wrongs, text};

use super::{Talk, TalkId, get};
use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::growth::SeatId;
use crate::honesty::{day_of, of_circles};
use crate::ledger::Act;
use crate::people::{self, Person};
use crate::tx::Tx;

/// Most people whom a team's talk names.
const MOST_PEOPLE: usize = 60;

/// Days from when a conflict was noticed to its first talk.
pub(super) fn days_since(noticed: Option<Date>, first: Date) -> Option<i64> {
    noticed.map(|noticed| i64::from(talk::days_between(noticed, first)))
}

/// The people of a circle who lead it or work in it and are here.
pub(super) async fn members(tx: &mut Tx, circle: CircleId) -> Result<Vec<PersonId>, LedgerError> {
    let rows = tx
        .rows(
            "select distinct r.person from held_role r join person p on p.id = r.person where r.circle = $1 \
             and r.role in ('leader', 'member') and p.left_at is null order by r.person",
            args![circle],
        )
        .await?;
    rows.iter().map(|row| row.id("person")).collect()
}

/// The contacts of clients whom an actor looks after, by name, each with the client's circle.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn contacts(tx: &mut Tx, actor: &Actor) -> Result<Vec<(Person, CircleId)>, LedgerError> {
    let rows = of_circles(
        tx,
        "select person, circle from held_role where role = 'client_contact' and circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    let mut circles = std::collections::BTreeMap::new();
    for row in &rows {
        let person: PersonId = row.id("person")?;
        circles.entry(person).or_insert(row.id::<leadership::id::noun::Circle>("circle")?);
    }
    let ids: Vec<PersonId> = circles.keys().copied().collect();
    let mut out: Vec<(Person, CircleId)> = people::named(tx, &ids)
        .await?
        .into_iter()
        .filter(|person| person.left_at.is_none() && person.erased_at.is_none())
        .filter_map(|person| circles.get(&person.id).map(|circle| (person.clone(), *circle)))
        .collect();
    out.sort_by(|a, b| (&a.0.name, a.0.id).cmp(&(&b.0.name, b.0.id)));
    Ok(out)
}

/// Calls a talk, or notes one that was held already.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// `one_to_one`, `mediation`, `team`, `not_work` or `client_review`.
    pub kind: String,
    /// With whom: one, or the two sides of a mediation; nobody where a circle is named.
    pub with: Vec<PersonId>,
    /// The circle of a team's talk, or of one about anything but work.
    pub circle: Option<CircleId>,
    /// What it is about, in one line.
    pub about: String,
    /// What a talk about anything but work begins with, by its key; may be empty.
    pub starter: String,
    /// The day.
    pub planned_on: String,
    /// When the conflict was noticed; of a mediation.
    pub noticed_on: String,
    /// Whether it was held already, on that day.
    pub held: bool,
}

impl Call {
    /// Who takes part beside the caller, each with their side, and the circle that it is of.
    async fn people(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        kind: Kind,
        wrongs: &mut Wrongs,
    ) -> Result<(Vec<(PersonId, i64)>, Option<CircleId>), Refused> {
        if kind.seen_by_circle() {
            let mine = |circle: &CircleId| {
                actor.sight.inside.contains(circle) && (actor.sight.own.contains(circle) || actor.sight.leads(*circle))
            };
            let tree = people::tree(tx).await?;
            let Some(circle) = self.circle.filter(mine).filter(|circle| !tree.of_client(*circle)) else {
                wrongs.add("circle", "Choose a circle of your own.");
                return Ok((Vec::new(), None));
            };
            // Whoever wants to comes to a talk about anything but work: nobody is put down for it.
            let all = if kind == Kind::Team { members(tx, circle).await? } else { Vec::new() };
            if all.len() > MOST_PEOPLE {
                wrongs.add("circle", "More than sixty people do not talk together. Choose a smaller circle.");
            }
            return Ok((all.into_iter().map(|person| (person, 0)).collect(), Some(circle)));
        }
        let known =
            if kind == Kind::ClientReview { contacts(tx, actor).await? } else { asks::reachable(tx, actor).await? };
        let mut out = Vec::new();
        let mut circle = None;
        for (at, person) in self.with.iter().enumerate() {
            match known.iter().find(|(one, _)| one.id == *person) {
                Some((one, of)) => {
                    circle = (kind == Kind::ClientReview).then_some(*of);
                    out.push((one.id, if kind == Kind::Mediation { i64::try_from(at + 1).unwrap_or(0) } else { 0 }));
                }
                None => wrongs.add("with", "Choose somebody of your circles."),
            }
        }
        let (fewest, most) = kind.others();
        let mut once: Vec<PersonId> = out.iter().map(|(person, _)| *person).collect();
        once.sort_unstable();
        once.dedup();
        if wrongs.of("with").is_none() && (once.len() != out.len() || out.len() < fewest || out.len() > most) {
            wrongs.add(
                "with",
                if kind == Kind::Mediation {
                    "Choose the two sides: two people, not the same one twice."
                } else {
                    "Choose one person."
                },
            );
        }
        Ok((out, circle))
    }
}

#[crate::act]
impl Act for Call {
    type Done = TalkId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<TalkId, Refused> {
        let mut wrongs = Wrongs::default();
        let Some(kind) = Kind::from_name(&self.kind).filter(|kind| Kind::CALLED.contains(kind)) else {
            return Err(Refused::field("kind", "Choose what kind of talk it is."));
        };
        let today = day_of(tx, actor.person).await?;
        let open = kind == Kind::NotWork;
        let about = if open {
            wrongs.take(text::line_or_none("about", &self.about)).unwrap_or_default()
        } else {
            wrongs.take(text::line("about", &self.about))
        };
        let starter = wrongs.take(text::line_or_none("starter", &self.starter)).unwrap_or_default();
        let day = wrongs.take(
            if self.held {
                talk::held_on("planned_on", &self.planned_on, today)
            } else {
                talk::planned_on("planned_on", &self.planned_on, today)
            }
            .map(Some),
        );
        let noticed = if kind == Kind::Mediation {
            let noticed = wrongs.take(text::day("noticed_on", &self.noticed_on).map(Some));
            if noticed.is_some_and(|noticed| noticed > today) {
                wrongs.add("noticed_on", "This day is still to come. Say when you noticed it.");
            }
            noticed
        } else {
            None
        };
        let (others, circle) = self.people(tx, actor, kind, &mut wrongs).await?;
        let day = wrongs.or(day)?.ok_or(Refused::NotFound)?;
        let id: TalkId = tx.id();
        let (state, held) = if self.held { (State::Held, Some(day)) } else { (State::Planned, None) };
        let first = held.filter(|_| kind == Kind::Mediation);
        tx.run(
            "insert into talk (id, kind, called_by, circle, seat, about, starter, planned_on, noticed_on, first_on, \
             first_days, state, held_on, words, noted_by, ended_by, made_at) values ($1, $2, $3, $4, null, $5, $6, $7, \
             $8, $9, $10, $11, $12, '', null, null, $13)",
            args![
                id,
                kind.name(),
                actor.person,
                circle,
                &about,
                &starter,
                day,
                noticed,
                first,
                first.and_then(|first| days_since(noticed, first)),
                state.name(),
                held,
                tx.now()
            ],
        )
        .await?;
        let mut people = vec![(actor.person, 0)];
        people.extend(others.into_iter().filter(|(person, _)| *person != actor.person));
        for (person, side) in &people {
            let seen = (*person == actor.person).then(|| tx.now());
            tx.run(
                "insert into talk_with (talk, person, side, since, seen_at) values ($1, $2, $3, $4, $5)",
                args![id, *person, *side, tx.now(), seen],
            )
            .await?;
        }
        let shown: Vec<CircleId> = circle.filter(|_| kind.seen_by_circle()).into_iter().collect();
        let mut said = Said::new("talk", id, if self.held { "noted" } else { "called" })
            .by(actor.person)
            .with("kind", kind.name())
            .with("planned_on", day.to_string())
            .sealed(actor.person, "about", about)
            .felt_by(people.into_iter().map(|(person, _)| person), shown.iter().copied());
        if let Some(circle) = shown.first() {
            said = said.within(*circle);
        }
        tx.say(said);
        Ok(id)
    }
}

/// Notes a talk that was held beside a seat: by one of its two sides, with the other.
pub(crate) async fn beside(
    tx: &mut Tx,
    actor: &Actor,
    seat: SeatId,
    other: PersonId,
    day: Date,
    words: String,
) -> Result<TalkId, LedgerError> {
    let id: TalkId = tx.id();
    tx.run(
        "insert into talk (id, kind, called_by, circle, seat, about, starter, planned_on, noticed_on, first_on, state, \
         held_on, words, noted_by, ended_by, made_at) values ($1, 'mentoring', $2, null, $3, '', '', $4, null, null, \
         'held', $4, $5, $2, null, $6)",
        args![id, actor.person, seat, day, &words, tx.now()],
    )
    .await?;
    for person in [actor.person, other] {
        tx.run(
            "insert into talk_with (talk, person, side, since, seen_at) values ($1, $2, 0, $3, $3)",
            args![id, person, tx.now()],
        )
        .await?;
    }
    tx.say(
        Said::new("talk", id, "noted")
            .by(actor.person)
            .with("kind", Kind::Mentoring.name())
            .with("seat", seat.to_string())
            .with("planned_on", day.to_string())
            .sealed(actor.person, "words", words)
            .felt_by([actor.person, other], []),
    );
    Ok(id)
}

/// What happened to a talk: on the day of all who take part, and of a circle that sees it.
pub(super) fn happened(talk: &Talk, kind: &'static str, by: PersonId) -> Said {
    let said = Said::new("talk", talk.id, kind).by(by).felt_by(talk.people(), talk.shown_to());
    match talk.shown_to().first() {
        Some(circle) => said.within(*circle),
        None => said,
    }
}

/// A talk that an actor may run: they take part; in one about anything but work they called it.
async fn to_run(tx: &mut Tx, actor: &Actor, id: TalkId) -> Result<Talk, Refused> {
    let found = get(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    if found.kind == Kind::NotWork && found.called_by != actor.person {
        return Err(Refused::NotYours("Who called it says how it went. You may stay away without a word.".to_owned()));
    }
    Ok(found)
}

fn still_planned(talk: &Talk) -> Result<(), Refused> {
    if talk.state == State::Planned {
        Ok(())
    } else {
        Err(Refused::conflict(
            format!("This talk is not planned any more: {}.", talk.state.shown()),
            "Call another one.",
        ))
    }
}

/// Says that one has seen that a talk is called. It says nothing else.
#[derive(Debug, Clone, Copy)]
pub struct See {
    /// Which.
    pub talk: TalkId,
}

#[crate::act]
impl Act for See {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.talk).await?.ok_or(Refused::NotFound)?;
        let touched = tx
            .run(
                "update talk_with set seen_at = $1 where talk = $2 and person = $3 and seen_at is null",
                args![tx.now(), self.talk, actor.person],
            )
            .await?;
        if touched > 0 {
            tx.say(Said::new("talk", found.id, "seen").by(actor.person).felt_by([actor.person], []));
        }
        Ok(())
    }
}

/// Gives a planned talk another day.
#[derive(Debug, Clone)]
pub struct Move {
    /// Which.
    pub talk: TalkId,
    /// The day.
    pub planned_on: String,
}

#[crate::act]
impl Act for Move {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = to_run(tx, actor, self.talk).await?;
        still_planned(&found)?;
        let today = day_of(tx, actor.person).await?;
        let day = talk::planned_on("planned_on", &self.planned_on, today)?;
        if day < today {
            return Err(Refused::field(
                "planned_on",
                "This day has passed. Choose one ahead, or say that it was held.",
            ));
        }
        tx.run("update talk set planned_on = $1 where id = $2", args![day, self.talk]).await?;
        // Whoever had seen the old day has not seen this one.
        tx.run("update talk_with set seen_at = null where talk = $1 and person <> $2", args![self.talk, actor.person])
            .await?;
        tx.say(happened(&found, "moved", actor.person).with("planned_on", day.to_string()));
        Ok(())
    }
}

/// Says that a talk was held, and on which day; with what was said, as all who took part may read it.
#[derive(Debug, Clone, Default)]
pub struct Hold {
    /// Which.
    pub talk: Option<TalkId>,
    /// The day.
    pub held_on: String,
    /// What was said; may be empty.
    pub words: String,
}

#[crate::act]
impl Act for Hold {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let id = self.talk.ok_or(Refused::NotFound)?;
        let found = to_run(tx, actor, id).await?;
        if found.state == State::Held || found.state == State::CalledOff {
            return Err(Refused::conflict(
                format!("This talk is closed: {}.", found.state.shown()),
                "Note another one.",
            ));
        }
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let day: Option<Date> = wrongs.take(talk::held_on("held_on", &self.held_on, today).map(Some));
        let words = wrongs.take(text::prose_or_empty("said", &self.words));
        let day = wrongs.or(day)?.ok_or(Refused::NotFound)?;
        let first = (found.kind == Kind::Mediation).then_some(day);
        let days = first.and_then(|first| days_since(found.noticed_on, first));
        let noted = (!words.is_empty()).then_some(actor.person);
        tx.run(
            "update talk set state = 'held', held_on = $1, words = $2, noted_by = $3, first_on = coalesce(first_on, $4), \
             first_days = coalesce(first_days, $5), ended_by = null where id = $6",
            args![day, &words, noted, first, days, id],
        )
        .await?;
        let said = happened(&found, "held", actor.person).with("held_on", day.to_string());
        tx.say(said.sealed(actor.person, "words", words));
        Ok(())
    }
}

/// Calls a planned talk off, or says that its day passed without it.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Which.
    pub talk: Option<TalkId>,
    /// `called_off` or `missed`.
    pub how: String,
}

#[crate::act]
impl Act for End {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let id = self.talk.ok_or(Refused::NotFound)?;
        let found = to_run(tx, actor, id).await?;
        let how = State::from_name(&self.how).filter(|how| matches!(how, State::CalledOff | State::Missed));
        let how = how.ok_or_else(|| Refused::field("how", "Choose what happened."))?;
        still_planned(&found)?;
        let today = day_of(tx, actor.person).await?;
        if how == State::Missed && found.planned_on > today {
            return Err(Refused::field("how", "Its day is still to come. Move it, or call it off."));
        }
        tx.run("update talk set state = $1, ended_by = $2 where id = $3", args![how.name(), actor.person, id]).await?;
        tx.say(happened(&found, if how == State::Missed { "missed" } else { "called_off" }, actor.person));
        Ok(())
    }
}

/// Comes to a talk about anything but work, or stays away after all: nobody asks why, and nobody counts it.
#[derive(Debug, Clone, Copy)]
pub struct Join {
    /// Which.
    pub talk: TalkId,
    /// Whether one comes.
    pub comes: bool,
}

#[crate::act]
impl Act for Join {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one("select circle, state, called_by from talk where id = $1 and kind = 'not_work'", args![self.talk])
            .await?
            .ok_or(Refused::NotFound)?;
        let circle: CircleId = row.id("circle")?;
        if !actor.sight.inside.contains(&circle) {
            return Err(Refused::NotFound);
        }
        if row.text("state")? != State::Planned.name() {
            return Err(Refused::conflict("This talk is over.", "Come to the next one."));
        }
        if self.comes {
            tx.run(
                "insert into talk_with (talk, person, side, since, seen_at) values ($1, $2, 0, $3, $3) on conflict do nothing",
                args![self.talk, actor.person, tx.now()],
            )
            .await?;
        } else if row.id::<leadership::id::noun::Person>("called_by")? != actor.person {
            tx.run("delete from talk_with where talk = $1 and person = $2", args![self.talk, actor.person]).await?;
        }
        // Without a word of who it was: the chain counts nobody either.
        tx.say(Said::new("talk", self.talk, "joined_or_left").within(circle).felt_by([actor.person], []));
        Ok(())
    }
}
