//! Choosing and confirming raters.

use std::collections::{BTreeMap, BTreeSet};

use leadership::circle::Actor;
use leadership::wave::{MOST_RATERS, Places, Proposal, RaterRole, SeatState, fits};
use leadership::{PersonId, SeatId, WaveId, Wrongs, text};

use super::plan::{before_the_end, rated};
use super::seats::{Outsider, Rater, Seat, bound, choice, held, may_confirm, promised, questions};
use super::{Wave, find};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;

/// Questions that a rater is asked by the waves that open in the same month, without those of this seat's person in
/// this wave. What was declined does not count; rating oneself does not count.
async fn asked_already(tx: &mut Tx, wave: &Wave, rated: PersonId, rater_key: &str) -> Result<i64, LedgerError> {
    let first = wave.opens_on.first_of_month();
    tx.count(
        "select count(*) as n from seat s join wave w on w.id = s.wave join wave_item i on i.wave = w.id \
         where s.rater_key = $1 and s.role <> $2 and s.state in ($3, $4) and w.opens_on >= $5 and w.opens_on <= $6 \
         and not (s.wave = $7 and s.rated = $8)",
        args![
            rater_key,
            RaterRole::Own.name(),
            SeatState::Confirmed.name(),
            SeatState::Spent.name(),
            first,
            first.last_of_month(),
            wave.id,
            rated
        ],
    )
    .await
}

