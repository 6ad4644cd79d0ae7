//! How a decider's percentages held: of what they gave 70 %, did about 70 of 100 come true? For the decider's
//! own eyes; nothing is said below [`MINIMUM`] judged decisions.

/// Fewest judged decisions of which something is said.
pub const MINIMUM: usize = 10;
/// Bins of the reliability diagram: ten of equal width.
pub const BINS: usize = 10;

/// A percentage beside what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// What was said before, as a share from 0 to 1.
    pub said: f64,
    /// How much of the statement came true, from 0 to 1; see [`crate::decision::Outcome::came`].
    pub came: f64,
}

/// The forecasts that fell into one bin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Its lower edge, as a share.
    pub low: f64,
    /// Its upper edge.
    pub high: f64,
    /// Judged decisions in it.
    pub n: usize,
    /// Mean of what was said.
    pub said: f64,
    /// Share of what came true.
    pub came: f64,
    /// 90 % interval of that share; see [`share_interval`].
    pub interval: (f64, f64),
}

/// Brier score with the parts of which it is the sum:
/// `brier = reliability − resolution + uncertainty + spread − agreement`.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Judged decisions.
    pub n: usize,
    /// Mean squared difference of what was said and what came, from 0 (best) to 1.
    pub brier: f64,
    /// 90 % interval of it; see [`mean_interval`].
    pub interval: (f64, f64),
    /// How far what was said lies from what came, bin by bin: 0 is best.
    pub reliability: f64,
    /// How well what was said tells apart what comes from what does not: more is better.
    pub resolution: f64,
    /// How uncertain the outcomes were in themselves: the score of always saying the overall share.
    pub uncertainty: f64,
    /// Variance of what was said within bins.
    pub spread: f64,
    /// Twice the covariance of what was said and what came within bins.
    pub agreement: f64,
    /// Share of all that came true.
    pub came: f64,
    /// Bins that hold something, from the lowest.
    pub bins: Vec<Bin>,
}

#[expect(clippy::cast_precision_loss, reason = "decisions are counted, far below 2^52")]
fn real(n: usize) -> f64 {
    n as f64
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = real(values.len().max(1));
    values.sum::<f64>() / n
}

/// The bin of a forecast; 1 belongs to the last.
fn bin_of(said: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of bins")]
    let bin = (said.clamp(0.0, 1.0) * real(BINS)).floor() as usize;
    bin.min(BINS - 1)
}

/// The Brier score (Brier 1950, Monthly Weather Review 78, 1-3), decomposed after Murphy (1973, Journal of
/// Applied Meteorology 12, 595-600). Because forecasts are binned, the two terms within bins are kept as well
/// (Stephenson, Coelho and Jolliffe 2008, Weather and Forecasting 23, 752-757), so that the parts add up
/// exactly:
///
/// `BS = Σ nₖ(f̄ₖ−ōₖ)²/n − Σ nₖ(ōₖ−ō)²/n + Σ(o−ō)²/n + ΣΣ(f−f̄ₖ)²/n − 2ΣΣ(f−f̄ₖ)(o−ōₖ)/n`.
///
/// The identity holds for outcomes of one half as well; the uncertainty is then their variance.
/// `None` below [`MINIMUM`].
#[must_use]
pub fn calibrate(judged: &[Judged]) -> Option<Calibration> {
    if judged.len() < MINIMUM {
        return None;
    }
    let n = real(judged.len());
    let errors: Vec<f64> = judged.iter().map(|one| (one.said - one.came).powi(2)).collect();
    let came = mean(judged.iter().map(|one| one.came));
    let mut held: Vec<Vec<Judged>> = vec![Vec::new(); BINS];
    for one in judged {
        if let Some(bin) = held.get_mut(bin_of(one.said)) {
            bin.push(*one);
        }
    }
    let mut out = Calibration {
        n: judged.len(),
        brier: mean(errors.iter().copied()),
        interval: clamped(mean_interval(&errors)),
        reliability: 0.0,
        resolution: 0.0,
        uncertainty: mean(judged.iter().map(|one| (one.came - came).powi(2))),
        spread: 0.0,
        agreement: 0.0,
        came,
        bins: Vec::new(),
    };
    for (at, inside) in held.iter().enumerate().filter(|(_, inside)| !inside.is_empty()) {
        let size = real(inside.len());
        let (f, o) = (mean(inside.iter().map(|one| one.said)), mean(inside.iter().map(|one| one.came)));
        out.reliability += size * (f - o).powi(2) / n;
        out.resolution += size * (o - came).powi(2) / n;
        out.spread += inside.iter().map(|one| (one.said - f).powi(2)).sum::<f64>() / n;
        out.agreement += 2.0 * inside.iter().map(|one| (one.said - f) * (one.came - o)).sum::<f64>() / n;
        out.bins.push(Bin {
            low: real(at) / real(BINS),
            high: real(at + 1) / real(BINS),
            n: inside.len(),
            said: f,
            came: o,
            interval: share_interval(o, inside.len()),
        });
    }
    Some(out)
}

