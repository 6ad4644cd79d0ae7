//! Normal numbers in single precision for the millions of cells of a sweep: the ziggurat of Marsaglia & Tsang (2000),
//! 128 layers, with the bits that choose the layer, the sign and the place within it kept apart (Doornik 2005). Nearly
//! always one word of chance and two look-ups, where the polar method takes a logarithm and a root.

use super::chance::Chance;

const LAYERS: usize = 128;
/// Where the tail begins, and the area of each layer (Marsaglia & Tsang 2000).
const TAIL: f64 = 3.442_619_855_899;
const AREA: f64 = 9.912_563_035_262_17e-3;

/// The layers: right ends from the widest to 0, and the height of the curve at each.
pub(crate) struct Ziggurat {
    end: [f32; LAYERS + 1],
    height: [f32; LAYERS + 1],
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is what is drawn")]
impl Ziggurat {
    pub(crate) fn new() -> Self {
        let curve = |x: f64| (-0.5 * x * x).exp();
        let (mut end, mut height) = ([0.0; LAYERS + 1], [1.0; LAYERS + 1]);
        // The lowest layer holds the tail too: as wide as a box of its area and height.
        (end[0], height[0]) = ((AREA / curve(TAIL)) as f32, curve(TAIL) as f32);
        let mut x = TAIL;
        for layer in 1..LAYERS {
            (end[layer], height[layer]) = (x as f32, curve(x) as f32);
            x = (-2.0 * (AREA / x + curve(x)).min(1.0).ln()).max(0.0).sqrt();
        }
        Self { end, height }
    }

    /// A standard normal number.
    #[inline]
    pub(crate) fn draw(&self, chance: &mut Chance) -> f32 {
        loop {
            let bits = chance.bits();
            let layer = (bits & 127) as usize;
            #[expect(clippy::cast_precision_loss, reason = "24 bits are exact")]
            let place = (bits >> 8) as f32 * (1.0 / 16_777_216.0) * self.end[layer];
            let signed = if bits & 128 == 0 { place } else { -place };
            if place < self.end[layer + 1] {
                return signed;
            }
            if layer == 0 {
                return tail(chance).copysign(signed);
            }
            let height = self.height[layer] + chance.uniform() as f32 * (self.height[layer + 1] - self.height[layer]);
            if height < (-0.5 * place * place).exp() {
                return signed;
            }
        }
    }
}

/// Beyond the last layer (Marsaglia 1964).
#[cold]
#[expect(clippy::cast_possible_truncation, reason = "single precision is what is drawn")]
fn tail(chance: &mut Chance) -> f32 {
    loop {
        let beyond = chance.exponential() / TAIL;
        if 2.0 * chance.exponential() > beyond * beyond {
            return (TAIL + beyond) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::real;

    #[test]
    fn as_many_lie_below_as_the_normal_says() {
        let (ziggurat, mut chance) = (Ziggurat::new(), Chance::new(5, 0));
        let draws: Vec<f32> = (0..1_000_000).map(|_| ziggurat.draw(&mut chance)).collect();
        for (at, share) in [
            (-3.6_f32, 0.000_159_1),
            (-2.5, 0.006_209_7),
            (-1.0, 0.158_655_3),
            (-0.2, 0.420_740_3),
            (0.0, 0.5),
            (0.7, 0.758_036_3),
            (1.6, 0.945_200_7),
            (3.5, 0.999_767_4),
        ] {
            let below = real(draws.iter().filter(|draw| **draw < at).count()) / 1e6;
            let error = (share * (1.0 - share) / 1e6_f64).sqrt();
            assert!((below - share).abs() < 4.0 * error, "{below} below {at}, {share} expected");
        }
    }
}
