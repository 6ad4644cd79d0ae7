//! Recognition that is earned: the standard as data, when it is met, and who may confirm that it is. A quality
//! is covered only where enough raters *and* dated evidence agree; neither alone is enough, and what cannot be
//! said yet counts as not covered, never as failed. There is no score and no order among people: the standard
//! is met or not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::circle::{Role, Tree};
use crate::id::{CircleId, PersonId};
use crate::profile::{Evidence, Figure, Kind, Report};
use crate::words::words;
use crate::wrong::Wrongs;

/// Days within which a nominee accepts, and within which somebody asked confirms or refuses: after them the
/// nomination has ended without a word on the person.
pub const WAITS_DAYS: i64 = 60;
/// The middle between “now and then” and “often” on five points: what is said clearly lies above it.
pub const CLEARLY: f64 = 3.5;
/// Fewest people whose dated notes say anything of a quality that cannot be computed.
pub const LEAST_NOTED: u32 = 3;
/// How many WHATs and how many HOWs the model has.
pub const HALVES: (u32, u32) = (7, 7);
/// Fewest qualities that a standard may ask for: less is no standard.
pub const LEAST_QUALITIES: u32 = 4;

words! {
    /// Which half of the model a quality belongs to. Other skills do not count towards the standard.
    Half {
        /// What leaders do.
        What => "what", "WHAT";
        /// How they go about it.
        How => "how", "HOW";
    }
}
words! {
    /// What one source says of a quality.
    Says {
        /// It speaks for it.
        Agrees => "agrees", "agree";
        /// It does not.
        Not => "not", "do not agree";
        /// There is too little of it to say.
        TooLittle => "too_little", "not enough to say";
    }
}
words! {
    /// Where a nomination stands.
    State {
        /// Somebody else nominated them; they have not said whether they want it.
        Offered => "offered", "waits for the nominee";
        /// They want it; nobody is asked to confirm it yet.
        Accepted => "accepted", "accepted by the nominee";
        /// Somebody outside of the circle is asked to confirm it.
        Asked => "asked", "waits for somebody outside of the circle";
        /// Confirmed: there is a badge.
        Verified => "verified", "verified";
        /// Refused, with the reason.
        Refused => "refused", "refused";
        /// The nominee did not want it, or took it back.
        Declined => "declined", "declined by the nominee";
        /// Its time passed.
        Expired => "expired", "ended by time";
    }
}

impl State {
    /// Whether anything can still happen to it.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Offered | Self::Accepted | Self::Asked)
    }
}

/// What one source says, over how many: raters, or dated acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Verdict {
    /// What it says.
    pub says: Says,
    /// Over how many raters or acts.
    pub n: u32,
}

impl Verdict {
    /// As it is shown: `agree (n = 7)`.
    #[must_use]
    pub fn shown(self) -> String {
        format!("{} (n = {})", self.says.shown(), self.n)
    }
}

/// How a person stands in one quality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Key of the quality in the model.
    pub quality: String,
    /// Its half.
    pub half: Half,
    /// What the raters say.
    pub raters: Verdict,
    /// What the dated evidence says.
    pub evidence: Verdict,
}

impl Standing {
    /// Whether both sources speak for it.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.raters.says == Says::Agrees && self.evidence.says == Says::Agrees
    }
}

/// What others noted on one quality that cannot be computed: how many people saw it, and how many saw that it
/// lacked, on days that they named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Noted {
    /// People who saw it.
    pub shown: u32,
    /// People who saw that it lacked.
    pub lacking: u32,
}

/// What the raters say: their decision interval, which is right for each person, has to lie wholly above
/// [`CLEARLY`]. Where it holds that point, or there is no figure because too few answered, it is not enough to say.
#[must_use]
pub fn by_raters(figure: Option<&Figure>) -> Verdict {
    let Some((figure, range)) = figure.and_then(|figure| Some((figure, figure.decision?))) else {
        return Verdict { says: Says::TooLittle, n: 0 };
    };
    let says = if range.low > CLEARLY {
        Says::Agrees
    } else if range.high <= CLEARLY {
        Says::Not
    } else {
        Says::TooLittle
    };
    Verdict { says, n: count(figure.n) }
}

