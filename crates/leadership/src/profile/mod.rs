//! What is told of a person who was rated from all sides, as it is kept: figures that have passed disclosure
//! control, beside dated evidence from their own acts. A page and a PDF only show it.

mod evidence;
mod measured;
mod shown;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::words;

pub use crate::wave::RaterRole as Who;
pub use evidence::{Direction, Evidence, Row, Unit};
pub use measured::{MEASURED_FROM, Measured, MedianAgreement, PEOPLE_FROM, agreement_words};
pub use shown::{Advice, chance_text, figure_text, mean_text, range_text, signed_range, signed_text};

/// People of one role, as a heading.
#[must_use]
pub fn group_name(role: Who) -> &'static str {
    match role {
        Who::Subordinate => "Subordinates",
        Who::Peer => "Peers",
        Who::HigherUp => "Higher-ups",
        Who::Client => "Clients",
        Who::Own => "Self",
    }
}

words! {
    /// What a quality is.
    Kind {
        /// What a leader does.
        What => "what", "What they do";
        /// How they do it.
        How => "how", "How they do it";
        /// What they can.
        Skill => "skill", "What they can";
        /// What comes of it with others.
        Outcome => "outcome", "What others feel";
    }
}

words! {
    /// A part of a report that can be shared by itself.
    Part {
        /// All others together, quality by quality.
        Together => "together", "all others together";
        /// Role by role.
        Roles => "roles", "role by role";
        /// Self beside others.
        Own => "own", "self beside others";
        /// What the record shows.
        Evidence => "evidence", "what the record shows";
        /// The comments of those who answered.
        Comments => "comments", "comments of those who answered";
    }
}

words! {
    /// What somebody says to a person on their profile.
    Saying {
        /// Thanks.
        Thanks => "thanks", "thanks";
        /// A comment.
        Comment => "comment", "a comment";
    }
}

words! {
    /// What became of something said on a profile. The person whose profile it is decides.
    Said {
        /// Not decided yet: seen by the two of them only.
        Waiting => "waiting", "not decided yet";
        /// Everybody who sees the profile sees it.
        Shown => "shown", "shown";
        /// It stays between the two of them.
        Kept => "kept", "kept between you";
    }
}

words! {
    /// As what somebody looks at a shared report.
    Seer {
        /// The person rated reports to them.
        HigherUp => "higher_up", "higher-up";
        /// Helps to grow.
        Mentor => "mentor", "mentor";
        /// Helps to grow, from outside of the line.
        Coach => "coach", "coach";
        /// Somebody else.
        Other => "other", "somebody else";
    }
}

/// The ends of a 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Range {
    /// Whether zero lies within.
    #[must_use]
    pub fn holds_zero(self) -> bool {
        self.low <= 0.0 && self.high >= 0.0
    }
}

/// How far those who answered agree. Perfect agreement is told as “0.95 or more” and “less than 0.1”: more would
/// tell everybody's answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// `r_wg(j)` where answers by chance were spread evenly; at most [`Agreement::MOST`].
    pub uniform: f64,
    /// The same where answers by chance leaned a little toward the good end.
    pub skewed: f64,
    /// Average deviation from the mean, in points of the scale; at least [`Agreement::LEAST`].
    pub deviation: f64,
}

impl Agreement {
    /// The highest agreement that is told.
    pub const MOST: f64 = 0.95;
    /// The lowest deviation that is told.
    pub const LEAST: f64 = 0.1;
}

/// A fair average on the scale of the answers with both intervals, to 0.1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Forms with an answer.
    pub n: usize,
    /// What a typical random rater would answer, drawn toward the other people rated.
    pub mean: f64,
    /// Development interval: shorter, right on average over people.
    pub development: Range,
    /// What it is without being drawn toward others.
    pub decision_mean: Option<f64>,
    /// Decision interval: longer, right for each person.
    pub decision: Option<Range>,
    /// Agreement, where enough answered everything.
    pub agreement: Option<Agreement>,
}

/// People whose answers are one figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Who they are; more than one where a small group was joined to another.
    pub who: Vec<Who>,
}

