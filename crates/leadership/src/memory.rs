//! How the memory of what was explained fades, for a circle, never for one person.
//!
//! Model: the share that still knows it `t` days after it was last explained is 2^(−t/h), exponential
//! forgetting with half-life h in days (H. Ebbinghaus, *Über das Gedächtnis*, 1885; in this form, with the
//! half-life as parameter, B. Settles and B. Meeder, *A Trainable Spaced Repetition Model for Language Learning*,
//! ACL 2016). An answer chosen among k is right by guessing with g = 1/k, so the chance of a right answer is
//! g + (1 − g)·2^(−t/h); g = 0 for own words. h is fitted by maximum likelihood over all answers, taken as
//! independent; the 90 % interval is that of the likelihood ratio (S. S. Wilks, 1938): every h whose log
//! likelihood is within 1.353 (half the 90 % point of χ² with one degree of freedom, 2.706) of the best.

/// One answer: days since the last explanation, whether it was right, and among how many it was chosen (`None`
/// for own words).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// Days since the circle last had it explained, not negative.
    pub days: f64,
    /// Whether it was right.
    pub right: bool,
    /// Among how many it was chosen.
    pub choices: Option<u32>,
}

impl Answer {
    fn guess(&self) -> f64 {
        self.choices.filter(|count| *count > 0).map_or(0.0, |count| 1.0 / f64::from(count))
    }
}

/// Fewest answers for a curve.
pub const LEAST_ANSWERS: usize = 5;
/// Fewest people behind them, so that a curve is never one person's.
pub const LEAST_PEOPLE: usize = 3;
/// Half-lives that are told apart, in days: from half a day to ten years.
const SHORTEST: f64 = 0.5;
const LONGEST: f64 = 3650.0;
/// Half of the 90 % point of χ² with one degree of freedom.
const DROP: f64 = 1.352_77;
/// Points of the search, evenly spaced in the logarithm.
const STEPS: u32 = 400;

/// A fitted curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// Half-life in days.
    pub half_life: f64,
    /// 90 % interval of the half-life in days. Where it ends at the shortest or longest half-life that is told
    /// apart, it is open on that side.
    pub interval: (f64, f64),
    /// Answers.
    pub n: usize,
    /// Of them right.
    pub right: usize,
}

impl Curve {
    /// The share that still knows it after so many days, with its 90 % interval: between 0 and 1.
    #[must_use]
    pub fn known_after(&self, days: f64) -> (f64, (f64, f64)) {
        let at = |half_life: f64| (-days / half_life).exp2();
        (at(self.half_life), (at(self.interval.0), at(self.interval.1)))
    }

    /// Days until the share falls to `share`.
    #[must_use]
    pub fn days_until(&self, share: f64) -> f64 {
        -self.half_life * share.log2()
    }

    /// Whether the interval is open above: nothing, or too little, was forgotten to say how fast.
    #[must_use]
    pub fn open_above(&self) -> bool {
        self.interval.1 >= LONGEST * 0.999
    }
}

fn likelihood(answers: &[Answer], log_half_life: f64) -> f64 {
    let half_life = log_half_life.exp();
    answers
        .iter()
        .map(|answer| {
            let guess = answer.guess();
            let chance = guess + (1.0 - guess) * (-answer.days.max(0.0) / half_life).exp2();
            // On the very day nothing is forgotten by the model; a wrong answer is still possible.
            let chance = chance.clamp(1e-6, 1.0 - 1e-6);
            if answer.right { chance.ln() } else { (1.0 - chance).ln() }
        })
        .sum()
}

