//! The leadership model: what a leader is rated on, by which sentences, beside which evidence, and what helps to
//! grow in it. The model is data (the folder `model/` of the project); this crate reads it, checks it and draws
//! its page in the guide. It does no IO: the files are compiled in.

mod check;
mod page;
mod read;
mod shipped;

use std::collections::BTreeMap;

use rating::model::Role;

pub use check::{ITEM_LETTERS, check};
pub use page::markdown;
pub use read::{Fault, module, outcomes, places, pulse, quality, situations, starters};
pub use shipped::{files, shipped};

/// All five roles, in the order in which they are shown.
pub const ROLES: [Role; 5] = [Role::Subordinate, Role::Peer, Role::HigherUp, Role::Client, Role::Own];

/// How often the behaviour of an item is seen: the words of the five points, from 1 to 5.
pub const SCALE: [&str; 5] = ["Never", "Seldom", "Sometimes", "Often", "Always"];

/// How far a sentence of a pulse is agreed with: the words of the five points, from 1 to 5.
pub const AGREED: [&str; 5] = ["Not at all", "Rather not", "Partly", "Rather", "Fully"];

/// What stands beside the scale, always.
pub const UNABLE: &str = "Not able to say";

/// The names of evidence that the record can answer, in the order of the guide.
pub const EVIDENCE: [&str; 28] = [
    "aims_explained",
    "teach_back_answered",
    "goals_linked",
    "aims_with_why",
    "resources_granted",
    "promises_kept",
    "promises_renegotiated_early",
    "decisions_told",
    "decisions_acknowledged",
    "decisions_said_back",
    "decisions_reviewed",
    "dissent_kept",
    "bad_news_early",
    "ethics_acknowledged",
    "replans_core_held",
    "delegations_accepted",
    "asks_answered_in_time",
    "ideas_answered",
    "problems_removed",
    "concerns_followed",
    "options_from_others",
    "thanks_given",
    "horizon_watched",
    "exceptions_logged",
    "pulse_answered",
    "talks_held",
    "heard_confirmed",
    "conflicts_raised",
];

/// The whole model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Which version of the data this is; reports name it.
    pub version: String,
    /// WHATs, then HOWs, then the other named skills.
    pub qualities: Vec<Quality>,
    /// What leadership leads to in others: trust, confidence, respect.
    pub outcomes: Vec<Outcome>,
    /// The training library.
    pub modules: Vec<Module>,
    /// Requirements that a page answers rather than a quality or a module.
    pub places: Vec<Place>,
    /// What the pulse of a circle can ask.
    pub pulse: Vec<PulseQuestion>,
    /// What a talk about anything but work can begin with.
    pub starters: Vec<Starter>,
    /// Situations with people, to think through.
    pub situations: Vec<Situation>,
}

/// What sort of quality it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What leaders do.
    What,
    /// How they go about it.
    How,
    /// Another skill that is named for leaders.
    Skill,
}

/// Which school of thought on leadership the quality belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theory {
    /// What the person is like.
    Trait,
    /// What the person does, and anybody can learn.
    Behavioural,
    /// What fits the people and the task at hand.
    Situational,
    /// What happens between people.
    Relational,
}

/// One quality of a leader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    /// Stable, in small letters with hyphens; the name of its file.
    pub key: String,
    /// As people read it.
    pub name: String,
    /// What sort of quality it is.
    pub kind: Kind,
    /// What is meant, in two or three sentences.
    pub definition: String,
    /// Its school of thought.
    pub theory: Theory,
    /// The numbers of the requirements that it answers.
    pub answers: Vec<String>,
    /// Two to four sentences that are rated.
    pub items: Vec<Item>,
    /// What the record can say about it.
    pub evidence: Evidence,
    /// What to do to grow in it; each ends in an act in Plumb.
    pub practices: Vec<Practice>,
    /// Keys of the training modules that help.
    pub modules: Vec<String>,
    /// For the report, when it is high.
    pub strength: String,
    /// For the report, when it is low.
    pub next_step: String,
}

/// One sentence that is rated, with a wording for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Stable and unique over the model, such as `active-listening-1`.
    pub key: String,
    /// The wording by who answers. All five roles are there.
    pub words: BTreeMap<Role, String>,
}

impl Item {
    /// The wording for a role; empty only for an item that was made without it.
    #[must_use]
    pub fn worded(&self, role: Role) -> &str {
        self.words.get(&role).map_or("", String::as_str)
    }
}