/// Refuses raters who would be asked more than the limit in the month.
async fn within_limit(tx: &mut Tx, wave: &Wave, rated: PersonId, raters: &[(String, String)]) -> Result<(), Refused> {
    let questions = questions(tx, wave.id).await?;
    let mut over = Vec::new();
    for (key, name) in raters {
        if !fits(asked_already(tx, wave, rated, key).await?, questions, wave.question_limit) {
            over.push(name.as_str());
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    let month = wave.opens_on.strftime("%B %Y");
    let message = format!(
        "With this, more than {} questions would be asked in {month} of: {}. Leave them out, or wait for a wave of another month.",
        wave.question_limit,
        over.join(", ")
    );
    Err(Refused::field("raters", message))
}

/// Chooses who rates oneself. What was chosen before and is not confirmed yet is replaced.
#[derive(Debug, Clone, Default)]
pub struct Choose {
    /// The wave.
    pub wave: Option<WaveId>,
    /// People of the record.
    pub raters: Vec<PersonId>,
    /// People from outside, one a line: a name, then an address for mail. They rate as clients.
    pub outsiders: String,
}

/// Lines such as `Cy Nord, cy@example.org` or `Cy Nord <cy@example.org>`.
pub(crate) fn outsiders(typed: &str) -> Result<Vec<Outsider>, Wrongs> {
    let mut out: Vec<Outsider> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || {
            let shown: String = line.chars().take(60).collect();
            Wrongs::one(
                "outsiders",
                format!("“{shown}”: write a name, a comma, and an address, such as Cy Nord, cy@example.org."),
            )
        };
        let clean = line.trim_end_matches('>');
        let (name, email) = clean.rsplit_once([',', ';', '<']).ok_or_else(wrong)?;
        let name = text::line("outsiders", name.trim_matches([' ', ',', ';'])).map_err(|_| wrong())?;
        let email = text::email("outsiders", email).map_err(|_| wrong())?;
        if !out.iter().any(|one| one.email == email) {
            out.push(Outsider { name, email });
        }
    }
    Ok(out)
}

/// A seat that is about to be taken.
struct Taken {
    key: String,
    name: String,
    person: Option<PersonId>,
    outsider: Option<Outsider>,
    role: RaterRole,
}

/// Whether somebody was proposed, or is seen by who chooses.
async fn may_choose(
    tx: &mut Tx,
    actor: &Actor,
    proposed: &BTreeMap<PersonId, RaterRole>,
    id: PersonId,
) -> Result<bool, LedgerError> {
    if proposed.contains_key(&id) {
        return Ok(true);
    }
    let seen = people::seen(tx, actor, id).await?;
    Ok(seen.is_some_and(|(person, _)| person.left_at.is_none() && person.erased_at.is_none()))
}

impl Choose {
    async fn taken(&self, tx: &mut Tx, actor: &Actor) -> Result<Vec<Taken>, Refused> {
        let from_outside = outsiders(&self.outsiders)?;
        let mut ids: BTreeSet<PersonId> = self.raters.iter().copied().collect();
        if ids.remove(&actor.person) {
            return Err(Refused::field("raters", "You rate yourself apart from this. Choose others."));
        }
        let (tree, held, promised) = (people::tree(tx).await?, held(tx).await?, promised(tx, actor.person).await?);
        let places = Places::new(&tree, &held);
        let proposed: BTreeMap<PersonId, RaterRole> =
            places.propose(actor.person, &promised).into_iter().map(|one| (one.person, one.role)).collect();
        let mut unknown = Vec::new();
        for one in from_outside {
            match people::by_email(tx, &one.email).await? {
                Some(person) if person.id == actor.person => {
                    return Err(Refused::field(
                        "outsiders",
                        "This is your own address. You rate yourself apart from this.",
                    ));
                }
                // Somebody of the record: their place in the circles says as what they rate. Whom one does not see
                // stays what was typed, so that an address tells nobody who has one here.
                Some(person) if may_choose(tx, actor, &proposed, person.id).await? => {
                    ids.insert(person.id);
                }
                _ => unknown.push(one),
            }
        }
        let mut out = Vec::new();
        for id in ids {
            if !may_choose(tx, actor, &proposed, id).await? {
                return Err(Refused::field("raters", "There is no such person. Choose somebody of the list."));
            }
            let person = people::present(tx, id, "raters").await?;
            let role = proposed.get(&id).copied().unwrap_or_else(|| places.otherwise(id, actor.person));
            out.push(Taken { key: id.to_string(), name: person.name, person: Some(id), outsider: None, role });
        }
        let key = tx.answer_key()?;
        for one in unknown {
            out.push(Taken {
                key: key.outsider(&one.email)?,
                name: one.name.clone(),
                person: None,
                outsider: Some(one),
                role: RaterRole::Client,
            });
        }
        Ok(out)
    }
}

async fn insert(tx: &mut Tx, wave: &Wave, rated: PersonId, one: &Taken, state: SeatState) -> Result<(), LedgerError> {
    let id: SeatId = tx.id();
    let sealed = match &one.outsider {
        Some(outsider) => Some(tx.answer_key()?.seal(tx, &bound(id), &serde_json::to_vec(outsider)?)?),
        None => None,
    };
    tx.run(
        "insert into seat (id, wave, rated, rater, rater_key, outsider, role, state) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, wave.id, rated, one.person, &one.key, sealed, one.role.name(), state.name()],
    )
    .await?;
    Ok(())
}

#[crate::act]
impl Act for Choose {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let wave = find(tx, self.wave.ok_or(Refused::NotFound)?).await?.ok_or(Refused::NotFound)?;
        let me = actor.person;
        rated(tx, wave.id, me).await?.ok_or(Refused::NotFound)?;
        before_the_end(tx, actor, &wave).await?;
        let taken = self.taken(tx, actor).await?;
        // What is confirmed stays: nobody is told to forget that they were asked.
        let kept: BTreeSet<String> = tx
            .rows(
                "select rater_key from seat where wave = $1 and rated = $2 and state <> $3",
                args![wave.id, me, SeatState::Chosen.name()],
            )
            .await?
            .iter()
            .map(|row| row.text("rater_key"))
            .collect::<Result<_, _>>()?;
        let new: Vec<Taken> = taken.into_iter().filter(|one| !kept.contains(&one.key)).collect();
        // One of them is the seat for oneself.
        let all = kept.len().saturating_sub(1) + new.len();
        if new.is_empty() && kept.len() < 2 {
            return Err(Refused::field("raters", "Choose who rates you: at least one."));
        }
        if all > MOST_RATERS {
            return Err(Refused::field("raters", format!("These are {all} raters. Choose {MOST_RATERS} at most.")));
        }
        let raters: Vec<_> = new.iter().map(|one| (one.key.clone(), one.name.clone())).collect();
        within_limit(tx, &wave, me, &raters).await?;
        tx.run(
            "delete from seat where wave = $1 and rated = $2 and state = $3",
            args![wave.id, me, SeatState::Chosen.name()],
        )
        .await?;
        for one in &new {
            insert(tx, &wave, me, one, SeatState::Chosen).await?;
        }
        tx.run(
            "update rated set chosen_at = $1, confirmed_by = null, confirmed_at = null where wave = $2 and person = $3",
            args![tx.now(), wave.id, me],
        )
        .await?;
        tx.say(Said::new("wave", wave.id, "raters_chosen").by(me).within(wave.circle).with("raters", new.len()));
        Ok(())
    }
}

