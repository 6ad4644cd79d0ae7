//! The full model of answers from all sides:
//! ψ_fq = γ_s + g_l + t_lq + ζ_ls + β_r + u_f + w_fq, with answers by the graded response model.
//!
//! γ is the level of a role, g the leader in general, t the leader on a quality, ζ how a role sees a leader, β the
//! severity of a rater, u the halo of a form, w that on a quality. Self-ratings are scored outside of it.
//! [`profile`] goes from forms to fair averages with two intervals each.

mod block;
mod calibrate;
mod chain;
pub mod chance;
mod diagnose;
mod draws;
mod fair;
mod layout;
mod report;
mod run;
mod slice;
mod variances;
mod ziggurat;

use std::str::FromStr;

use serde::Serialize;

use crate::grm::{self, Item, MISSING};

pub use calibrate::{Calibration, FEW, Note, calibrate};
pub use diagnose::{effective, split_r_hat};
pub use fair::{Fair, gauss_hermite};
pub use report::{Component, Difference, Estimate, Interval, LeaderProfile, OwnQuality, OwnView, Profile, RoleProfile};
pub use run::{Chosen, Norms, Settings, profile};

/// Who answers, seen from the leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reports to the leader.
    Subordinate,
    /// Works beside the leader.
    Peer,
    /// The leader reports to this one.
    HigherUp,
    /// Is served by the leader's team.
    Client,
    /// The leader.
    #[serde(rename = "self")]
    Own,
}

impl Role {
    /// The roles of others, in order.
    pub const OTHERS: [Self; 4] = [Self::Subordinate, Self::Peer, Self::HigherUp, Self::Client];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Subordinate => "subordinate",
            Self::Peer => "peer",
            Self::HigherUp => "higher-up",
            Self::Client => "client",
            Self::Own => "self",
        }
    }

    /// Place among [`Self::OTHERS`]; `None` for the leader.
    #[must_use]
    pub fn place(self) -> Option<usize> {
        Self::OTHERS.iter().position(|role| *role == self)
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim().to_lowercase();
        Self::OTHERS.into_iter().chain([Self::Own]).find(|role| role.name() == text).ok_or(())
    }
}

/// Items and the qualities that they ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questionnaire {
    /// The quality of each item, from 0.
    pub quality_of: Vec<usize>,
    /// Answers run from 1 to this.
    pub categories: u8,
}

impl Questionnaire {
    /// Qualities.
    #[must_use]
    pub fn qualities(&self) -> usize {
        self.quality_of.iter().map(|quality| quality + 1).max().unwrap_or(0)
    }

    /// The items of a quality.
    #[must_use]
    pub fn items_of(&self, quality: usize) -> Vec<usize> {
        (0..self.quality_of.len()).filter(|item| self.quality_of[*item] == quality).collect()
    }
}

/// Who answered about whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// The person rated, from 0.
    pub leader: u32,
    /// Who answered, from 0.
    pub rater: u32,
    /// As what.
    pub role: Role,
}

/// All forms of one wave.
#[derive(Debug, Clone)]
pub struct Forms {
    /// What they ask.
    pub questionnaire: Questionnaire,
    /// One entry a form.
    pub forms: Vec<Form>,
    /// Codes from 0 (the lowest answer) or [`MISSING`], all items of a form after each other.
    pub answers: Vec<u8>,
}

/// Why forms give no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No form of anybody else than the leaders.
    #[error("no form of a subordinate, peer, higher-up or client is there: self-ratings alone give no profile")]
    NoForms,
    /// Not as many answers as forms and items ask for.
    #[error("{answers} answers for {forms} forms of {items} items")]
    Ragged {
        /// Answers.
        answers: usize,
        /// Forms.
        forms: usize,
        /// Items.
        items: usize,
    },
    /// An answer beyond the scale.
    #[error("form {form} answers item {item} with {code} on a scale of {categories}")]
    OffScale {
        /// Which form, from 0.
        form: usize,
        /// Which item, from 0.
        item: usize,
        /// The code, from 0.
        code: u8,
        /// Points of the scale.
        categories: u8,
    },
    /// A scale of fewer than two points, or more than a hundred; no items; a quality without items.
    #[error("{0}")]
    Questionnaire(String),
    /// Anchors that do not fit the questionnaire.
    #[error("item {item}: {problem}")]
    Anchor {
        /// Which item, from 0.
        item: usize,
        /// What is wrong.
        problem: String,
    },
    /// An item that everybody answered alike.
    #[error("item {item} has {used} categories in use: two are the least that tell anything")]
    Constant {
        /// Which item, from 0.
        item: usize,
        /// Categories in use.
        used: usize,
    },
}

impl Forms {
    /// Checks that everything is there and on the scale.
    ///
    /// # Errors
    /// [`Refused`] with the form and item.
    pub fn check(&self) -> Result<(), Refused> {
        let items = self.questionnaire.quality_of.len();
        let categories = self.questionnaire.categories;
        if !(2..=99).contains(&categories) {
            return Err(Refused::Questionnaire(format!("a scale of {categories} points: 2 to 99 are possible")));
        }
        if items == 0 {
            return Err(Refused::Questionnaire("there are no items".into()));
        }
        if let Some(empty) = (0..self.questionnaire.qualities()).find(|q| self.questionnaire.items_of(*q).is_empty()) {
            return Err(Refused::Questionnaire(format!("quality {empty} has no items")));
        }
        if self.answers.len() != self.forms.len() * items {
            return Err(Refused::Ragged { answers: self.answers.len(), forms: self.forms.len(), items });
        }
        if let Some(at) = self.answers.iter().position(|code| *code != MISSING && *code >= categories) {
            let code = self.answers[at];
            return Err(Refused::OffScale { form: at / items, item: at % items, code, categories });
        }
        if !self.forms.iter().any(|form| form.role != Role::Own) {
            return Err(Refused::NoForms);
        }
        Ok(())
    }

    /// The answers of a form.
    #[must_use]
    pub fn of_form(&self, form: usize) -> &[u8] {
        let items = self.questionnaire.quality_of.len();
        self.answers.get(form * items..(form + 1) * items).unwrap_or_default()
    }

    /// Persons rated.
    #[must_use]
    pub fn leaders(&self) -> usize {
        self.forms.iter().map(|form| form.leader as usize + 1).max().unwrap_or(0)
    }

    /// The answers to some items, form by form, of others only or of all.
    #[must_use]
    pub fn columns(&self, items: &[usize], others_only: bool) -> Vec<u8> {
        (0..self.forms.len())
            .filter(|form| !others_only || self.forms[*form].role != Role::Own)
            .flat_map(|form| items.iter().map(move |item| self.of_form(form)[*item]))
            .collect()
    }
}

/// What one item's answers look like over all categories of the scale, unused ones included.
pub(crate) fn log_likelihood(item: &Item, code: u8, psi: f64, room: &mut Vec<f64>) -> f64 {
    item.log_probabilities(psi, room);
    room.get(item.place(code)).copied().unwrap_or(0.0)
}

impl From<grm::Refused> for Refused {
    fn from(refused: grm::Refused) -> Self {
        match refused {
            grm::Refused::Constant { item, used } => Self::Constant { item, used },
            other => Self::Questionnaire(other.to_string()),
        }
    }
}
