//! Chains over all leaders together: run until they agree, judged, thinned.

use rayon::prelude::*;

use super::chain::Chain;
use super::chance::Chance;
use super::diagnose::Rest;
use super::draws::{Kept, Plan};
use super::fair::Fair;
use super::layout::Layout;
use super::report::Component;
use super::run::Settings;
use super::variances::{Belief, Beliefs, Spread};
use crate::num::{mean, quantile};

/// Leaders whose level is watched for convergence where leaders are drawn together.
const WATCHED: usize = 100;

/// One draw of what all leaders share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) spread: Spread,
    /// γ, by role that occurs.
    pub(crate) level: Vec<f64>,
}

/// What a run of chains gives.
pub(crate) struct Run {
    /// Draws of what is told of leaders; empty where it was not asked for.
    pub(crate) kept: Kept,
    /// Draws of what leaders share, chain by chain.
    pub(crate) shared: Vec<Vec<Shared>>,
    pub(crate) components: Vec<Component>,
    pub(crate) rest: Rest,
    pub(crate) sweeps: usize,
}

/// How chains are run.
pub(crate) struct Chains<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) beliefs: Beliefs,
    /// Standard deviation of what is believed of a role's level.
    pub(crate) level_sd: f64,
    pub(crate) settings: &'a Settings,
    /// First of the streams of randomness.
    pub(crate) stream: u64,
    /// Into what draws of leaders are turned; none where only what they share is asked for. Leaders are then not
    /// watched either.
    pub(crate) told: Option<(&'a Plan, &'a Fair)>,
}

/// One chain and what it has given so far.
struct Going<'a> {
    chain: Chain<'a>,
    kept: Vec<u16>,
    shared: Vec<Shared>,
    /// Per watched quantity its draws.
    watch: Vec<Vec<f64>>,
}

impl Chains<'_> {
    /// Runs rounds until all that is watched has come to rest, or the last round. Each round doubles the draws; none is
    /// thrown away after the warm-up, and R-hat is of all of them.
    pub(crate) fn run(&self) -> Run {
        let settings = self.settings;
        let count = settings.chains.max(1);
        let series = self.told.map_or(0, |(plan, _)| plan.series);
        let start = |chain: u64| Going {
            chain: Chain::new(
                self.layout,
                self.beliefs,
                self.level_sd,
                Chance::new(settings.seed, self.stream + chain),
            ),
            kept: Vec::new(),
            shared: Vec::new(),
            watch: Vec::new(),
        };
        let mut chains: Vec<Going> = (0_u64..).take(count).map(start).collect();
        chains.par_iter_mut().for_each(|going| (0..settings.warm_up).for_each(|_| going.chain.sweep(true)));
        let (mut done, mut sweeps) = (0, settings.sweeps.max(8));
        let mut thin = (sweeps * count).div_ceil(settings.keep.max(1)).max(1);
        let mut round = 1;
        loop {
            chains
                .par_iter_mut()
                .for_each(|going| (done + 1..=sweeps).for_each(|sweep| self.sweep(going, sweep, thin)));
            let (components, rest) = self.judge(&chains);
            if rest.converged() || round >= settings.rounds {
                let mut out =
                    Run { kept: Kept { draws: Vec::new(), series }, shared: Vec::new(), components, rest, sweeps };
                for going in chains {
                    out.kept.draws.push(going.kept);
                    out.shared.push(going.shared);
                }
                return out;
            }
            round += 1;
            // Every second of what was kept, so that twice as many sweeps keep as much.
            (done, sweeps, thin) = (sweeps, 2 * sweeps, 2 * thin);
            for going in &mut chains {
                let mut place = 0;
                going.shared.retain(|_| {
                    place += 1;
                    place % 2 == 0
                });
                if series > 0 {
                    let seconds: Vec<u16> =
                        going.kept.chunks_exact(series).skip(1).step_by(2).flatten().copied().collect();
                    going.kept = seconds;
                }
            }
        }
    }

    fn sweep(&self, going: &mut Going, sweep: usize, thin: usize) {
        going.chain.sweep(false);
        let values = self.watched(&going.chain);
        going.watch.resize(values.len(), Vec::new());
        going.watch.iter_mut().zip(values).for_each(|(draws, value)| draws.push(value));
        if sweep % thin != 0 {
            return;
        }
        going.shared.push(Shared { spread: going.chain.spread, level: going.chain.level.clone() });
        if let Some((plan, fair)) = self.told {
            let averages = fair.averages(going.chain.spread.rater().sqrt());
            let base = going.kept.len();
            going.kept.resize(base + plan.series, 0);
            for leader in 0..self.layout.of_leader.len() {
                let drawn = going.chain.drawn(leader, plan.own[leader]);
                plan.record(self.layout, leader, &drawn, (fair, &averages), &mut going.kept[base..]);
            }
        }
    }

    fn watched(&self, chain: &Chain) -> Vec<f64> {
        let spread = &chain.spread;
        let typical = mean(&chain.level).unwrap_or(0.0);
        let mut out =
            vec![spread.leader, spread.quality, spread.view, spread.severity, spread.form, spread.form_quality];
        out.extend(chain.level.iter().map(|level| level - typical));
        if self.told.is_some() {
            let leaders = self.layout.of_leader.len();
            for leader in (0..leaders).step_by(leaders.div_ceil(WATCHED).max(1)) {
                let roles = &self.layout.roles_of[leader];
                if !roles.is_empty() {
                    out.push(chain.drawn(leader, None).height(roles));
                }
            }
        }
        out
    }

    fn judge(&self, chains: &[Going]) -> (Vec<Component>, Rest) {
        let beliefs = &self.beliefs;
        let names = ["leader", "quality", "view", "severity", "form", "form_quality"];
        let held =
            [beliefs.leader, beliefs.quality, beliefs.view, beliefs.severity, beliefs.form, beliefs.form_quality];
        let roles = &self.layout.roles;
        let (mut components, mut rest) = (Vec::new(), Rest::still());
        for at in 0..chains.first().map_or(0, |going| going.watch.len()) {
            let absent = matches!(held.get(at), Some(Belief::Absent | Belief::Fixed(_)));
            let one_role = (6..6 + roles.len()).contains(&at) && roles.len() == 1;
            if absent || one_role {
                continue;
            }
            let draws: Vec<Vec<f64>> = chains.iter().filter_map(|going| going.watch.get(at).cloned()).collect();
            let one = Rest::of(&draws);
            rest = rest.and(one);
            let role = at.checked_sub(6).and_then(|at| roles.get(at));
            let name = match (names.get(at), role) {
                (Some(name), _) => format!("sd_{name}"),
                (None, Some(role)) => format!("level_{}", role.name()),
                _ => continue,
            };
            let mut all: Vec<f64> = draws.into_iter().flatten().collect();
            if let (Some(mean), Some(low), Some(high)) =
                (mean(&all), quantile(&mut all, 0.05), quantile(&mut all, 0.95))
            {
                components.push(Component { name, mean, low, high, r_hat: one.r_hat, effective: one.effective });
            }
        }
        (components, rest)
    }
}