/// Fits the curve. `people` is how many different people answered. `None` means: not enough to say.
#[must_use]
pub fn fit(answers: &[Answer], people: usize) -> Option<Curve> {
    if answers.len() < LEAST_ANSWERS || people < LEAST_PEOPLE {
        return None;
    }
    let (low, high) = (SHORTEST.ln(), LONGEST.ln());
    let step = (high - low) / f64::from(STEPS);
    let point = |at: u32| low + step * f64::from(at);
    let values: Vec<f64> = (0..=STEPS).map(|at| likelihood(answers, point(at))).collect();
    let best = (0..=STEPS).max_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]))?;
    // Between its neighbours the likelihood has one top: halve the bracket by thirds.
    let (mut left, mut right) = (point(best.saturating_sub(1)), point((best + 1).min(STEPS)));
    for _ in 0..60 {
        let (a, b) = (left + (right - left) / 3.0, right - (right - left) / 3.0);
        if likelihood(answers, a) < likelihood(answers, b) {
            left = a;
        } else {
            right = b;
        }
    }
    let top = f64::midpoint(left, right);
    let enough = likelihood(answers, top).max(values[best as usize]) - DROP;
    let inside: Vec<u32> = (0..=STEPS).filter(|at| values[*at as usize] >= enough).collect();
    // The crossing between the last point inside and the first outside, by halving.
    let edge = |inner: f64, outer: f64| {
        let (mut inner, mut outer) = (inner, outer);
        for _ in 0..40 {
            let middle = f64::midpoint(inner, outer);
            if likelihood(answers, middle) >= enough { inner = middle } else { outer = middle }
        }
        inner
    };
    let first = inside.first().map_or(top, |at| point(*at)).min(top);
    let last = inside.last().map_or(top, |at| point(*at)).max(top);
    let interval = (edge(first, (first - step).max(low)).exp(), edge(last, (last + step).min(high)).exp());
    let right = answers.iter().filter(|answer| answer.right).count();
    Some(Curve { half_life: top.exp(), interval, n: answers.len(), right })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Answers whose shares of right ones are those of a half-life, `per_day` at each day.
    fn of_half_life(half_life: f64, per_day: u32, choices: Option<u32>) -> Vec<Answer> {
        let guess = choices.map_or(0.0, |count| 1.0 / f64::from(count));
        let mut out = Vec::new();
        for day in [2.0, 7.0, 21.0, 60.0, 120.0_f64] {
            let share = guess + (1.0 - guess) * (-day / half_life).exp2();
            for at in 0..per_day {
                let right = (f64::from(at) + 0.5) / f64::from(per_day) < share;
                out.push(Answer { days: day, right, choices });
            }
        }
        out
    }

    #[test]
    fn finds_the_half_life_that_made_the_answers() {
        for (half_life, choices) in [(10.0, None), (40.0, Some(4)), (90.0, None), (25.0, Some(3))] {
            let curve = fit(&of_half_life(half_life, 200, choices), 50).unwrap();
            assert!((curve.half_life / half_life - 1.0).abs() < 0.05, "{half_life} {choices:?}: {curve:?}");
            assert!(curve.interval.0 < half_life && half_life < curve.interval.1, "{curve:?}");
            assert!((curve.known_after(half_life).0 - 0.5).abs() < 0.03);
            assert!((curve.days_until(0.5) - curve.half_life).abs() < 1e-9);
        }
    }

    #[test]
    fn one_point_by_hand() {
        // Six of eight right after 10 days in own words: the best h gives 2^(-10/h) = 0.75.
        let answers: Vec<_> = (0..8).map(|at| Answer { days: 10.0, right: at < 6, choices: None }).collect();
        let curve = fit(&answers, 4).unwrap();
        assert!((curve.half_life - -10.0 / 0.75_f64.log2()).abs() < 1e-3, "{curve:?}");
        assert!(!curve.open_above());
    }

    #[test]
    fn too_little_says_nothing_and_all_right_is_open_above() {
        let right = [Answer { days: 20.0, right: true, choices: None }; 6];
        assert_eq!(fit(&right[..4], 4), None);
        assert_eq!(fit(&right, 2), None, "not about two people");
        let curve = fit(&right, 3).unwrap();
        assert!(curve.open_above() && curve.interval.0 > 20.0, "{curve:?}");
    }

    proptest! {
        /// Whatever the answers: the interval holds the estimate, and nothing leaves the range.
        #[test]
        fn the_interval_holds_the_estimate(
            given in proptest::collection::vec((0.0_f64..400.0, any::<bool>(), proptest::option::of(2_u32..6)), 5..40),
        ) {
            let answers: Vec<_> = given.iter().map(|(days, right, choices)| Answer { days: *days, right: *right, choices: *choices }).collect();
            let curve = fit(&answers, 3).unwrap();
            prop_assert!(curve.interval.0 <= curve.half_life * 1.0001 && curve.half_life <= curve.interval.1 * 1.0001, "{curve:?}");
            prop_assert!(curve.interval.0 >= SHORTEST * 0.999 && curve.interval.1 <= LONGEST * 1.001);
            let (known, (low, high)) = curve.known_after(30.0);
            prop_assert!((0.0..=1.0).contains(&known) && low <= known * 1.0001 && known <= high * 1.0001);
        }
    }
}
