//! About how many different keys there are, in half a megabyte.

/// Bits: up to a few times as many keys are told within a percent.
const BITS: usize = 1 << 22;

/// Linear counting (Whang, Vander-Zanden and Taylor, *A linear-time probabilistic counting algorithm for database
/// applications*, ACM TODS 15(2), 1990): each key sets the bit of its hash; of `m` bits of which `z` are still zero, some
/// `m ln(m / z)` keys were seen.
pub(crate) struct Distinct(Vec<u64>);

impl Distinct {
    pub(crate) fn new() -> Self {
        Self(vec![0; BITS / 64])
    }

    /// Takes a key in, by its hash.
    pub(crate) fn see(&mut self, hash: u64) {
        let bit = usize::try_from(hash % BITS as u64).unwrap_or_default();
        if let Some(word) = self.0.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    /// About how many different keys were seen.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate"
    )]
    pub(crate) fn count(&self) -> u64 {
        let zero: u32 = self.0.iter().map(|word| word.count_zeros()).sum();
        let bits = BITS as f64;
        (bits * (bits / f64::from(zero.max(1))).ln()).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_counted_once_within_a_percent() {
        for keys in [0_u64, 1, 1_000, 160_000, 3_000_000] {
            let mut seen = Distinct::new();
            for key in 0..keys * 2 {
                seen.see(crate::bytes::key_hash(b"desk", &(key / 2).to_le_bytes()));
            }
            let (low, high) = (keys - keys / 100, keys + keys / 100 + 1);
            assert!((low..=high).contains(&seen.count()), "{} of {keys}", seen.count());
        }
    }
}
