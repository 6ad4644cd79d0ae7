//! Decisions: a question, what there is to choose from (doing nothing is always among it), what is known and
//! what is not, what was chosen, and a statement that can be judged on a day that was named before.

pub mod figures;
mod ready;
pub mod template;
mod typed;
mod weigh;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::promise::Intended;

pub use typed::Typed;
pub use weigh::{Sum, weigh};

/// The option that is always offered; it has the number 0.
pub const DO_NOTHING: &str = "Do nothing";
/// Most options beside doing nothing.
pub const MOST_OPTIONS: usize = 11;
/// Most criteria.
pub const MOST_CRITERIA: usize = 12;
/// Highest score and highest weight.
pub const HIGHEST: u32 = 10;

/// How far a decision has come. A decision that was changed is decided, with a version above 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written; seen by its author and by who decides.
    Draft,
    /// Those affected were asked for objections.
    Open,
    /// Decided; may be changed, which makes a new version.
    Decided,
    /// Its outcome was judged.
    Reviewed,
    /// Another decision took its place.
    Superseded,
}

impl State {
    /// All of them, in the order in which they come.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Open, Self::Decided, Self::Reviewed, Self::Superseded];

    /// The name in addresses and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Reviewed => "reviewed",
            Self::Superseded => "superseded",
        }
    }

    /// The words on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Open => "open for objections",
            other => other.name(),
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What it takes to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reversibility {
    /// Little.
    Easy,
    /// Much.
    Costly,
    /// It cannot be undone.
    OneWay,
}

impl Reversibility {
    /// All of them, the lightest first.
    pub const ALL: [Self; 3] = [Self::Easy, Self::Costly, Self::OneWay];

    /// The name in forms and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Costly => "costly",
            Self::OneWay => "one_way",
        }
    }

    /// The words on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Easy => "easy to undo",
            Self::Costly => "costly to undo",
            Self::OneWay => "one-way: it cannot be undone",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }
}

/// What became of the expected outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It came true.
    True,
    /// It came true in part.
    Partly,
    /// It did not come true.
    False,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::True, Self::Partly, Self::False];

    /// The name in forms and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Partly => "partly",
            Self::False => "false",
        }
    }

    /// The words on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::True => "came true",
            Self::Partly => "came true in part",
            Self::False => "did not come true",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// How much of the statement came true, from 0 to 1: in part counts as a half.
    #[must_use]
    pub fn came(self) -> f64 {
        match self {
            Self::True => 1.0,
            Self::Partly => 0.5,
            Self::False => 0.0,
        }
    }
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosable {
    /// Its name.
    pub name: String,
    /// What speaks for and against it, with where that is known from; may be empty.
    pub evidence: String,
}

/// Something that options are held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its name.
    pub name: String,
    /// How much it counts, from 1 to [`HIGHEST`].
    pub weight: u32,
}

/// What somebody expects before the outcome is known: the option that they would take, and how sure they are,
/// in percent, that the expected outcome comes true. Both belong to who decides and are for their own eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Number of the option; 0 is doing nothing.
    pub option: Option<usize>,
    /// From 0 to 100.
    pub percent: u32,
}

/// Something that a decision touches, by its address: an aim, a promise, another decision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Touch {
    /// What it is: `aim`, `promise`, `decision`.
    pub noun: String,
    /// Its identifier.
    pub subject: String,
}

impl Touch {
    /// The page of it.
    #[must_use]
    pub fn page(&self) -> String {
        format!("/{}s/{}", self.noun, self.subject)
    }
}

/// What was thought about a decision, as far as it was written down. Calls are kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Deliberation {
    /// What is to be decided, as a question.
    pub question: String,
    /// What it is for.
    pub purpose: String,
    /// What there is to choose from; the first is doing nothing.
    pub options: Vec<Choosable>,
    /// What they are held against.
    pub criteria: Vec<Criterion>,
    /// Scores from 0 to [`HIGHEST`], option by option, criterion by criterion.
    pub scores: Vec<Vec<Option<u32>>>,
    /// What is known.
    pub known: String,
    /// What is not.
    pub unknown: String,
    /// What is taken for granted.
    pub assumed: String,
    /// What it takes to go back.
    pub reversible: Option<Reversibility>,
    /// The worst that could come of it.
    pub worst: String,
    /// The sign at which it is stopped or thought over.
    pub tripwire: String,
    /// What is in it for whom.
    pub interests: String,
    /// The clauses of the ethics code that it touches, and how; a line each.
    pub ethics: String,
    /// Number of the option that was chosen.
    pub choice: Option<usize>,
    /// Why that one.
    pub because: String,
    /// Where this leads, so that others can act without asking.
    pub direction: String,
    /// What is done first, and by whom.
    pub next_step: String,
    /// What will be the case, as a statement that can be judged.
    pub expected: String,
    /// The day on which it is judged.
    pub review_on: Option<Date>,
    /// Whether many will not like it.
    pub unpopular: bool,
    /// Why it is made all the same.
    pub unpopular_why: String,
    /// What else it touches.
    pub touches: Vec<Touch>,
    /// Promises that are made when it is decided.
    pub promises: Vec<Intended>,
    /// How sure who decides was before working it out.
    #[serde(skip)]
    pub gut: Option<Call>,
    /// How sure after.
    #[serde(skip)]
    pub analysed: Option<Call>,
}

impl Deliberation {
    /// The name of an option.
    #[must_use]
    pub fn option(&self, number: usize) -> Option<&str> {
        self.options.get(number).map(|option| option.name.as_str())
    }

    /// The name of what was chosen.
    #[must_use]
    pub fn chosen(&self) -> Option<&str> {
        self.choice.and_then(|number| self.option(number))
    }
}
