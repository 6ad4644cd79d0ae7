//! From forms to a profile.

use rayon::prelude::*;

use super::calibrate::FEW;
use super::chain::Chain;
use super::chance::Chance;
use super::diagnose::{effective, split_r_hat};
use super::draws::{Kept, Plan};
use super::fair::Fair;
use super::layout::Layout;
use super::report::{Component, Profile, report};
use super::variances::{Belief, Beliefs};
use super::{Calibration, Forms, Refused};
use crate::num::{mean, quantile, real};

/// What carries the standard deviations where leaders are few.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Norms {
    /// g.
    pub leader: f64,
    /// t.
    pub quality: f64,
    /// ζ.
    pub view: f64,
    /// β.
    pub severity: f64,
    /// u.
    pub form: f64,
    /// w.
    pub form_quality: f64,
}

impl Default for Norms {
    /// Shares of a variance of 1: the leader .20, quality .09, role's view .04 (together .33, the reliability of one
    /// subordinate or peer, .30 and .37, Conway & Huffcutt 1997); severity .12, halo .47, halo on a quality .08 (the
    /// rater's own share is 53 to 62 % in Scullen, Mount & Goff 2000, without what is particular to a quality).
    fn default() -> Self {
        Self {
            leader: 0.20_f64.sqrt(),
            quality: 0.09_f64.sqrt(),
            view: 0.04_f64.sqrt(),
            severity: 0.12_f64.sqrt(),
            form: 0.47_f64.sqrt(),
            form_quality: 0.08_f64.sqrt(),
        }
    }
}

/// What the standard deviations are drawn toward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// Norms for 30 leaders or fewer, else the forms themselves.
    ByLeaders,
    /// Half-t with 3 degrees of freedom, scale 0.5.
    Weak,
    /// Log-normal about the norms, 0.25 on the log scale.
    Norms,
}

/// How a profile is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The same seed gives the same figures.
    pub seed: u64,
    /// Chains; R-hat needs two, four are usual.
    pub chains: usize,
    /// Sweeps a chain before anything is kept.
    pub warm_up: usize,
    /// Sweeps a chain of the first round; each further round doubles them.
    pub sweeps: usize,
    /// Rounds at most until R-hat ≤ 1.01 and an effective sample ≥ 400.
    pub rounds: usize,
    /// Draws kept of each figure, over all chains.
    pub keep: usize,
    /// What the standard deviations are drawn toward.
    pub chosen: Chosen,
    /// The norms.
    pub norms: Norms,
    /// σ_g of the decision interval, in units of ψ: so large that no leader is drawn toward the others.
    pub flat: f64,
    /// Whether the decision interval is made at all; it costs as much as the development interval.
    pub decision: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            chains: 4,
            warm_up: 400,
            sweeps: 1_000,
            rounds: 4,
            keep: 400,
            chosen: Chosen::ByLeaders,
            norms: Norms::default(),
            flat: 4.0,
            decision: true,
        }
    }
}

/// Largest R-hat and smallest effective sample at which chains have converged.
pub(crate) const R_HAT: f64 = 1.01;
pub(crate) const EFFECTIVE: f64 = 400.0;
/// Leader and role pairs with two raters below which a norm says how differently roles see one leader.
pub(crate) const PAIRS: usize = 100;
/// Place of the share of forms answered at random among what is watched, after the standard deviations.
const RANDOM: usize = 6;
/// Leaders whose level is watched for convergence.
const WATCHED: usize = 100;

/// What a run of chains gives.
pub(crate) struct Run {
    pub(crate) kept: Kept,
    pub(crate) components: Vec<Component>,
    pub(crate) converged: bool,
    /// Worst of all that is watched.
    pub(crate) r_hat: Option<f64>,
    pub(crate) effective: Option<f64>,
    pub(crate) sweeps: usize,
}

