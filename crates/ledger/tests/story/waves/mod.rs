//! Waves of ratings: the cycle, the limit, what is refused; and that no row and no event joins a rater with an answer.

mod cycle;
pub mod seal;

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::{CircleId, CircleKind, PersonId, Role, SeatId, WaveId};
use ledger::Ledger;
use ledger::testing::Clock;
use ledger::waves::{self, Answer, By, Choose, Confirm, Plan};

use crate::begin::begun;
use crate::links::{actor, add, circle, root};

/// Northwind IT (Ann administers) ── IT (Dan leads, Eve executes) ── Desk (Lea leads, nine members) with the client
/// Alpine (two contacts) in it, and Net (Nik leads).
pub struct House {
    pub it: CircleId,
    pub desk: CircleId,
    pub ann: PersonId,
    pub dan: PersonId,
    pub eve: PersonId,
    pub lea: PersonId,
    pub nik: PersonId,
    pub members: Vec<PersonId>,
    pub contacts: Vec<PersonId>,
}

pub async fn house(ledger: &Ledger) -> House {
    let ann = begun(ledger).await;
    let top = root(ledger).await;
    let it = circle(ledger, ann, top, CircleKind::Department, "IT").await;
    let desk = circle(ledger, ann, it, CircleKind::Team, "Desk").await;
    let net = circle(ledger, ann, it, CircleKind::Team, "Net").await;
    let alpine = circle(ledger, ann, desk, CircleKind::Client, "Alpine Rail").await;
    let dan = add(ledger, ann, "Dan Roe", it, Role::Leader).await;
    let eve = add(ledger, ann, "Eve Hill", it, Role::Executive).await;
    let lea = add(ledger, ann, "Lea Day", desk, Role::Leader).await;
    let nik = add(ledger, ann, "Nik Vo", net, Role::Leader).await;
    let mut members = Vec::new();
    for n in 0..9 {
        members.push(add(ledger, ann, &format!("Member {n}"), desk, Role::Member).await);
    }
    let mut contacts = Vec::new();
    for n in 0..2 {
        contacts.push(add(ledger, ann, &format!("Contact {n}"), alpine, Role::ClientContact).await);
    }
    House { it, desk, ann, dan, eve, lea, nik, members, contacts }
}

impl House {
    /// A wave over IT in which Lea is rated, from the day of the clock on, for a week.
    pub async fn plan(&self, ledger: &Ledger, clock: &Clock) -> WaveId {
        self.plan_for(ledger, clock, &[self.lea]).await
    }

    pub async fn plan_for(&self, ledger: &Ledger, clock: &Clock, people: &[PersonId]) -> WaveId {
        self.plan_from(ledger, clock.now().to_zoned(jiff::tz::TimeZone::UTC).date(), people).await
    }

    pub async fn plan_from(&self, ledger: &Ledger, opens_on: Date, people: &[PersonId]) -> WaveId {
        let plan = Plan {
            circle: Some(self.it),
            title: "Spring wave".into(),
            opens_on: opens_on.to_string(),
            closes_on: opens_on.saturating_add(jiff::Span::new().days(7)).to_string(),
            question_limit: "120".into(),
            qualities: model::shipped().qualities.iter().take(14).map(|quality| quality.key.clone()).collect(),
            people: people.to_vec(),
        };
        ledger.perform(&actor(ledger, self.eve).await, &plan).await.unwrap()
    }

    /// Lea chooses; Eve, who is above, confirms all.
    pub async fn ask(&self, ledger: &Ledger, wave: WaveId, raters: &[PersonId], outsiders: &str) {
        let choose = Choose { wave: Some(wave), raters: raters.to_vec(), outsiders: outsiders.into() };
        ledger.perform(&actor(ledger, self.lea).await, &choose).await.unwrap();
        confirm_all(ledger, self.dan, wave, self.lea).await;
    }
}

pub async fn confirm_all(ledger: &Ledger, by: PersonId, wave: WaveId, rated: PersonId) {
    let by = actor(ledger, by).await;
    let choices = waves::to_confirm(&mut ledger.read().await.unwrap(), &by, wave).await.unwrap();
    let choice = choices.into_iter().find(|choice| choice.rated == rated).unwrap();
    let keep = choice.seats.iter().map(|seat| seat.id).collect();
    ledger.perform(&by, &Confirm { wave: Some(wave), rated: Some(rated), keep, add: Vec::new() }).await.unwrap();
}

/// The seats of a rater in a wave that are not their own.
pub async fn seats(ledger: &Ledger, by: &Actor, wave: WaveId, own: bool) -> Vec<SeatId> {
    let forms = waves::own_forms(&mut ledger.read().await.unwrap(), by, wave).await.unwrap();
    forms.into_iter().filter(|form| form.2 == own).map(|form| form.0).collect()
}

/// How many questions a wave asks.
pub async fn questions(ledger: &Ledger, wave: WaveId) -> usize {
    waves::items(&mut ledger.read().await.unwrap(), wave).await.unwrap().len()
}

pub fn answer(seat: SeatId, by: By, questions: usize, with: &str) -> Answer {
    Answer { seat, by, answers: vec![with.to_owned(); questions], comments: Vec::new() }
}

/// The seat that a link opens.
pub async fn seat_of(ledger: &Ledger, token: &str) -> Option<SeatId> {
    waves::seat_of_link(&mut ledger.read().await.unwrap(), token).await.unwrap()
}