impl Group {
    /// As a heading.
    #[must_use]
    pub fn name(&self) -> String {
        let names: Vec<&str> = self.who.iter().map(|who| group_name(*who)).collect();
        match names.as_slice() {
            [first, second @ ..] if !second.is_empty() => {
                let lower: Vec<String> = second.iter().map(|name| name.to_lowercase()).collect();
                format!("{first} and {}", lower.join(" and "))
            }
            _ => names.concat(),
        }
    }
}

/// Self beside others on one quality, in points of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OwnQuality {
    /// Where they see themselves.
    pub seen: f64,
    /// Self less others.
    pub gap: f64,
    /// Its 90 % interval; none where the self-rating came after the wave.
    pub interval: Option<Range>,
    /// How likely it is that the gap is larger than half a point.
    pub probability: Option<f64>,
    /// Gap less the mean gap over qualities.
    pub pattern: f64,
    /// Its 90 % interval.
    pub pattern_interval: Option<Range>,
}

/// Self beside others over all qualities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OwnView {
    /// Mean gap: how much higher they see themselves throughout.
    pub bias: f64,
    /// Its 90 % interval.
    pub interval: Option<Range>,
    /// How likely it is that it is larger than half a point.
    pub probability: Option<f64>,
}

/// The difference to the wave before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The day on which the wave before closed.
    pub since: Date,
    /// Now less then.
    pub by: f64,
    /// Its 90 % interval, both waves taken as independent.
    pub interval: Range,
    /// Whether the same questions were asked.
    pub same_questions: bool,
}

/// What is told of one quality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Its stable key.
    pub key: String,
    /// Its name, as it was then.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Keys of the questions that were asked about it.
    pub items: Vec<String>,
    /// All others together.
    pub together: Option<Figure>,
    /// By group, in the order of [`Report::groups`].
    pub groups: Vec<Option<Figure>>,
    /// Answers to its questions by point of the scale, the lowest first; only where enough forms answered.
    pub distribution: Option<Vec<u32>>,
    /// Self beside others.
    pub own: Option<OwnQuality>,
    /// Since the wave before.
    pub change: Option<Change>,
    /// What the record shows.
    pub evidence: Vec<Evidence>,
    /// Why the record cannot show anything of it.
    pub no_evidence: Option<String>,
    /// Whether it is a strength, or where a next step lies; with the words of the model.
    pub advice: Option<(Advice, String)>,
}

/// Two qualities whose difference has an interval without zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Key of the higher one.
    pub higher: String,
    /// Key of the lower one.
    pub lower: String,
    /// By how much.
    pub by: f64,
    /// Its 90 % interval.
    pub interval: Range,
}

/// Forms that look as if they were filled without reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Careless {
    /// How many of those about this person.
    pub flagged: usize,
    /// Of how many.
    pub of: usize,
}

/// What was said in words to one question; shuffled, without a name, a role or a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comments {
    /// The question.
    pub question: String,
    /// What was said.
    pub words: Vec<String>,
}

/// How the figures were worked out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// Whether the computation came to rest; if not, intervals are rough.
    pub converged: bool,
    /// Worst R-hat.
    pub r_hat: Option<f64>,
    /// Least effective sample.
    pub effective: Option<f64>,
    /// People rated in the wave.
    pub leaders: usize,
    /// Forms of others in the wave.
    pub forms: usize,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// What the figures are held to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Completed forms that a figure needs.
    pub minimum: usize,
    /// Fewer people than this can never be told apart.
    pub floor: usize,
    /// Means are rounded to multiples of this.
    pub rounding: f64,
    /// Highest point of the scale, which begins at 1.
    pub scale: u8,
}

/// What is told of one person after one wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What the wave is called.
    pub wave: String,
    /// The day on which it closed.
    pub closed_on: Date,
    /// The version of the leadership model that was asked.
    pub model: String,
    /// The version of the program that worked it out.
    pub program: String,
    /// What the figures are held to.
    pub limits: Limits,
    /// How the figures were worked out.
    pub fit: Fit,
    /// Groups that are shown. One that is not had too few answers, or none: both look the same.
    pub groups: Vec<Group>,
    /// Mean over the qualities, all others together.
    pub together: Option<Figure>,
    /// The same by group.
    pub by_group: Vec<Option<Figure>>,
    /// Quality by quality, in the order of the questionnaire.
    pub qualities: Vec<Quality>,
    /// Self beside others.
    pub own: Option<OwnView>,
    /// Differences between qualities that can be named.
    pub differences: Vec<Difference>,
    /// Forms that look as if they were filled without reading.
    pub careless: Careless,
    /// What was said in words.
    pub comments: Vec<Comments>,
}