fn clamped((low, high): (f64, f64)) -> (f64, f64) {
    (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0))
}

/// The 95 % point of the standard normal distribution: both tails of a 90 % interval.
const Z: f64 = 1.644_853_626_951_472_7;

/// Wilson's 90 % interval of a share (Wilson 1927, Journal of the American Statistical Association 22,
/// 209-212). Halves count as halves, which makes it wider than need be, never narrower.
#[must_use]
pub fn share_interval(share: f64, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let n = real(n);
    let (z2, centre) = (Z * Z, share + Z * Z / (2.0 * n));
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    clamped(((centre - half) / (1.0 + z2 / n), (centre + half) / (1.0 + z2 / n)))
}

/// The 95 % point of Student's t with so many degrees of freedom, from the normal point by the expansion of
/// Abramowitz and Stegun (1964, 26.7.5): right to three digits from 5 degrees of freedom.
fn student(degrees: f64) -> f64 {
    let z = Z;
    let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
    z + (z3 + z) / (4.0 * degrees)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * degrees.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * degrees.powi(3))
}

/// Student's 90 % interval of a mean. From two values; of fewer it is the value itself.
#[must_use]
pub fn mean_interval(values: &[f64]) -> (f64, f64) {
    let middle = mean(values.iter().copied());
    if values.len() < 2 {
        return (middle, middle);
    }
    let degrees = real(values.len() - 1);
    let variance = values.iter().map(|value| (value - middle).powi(2)).sum::<f64>() / degrees;
    let half = student(degrees) * (variance / real(values.len())).sqrt();
    (middle - half, middle + half)
}

/// How much closer the second of two percentages on the same decisions came than the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Closer {
    /// Decisions that have both.
    pub n: usize,
    /// Mean difference of the squared errors, first less second: above 0 the second came closer.
    pub by: f64,
    /// 90 % interval of it.
    pub interval: (f64, f64),
}