/// Fair averages with both intervals for every leader, role by role, and self beside others.
///
/// # Errors
/// [`Refused`] for forms that do not fit the questionnaire, or none of others.
pub fn profile(forms: &Forms, calibration: &Calibration, settings: &Settings) -> Result<Profile, Refused> {
    forms.check()?;
    let layout = Layout::new(forms, &calibration.items)?;
    let questionnaire = &forms.questionnaire;
    let fair = Fair::new(&calibration.items, &questionnaire.quality_of, questionnaire.qualities());
    let plan = Plan::new(&layout, questionnaire.categories);
    let normed = match settings.chosen {
        Chosen::ByLeaders => forms.leaders() <= FEW,
        Chosen::Weak => false,
        Chosen::Norms => true,
    };
    let beliefs = beliefs(&layout, normed, &settings.norms);
    // With items found from these very forms their mean is near 0; with items from elsewhere the norm says so.
    let level_sd = if normed { 0.15 } else { 0.5 };
    let flat = Beliefs { leader: Belief::Fixed(settings.flat), ..beliefs };
    let development = run(&layout, &plan, &fair, beliefs, level_sd, settings, 0);
    let decision = settings.decision.then(|| run(&layout, &plan, &fair, flat, level_sd, settings, 1_000));
    Ok(report(forms, &layout, &plan, &development, decision.as_ref(), normed))
}

fn beliefs(layout: &Layout, normed: bool, norms: &Norms) -> Beliefs {
    let belief = |present: bool, norm: f64| match (present, normed) {
        (false, _) => Belief::Absent,
        (true, true) => Belief::Norm(norm),
        (true, false) => Belief::Weak,
    };
    let (apart, one) = (layout.raters > 0, layout.qualities == 1);
    // Without raters of several leaders severity is a part of the form's halo.
    let form = if apart { norms.form } else { norms.form.hypot(norms.severity) };
    // A role's view of a leader and the halo of its only rater are one sum: without enough pairs of raters in one role
    // the forms cannot say which is which, and whatever were said would shorten or lengthen every interval.
    let view = match belief(layout.crossed(), norms.view) {
        Belief::Weak if layout.pairs() < PAIRS => Belief::Norm(norms.view),
        other => other,
    };
    Beliefs {
        leader: belief(true, norms.leader),
        quality: belief(layout.qualities > 1, norms.quality),
        view,
        severity: belief(apart, norms.severity),
        // With one quality the halo of the form and that on the quality are one sum: the first is held at next to nothing.
        form: if one { Belief::Fixed(0.05) } else { belief(true, form) },
        form_quality: belief(true, if one { form.hypot(norms.form_quality) } else { norms.form_quality }),
    }
}

/// What is watched of a chain: per quantity its draws.
type Watch = Vec<Vec<f64>>;

fn watched(layout: &Layout, chain: &Chain) -> Vec<f64> {
    let spread = &chain.spread;
    let s = layout.roles.len();
    let typical = chain.level.iter().sum::<f64>() / real(s);
    let mut out = vec![spread.leader, spread.quality, spread.view, spread.severity, spread.form, spread.form_quality];
    out.push(chain.share);
    out.extend(chain.level.iter().map(|level| level - typical));
    let leaders = layout.of_leader.len();
    for leader in (0..leaders).step_by(leaders.div_ceil(WATCHED).max(1)) {
        let roles = &layout.roles_of[leader];
        if !roles.is_empty() {
            let seen: f64 = roles.iter().map(|role| chain.terms.view[leader * s + role]).sum();
            out.push(typical + chain.terms.leader[leader] + seen / real(roles.len()));
        }
    }
    out
}

