//! Random draws from a seeded stream, and quantiles of counts.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::days::real;
use crate::model::Quantiles;

/// One run's own stream of chance: the same for a seed and an index, whatever ran before it.
pub(crate) struct Chance {
    rng: ChaCha8Rng,
    spare: Option<f64>,
}

impl Chance {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self { rng, spare: None }
    }

    /// Even on [0, 1).
    pub(crate) fn even(&mut self) -> f64 {
        self.rng.random::<f64>()
    }

    /// An index below `n`, 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.rng.random_range(0..n) }
    }

    /// Standard normal, by the polar method (Marsaglia and Bray 1964).
    pub(crate) fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (2.0 * self.even() - 1.0, 2.0 * self.even() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                let stretch = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(y * stretch);
                return x * stretch;
            }
        }
    }

    /// Chi squared with `df` > 2 degrees of freedom (Marsaglia and Tsang 2000).
    pub(crate) fn chi_squared(&mut self, df: f64) -> f64 {
        let d = df / 2.0 - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.even()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return 2.0 * d * v;
            }
        }
    }

    /// Poisson: by multiplication below 30 (Knuth), above by the normal of the stabilised square
    /// root (Anscombe 1948), whose error is far below the noise of a week of that size.
    pub(crate) fn poisson(&mut self, mean: f64) -> f64 {
        if mean <= 0.0 {
            0.0
        } else if mean < 30.0 {
            let limit = (-mean).exp();
            let mut product = self.even();
            let mut n = 0.0;
            while product > limit {
                product *= self.even();
                n += 1.0;
            }
            n
        } else {
            let root = (mean + 0.375).sqrt() + 0.5 * self.normal();
            (root * root - 0.375).round().max(0.0)
        }
    }

    /// Which of the shares (which add up to 1) a draw falls into.
    pub(crate) fn pick(&mut self, shares: &[f64]) -> usize {
        let mut left = self.even();
        for (index, share) in shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return index;
            }
        }
        shares.len().saturating_sub(1)
    }
}

/// The quantile of sorted counts at level `p`, by mid-distribution (Ma, Genton and Parzen 2011): each
/// distinct count stands at the share below it plus half its own share, and between counts the line is
/// straight. On small counts an interval then holds about its share, where the usual quantiles of
/// whole numbers hold more.
pub(crate) fn mid_quantile(sorted: &[f64], p: f64) -> f64 {
    let n = real(sorted.len());
    let mut before: Option<(f64, f64)> = None;
    let mut done = 0_usize;
    for run in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
        let Some(&value) = run.first() else { continue };
        let mid = (real(done) + real(run.len()) / 2.0) / n;
        if mid >= p {
            return before.map_or(value, |(low, below)| low + (value - low) * (p - below) / (mid - below));
        }
        before = Some((value, mid));
        done += run.len();
    }
    before.map_or(0.0, |(value, _)| value)
}

/// The three quantiles of counts, which are sorted in place.
pub(crate) fn quantiles(counts: &mut [f64]) -> Quantiles {
    counts.sort_by(f64::total_cmp);
    Quantiles { p15: mid_quantile(counts, 0.15), p50: mid_quantile(counts, 0.5), p85: mid_quantile(counts, 0.85) }
}

/// 95 % interval of a share (Wilson 1927).
pub(crate) fn wilson(share: f64, n: f64) -> (f64, f64) {
    let z2 = 1.959_964_f64 * 1.959_964;
    let middle = share + z2 / (2.0 * n);
    let half = (z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))).sqrt();
    (((middle - half) / (1.0 + z2 / n)).max(0.0), ((middle + half) / (1.0 + z2 / n)).min(1.0))
}
