//! A made-up wave, answered and closed, with its answers under seal: for measuring, and for nothing else.

use leadership::circle::Actor;
use leadership::wave::{RaterRole, SeatState};
use leadership::{PersonId, SeatId, WaveId};
use rating::grm::MISSING;
use rating::model::Role;
use rating::simulate::{World, make};

use crate::chain::{Said, hex};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people::root;
use crate::sealed;
use crate::tx::Tx;

/// Qualities that are asked, two questions each.
const QUALITIES: usize = 15;
/// Questions of each.
const ITEMS: usize = 2;

/// Fills an empty ledger with a wave of so many leaders, each rated by so many others in four roles and by themselves,
/// on thirty questions.
#[derive(Debug, Clone, Copy)]
pub struct MadeUp {
    /// People rated.
    pub leaders: usize,
    /// Raters of each, beside themselves.
    pub raters: usize,
    /// The same seed gives the same answers.
    pub seed: u64,
}

fn role(role: Role) -> RaterRole {
    match role {
        Role::Subordinate => RaterRole::Subordinate,
        Role::Peer => RaterRole::Peer,
        Role::HigherUp => RaterRole::HigherUp,
        Role::Client => RaterRole::Client,
        Role::Own => RaterRole::Own,
    }
}

#[crate::act]
impl Act for MadeUp {
    type Done = WaveId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<WaveId, Refused> {
        let key = tx.answers.clone().ok_or_else(|| LedgerError::Inside("there is no key of the answers".to_owned()))?;
        let (wave, circle): (WaveId, _) = (tx.id(), root(tx).await?);
        let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        tx.run(
            "insert into wave (id, circle, title, model_version, opens_on, closes_on, question_limit, planned_by, \
             planned_at, closed_on, reminded) values ($1, $2, 'Made up', '1', $3, $3, 120, $4, $5, $3, 0)",
            args![wave, circle, today, actor.person, tx.now()],
        )
        .await?;
        let asked: Vec<_> = model::shipped().qualities.iter().take(QUALITIES).collect();
        for (place, quality) in (0_i64..).zip(&asked) {
            tx.run(
                "insert into wave_quality (wave, quality, place, name) values ($1, $2, $3, $4)",
                args![wave, &quality.key, place, &quality.name],
            )
            .await?;
            for (at, item) in (0_i64..).zip(quality.items.iter().take(ITEMS)) {
                tx.run(
                    "insert into wave_item (wave, item, quality, place, words) values ($1, $2, $3, $4, '{}')",
                    args![wave, &item.key, &quality.key, place * 2 + at],
                )
                .await?;
            }
        }
        let world = World {
            leaders: self.leaders,
            raters: self.raters,
            roles: 4,
            qualities: QUALITIES,
            items: ITEMS,
            missing: 0.03,
            careless: 0.02,
            own: true,
            ..World::default()
        };
        let made = make(&world, self.seed).forms;
        let mut people: Vec<PersonId> = Vec::with_capacity(self.leaders);
        for leader in 0..self.leaders {
            let person: PersonId = tx.id();
            tx.run(
                "insert into person (id, name, zone, made_at) values ($1, $2, 'UTC', $3)",
                args![person, format!("Leader {leader}"), tx.now()],
            )
            .await?;
            tx.run(
                "insert into rated (wave, person, kind, nominated_by, nominated_at, chosen_at, confirmed_by, confirmed_at) \
                 values ($1, $2, 'designated', $3, $4, $4, $3, $4)",
                args![wave, person, actor.person, tx.now()],
            )
            .await?;
            people.push(person);
        }
        for (at, form) in made.forms.iter().enumerate() {
            let Some(person) = people.get(form.leader as usize).copied() else { continue };
            let seat: SeatId = tx.id();
            let own = form.role == Role::Own;
            let rater_key = if own { person.to_string() } else { format!("rater-{}", form.rater) };
            tx.run(
                "insert into seat (id, wave, rated, rater, rater_key, role, state) values ($1, $2, $3, $4, $5, $6, $7)",
                args![
                    seat,
                    wave,
                    person,
                    own.then_some(person),
                    rater_key,
                    role(form.role).name(),
                    SeatState::Spent.name()
                ],
            )
            .await?;
            let answers = made.of_form(at).iter().map(|code| (*code != MISSING).then(|| *code + 1)).collect();
            let form = sealed::Form { role: form.role, answers, named: own.then_some(person) };
            let id: [u8; 16] = tx.random();
            let sealed = form.sealed(tx, &key, wave, person)?;
            tx.run(
                "insert into sealed_form (id, wave, rated, sealed) values ($1, $2, $3, $4)",
                args![hex(&id), wave, person, sealed],
            )
            .await?;
        }
        tx.say(Said::new("wave", wave, "made_up").by(actor.person).within(circle).with("people", people.len()));
        Ok(wave)
    }
}
