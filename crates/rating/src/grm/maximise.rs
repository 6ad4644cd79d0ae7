//! The maximisation step of one item: Newton's method on a concave function of slope and intercepts.

use super::Item;
use super::fitting::Prior;
use crate::linalg::{Square, solve};
use crate::num::real;

const MOST_STEPS: usize = 12;
const MOST_SLOPE: f64 = 12.0;

/// Expected counts of one item: a row a category in use, a value a node.
pub(crate) type Counts = Vec<Vec<f64>>;

/// Σ counts · ln P + ln prior, its gradient and its negative second derivatives in (a, d_1 …).
///
/// With z_k = aψ + d_k, s_k = logistic(z_k), w_k = s_k (1 − s_k), e_c = 1/(exp(d_c − d_{c+1}) − 1) for a category
/// between two thresholds and 0 at the ends: ∂/∂z_k = r_k (1 − s_k + e_k) − r_{k−1} (s_k + e_{k−1}), and the second
/// derivatives are −w_k (r_k + r_{k−1}) with −(e + e²) r on neighbouring pairs, which falls out of those with a.
fn look(item: &Item, counts: &Counts, totals: &[f64], nodes: &[f64], prior: Option<&Prior>) -> (f64, Vec<f64>, Square) {
    let m = item.intercepts.len();
    let mut gradient = vec![0.0; m + 1];
    let mut curvature = Square::zero(m + 1);
    let mut value = 0.0;
    let mut between = vec![0.0; m + 1];
    for category in 1..m {
        let gap = item.intercepts[category - 1] - item.intercepts[category];
        between[category] = 1.0 / gap.exp_m1();
        value += totals[category] * (-(-gap).exp_m1()).ln();
    }
    for k in 0..m {
        let (lower, upper) = (&counts[k], &counts[k + 1]);
        let (mut first, mut first_a, mut second, mut second_a, mut second_aa) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for ((below, above), psi) in lower.iter().zip(upper).zip(nodes) {
            let both = below + above;
            if both <= 1e-14 {
                continue;
            }
            let z = item.slope * psi + item.intercepts[k];
            let e = (-z.abs()).exp();
            let (near, far) = (1.0 / (1.0 + e), e / (1.0 + e));
            let (s, not_s) = if z >= 0.0 { (near, far) } else { (far, near) };
            // ln s = −ln(1 + e^−z), ln(1 − s) = −ln(1 + e^z).
            let rest = e.ln_1p();
            value -= above * (rest + (-z).max(0.0)) + below * (rest + z.max(0.0));
            let g = above * not_s - below * s;
            let w = both * s * not_s;
            first += g;
            first_a += g * psi;
            second += w;
            second_a += w * psi;
            second_aa += w * psi * psi;
        }
        gradient[0] += first_a;
        gradient[k + 1] += first + totals[k + 1] * between[k + 1] - totals[k] * between[k];
        *curvature.at_mut(0, 0) += second_aa;
        *curvature.at_mut(0, k + 1) = second_a;
        *curvature.at_mut(k + 1, 0) = second_a;
        let tied = |at: usize| totals[at] * between[at] * (1.0 + between[at]);
        *curvature.at_mut(k + 1, k + 1) = second + tied(k + 1) + tied(k);
        if k + 1 < m {
            *curvature.at_mut(k + 1, k + 2) = -tied(k + 1);
            *curvature.at_mut(k + 2, k + 1) = -tied(k + 1);
        }
    }
    if let Some(prior) = prior {
        let gap = (item.slope.max(1e-6).ln() - prior.log_slope) / prior.log_slope_sd.powi(2);
        value -= 0.5 * gap * gap * prior.log_slope_sd.powi(2);
        gradient[0] -= gap / item.slope;
        *curvature.at_mut(0, 0) += 1.0 / (prior.log_slope_sd * item.slope).powi(2);
        for k in 0..m {
            let precision = prior.intercept_sd.powi(-2);
            value -= 0.5 * precision * item.intercepts[k].powi(2);
            gradient[k + 1] -= precision * item.intercepts[k];
            *curvature.at_mut(k + 1, k + 1) += precision;
        }
    }
    (value, gradient, curvature)
}

/// The slope and intercepts that make the counts most likely, beginning at `item`.
pub(crate) fn maximise(item: &Item, counts: &Counts, nodes: &[f64], prior: Option<&Prior>) -> Item {
    let totals: Vec<f64> = counts.iter().map(|row| row.iter().sum()).collect();
    let all: f64 = totals.iter().sum();
    let mut best = item.clone();
    let (mut value, mut gradient, mut curvature) = look(&best, counts, &totals, nodes, prior);
    for _ in 0..MOST_STEPS {
        let mut step = gradient.clone();
        for at in 0..curvature.n {
            // A category that hardly anybody uses leaves a direction flat.
            *curvature.at_mut(at, at) += 1e-9 * all.max(1.0);
        }
        if !solve(curvature, &mut step) {
            return best;
        }
        let size = step.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
        let mut share = (2.0 / size).min(1.0);
        let mut next = None;
        for _ in 0..30 {
            let tried = moved(&best, &step, share, prior.is_some());
            if let Some(tried) = tried {
                let looked = look(&tried, counts, &totals, nodes, prior);
                if looked.0 >= value - 1e-12 * value.abs() {
                    next = Some((tried, looked));
                    break;
                }
            }
            share /= 2.0;
        }
        let Some((tried, looked)) = next else { return best };
        best = tried;
        (value, gradient, curvature) = looked;
        // Newton's method doubles the digits: after a step of 1e-5 the next is 1e-10.
        if size * share < 1e-5 {
            break;
        }
    }
    best
}

fn moved(item: &Item, step: &[f64], share: f64, positive: bool) -> Option<Item> {
    let slope = (item.slope + share * step[0]).clamp(-MOST_SLOPE, MOST_SLOPE);
    let intercepts: Vec<f64> = item.intercepts.iter().zip(&step[1..]).map(|(d, part)| d + share * part).collect();
    let falls = intercepts.windows(2).all(|pair| pair[0] - pair[1] > 1e-9);
    (falls && (!positive || slope > 1e-3)).then(|| Item { slope, intercepts, categories: item.categories.clone() })
}

/// Where an item begins: its slope from the correlation with the sum of the others, its intercepts from the shares.
pub(crate) fn begin(shares: &[f64], correlation: f64, categories: &[u8]) -> Item {
    let r = correlation.clamp(-0.85, 0.85);
    let slope = 1.7 * r / (1.0 - r * r).sqrt();
    let slope = if slope.abs() < 0.1 { 0.1_f64.copysign(slope) } else { slope };
    // Shares are over the population, whose spread flattens the curve (Bock & Aitkin 1981).
    let stretch = (1.0 + (slope / 1.7).powi(2)).sqrt();
    let total: f64 = shares.iter().sum();
    let (mut above, mut intercepts) = (total, Vec::new());
    for share in &shares[..shares.len() - 1] {
        above -= share;
        let part = (above / total).clamp(1e-6, 1.0 - 1e-6);
        intercepts.push(stretch * (part / (1.0 - part)).ln());
    }
    for at in 1..intercepts.len() {
        intercepts[at] = intercepts[at].min(intercepts[at - 1] - 1e-3 * real(at));
    }
    Item { slope, intercepts, categories: categories.to_vec() }
}
