//! Randomness by seed: ChaCha, so that the same seed gives the same figures on every machine.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub struct Chance {
    rng: ChaCha8Rng,
    spare: Option<f64>,
}

impl Chance {
    /// A stream of a seed; different streams of one seed do not overlap.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self { rng, spare: None }
    }

    /// Uniform on (0, 1), 32 bits: enough for every use here, and half the cost.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (f64::from(self.rng.next_u32()) + 0.5) * (1.0 / 4_294_967_296.0)
    }

    /// Thirty-two bits, each as often 0 as 1.
    #[inline]
    pub(crate) fn bits(&mut self) -> u32 {
        self.rng.next_u32()
    }

    /// A whole number below `n` (0 for `n` = 0).
    pub fn below(&mut self, n: usize) -> usize {
        crate::num::whole(self.uniform() * crate::num::real(n), n.saturating_sub(1))
    }

    /// Standard exponential.
    #[inline]
    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    /// Standard normal (Marsaglia & Bray 1964).
    #[inline]
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (x, y) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                let scale = (-2.0 * square.ln() / square).sqrt();
                self.spare = Some(y * scale);
                return x * scale;
            }
        }
    }
}