/// What the record can say about a quality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// It cannot be computed.
    None {
        /// Why not.
        reason: String,
    },
    /// Acts of the leader that can be counted.
    Queries(Vec<EvidenceSpec>),
}

/// One thing that the record is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceSpec {
    /// One of [`EVIDENCE`].
    pub query: String,
    /// Below this number of acts it says “not enough to say”.
    pub minimum: u32,
    /// Which way is good.
    pub direction: Direction,
    /// What is counted, in words.
    pub words: String,
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// More is better.
    HigherIsBetter,
    /// Less is better.
    LowerIsBetter,
    /// Neither much nor little is good by itself: it is shown, not judged.
    Balance,
}

/// Something to practise, and where the real act is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Stable and unique over the model.
    pub key: String,
    /// What to do.
    pub words: String,
    /// The page of Plumb on which it is done.
    pub page: String,
}

/// What leadership leads to in others. Asked like a quality of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `trust`, `confidence` or `respect`.
    pub key: String,
    /// As people read it.
    pub name: String,
    /// What is meant.
    pub definition: String,
    /// The numbers of the requirements that it answers.
    pub answers: Vec<String>,
    /// Sentences that are rated; the first is asked by default.
    pub items: Vec<Item>,
}

/// A module of the training library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Stable; the name of its file.
    pub key: String,
    /// As people read it.
    pub title: String,
    /// What it is about, in a sentence.
    pub summary: String,
    /// How long it takes to read.
    pub minutes: u32,
    /// The text.
    pub body: Vec<Section>,
    /// What to try.
    pub exercise: String,
    /// The real act with which it ends.
    pub act: Practice,
    /// By what the record knows that act.
    pub deed: Deed,
    /// The numbers of the requirements that it answers.
    pub answers: Vec<String>,
    /// Questions of it that help a one-to-one along.
    pub prompts: Vec<String>,
}

/// By what the record knows the act with which a module ends: an act of that very kind, done after the module was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// A promise to a circle of one's own, due within [`Deed::PROMISED_DAYS`].
    PromisedTeam,
    /// An aim explained to a circle, and said back by somebody of it.
    Explained,
    /// What was heard in a talk was said back and answered, and a promise came of the talk.
    Listened,
    /// A request given to somebody else.
    Delegated,
    /// A mediation in which both sides were said back and which ended in promises of both.
    Mediated,
    /// Causes written on the canvas of a problem, and then a promise.
    SetTestOfCause,
    /// A decision with two options beside doing nothing, criteria, how sure one is, and a day of review.
    LaidOutDecision,
    /// Somebody was asked for.
    AskedSomebody,
    /// A promise to a client or a department.
    PromisedClient,
}

impl Deed {
    /// Days within which a promise to one's team is due at first.
    pub const PROMISED_DAYS: i32 = 30;

    /// What the record looks for, in words that end the sentence “It counts when …”.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::PromisedTeam => "you promised something to a circle that you belong to, due within 30 days",
            Self::Explained => "you explained an aim to a circle, and somebody of it said it back after that",
            Self::Listened => {
                "you said back in a talk what you heard, the other confirmed it or corrected it, and a promise of yours \
                 came of the talk"
            }
            Self::Delegated => "you delegated a request that was asked of you",
            Self::Mediated => {
                "you called a mediation, both sides confirmed what you said back, and it ended in promises of both"
            }
            Self::SetTestOfCause => {
                "you wrote two causes or more on the canvas of a problem, and made a promise after that"
            }
            Self::LaidOutDecision => {
                "you wrote a decision with two options beside doing nothing, criteria, how sure you are, and the day on \
                 which it is judged"
            }
            Self::AskedSomebody => "you asked for somebody, and did not withdraw it",
            Self::PromisedClient => "you promised something to a client, to a client's contact, or to a department",
        }
    }
}

/// Something to begin with when people come together without work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// Stable, in small letters.
    pub key: String,
    /// As people read it.
    pub title: String,
    /// How to begin.
    pub words: String,
}

/// A situation with people, to be thought through before one is in it. No way out of it is the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// Stable, in small letters; a part of its page's address.
    pub key: String,
    /// As people read it.
    pub title: String,
    /// What has happened.
    pub story: String,
    /// What one could do.
    pub ways: Vec<SituationWay>,
    /// What is left to think about.
    pub question: String,
    /// Keys of the modules of training that go with it.
    pub modules: Vec<String>,
    /// The numbers of the requirements that it answers.
    pub answers: Vec<String>,
}

