//! What the work record shows of a fix.

use jiff::civil::Date;
use leadership::PersonId;

/// Where a fix stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Said to be fixed; the record shows neither yet.
    Unproven,
    /// Not fallen to half.
    NotFixed,
    /// Fixed.
    Fixed,
    /// Was fixed and came back.
    Reopened,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Unproven, Self::NotFixed, Self::Fixed, Self::Reopened];

    /// Its name where it is kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::NotFixed => "not_fixed",
            Self::Fixed => "fixed",
            Self::Reopened => "reopened",
        }
    }

    /// Its words on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Unproven => "unproven yet",
            Self::NotFixed => "not fixed",
            Self::Fixed => "fixed",
            Self::Reopened => "it came back",
        }
    }

    /// The stage of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// A fix that somebody marked, as the work record judges it. Credit goes to the team; the owner is who answered for
/// the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The entry that marks it.
    pub entry: u64,
    /// The problem, by the id that it has now.
    pub problem: String,
    /// Its title.
    pub title: String,
    /// Who answered for it when the fix was marked, as its canvas said.
    pub owner: Option<PersonId>,
    /// The team that made it.
    pub team: String,
    /// Day of the fix.
    pub on: Date,
    /// Where it stands.
    pub stage: Stage,
    /// The day by which that could be said.
    pub day: Date,
    /// The figures, in a sentence or two.
    pub figures: String,
}
