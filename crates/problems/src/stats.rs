//! The little mathematics that the rest needs: tails of counts, exact intervals, false-discovery control.

/// Natural logarithm of the gamma function, x > 0 (Lanczos, g = 7, nine terms; relative error below 1e-13).
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    const LANCZOS: [f64; 8] = [
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
        let pi = std::f64::consts::PI;
        return (pi / (pi * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let t = x + 7.5;
    let mut sum = 0.999_999_999_999_809_9;
    let mut k = 0.0;
    for c in LANCZOS {
        k += 1.0;
        sum += c / (x + k);
    }
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// P(X ≥ k) for a Poisson count of mean `mean`; underflows to 0 for hopeless cases.
///
/// It is the regularised lower incomplete gamma function P(k, mean) (Abramowitz and Stegun 26.4.21).
#[must_use]
#[expect(clippy::many_single_char_names, reason = "the letters of the formula")]
pub fn poisson_at_least(k: f64, mean: f64) -> f64 {
    if k <= 0.0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let log_front = k * mean.ln() - mean - ln_gamma(k + 1.0);
    if mean < k + 1.0 {
        // Series, all terms positive.
        let (mut term, mut sum, mut a) = (1.0, 1.0, k);
        for _ in 0..10_000 {
            a += 1.0;
            term *= mean / a;
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        (log_front + f64::ln(sum)).exp().min(1.0)
    } else {
        // Continued fraction of the upper function (modified Lentz).
        let log_front = k * mean.ln() - mean - ln_gamma(k);
        let tiny = 1e-300;
        let mut b = mean + 1.0 - k;
        let mut c = 1.0 / tiny;
        let mut d = 1.0 / if b.abs() < tiny { tiny } else { b };
        let mut h = d;
        for i in 1..10_000 {
            let i = f64::from(i);
            let an = -i * (i - k);
            b += 2.0;
            d = an * d + b;
            d = 1.0 / if d.abs() < tiny { tiny } else { d };
            c = b + an / c;
            if c.abs() < tiny {
                c = tiny;
            }
            let step = d * c;
            h *= step;
            if (step - 1.0).abs() < 1e-14 {
                break;
            }
        }
        (1.0 - log_front.exp() * h).clamp(0.0, 1.0)
    }
}

/// Regularised incomplete beta function `I_x(a, b)` (continued fraction, Numerical Recipes 6.4).
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    }
}

#[expect(clippy::many_single_char_names, reason = "the letters of the formula")]
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let tiny = 1e-300;
    let fix = |v: f64| if v.abs() < tiny { tiny } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / fix(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..1_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / fix(1.0 + even * d);
        c = fix(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / fix(1.0 + odd * d);
        c = fix(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-14 {
            break;
        }
    }
    h
}

/// The x at which `beta_cdf(x, a, b)` is `p` (bisection, 100 halvings).
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..100 {
        let mid = 0.5 * (low + high);
        if beta_cdf(mid, a, b) < p {
            low = mid;
        } else {
            high = mid;
        }
    }
    0.5 * (low + high)
}

/// Exact (Clopper-Pearson) interval of a share at confidence `level`, for possibly fractional counts.
#[must_use]
pub fn share_interval(hits: f64, n: f64, level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    let low = if hits <= 0.0 { 0.0 } else { beta_quantile(tail, hits, n - hits + 1.0) };
    let high = if hits >= n { 1.0 } else { beta_quantile(1.0 - tail, hits + 1.0, n - hits) };
    (low, high)
}

/// Benjamini-Hochberg: the largest p-value that is still a discovery when `tests` were made in all
/// (those not listed count as failures) and a share of `q` false discoveries is accepted.
#[must_use]
pub fn discovery_threshold(p_values: &mut [f64], tests: f64, q: f64) -> f64 {
    p_values.sort_by(f64::total_cmp);
    let mut threshold = -1.0;
    let mut rank = 0.0;
    for &p in p_values.iter() {
        rank += 1.0;
        if p <= q * rank / tests {
            threshold = p;
        }
    }
    threshold
}

/// Median of a list that is sorted in place; `None` when it is empty.
#[must_use]
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values.get(middle).copied()
    } else {
        let below = middle.checked_sub(1)?;
        Some(0.5 * (values.get(below)? + values.get(middle)?))
    }
}

/// A count as a float; counts here stay far below 2^53.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of tickets are far below 2^53")]
pub fn float(count: usize) -> f64 {
    count as f64
}

/// P(X ≥ k) of a binomial count of `n` draws with chance `share`, for possibly fractional counts: the
/// regularised incomplete beta function (Abramowitz and Stegun 26.5.24).
#[must_use]
pub fn binomial_at_least(k: f64, n: f64, share: f64) -> f64 {
    if k <= 0.0 {
        1.0
    } else if k > n {
        0.0
    } else {
        beta_cdf(share, k, n - k + 1.0)
    }
}