/// What the record says: no question with enough acts speaks against it, and one at least speaks for it.
#[must_use]
pub fn by_record(evidence: &[Evidence]) -> Verdict {
    let told: Vec<bool> = evidence.iter().filter_map(Evidence::speaks_for).collect();
    let says = if told.contains(&false) {
        Says::Not
    } else if told.contains(&true) {
        Says::Agrees
    } else {
        Says::TooLittle
    };
    let n = evidence.iter().filter(|one| one.speaks_for().is_some()).map(|one| one.n).sum::<u64>();
    Verdict { says, n: u32::try_from(n).unwrap_or(u32::MAX) }
}

/// What dated notes say: at least [`LEAST_NOTED`] people saw it, and at least twice as many as saw that it lacked.
#[must_use]
pub fn by_notes(noted: Noted) -> Verdict {
    let n = noted.shown.saturating_add(noted.lacking);
    let says = if n < LEAST_NOTED {
        Says::TooLittle
    } else if noted.shown >= LEAST_NOTED && noted.shown >= noted.lacking.saturating_mul(2) {
        Says::Agrees
    } else {
        Says::Not
    };
    Verdict { says, n }
}

/// Where somebody stands in the WHATs and HOWs by their report. What the record cannot show is taken from dated
/// notes, handed in by quality.
#[must_use]
pub fn standings(report: &Report, noted: &BTreeMap<String, Noted>) -> Vec<Standing> {
    let of = |half: Half, kind: Kind| {
        report.qualities.iter().filter(move |quality| quality.kind == kind).map(move |quality| Standing {
            quality: quality.key.clone(),
            half,
            raters: by_raters(quality.together.as_ref()),
            evidence: if quality.evidence.is_empty() {
                by_notes(noted.get(&quality.key).copied().unwrap_or_default())
            } else {
                by_record(&quality.evidence)
            },
        })
    };
    of(Half::What, Kind::What).chain(of(Half::How, Kind::How)).collect()
}

/// What has to be covered, and for how long it then holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard {
    /// Which version, from 1: a badge names the one that it was given by.
    pub version: u32,
    /// Qualities covered in all, of the WHATs and HOWs.
    pub qualities: u32,
    /// WHATs among them, at least.
    pub whats: u32,
    /// HOWs among them, at least.
    pub hows: u32,
    /// Months after which a badge ends.
    pub months: u32,
}

impl Default for Standard {
    /// Most of the WHATs and HOWs: 10 of the 14, at least 4 of each half; for two years.
    fn default() -> Self {
        Self { version: 1, qualities: 10, whats: 4, hows: 4, months: 24 }
    }
}

/// What the standard says of somebody's standings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Covered qualities by key, WHATs first.
    pub covered: Vec<String>,
    /// How many of them are WHATs.
    pub whats: u32,
    /// How many of them are HOWs.
    pub hows: u32,
    /// Whether the standard is met.
    pub met: bool,
    /// What is missing, a sentence each; empty where it is met.
    pub missing: Vec<String>,
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

impl Standard {
    /// A standard as an organisation sets it. `of` is how many WHATs and how many HOWs its model has.
    ///
    /// # Errors
    /// When it asks for more than there is, for less than would be a standard, or contradicts itself.
    pub fn checked(self, of: (u32, u32)) -> Result<Self, Wrongs> {
        let mut wrongs = Wrongs::default();
        if !(LEAST_QUALITIES..=of.0 + of.1).contains(&self.qualities) {
            wrongs.add("qualities", format!("Ask for {LEAST_QUALITIES} to {} qualities.", of.0 + of.1));
        }
        if !(1..=of.0).contains(&self.whats) {
            wrongs.add("whats", format!("Ask for 1 to {} WHATs: one half alone is not leadership.", of.0));
        }
        if !(1..=of.1).contains(&self.hows) {
            wrongs.add("hows", format!("Ask for 1 to {} HOWs: one half alone is not leadership.", of.1));
        }
        if self.whats.saturating_add(self.hows) > self.qualities && wrongs.0.is_empty() {
            wrongs.add("qualities", "WHATs and HOWs together ask for more than this. Raise it, or lower one of them.");
        }
        if !(6..=60).contains(&self.months) {
            wrongs.add("months", "Let a badge hold for 6 to 60 months.");
        }
        wrongs.or(self)
    }

