//! Planning a wave: what it asks and when, who is rated in it.

use std::collections::{BTreeMap, BTreeSet};

use leadership::circle::Actor;
use leadership::wave::{self as rules, Kind, LEAST_LIMIT, MOST_LIMIT, RaterRole, SeatState};
use leadership::{CircleId, PersonId, Role, SeatId, WaveId, Wrongs, text};

use super::{Rated, Wave, may_plan, planned, today};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::questionnaire::{self, Asked};
use crate::tx::Tx;

/// Questions of one form at most: more than these take longer than the seven minutes that people give.
pub const MOST_QUESTIONS: usize = 60;

/// What a wave asks, from the questionnaire in use: so many items of each chosen quality, in the order of the model,
/// and the first item of each outcome. With each the key of its quality.
#[must_use]
pub fn asked<'a>(
    questionnaire: &'a questionnaire::Questionnaire,
    qualities: &BTreeSet<String>,
) -> Vec<(String, Vec<&'a Asked>)> {
    let model = model::shipped();
    questionnaire
        .by_quality()
        .into_iter()
        .filter_map(|(key, items)| {
            let most = if model.outcome(key).is_some() {
                1
            } else if qualities.contains(key) {
                model::ASKED_PER_QUALITY
            } else {
                return None;
            };
            Some((key.to_owned(), items.into_iter().take(most).collect::<Vec<_>>()))
        })
        .filter(|(_, items)| !items.is_empty())
        .collect()
}

/// Plans a wave: for who administers the circle, or answers for it as an executive.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The circle whose people it is for, with all that is nested in it.
    pub circle: Option<CircleId>,
    /// Its title.
    pub title: String,
    /// The first day, as typed.
    pub opens_on: String,
    /// The last day, as typed.
    pub closes_on: String,
    /// Questions that one rater is asked in a month at most, over all waves, as typed.
    pub question_limit: String,
    /// Keys of the qualities that are asked; outcomes are always asked.
    pub qualities: Vec<String>,
    /// Who is rated, of those who lead.
    pub people: Vec<PersonId>,
}

#[crate::act]
impl Act for Plan {
    type Done = WaveId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<WaveId, Refused> {
        let mut wrongs = Wrongs::default();
        let circle = match self.circle {
            Some(circle) if may_plan(tx, actor, circle).await? => Some(circle),
            Some(_) => {
                wrongs.add("circle", "Choose a circle that you administer, or answer for as an executive.");
                None
            }
            None => {
                wrongs.add("circle", "Choose the circle.");
                None
            }
        };
        let title = wrongs.take(text::line("title", &self.title));
        let opens_on = wrongs.take(text::day("opens_on", &self.opens_on).map(Some));
        let closes_on = wrongs.take(text::day("closes_on", &self.closes_on).map(Some));
        if let (Some(opens_on), Some(closes_on)) = (opens_on, closes_on) {
            wrongs.take(rules::days(opens_on, closes_on, today(tx, actor.person).await?));
        }
        let limit = text::whole("question_limit", &self.question_limit, LEAST_LIMIT..=MOST_LIMIT, "questions");
        let limit = wrongs.take(limit);
        let questionnaire = questionnaire::in_use(tx).await?;
        let chosen: BTreeSet<String> = self.qualities.iter().cloned().collect();
        let known = |key: &String| model::shipped().quality(key).is_some();
        let questions = asked(&questionnaire, &chosen);
        let count: usize = questions.iter().map(|(_, items)| items.len()).sum();
        if chosen.is_empty() || !chosen.iter().all(known) {
            wrongs.add("qualities", "Choose at least one quality of the list.");
        } else if count > MOST_QUESTIONS {
            let message = format!("These are {count} questions; choose fewer qualities, for at most {MOST_QUESTIONS}.");
            wrongs.add("qualities", message);
        } else if i64::try_from(count).unwrap_or(i64::MAX) > limit && limit >= LEAST_LIMIT {
            let message = format!("One form has {count} questions: nobody could be asked for one within this limit.");
            wrongs.add("question_limit", message);
        }
        let title = wrongs.or(title)?;
        let (Some(circle), Some(opens_on), Some(closes_on)) = (circle, opens_on, closes_on) else {
            return Err(Refused::NotFound);
        };
        let id: WaveId = tx.id();
        tx.run(
            "insert into wave (id, circle, title, model_version, opens_on, closes_on, question_limit, planned_by, \
             planned_at, reminded) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
            args![id, circle, &title, questionnaire.version(), opens_on, closes_on, limit, actor.person, tx.now()],
        )
        .await?;
        freeze(tx, id, &questions).await?;
        tx.say(
            Said::new("wave", id, "planned")
                .by(actor.person)
                .within(circle)
                .with("title", title)
                .with("opens_on", opens_on.to_string())
                .with("closes_on", closes_on.to_string())
                .with("questions", count),
        );
        let wave = planned(tx, actor, id).await?;
        nominate(tx, actor, &wave, &self.people).await?;
        Ok(id)
    }
}