/// P(Z ≥ z) of a normal law (complementary error function, Numerical Recipes 6.2; relative error below 2e-7).
#[must_use]
pub fn normal_at_least(z: f64) -> f64 {
    const TERMS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let x = z / 2.0_f64.sqrt();
    let t = 1.0 / (1.0 + 0.5 * x.abs());
    let sum = TERMS.iter().rev().fold(0.0, |sum, term| sum * t + term);
    let tail = 0.5 * t * (-x * x + sum).exp();
    if z >= 0.0 { tail } else { 1.0 - tail }
}

/// Exact interval of the mean of a Poisson count (Garwood 1936) at confidence `level`, for possibly fractional
/// counts.
#[must_use]
pub fn poisson_interval(count: f64, level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    let solve = |k: f64, p: f64| {
        let (mut low, mut high) = (0.0, 10.0 + 3.0 * k + 10.0 * k.sqrt());
        for _ in 0..80 {
            let mid = 0.5 * (low + high);
            if poisson_at_least(k, mid) < p { low = mid } else { high = mid }
        }
        0.5 * (low + high)
    };
    (if count > 0.0 { solve(count, tail) } else { 0.0 }, solve(count + 1.0, 1.0 - tail))
}

/// Whole numbers that look like chance and are the same each time (`SplitMix64`, Steele et al. 2014). The
/// seed is handed in: shuffles here are part of a method, not of the outside world.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.next()) * (end as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from 0 to 1, the 1 left out.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Puts a list in another order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }

    /// A Poisson count, for simulations (Knuth; halved where the mean is large).
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 30.0 {
            return self.poisson(mean / 2.0) + self.poisson(mean / 2.0);
        }
        let (end, mut product, mut count) = ((-mean).exp(), self.share(), 0);
        while product > end {
            product *= self.share();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_tails_and_exact_poisson_intervals() {
        near(normal_at_least(1.644_853_6), 0.05, 1e-5);
        near(normal_at_least(-1.0), 0.841_344_7, 1e-6);
        near(normal_at_least(6.0), 9.865_9e-10, 1e-4);
        // R: poisson.test(10, conf.level = 0.9)$conf.int
        let (low, high) = poisson_interval(10.0, 0.9);
        near(low, 5.425_406, 1e-5);
        near(high, 16.962_222, 1e-5);
        assert!(poisson_interval(0.0, 0.9).0.abs() < 1e-12);
        near(poisson_interval(0.0, 0.9).1, 2.995_732, 1e-5);
    }

    #[test]
    fn binomial_tails_and_dice() {
        // R: pbinom(6, 20, 0.3, lower = FALSE)
        near(binomial_at_least(7.0, 20.0, 0.3), 0.391_990_2, 1e-5);
        assert!((binomial_at_least(0.0, 5.0, 0.2) - 1.0).abs() < 1e-12);
        let mut dice = Dice::new(1);
        let mean = (0..20_000).map(|_| f64::from(dice.poisson(45.0))).sum::<f64>() / 20_000.0;
        assert!((mean - 45.0).abs() < 0.3, "{mean}");
        assert!((0..1000).all(|_| dice.below(7) < 7) && dice.below(0) == 0);
    }

    fn near(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance * b.abs().max(1e-300), "{a} is not near {b}");
    }

    #[test]
    fn tails_agree_with_tables() {
        near(ln_gamma(10.0), 362_880f64.ln(), 1e-12);
        // R: ppois(9, 5, lower = FALSE), ppois(2, 5, FALSE), ppois(99, 50, FALSE), ppois(119, 100, FALSE)
        near(poisson_at_least(10.0, 5.0), 0.031_828_057, 1e-6);
        near(poisson_at_least(3.0, 5.0), 0.875_347_981, 1e-6);
        near(poisson_at_least(1.0, 0.1), 1.0 - (-0.1f64).exp(), 1e-9);
        let direct: f64 =
            (0..120).map(|k| (f64::from(k) * 100f64.ln() - 100.0 - ln_gamma(f64::from(k) + 1.0)).exp()).sum();
        near(poisson_at_least(120.0, 100.0), 1.0 - direct, 1e-8);
        assert!(poisson_at_least(1e6, 1.0) >= 0.0);
    }

    #[test]
    fn exact_interval_agrees_with_tables() {
        // R: binom.test(7, 20)$conf.int
        let (low, high) = share_interval(7.0, 20.0, 0.95);
        near(low, 0.153_909_2, 1e-5);
        near(high, 0.592_188_5, 1e-5);
        assert!(share_interval(0.0, 10.0, 0.95).0.abs() < 1e-12);
        assert!((share_interval(10.0, 10.0, 0.95).1 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn benjamini_hochberg_steps_up() {
        let mut p = [0.001, 0.5, 0.02, 0.012];
        near(discovery_threshold(&mut p, 4.0, 0.05), 0.02, 1e-12);
        assert!(discovery_threshold(&mut p, 4_000.0, 0.05) < 0.0);
    }
}
