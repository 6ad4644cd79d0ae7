//! Figures over many decisions of circles, never of one person: how open they are, what they rest on, how
//! long they take, and what came of them.

use super::{Deliberation, Outcome, Reversibility};
use crate::calibration::share_interval;
use crate::message::median;

/// Fewest decisions of which something is said.
pub const MINIMUM: usize = 5;

/// What counts of one decision that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// What was thought and chosen.
    pub form: Deliberation,
    /// Days from when it was begun to when it was decided.
    pub days_to_decide: f64,
    /// Hours from when it was decided to when it was first told; `None` where nobody was told.
    pub hours_to_tell: Option<f64>,
    /// Whether those affected were asked before it was decided.
    pub asked_before: bool,
    /// Objections and dissent on its record.
    pub dissent: usize,
    /// What came of it.
    pub outcome: Option<Outcome>,
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub of: usize,
    /// Of how many.
    pub n: usize,
}

impl Share {
    fn among<'a>(made: impl Iterator<Item = &'a Made>, is: impl Fn(&Made) -> bool) -> Self {
        made.fold(Self { of: 0, n: 0 }, |share, one| Self { of: share.of + usize::from(is(one)), n: share.n + 1 })
    }
}

/// A median with how many it is of; `None` below [`MINIMUM`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Median {
    /// The median.
    pub value: Option<f64>,
    /// Of how many.
    pub n: usize,
}

impl Median {
    fn of(values: &[f64]) -> Self {
        Self { value: median(values).filter(|_| values.len() >= MINIMUM), n: values.len() }
    }
}

/// How much of what was expected came true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Came {
    /// Judged decisions: came true, in part, not.
    pub counts: [usize; 3],
    /// Share that came true, in part counted as a half, with its 90 % interval (Wilson); `None` below
    /// [`MINIMUM`].
    pub share: Option<(f64, f64, f64)>,
}

impl Came {
    fn of<'a>(made: impl Iterator<Item = &'a Made>) -> Self {
        let mut counts = [0; 3];
        let (mut came, mut n) = (0.0, 0);
        for outcome in made.filter_map(|one| one.outcome) {
            let [is_true, partly, is_false] = &mut counts;
            *match outcome {
                Outcome::True => is_true,
                Outcome::Partly => partly,
                Outcome::False => is_false,
            } += 1;
            came += outcome.came();
            n += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "decisions are counted, far below 2^52")]
        let share = (n >= MINIMUM).then(|| {
            let share = came / n as f64;
            let (low, high) = share_interval(share, n);
            (share, low, high)
        });
        Self { counts, share }
    }
}

/// The figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Decisions that were made.
    pub n: usize,
    /// Options beside doing nothing.
    pub options: Median,
    /// Those with criteria, scored or not.
    pub criteria: Share,
    /// Those with an assumption and a tripwire.
    pub watched: Share,
    /// Those that declare what is in it for whom.
    pub interests: Share,
    /// Those of which the affected were asked before.
    pub asked: Share,
    /// Of the unpopular ones, those with dissent on record.
    pub dissent: Share,
    /// Days from begun to decided.
    pub days_to_decide: Median,
    /// Hours from decided to told, of those told.
    pub hours_to_tell: Median,
    /// Those told.
    pub told: Share,
    /// What came of all.
    pub came: Came,
    /// What came of those decided within the median time, and of those that took longer.
    pub quick: Came,
    /// The latter.
    pub slow: Came,
    /// What came, by what it would have taken to go back; `None` where that was not said.
    pub by_risk: Vec<(Option<Reversibility>, Came)>,
}

/// Figures over decisions that were made.
#[must_use]
pub fn figures(made: &[Made]) -> Figures {
    #[expect(clippy::cast_precision_loss, reason = "a form has few options")]
    let options: Vec<f64> = made.iter().map(|one| one.form.options.len().saturating_sub(1) as f64).collect();
    let days: Vec<f64> = made.iter().map(|one| one.days_to_decide).collect();
    let middle = median(&days).unwrap_or_default();
    let ways = Reversibility::ALL.into_iter().map(Some).chain([None]);
    Figures {
        n: made.len(),
        options: Median::of(&options),
        criteria: Share::among(made.iter(), |one| !one.form.criteria.is_empty()),
        watched: Share::among(made.iter(), |one| !one.form.assumed.is_empty() && !one.form.tripwire.is_empty()),
        interests: Share::among(made.iter(), |one| !one.form.interests.is_empty()),
        asked: Share::among(made.iter(), |one| one.asked_before),
        dissent: Share::among(made.iter().filter(|one| one.form.unpopular), |one| one.dissent > 0),
        days_to_decide: Median::of(&days),
        hours_to_tell: Median::of(&made.iter().filter_map(|one| one.hours_to_tell).collect::<Vec<_>>()),
        told: Share::among(made.iter(), |one| one.hours_to_tell.is_some()),
        came: Came::of(made.iter()),
        quick: Came::of(made.iter().filter(|one| one.days_to_decide <= middle)),
        slow: Came::of(made.iter().filter(|one| one.days_to_decide > middle)),
        by_risk: ways
            .map(|way| (way, Came::of(made.iter().filter(|one| one.form.reversible == way))))
            .filter(|(_, came)| came.counts.iter().sum::<usize>() > 0)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::typed::tests::typed;
    use super::*;

    fn made(days: f64, outcome: Option<Outcome>) -> Made {
        Made {
            form: typed().read().unwrap(),
            days_to_decide: days,
            hours_to_tell: (days > 2.0).then_some(days),
            asked_before: days > 3.0,
            dissent: 1,
            outcome,
        }
    }

    #[test]
    fn little_is_said_of_few_and_more_of_many() {
        let four: Vec<_> = (0..4).map(|_| made(1.0, Some(Outcome::True))).collect();
        let found = figures(&four);
        assert_eq!((found.days_to_decide.value, found.days_to_decide.n), (None, 4));
        assert_eq!((found.came.counts, found.came.share), ([4, 0, 0], None));
        let outcomes = [Outcome::True, Outcome::True, Outcome::True, Outcome::Partly, Outcome::False];
        let ten: Vec<_> =
            (1..=10_u8).map(|day| made(f64::from(day), outcomes.get(usize::from(day - 1) % 5).copied())).collect();
        let found = figures(&ten);
        assert_eq!((found.options.value, found.days_to_decide.value), (Some(2.0), Some(5.5)));
        assert_eq!((found.told, found.asked), (Share { of: 8, n: 10 }, Share { of: 7, n: 10 }));
        assert_eq!(found.hours_to_tell, Median { value: Some(6.5), n: 8 });
        let (share, low, high) = found.quick.share.unwrap();
        assert!((share - 0.7).abs() < 1e-12 && low < share && share < high);
        assert_eq!(found.quick.counts, found.slow.counts);
        assert_eq!(found.by_risk.len(), 1);
        assert_eq!(found.dissent, Share { of: 0, n: 0 }, "none of them is unpopular");
    }
}
