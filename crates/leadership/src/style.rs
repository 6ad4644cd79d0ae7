//! Which way of leading fits which work with whom. The guide is the situational theory in the form of Blanchard, Zigarmi
//! and Nelson (1993, *Journal of Leadership Studies* 1:21), after Hersey and Blanchard (1969): how much somebody is told and
//! how much they are backed follows what they can and how sure they are of this very work. It is a guide and no law: in
//! tests it held for people who were new to a work and hardly beyond that (Vecchio 1987, *J. Applied Psychology* 72:444;
//! Thompson and Vecchio 2009, *The Leadership Quarterly* 20:837). So it suggests, says why, and the leader chooses.
//!
//! What is rated is a piece of work with somebody, never a person: nothing here is summed over a person.

use serde::{Deserialize, Serialize};

use crate::share::LEAST;
use crate::words::words;

/// Most points of an answer to “the way we worked on this fitted me”.
pub const MOST_POINTS: i64 = 5;
/// From how many points on it fitted.
pub const FITTED: i64 = 4;
/// Fewest people whose answers a share of fit is told of; below, it would be about one or two of them.
pub const LEAST_PEOPLE: usize = 3;
/// Fewest others in a circle that is named instead of a person.
pub const LEAST_IN_CIRCLE: i64 = 3;

words! {
    /// A way of leading.
    Style {
        /// Much is said, and it is looked at often.
        Directing => "directing", "Directing";
        /// Much is said, and much is asked and explained.
        Coaching => "coaching", "Coaching";
        /// Little is said, and much is asked and backed.
        Supporting => "supporting", "Supporting";
        /// The work is handed over.
        Delegating => "delegating", "Delegating";
    }
}

impl Style {
    /// What it is in practice.
    #[must_use]
    pub fn how(self) -> &'static str {
        match self {
            Self::Directing => "you say what, how and by when, show it, and look at it often",
            Self::Coaching => "you still say what and how, ask what they think, and explain why",
            Self::Supporting => "they decide how; you ask, listen, and back them",
            Self::Delegating => "they have the work, the limits and the say; you are there when they ask",
        }
    }
}

words! {
    /// How far somebody can do this work by themselves.
    Ability {
        /// They have not done it before.
        New => "new", "New to it";
        /// They can do a part of it.
        Part => "part", "Can do a part of it";
        /// They can do it.
        Able => "able", "Can do it";
    }
}
words! {
    /// How sure somebody is of this work, and how much they want it.
    Will {
        /// They want it and are sure of it.
        Sure => "sure", "Wants it, and is sure of it";
        /// They doubt, or would rather not.
        Unsure => "unsure", "Doubts, or would rather not";
    }
}

/// What the guide suggests, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guide {
    /// The way of leading.
    pub style: Style,
    /// Why, in a sentence.
    pub because: &'static str,
}

/// What the theory suggests for a work that somebody can do so far and is so sure of.
#[must_use]
pub fn guide(ability: Ability, will: Will) -> Guide {
    let (style, because) = match (ability, will) {
        (Ability::New, Will::Sure) => (
            Style::Directing,
            "They want it and do not know yet how: steps and quick answers help more than questions.",
        ),
        (Ability::New, Will::Unsure) => (
            Style::Coaching,
            "They neither know how nor trust it yet: they need steps, and to hear why and that it can be done.",
        ),
        (Ability::Part, Will::Sure) => (
            Style::Coaching,
            "A part of it is still to be learned: say that part, and ask them for the part that they know.",
        ),
        (Ability::Part, Will::Unsure) => (
            Style::Coaching,
            "The first enthusiasm is over and the skill is not there yet: both steps and backing are missing.",
        ),
        (Ability::Able, Will::Unsure) => (
            Style::Supporting,
            "They can do it and doubt it: being told how would confirm the doubt, being asked and backed lifts it.",
        ),
        (Ability::Able, Will::Sure) => {
            (Style::Delegating, "They can do it and want it: whatever you add to that takes something away.")
        }
    };
    Guide { style, because }
}

/// How the ways that a leader chose vary: for their own eyes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Variety {
    /// How many choices were looked at.
    pub n: u64,
    /// How often each way was chosen, in the order of [`Style::ALL`].
    pub chosen: [u64; 4],
    /// How often another way than the guide's was chosen.
    pub otherwise: u64,
}

impl Variety {
    /// Counts choices, each with what the guide suggested.
    #[must_use]
    pub fn of(choices: impl IntoIterator<Item = (Style, Style)>) -> Self {
        let mut out = Self::default();
        for (chosen, suggested) in choices {
            out.n += 1;
            for (count, style) in out.chosen.iter_mut().zip(Style::ALL) {
                *count += u64::from(*style == chosen);
            }
            out.otherwise += u64::from(chosen != suggested);
        }
        out
    }

    /// Whether there are enough choices to say anything.
    #[must_use]
    pub fn enough(&self) -> bool {
        self.n >= LEAST
    }

    /// How many different ways were chosen.
    #[must_use]
    pub fn ways(&self) -> usize {
        self.chosen.iter().filter(|count| **count > 0).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_says_less_the_more_somebody_can_and_backs_them_where_they_doubt() {
        let styles = |will| Ability::ALL.iter().map(|ability| guide(*ability, will).style).collect::<Vec<_>>();
        assert_eq!(styles(Will::Sure), [Style::Directing, Style::Coaching, Style::Delegating]);
        assert_eq!(styles(Will::Unsure), [Style::Coaching, Style::Coaching, Style::Supporting]);
        let mut reasons: Vec<&str> = Ability::ALL
            .iter()
            .flat_map(|ability| Will::ALL.iter().map(|will| guide(*ability, *will).because))
            .collect();
        reasons.sort_unstable();
        reasons.dedup();
        assert_eq!(reasons.len(), 6, "each has its own reason");
    }

    #[test]
    fn variety_is_counted_and_told_from_five_on() {
        let (directing, coaching) = (Style::Directing, Style::Coaching);
        let four = [(directing, directing), (directing, coaching), (coaching, coaching), (coaching, coaching)];
        let found = Variety::of(four);
        assert_eq!((found.n, found.chosen, found.otherwise, found.ways()), (4, [2, 2, 0, 0], 1, 2));
        assert!(!found.enough());
        let five = Variety::of(four.into_iter().chain([(Style::Delegating, Style::Delegating)]));
        assert!(five.enough());
        assert_eq!(five.ways(), 3);
    }
}