fn run(
    layout: &Layout,
    plan: &Plan,
    fair: &Fair,
    beliefs: Beliefs,
    level_sd: f64,
    settings: &Settings,
    stream: u64,
) -> Run {
    let count = settings.chains.max(1);
    let mut chains: Vec<Chain> = (0_u64..)
        .take(count)
        .map(|chain| Chain::new(layout, beliefs, level_sd, Chance::new(settings.seed, stream + chain)))
        .collect();
    chains.par_iter_mut().for_each(|chain| (0..settings.warm_up).for_each(|_| chain.sweep(true)));
    let mut sweeps = settings.sweeps.max(8);
    let mut last = None;
    for round in 0..settings.rounds.max(1) {
        let thin = (sweeps * count).div_ceil(settings.keep.max(1)).max(1);
        let parts: Vec<(Vec<u16>, Watch)> = chains
            .par_iter_mut()
            .map(|chain| {
                let (mut kept, mut watch): (Vec<u16>, Watch) = (Vec::new(), Vec::new());
                kept.reserve_exact(plan.series * (sweeps / thin));
                for sweep in 1..=sweeps {
                    chain.sweep(false);
                    let values = watched(layout, chain);
                    watch.resize(values.len(), Vec::new());
                    watch.iter_mut().zip(values).for_each(|(draws, value)| draws.push(value));
                    if sweep % thin == 0 {
                        plan.record(layout, chain, fair, &mut kept);
                    }
                }
                (kept, watch)
            })
            .collect();
        let (draws, watches): (Vec<Vec<u16>>, Vec<Watch>) = parts.into_iter().unzip();
        let run = judge(layout, beliefs, Kept { draws, series: plan.series }, &watches, sweeps);
        let done = run.converged;
        last = Some(run);
        if done || round + 1 == settings.rounds {
            break;
        }
        sweeps *= 2;
    }
    // At least one round was run.
    last.unwrap_or_else(|| judge(layout, beliefs, Kept { draws: Vec::new(), series: plan.series }, &[], 0))
}

fn judge(layout: &Layout, beliefs: Beliefs, kept: Kept, watches: &[Watch], sweeps: usize) -> Run {
    let of = |at: usize| -> Vec<Vec<f64>> { watches.iter().filter_map(|watch| watch.get(at).cloned()).collect() };
    let names = ["sd_leader", "sd_quality", "sd_view", "sd_severity", "sd_form", "sd_form_quality", "share_at_random"];
    let held = [beliefs.leader, beliefs.quality, beliefs.view, beliefs.severity, beliefs.form, beliefs.form_quality];
    let mut components = Vec::new();
    let (mut worst_r_hat, mut least): (Option<f64>, Option<f64>) = (Some(1.0), Some(f64::MAX));
    let count = watches.first().map_or(0, Vec::len);
    for at in 0..count {
        let absent = matches!(held.get(at), Some(Belief::Absent | Belief::Fixed(_)));
        let untold = at == RANDOM && !layout.rows.iter().any(|row| row.told());
        let one_role = (names.len()..names.len() + layout.roles.len()).contains(&at) && layout.roles.len() == 1;
        if absent || untold || one_role {
            continue;
        }
        let draws = of(at);
        let (r_hat, size) = (split_r_hat(&draws), effective(&draws));
        worst_r_hat = worst_r_hat.zip(r_hat).map(|(worst, r_hat)| worst.max(r_hat));
        least = least.zip(size).map(|(least, size)| least.min(size));
        let role = at.checked_sub(names.len()).and_then(|at| layout.roles.get(at));
        let name = match (names.get(at), role) {
            (Some(name), _) => (*name).to_owned(),
            (None, Some(role)) => format!("level_{}", role.name()),
            _ => continue,
        };
        let mut all: Vec<f64> = draws.into_iter().flatten().collect();
        if let (Some(mean), Some(low), Some(high)) = (mean(&all), quantile(&mut all, 0.05), quantile(&mut all, 0.95)) {
            components.push(Component { name, mean, low, high, r_hat, effective: size });
        }
    }
    let converged = worst_r_hat.is_some_and(|r_hat| r_hat <= R_HAT) && least.is_some_and(|size| size >= EFFECTIVE);
    Run { kept, components, converged, r_hat: worst_r_hat, effective: least, sweeps }
}