/// Keeps the words that are asked, as they are now: what is reworded later is not asked here.
async fn freeze(tx: &mut Tx, wave: WaveId, questions: &[(String, Vec<&Asked>)]) -> Result<(), LedgerError> {
    let model = model::shipped();
    let (mut place, mut at) = (0_i64, 0_i64);
    for (quality, items) in questions {
        at += 1;
        let name = model.name(quality).unwrap_or(quality);
        tx.run(
            "insert into wave_quality (wave, quality, place, name) values ($1, $2, $3, $4)",
            args![wave, quality, at, name],
        )
        .await?;
        for item in items {
            place += 1;
            let words: BTreeMap<&str, &str> =
                item.words.iter().map(|(role, words)| (role.name(), words.as_str())).collect();
            tx.run(
                "insert into wave_item (wave, item, quality, place, words) values ($1, $2, $3, $4, $5)",
                args![wave, &item.key, quality, place, serde_json::to_string(&words)?],
            )
            .await?;
        }
    }
    Ok(())
}

/// Who holds a role within a circle, those from outside left out: whom a wave of that circle may rate, each with
/// whether they lead by title.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn could_be_rated(tx: &mut Tx, circle: CircleId) -> Result<Vec<(people::Person, Kind)>, LedgerError> {
    let within: Vec<CircleId> = people::tree(tx).await?.within(circle).into_iter().collect();
    let mut out: Vec<(people::Person, Kind)> = Vec::new();
    for (person, _, role) in people::within(tx, &within).await? {
        if role.outside()
            || !matches!(role, Role::Leader | Role::Executive | Role::Member)
            || person.erased_at.is_some()
        {
            continue;
        }
        let leads = role != Role::Member;
        match out.last_mut() {
            Some((last, kind)) if last.id == person.id => {
                if leads {
                    *kind = Kind::Designated;
                }
            }
            _ => out.push((person, if leads { Kind::Designated } else { Kind::SelfEmpowered })),
        }
    }
    Ok(out)
}

/// Enters people into a wave, each with the seat for rating themselves. Twice is the same as once.
async fn nominate(tx: &mut Tx, actor: &Actor, wave: &Wave, people: &[PersonId]) -> Result<(), Refused> {
    if people.is_empty() {
        return Ok(());
    }
    let could: BTreeMap<PersonId, (String, Kind)> = could_be_rated(tx, wave.circle)
        .await?
        .into_iter()
        .map(|(person, kind)| (person.id, (person.name, kind)))
        .collect();
    for person in people {
        match could.get(person) {
            None => {
                return Err(Refused::field("people", "Choose people who hold a role in this circle or within it."));
            }
            Some((name, Kind::SelfEmpowered)) if *person != actor.person => {
                let message = format!("{name} leads without a title: who does nominates themselves.");
                return Err(Refused::field("people", message));
            }
            Some((_, kind)) => enter(tx, actor, wave, *person, *kind).await?,
        }
    }
    Ok(())
}

async fn enter(tx: &mut Tx, actor: &Actor, wave: &Wave, person: PersonId, kind: Kind) -> Result<(), Refused> {
    let entered = tx
        .run(
            "insert into rated (wave, person, kind, nominated_by, nominated_at) values ($1, $2, $3, $4, $5) \
             on conflict do nothing",
            args![wave.id, person, kind.name(), actor.person, tx.now()],
        )
        .await?;
    if entered == 0 {
        return Ok(());
    }
    let seat: SeatId = tx.id();
    tx.run(
        "insert into seat (id, wave, rated, rater, rater_key, role, state) values ($1, $2, $3, $3, $4, $5, $6)",
        args![seat, wave.id, person, person.to_string(), RaterRole::Own.name(), SeatState::Confirmed.name()],
    )
    .await?;
    tx.say(
        Said::new("wave", wave.id, "nominated")
            .by(actor.person)
            .within(wave.circle)
            .with("person", person.to_string())
            .with("kind", kind.name()),
    );
    Ok(())
}

/// Nominates people who lead by title, until the wave's last day. For who may plan it.
#[derive(Debug, Clone)]
pub struct Nominate {
    /// The wave.
    pub wave: WaveId,
    /// Whom.
    pub people: Vec<PersonId>,
}

#[crate::act]
impl Act for Nominate {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let wave = planned(tx, actor, self.wave).await?;
        before_the_end(tx, actor, &wave).await?;
        if self.people.is_empty() {
            return Err(Refused::field("people", "Choose whom to nominate."));
        }
        nominate(tx, actor, &wave, &self.people).await
    }
}

/// Nominates oneself: anybody who holds a role within the wave's circle, with a title or without one.
#[derive(Debug, Clone, Copy)]
pub struct NominateMyself {
    /// The wave.
    pub wave: WaveId,
}

#[crate::act]
impl Act for NominateMyself {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let wave = super::seen(tx, actor, self.wave).await?.ok_or(Refused::NotFound)?;
        before_the_end(tx, actor, &wave).await?;
        nominate(tx, actor, &wave, &[actor.person]).await
    }
}

/// Refuses what comes after a wave's last day.
pub(super) async fn before_the_end(tx: &mut Tx, actor: &Actor, wave: &Wave) -> Result<(), Refused> {
    if wave.stage(today(tx, actor.person).await?).is_before_the_end() {
        Ok(())
    } else {
        Err(Refused::conflict("This wave is over.", "What was answered is frozen; plan the next wave."))
    }
}

/// Somebody who is rated in a wave.
pub(super) async fn rated(tx: &mut Tx, wave: WaveId, person: PersonId) -> Result<Option<Rated>, LedgerError> {
    Ok(super::rated_in(tx, wave).await?.into_iter().find(|rated| rated.person == person))
}