/// Compares two percentages given on the same decisions, pair by pair. `None` below [`MINIMUM`] pairs.
#[must_use]
pub fn closer(pairs: &[(Judged, Judged)]) -> Option<Closer> {
    if pairs.len() < MINIMUM {
        return None;
    }
    let differences: Vec<f64> =
        pairs.iter().map(|(a, b)| (a.said - a.came).powi(2) - (b.said - b.came).powi(2)).collect();
    Some(Closer { n: pairs.len(), by: mean(differences.iter().copied()), interval: mean_interval(&differences) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged() -> impl Strategy<Value = Vec<Judged>> {
        let one = (0_u32..=100, 0_u32..=2)
            .prop_map(|(percent, came)| Judged { said: f64::from(percent) / 100.0, came: f64::from(came) / 2.0 });
        proptest::collection::vec(one, MINIMUM..80)
    }

    proptest! {
        #[test]
        fn the_parts_add_up(judged in judged()) {
            let found = calibrate(&judged).unwrap();
            let sum = found.reliability - found.resolution + found.uncertainty + found.spread - found.agreement;
            prop_assert!((found.brier - sum).abs() < 1e-12, "{found:?}");
            prop_assert_eq!(found.bins.iter().map(|bin| bin.n).sum::<usize>(), judged.len());
            prop_assert!(found.interval.0 <= found.brier && found.brier <= found.interval.1);
            for bin in &found.bins {
                prop_assert!(bin.interval.0 <= bin.came + 1e-12 && bin.came <= bin.interval.1 + 1e-12);
                prop_assert!((bin.low..=bin.high).contains(&bin.said) || bin.said > 1.0 - 1e-9);
            }
        }

        #[test]
        fn order_does_not_matter(judged in judged(), turn in 0_usize..80) {
            let mut other = judged.clone();
            let by = turn % other.len();
            other.rotate_left(by);
            other.reverse();
            let (one, two) = (calibrate(&judged).unwrap(), calibrate(&other).unwrap());
            for (a, b) in [
                (one.brier, two.brier), (one.reliability, two.reliability), (one.resolution, two.resolution),
                (one.uncertainty, two.uncertainty), (one.spread, two.spread), (one.agreement, two.agreement),
            ] {
                prop_assert!((a - b).abs() < 1e-12);
            }
        }

        /// Whoever says 0 to what does not come and 100 to what comes has a score of 0, and all of the
        /// uncertainty is resolved.
        #[test]
        fn who_knows_is_perfect(came in proptest::collection::vec(proptest::bool::ANY, MINIMUM..60)) {
            let judged: Vec<_> =
                came.iter().map(|came| f64::from(u8::from(*came))).map(|came| Judged { said: came, came }).collect();
            let found = calibrate(&judged).unwrap();
            prop_assert!(found.brier.abs() < 1e-12 && found.reliability.abs() < 1e-12);
            prop_assert!((found.resolution - found.uncertainty).abs() < 1e-12);
            let pairs: Vec<_> = judged.iter().map(|one| (Judged { said: 0.5, ..*one }, *one)).collect();
            prop_assert!((closer(&pairs).unwrap().by - 0.25).abs() < 1e-12);
        }
    }

    #[test]
    fn nothing_is_said_of_nine() {
        let nine = vec![Judged { said: 0.7, came: 1.0 }; MINIMUM - 1];
        assert_eq!(calibrate(&nine), None);
        assert_eq!(closer(&[(nine[0], nine[0]); MINIMUM - 1]), None);
    }

    #[test]
    fn a_score_worked_out_by_hand() {
        // Ten times 80 %, of which seven came: (7 × 0.04 + 3 × 0.64) / 10 = 0.22; the bin is 0.1 off.
        let judged: Vec<_> = (0..10).map(|at| Judged { said: 0.8, came: if at < 7 { 1.0 } else { 0.0 } }).collect();
        let found = calibrate(&judged).unwrap();
        assert!((found.brier - 0.22).abs() < 1e-12);
        assert!((found.reliability - 0.01).abs() < 1e-12 && found.resolution.abs() < 1e-12);
        assert!((found.uncertainty - 0.21).abs() < 1e-12);
        // Wilson, 7 of 10 at 90 %: 0.4417 to 0.8731 (worked out apart from this code).
        let (low, high) = found.bins[0].interval;
        assert!((low - 0.441_7).abs() < 1e-4 && (high - 0.873_1).abs() < 1e-4, "{low} {high}");
    }

    #[test]
    fn students_point_is_that_of_the_tables() {
        for (degrees, point) in [(5.0, 2.015), (9.0, 1.833), (30.0, 1.697), (120.0, 1.658)] {
            assert!((student(degrees) - point).abs() < 1e-3, "{degrees}: {}", student(degrees));
        }
    }
}
