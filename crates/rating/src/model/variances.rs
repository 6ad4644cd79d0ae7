//! The standard deviations: what is believed before, and how they are drawn.

use super::chance::Chance;
use super::layout::form_variance;
use super::slice::scalar;
use crate::num::real;

/// The standard deviations of the model's terms, in units of ψ. Those of terms that are left out are 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) leader: f64,
    pub(crate) quality: f64,
    pub(crate) view: f64,
    pub(crate) severity: f64,
    pub(crate) form: f64,
    pub(crate) form_quality: f64,
}

impl Spread {
    /// Variance of a random rater's terms.
    pub(crate) fn rater(&self) -> f64 {
        self.severity.powi(2) + self.form.powi(2) + self.form_quality.powi(2)
    }
}

/// What is believed of one standard deviation before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Belief {
    /// Half-t with 3 degrees of freedom and scale 0.5.
    Weak,
    /// Log-normal about a norm, standard deviation 0.25 on the log scale.
    Norm(f64),
    /// Known.
    Fixed(f64),
    /// The term is not in the model.
    Absent,
}

impl Belief {
    /// Log-density of ln σ.
    pub(crate) fn log(self, log_sd: f64) -> f64 {
        match self {
            Self::Weak => log_sd - 2.0 * (1.0 + (log_sd.exp() / 0.5).powi(2) / 3.0).ln(),
            Self::Norm(norm) => -0.5 * ((log_sd - norm.ln()) / 0.25).powi(2),
            Self::Fixed(_) | Self::Absent => 0.0,
        }
    }

    /// Where a chain begins.
    pub(crate) fn begin(self, usual: f64) -> f64 {
        match self {
            Self::Weak => usual,
            Self::Norm(norm) => norm,
            Self::Fixed(known) => known,
            Self::Absent => 0.0,
        }
    }

    pub(crate) fn free(self) -> bool {
        matches!(self, Self::Weak | Self::Norm(_))
    }
}

/// One belief a term, in the order of [`Spread`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Beliefs {
    pub(crate) leader: Belief,
    pub(crate) quality: Belief,
    pub(crate) view: Belief,
    pub(crate) severity: Belief,
    pub(crate) form: Belief,
    pub(crate) form_quality: Belief,
}

const WIDTH: f64 = 0.3;
/// Standard deviations below this are as good as none; keeps logarithms finite.
const LEAST: f64 = -9.0;

/// Draws a standard deviation of `n` normal terms whose squares sum to `squares`.
pub(crate) fn simple(now: f64, belief: Belief, n: usize, squares: f64, chance: &mut Chance) -> f64 {
    if !belief.free() {
        return now;
    }
    let log = |x: f64| {
        if x < LEAST { f64::NEG_INFINITY } else { belief.log(x) - real(n) * x - 0.5 * squares * (-2.0 * x).exp() }
    };
    scalar(now.max(1e-3).ln(), WIDTH, chance, log).exp()
}

/// Draws a standard deviation once more with its terms held in units of it (the non-centred half of interweaving, Yu &
/// Meng 2011): as a function of σ' = c σ the forms say −½ a c² + b c. Gives c. Where terms are hardly told by the forms
/// this moves far where [`simple`] creeps.
pub(crate) fn rescaled(now: f64, belief: Belief, a: f64, b: f64, chance: &mut Chance) -> f64 {
    if !belief.free() {
        return 1.0;
    }
    let log = |x: f64| {
        let c = (x - now.ln()).exp();
        if x < LEAST { f64::NEG_INFINITY } else { belief.log(x) - 0.5 * a * c * c + b * c }
    };
    scalar(now.ln(), WIDTH, chance, log).exp() / now
}

/// What the forms of one role tell of how it sees one leader: the sum of their precisions, and that of their mean
/// residuals (all but g and ζ taken away) weighted by them. Both 0 where the role did not answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Seen {
    pub(crate) precision: f64,
    pub(crate) sum: f64,
}

/// Draws the standard deviation of ζ with ζ and g summed out, `roles` entries of `seen` a leader. With A the precision and
/// B the sum of a role, ζ ~ N(0, σ²) summed out leaves −½ ln(1 + σ² A) + ½ σ² B²/(1 + σ² A) and what g is told, precision
/// A/(1 + σ² A) and sum B/(1 + σ² A); g ~ N(0, σ_g²) summed out of these, with P = σ_g⁻² + Σ A′, −½ ln P + ½ (Σ B′)²/P.
pub(crate) fn of_views(now: f64, belief: Belief, leader: f64, seen: &[Seen], roles: usize, chance: &mut Chance) -> f64 {
    let log = |x: f64| {
        if x < LEAST { f64::NEG_INFINITY } else { belief.log(x) + of_seen(seen, roles, leader, (2.0 * x).exp()) }
    };
    scalar(now.max(1e-3).ln(), WIDTH, chance, log).exp()
}