    /// Whether somebody with these standings meets the standard. A quality counts once, however often it is
    /// listed, and is covered only where each of its listings is.
    #[must_use]
    pub fn judge(&self, standings: &[Standing]) -> Judged {
        let mut by_quality: BTreeMap<(Half, &str), bool> = BTreeMap::new();
        for standing in standings {
            let covered = by_quality.entry((standing.half, standing.quality.as_str())).or_insert(true);
            *covered &= standing.is_covered();
        }
        let covered: Vec<(Half, &str)> = by_quality.into_iter().filter(|(_, so)| *so).map(|(key, _)| key).collect();
        let of = |half| count(covered.iter().filter(|(at, _)| *at == half).count());
        let (whats, hows) = (of(Half::What), of(Half::How));
        let all = whats.saturating_add(hows);
        let mut missing = Vec::new();
        if all < self.qualities {
            missing.push(format!("{all} of the {} qualities are covered.", self.qualities));
        }
        if whats < self.whats {
            missing.push(format!("{whats} of at least {} WHATs are covered.", self.whats));
        }
        if hows < self.hows {
            missing.push(format!("{hows} of at least {} HOWs are covered.", self.hows));
        }
        let covered = covered.into_iter().map(|(_, key)| key.to_owned()).collect();
        Judged { covered, whats, hows, met: missing.is_empty(), missing }
    }

    /// The last day of a badge that was given on a day.
    #[must_use]
    pub fn holds_until(&self, given: Date) -> Date {
        given.saturating_add(jiff::Span::new().months(i64::from(self.months)))
    }

    /// The standard in one sentence.
    #[must_use]
    pub fn shown(&self) -> String {
        format!(
            "At least {} of the WHATs and HOWs, with at least {} WHATs and {} HOWs, each covered only where enough \
             raters and dated evidence agree.",
            self.qualities, self.whats, self.hows
        )
    }
}

/// Whether somebody may confirm a nomination: outside of the nominee's circles, and with nothing to gain by it.
/// `roles` and `theirs` are the roles of the nominee and of the one who would confirm.
///
/// Outside means: no role in a circle in which the nominee holds one; none in a circle that the nominee leads
/// from above, but for a client's own contacts, who are nobody's to lead; and not the one who leads the
/// nominee's circles from above, who answers for the nominee.
///
/// # Errors
/// Says why not.
pub fn may_verify(
    tree: &Tree,
    nominee: (PersonId, &[(CircleId, Role)]),
    nominated_by: PersonId,
    verifier: (PersonId, &[(CircleId, Role)]),
) -> Result<(), &'static str> {
    let ((nominee, roles), (verifier, theirs)) = (nominee, verifier);
    if verifier == nominee {
        return Err("Nobody confirms their own recognition.");
    }
    if verifier == nominated_by {
        return Err("Who nominated cannot confirm as well: two people have to be of one mind.");
    }
    if theirs.is_empty() {
        return Err("Who confirms must hold a role here.");
    }
    let own: BTreeSet<CircleId> = roles.iter().map(|(circle, _)| *circle).collect();
    let leads = |role: Role| matches!(role, Role::Leader | Role::Executive);
    let led: BTreeSet<CircleId> =
        roles.iter().filter(|(_, role)| leads(*role)).flat_map(|(circle, _)| tree.within(*circle)).collect();
    let above: BTreeSet<CircleId> = own.iter().flat_map(|circle| tree.above(*circle)).collect();
    for (circle, role) in theirs {
        if own.contains(circle) {
            return Err("They belong to a circle of the nominee. Choose somebody outside of it.");
        }
        if led.contains(circle) && !role.outside() {
            return Err("The nominee leads them. Choose somebody outside of the circle.");
        }
        if above.contains(circle) && leads(*role) {
            return Err("They lead the nominee's circle from above. Choose somebody outside of it.");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