/// One way of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SituationWay {
    /// Stable, in small letters.
    pub key: String,
    /// What one does.
    pub words: String,
    /// What it tends to lead to, and what it costs.
    pub tends: String,
}

/// A part of a module's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

/// A page that answers a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The number of the requirement.
    pub requirement: String,
    /// The page.
    pub page: String,
    /// What the page does about it.
    pub words: String,
}

/// Whom a question of a pulse is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// The people of a circle.
    Circle,
    /// Those who lead, all of the organisation together.
    Leaders,
}

/// A sentence that a pulse asks again and again: agreed with or not, on five points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PulseQuestion {
    /// Stable, in small letters with hyphens.
    pub key: String,
    /// What it is about, in a word or two.
    pub name: String,
    /// The sentence.
    pub words: String,
    /// Whom it is for.
    pub audience: Audience,
    /// The numbers of the requirements that it answers.
    pub answers: Vec<String>,
    /// Keys of the qualities, or outcomes, that it stands beside.
    pub beside: Vec<String>,
}

/// How many items of a quality a wave asks by default.
pub const ASKED_PER_QUALITY: usize = 2;

impl Model {
    /// A quality by its key.
    #[must_use]
    pub fn quality(&self, key: &str) -> Option<&Quality> {
        self.qualities.iter().find(|quality| quality.key == key)
    }

    /// An outcome by its key.
    #[must_use]
    pub fn outcome(&self, key: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.key == key)
    }

    /// A situation by its key.
    #[must_use]
    pub fn situation(&self, key: &str) -> Option<&Situation> {
        self.situations.iter().find(|situation| situation.key == key)
    }

    /// A module by its key.
    #[must_use]
    pub fn module(&self, key: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.key == key)
    }

    /// Questions that help a one-to-one along, each with the module that it comes from.
    pub fn prompts(&self) -> impl Iterator<Item = (&Module, &str)> {
        self.modules.iter().flat_map(|module| module.prompts.iter().map(move |prompt| (module, prompt.as_str())))
    }

    /// Name of a quality or an outcome.
    #[must_use]
    pub fn name(&self, key: &str) -> Option<&str> {
        let quality = self.quality(key).map(|quality| quality.name.as_str());
        quality.or_else(|| self.outcome(key).map(|outcome| outcome.name.as_str()))
    }

    /// A question of the pulse by its key.
    #[must_use]
    pub fn pulse_question(&self, key: &str) -> Option<&PulseQuestion> {
        self.pulse.iter().find(|question| question.key == key)
    }

    /// What a pulse can ask of some, in the order of the file.
    pub fn pulse_for(&self, audience: Audience) -> impl Iterator<Item = &PulseQuestion> {
        self.pulse.iter().filter(move |question| question.audience == audience)
    }

    /// The qualities that a wave asks by default: the WHATs and the HOWs.
    pub fn core(&self) -> impl Iterator<Item = &Quality> {
        self.qualities.iter().filter(|quality| quality.kind != Kind::Skill)
    }

    /// Keys and items of everything that can be asked: qualities, then outcomes.
    pub fn asked(&self) -> impl Iterator<Item = (&str, &[Item])> {
        let qualities = self.qualities.iter().map(|quality| (quality.key.as_str(), quality.items.as_slice()));
        qualities.chain(self.outcomes.iter().map(|outcome| (outcome.key.as_str(), outcome.items.as_slice())))
    }
}

impl Kind {
    /// As it is written in the files and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::What => "what",
            Self::How => "how",
            Self::Skill => "skill",
        }
    }

    /// As people read it.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::What => "What leaders do",
            Self::How => "How they go about it",
            Self::Skill => "Other skills",
        }
    }

    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::What, Self::How, Self::Skill];
}

impl Theory {
    /// As it is written in the files and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trait => "trait",
            Self::Behavioural => "behavioural",
            Self::Situational => "situational",
            Self::Relational => "relational",
        }
    }

    /// As people read it: its name and what it says.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Trait => "Trait: what the person is like",
            Self::Behavioural => "Behavioural: what the person does, and anybody can learn",
            Self::Situational => "Situational: what fits the people and the task",
            Self::Relational => "Relational: what happens between people",
        }
    }

    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Trait, Self::Behavioural, Self::Situational, Self::Relational];
}

impl Direction {
    /// As people read it.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::HigherIsBetter => "more is better",
            Self::LowerIsBetter => "less is better",
            Self::Balance => "shown, not judged",
        }
    }
}