/// The log-density of [`of_views`] at the variance of ζ.
fn of_seen(seen: &[Seen], roles: usize, leader: f64, variance: f64) -> f64 {
    let about_leaders = leader.powi(-2);
    let mut sum = 0.0;
    for roles in seen.chunks_exact(roles) {
        // Logarithms of products: one a leader.
        let (mut product, mut precision, mut pull) = (1.0, about_leaders, 0.0);
        for Seen { precision: a, sum: b } in roles {
            let shrunk = 1.0 + variance * a;
            product *= shrunk;
            precision += a / shrunk;
            pull += b / shrunk;
            sum += 0.5 * variance * b * b / shrunk;
        }
        sum += 0.5 * (pull * pull / precision - (product * precision).ln());
    }
    sum
}

/// What the forms tell of their halo: per number of answered qualities and whether the rater rated others too, how many
/// forms and the sum of the squares of their mean residuals; and the sum of squares within forms.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormSums {
    /// (cells, rater has severity apart, forms, squares).
    pub(crate) means: Vec<(usize, bool, f64, f64)>,
    pub(crate) within: f64,
    pub(crate) within_df: f64,
    pub(crate) raters: usize,
    pub(crate) rater_squares: f64,
}

impl FormSums {
    fn log(&self, w: f64, form: f64, severity: f64) -> f64 {
        let mut sum = -0.5 * self.within_df * w.ln() - 0.5 * self.within / w;
        for (cells, apart, n, squares) in &self.means {
            let spread = form_variance(w, *cells, if *apart { form } else { form + severity });
            sum -= 0.5 * (n * spread.ln() + squares / spread);
        }
        if self.raters > 0 && severity > 0.0 {
            sum -= 0.5 * (real(self.raters) * severity.ln() + self.rater_squares / severity);
        }
        sum
    }
}

/// Draws the three standard deviations of the rater's side, the halo of each form summed out.
pub(crate) fn of_forms(spread: &mut Spread, beliefs: &Beliefs, sums: &FormSums, chance: &mut Chance) {
    let square = |x: f64| (2.0 * x).exp();
    let held = |x: f64, value: f64| if x < LEAST { f64::NEG_INFINITY } else { value };
    if beliefs.form_quality.free() {
        let (form, severity) = (spread.form.powi(2), spread.severity.powi(2));
        let log = |x: f64| held(x, beliefs.form_quality.log(x) + sums.log(square(x), form, severity));
        spread.form_quality = scalar(spread.form_quality.ln(), WIDTH, chance, log).exp();
    }
    let w = spread.form_quality.powi(2);
    if beliefs.form.free() {
        let severity = spread.severity.powi(2);
        let log = |x: f64| held(x, beliefs.form.log(x) + sums.log(w, square(x), severity));
        spread.form = scalar(spread.form.ln(), WIDTH, chance, log).exp();
    }
    if beliefs.severity.free() {
        let form = spread.form.powi(2);
        let log = |x: f64| held(x, beliefs.severity.log(x) + sums.log(w, form, square(x)));
        spread.severity = scalar(spread.severity.ln(), WIDTH, chance, log).exp();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Summed on a grid over g and both ζ, what `of_seen` says in closed form.
    #[test]
    fn what_is_summed_out_is_what_a_grid_sums() {
        let seen = [Seen { precision: 3.0, sum: 1.8 }, Seen { precision: 1.2, sum: -0.4 }];
        let leader = 0.7;
        let log_sum = |variance: f64| {
            let sd = variance.sqrt();
            // Forms of precision a and weighted sum b say b x − a x²/2 of the height x that they share.
            let told = |seen: &Seen, x: f64| (seen.sum * x - 0.5 * seen.precision * x * x).exp();
            let normal = |x: f64, sd: f64| (-0.5 * (x / sd).powi(2)).exp() / sd;
            let steps = || (-200..=200).map(|at| f64::from(at) / 40.0);
            steps()
                .map(|g| {
                    let of = |seen: &Seen| steps().map(|z| told(seen, g + sd * z) * (-0.5 * z * z).exp()).sum::<f64>();
                    normal(g, leader) * of(&seen[0]) * of(&seen[1])
                })
                .sum::<f64>()
                .ln()
        };
        let closed = |variance: f64| of_seen(&seen, 2, leader, variance);
        for variance in [0.01, 0.3, 1.5] {
            let (grid, here) = (log_sum(variance) - log_sum(0.1), closed(variance) - closed(0.1));
            assert!((grid - here).abs() < 1e-4, "{variance}: {grid} and {here}");
        }
    }
}