/// Confirms who rates somebody: a higher-up strikes and adds, then the raters are asked.
#[derive(Debug, Clone, Default)]
pub struct Confirm {
    /// The wave.
    pub wave: Option<WaveId>,
    /// The person rated.
    pub rated: Option<PersonId>,
    /// Seats that stay; chosen ones that are not among them are struck.
    pub keep: Vec<SeatId>,
    /// Proposed people who are added.
    pub add: Vec<PersonId>,
}

#[crate::act]
impl Act for Confirm {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let wave = find(tx, self.wave.ok_or(Refused::NotFound)?).await?.ok_or(Refused::NotFound)?;
        let of = self.rated.ok_or(Refused::NotFound)?;
        let found = rated(tx, wave.id, of).await?.ok_or(Refused::NotFound)?;
        if !may_confirm(tx, actor, &wave, of).await? {
            return Err(Refused::NotFound);
        }
        before_the_end(tx, actor, &wave).await?;
        if !found.chosen || found.confirmed_by.is_some() {
            return Err(Refused::conflict(
                "There is nothing to confirm here.",
                "The person rated chooses first; what is confirmed stays.",
            ));
        }
        let choice = choice(tx, wave.clone(), of).await?.ok_or(Refused::NotFound)?;
        let (kept, struck): (Vec<&Seat>, Vec<&Seat>) =
            choice.seats.iter().filter(|seat| !seat.confirmed).partition(|seat| self.keep.contains(&seat.id));
        let add: BTreeSet<PersonId> = self.add.iter().copied().collect();
        let added: Vec<&Proposal> = choice.proposals.iter().filter(|one| add.contains(&one.person)).collect();
        if added.len() != add.len() {
            return Err(Refused::field("raters", "Add people of the list only."));
        }
        let already = choice.seats.iter().filter(|seat| seat.confirmed).count();
        if kept.is_empty() && added.is_empty() && already == 0 {
            return Err(Refused::field("raters", "Leave at least one rater."));
        }
        let ids: Vec<PersonId> = kept
            .iter()
            .filter_map(|seat| match seat.rater {
                Rater::Person(person) => Some(person),
                Rater::Outsider(_) => None,
            })
            .chain(added.iter().map(|one| one.person))
            .collect();
        let mut raters: Vec<(String, String)> =
            people::named(tx, &ids).await?.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
        let key = tx.answer_key()?;
        for seat in &kept {
            if let Rater::Outsider(Some(outsider)) = &seat.rater {
                raters.push((key.outsider(&outsider.email)?, outsider.name.clone()));
            }
        }
        within_limit(tx, &wave, of, &raters).await?;
        for seat in &struck {
            tx.run("delete from seat where id = $1", args![seat.id]).await?;
        }
        for one in &added {
            let taken = Taken {
                key: one.person.to_string(),
                name: String::new(),
                person: Some(one.person),
                outsider: None,
                role: one.role,
            };
            insert(tx, &wave, of, &taken, SeatState::Chosen).await?;
        }
        tx.run(
            "update seat set state = $1 where wave = $2 and rated = $3 and state = $4",
            args![SeatState::Confirmed.name(), wave.id, of, SeatState::Chosen.name()],
        )
        .await?;
        tx.run(
            "update rated set confirmed_by = $1, confirmed_at = $2 where wave = $3 and person = $4",
            args![actor.person, tx.now(), wave.id, of],
        )
        .await?;
        tx.say(
            Said::new("wave", wave.id, "raters_confirmed")
                .by(actor.person)
                .within(wave.circle)
                .with("person", of.to_string())
                .with("raters", kept.len() + added.len())
                .with("struck", struck.len())
                .with("added", added.len()),
        );
        Ok(())
    }
}
