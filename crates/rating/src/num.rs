//! Small numbers: counts as reals, means, variances, quantiles, the upper tail of chi-squared.

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts of answers stay far below 2^53")]
#[must_use]
#[inline]
pub fn real(n: usize) -> f64 {
    n as f64
}

/// The whole part of a number that lies in 0..=`most`; what lies outside is held to it, and what is no number is 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits before")]
#[must_use]
#[inline]
pub fn whole(value: f64, most: usize) -> usize {
    value.clamp(0.0, real(most)) as usize
}

/// Arithmetic mean; `None` for no values.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / real(values.len()))
}

/// Whether all values are the same, as none and one are.
#[must_use]
pub fn alike(values: impl IntoIterator<Item = f64>) -> bool {
    let mut values = values.into_iter();
    let Some(first) = values.next() else { return true };
    values.all(|value| (value - first).abs() <= 0.0)
}

/// Unbiased variance (divided by n − 1), in two passes; `None` below two values, exactly 0 for equal ones.
#[must_use]
pub fn variance(values: &[f64]) -> Option<f64> {
    let centre = mean(values)?;
    // The sum of equal values over their number is not always that value: a variance of 1e-34 would be divided by.
    if values.len() > 1 && alike(values.iter().copied()) {
        return Some(0.0);
    }
    (values.len() > 1)
        .then(|| values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / (real(values.len()) - 1.0))
}

/// Middle value, or the mean of the two middle ones; `None` for no values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(&mut values.to_vec(), 0.5)
}

/// Quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan 1996); sorts `values`.
/// `None` for no values.
pub fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    sorted_quantile(values, share)
}

/// [`quantile`] of values that are sorted already.
#[must_use]
pub fn sorted_quantile(values: &[f64], share: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * real(last);
    let below = whole(place, last);
    let above = (below + 1).min(last);
    let part = place - real(below);
    // Not low + part · (high − low): two equal values must give that value exactly.
    Some(if part == 0.0 { values[below] } else { values[below] * (1.0 - part) + values[above] * part })
}

/// Natural logarithm of the gamma function for positive arguments (Lanczos 1964, g = 7, nine terms; relative
/// error below 1e-14).
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = TERMS[0];
    for (at, term) in TERMS.iter().enumerate().skip(1) {
        sum += term / (x + real(at));
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// P(X ≥ `x`) for X chi-squared with `df` degrees of freedom, by the series and the continued fraction of the
/// incomplete gamma function (Abramowitz & Stegun 6.5.29 and 6.5.31). 1 for `x` ≤ 0.
#[must_use]
pub fn chi_squared_upper(x: f64, df: f64) -> f64 {
    if x <= 0.0 || df <= 0.0 {
        return 1.0;
    }
    let (a, x) = (df / 2.0, x / 2.0);
    let scale = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..10_000 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-16 {
                break;
            }
        }
        return (1.0 - sum * scale).clamp(0.0, 1.0);
    }
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..10_000 {
        let i = real(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / tiny(an * d + b);
        c = tiny(b + an / c);
        let change = d * c;
        h *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (h * scale).clamp(0.0, 1.0)
}

fn tiny(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// 1 / (1 + exp(−x)).
#[must_use]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Benjamini & Hochberg (1995) adjusted probabilities, in the order given: the smallest false discovery rate at
/// which each would be named.
#[must_use]
pub fn false_discovery(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|one, other| probabilities[*other].total_cmp(&probabilities[*one]));
    let (mut adjusted, mut least) = (vec![1.0; probabilities.len()], 1.0_f64);
    for (from_top, at) in order.into_iter().enumerate() {
        let rank = real(probabilities.len() - from_top);
        least = least.min(probabilities[at] * real(probabilities.len()) / rank);
        adjusted[at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_chi_squared_are_those_of_the_tables() {
        for (x, df, p) in [(3.841_458_820_694_124, 1.0, 0.05), (18.307_038_053_275_146, 10.0, 0.05)] {
            assert!((chi_squared_upper(x, df) - p).abs() < 1e-12, "{x} {df}");
        }
        // Two degrees of freedom have a closed form.
        for x in [0.1, 1.0, 5.0, 40.0] {
            assert!((chi_squared_upper(x, 2.0) - (-x / 2.0_f64).exp()).abs() < 1e-14);
        }
        assert!((chi_squared_upper(65.473_371_148_284_1, 10.0) / 3.290_129_280_131_28e-10 - 1.0).abs() < 1e-5);
    }

    #[test]
    fn equal_values_do_not_vary() {
        assert_eq!(variance(&[0.1, 0.1, 0.1]), Some(0.0));
        assert_eq!((variance(&[0.1]), variance(&[])), (None, None));
        assert!(alike([]) && alike([0.1]) && !alike([0.1, 0.1, 0.2]) && !alike([f64::NAN, 1.0]));
    }

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.25), Some(1.75));
        assert_eq!(median(&[5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn false_discovery_rates_never_fall_with_the_probability() {
        let adjusted = false_discovery(&[0.01, 0.04, 0.03, 0.5]);
        let expected = [0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5];
        assert!(adjusted.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-12), "{adjusted:?}");
    }
}
