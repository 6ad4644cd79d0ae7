//! What the pages of talks share: what a form of a talk sends, and how a talk is named.

use std::collections::BTreeMap;

use leadership::PersonId;
use leadership::promise::Intended;
use leadership::talk::{Kind, State};
use ledger::talks::Talk;
use serde::Deserialize;

use crate::parts::{day, name};

/// What the forms on the page of a talk send; each its own fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) planned_on: String,
    pub(super) held_on: String,
    pub(super) said: String,
    pub(super) how: String,
    pub(super) of: String,
    pub(super) heard: String,
    pub(super) correction: String,
    pub(super) restated: String,
    pub(super) confirms: String,
    pub(super) account: String,
    pub(super) kind: String,
    pub(super) circle: String,
    pub(super) words: String,
    pub(super) agrees: String,
    pub(super) comes: String,
    pub(super) more: String,
    /// What the answer or the restatement is of, where it was refused: the others stay empty.
    #[serde(skip)]
    pub(super) about: String,
    pub(super) promise_from: Vec<String>,
    pub(super) promise_to: Vec<String>,
    pub(super) promise_what: Vec<String>,
    pub(super) promise_due: Vec<String>,
    pub(super) promise_known: Vec<String>,
}

impl Typed {
    /// What was agreed, row by row.
    pub(super) fn rows(&self) -> Vec<Intended> {
        Intended::rows(&self.promise_from, &self.promise_to, &self.promise_what, &self.promise_due, &self.promise_known)
    }
}

/// With a capital: “One-to-one”.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How a talk is called by one who takes part: its kind, and with whom.
pub(super) fn title(talk: &Talk, me: PersonId, names: &BTreeMap<PersonId, String>) -> String {
    let kind = capital(talk.kind.shown());
    if talk.kind.seen_by_circle() {
        return kind;
    }
    let others: Vec<&str> = talk.people().filter(|person| *person != me).map(|person| name(names, person)).collect();
    format!("{kind} with {}", others.join(" and "))
}

/// When it is or was, and where it stands.
pub(super) fn stands(talk: &Talk) -> String {
    match (talk.state, talk.held_on) {
        (State::Held, Some(held)) => format!("held on {}", day(held)),
        (State::Planned, _) => format!("planned for {}", day(talk.planned_on)),
        (state, _) => format!("{}, planned for {}", state.shown(), day(talk.planned_on)),
    }
}

/// What a kind of talk is for, in a sentence.
pub(super) fn purpose(kind: Kind) -> &'static str {
    match kind {
        Kind::OneToOne => "Two people, and what matters to either.",
        Kind::Mediation => {
            "You help two others: each side is heard apart and said back, then each says the other back, and only then they agree."
        }
        Kind::Mentoring => "Beside somebody who grows.",
        Kind::Team => "The people of a circle, on how they work together.",
        Kind::NotWork => "Half an hour about anything but work. Whoever wants to comes; nobody is counted by name.",
        Kind::ClientReview => "With a client’s contact: how it goes for them, in their words.",
    }
}