impl Report {
    /// A quality by its key.
    #[must_use]
    pub fn quality(&self, key: &str) -> Option<&Quality> {
        self.qualities.iter().find(|quality| quality.key == key)
    }

    /// Whether there is any figure at all.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.together.is_some() || self.by_group.iter().any(Option::is_some)
    }

    /// The same with nothing but some parts, for who was shown no more.
    #[must_use]
    pub fn only(mut self, parts: &[Part]) -> Self {
        let has = |part: Part| parts.contains(&part);
        if !has(Part::Together) {
            self.together = None;
            self.differences.clear();
            self.careless = Careless::default();
        }
        if !has(Part::Roles) {
            self.groups.clear();
            self.by_group.clear();
        }
        if !has(Part::Own) {
            self.own = None;
        }
        if !has(Part::Comments) {
            self.comments.clear();
        }
        for quality in &mut self.qualities {
            if !has(Part::Together) {
                quality.together = None;
                quality.distribution = None;
                quality.change = None;
                quality.advice = None;
            }
            if !has(Part::Roles) {
                quality.groups.clear();
            }
            // A gap beside what others see would tell what others see.
            if !has(Part::Own) || !has(Part::Together) {
                quality.own = None;
            }
            if has(Part::Evidence) {
                // Titles may be of things that the reader may not see: what they may see opens by its link.
                quality.evidence.iter_mut().for_each(Evidence::without_titles);
            } else {
                quality.evidence.clear();
                quality.no_evidence = None;
            }
        }
        self
    }
}

/// A question as the forms of a whole wave show it; for who owns the questionnaire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemFound {
    /// Its key.
    pub key: String,
    /// The key of its quality.
    pub quality: String,
    /// How well it tells people apart, and where its points lie; only where very many answered it.
    pub parameters: Option<(f64, Vec<f64>)>,
    /// Whether it means different things to different roles; `None` where roles are too small to say.
    pub differs: Option<Differs>,
}

/// A test of whether a question means the same to every role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Differs {
    /// The roles that were compared.
    pub between: Vec<Who>,
    /// Twice the gain in log-likelihood when each role has its own parameters.
    pub chi_squared: f64,
    /// Parameters that this adds.
    pub df: usize,
    /// The smallest false discovery rate at which it would be named.
    pub p: f64,
    /// Whether it is named, at a rate of 5 %.
    pub named: bool,
}

/// A mean over a whole wave, with noise on it so that it tells nobody's answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WholeMean {
    /// The mean; with much noise it can lie outside of the scale.
    pub mean: f64,
    /// Standard deviation of the noise.
    pub noise: f64,
    /// Forms.
    pub forms: usize,
}

words! {
    /// Why there is no mean over a whole wave. Decided from who answered and from what was told of them before.
    NoMean {
        /// Too few people answered.
        TooFew => "too_few", "too few people answered";
        /// Somebody among them is in as many means as a year allows.
        Spent => "spent", "what a year allows to tell of those who answered is spent";
    }
}

/// Means over a whole wave.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct WholeMeans {
    /// People who answered.
    pub raters: usize,
    /// Over all forms that may be told.
    pub all: Option<WholeMean>,
    /// Without those that look as if filled without reading.
    pub unflagged: Option<WholeMean>,
    /// Why not; of the second where there is the first.
    pub not: Option<NoMean>,
    /// The largest ε that anybody who answered has spent within a year, this wave included.
    pub epsilon: f64,
}

/// What a wave tells of its questions and of itself, at the grain of the organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// How the figures were worked out.
    pub fit: Fit,
    /// Question by question.
    pub items: Vec<ItemFound>,
    /// How well each quality is measured; those of which it may not be told are left out.
    #[serde(default)]
    pub measured: Vec<Measured>,
    /// Flagged forms, and of how many; only where there are enough.
    pub flagged: Option<(usize, usize)>,
    /// Means over all of it, with noise on them.
    #[serde(default)]
    pub whole: WholeMeans,
    /// People for whom a report was made.
    pub reports: usize,
    /// Of them those who can be told no figure of others.
    pub without_figures: usize,
    /// Seconds that it took.
    pub seconds: f64,
}
