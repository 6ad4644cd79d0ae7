//! Leaders one by one, given what they share. Where no rater rated two leaders, the posterior of a leader's terms θ_l is
//! p(θ_l | all forms) = ∫ p(θ_l | forms about l, η) p(η | all forms) dη, with η the standard deviations and levels of the
//! roles: given η, the forms about others say nothing more. So draws of η from chains over all leaders, or over a sample
//! of them large enough to tell η, are gone through one by one, and under each the terms of every leader are drawn anew
//! a few times; one draw for each η is kept. What η is not sure of is so carried into every interval.
//!
//! Under one η no ψ is drawn: the halo on qualities is summed out of the tables ([`super::smooth`]), and the rest of a
//! leader's terms is drawn at once ([`ellipse`]) about a normal near their posterior ([`base`]). Every leader's chains
//! are judged by themselves, and those that have not come to rest are run again, longer.
//!
//! Each leader has streams of randomness of their own, so that figures are the same whatever leaders share a block and
//! whichever thread does it.

mod base;
mod ellipse;

use std::collections::BTreeMap;

use rayon::prelude::*;

use self::base::{Base, Under};
use self::ellipse::{Room, State};
use super::chance::Chance;
use super::diagnose::Rest;
use super::draws::{Drawn, Kept, Plan};
use super::fair::Fair;
use super::gibbs::Shared;
use super::layout::Layout;
use super::own;
use super::parts::ByLeader;
use super::report::{LeaderProfile, leaders};
use super::run::Settings;
use super::slice::GRID;
use super::smooth::smooth;
use super::variances::Spread;
use crate::grm::Item;
use crate::num::{mean, real};

/// Leaders who are drawn side by side: enough to share tables, few enough for memory.
const BLOCK: usize = 128;
/// Steps under one draw of what is shared, at first.
const STEPS: usize = 3;
/// Steps before anything is kept.
const WARM_UP: usize = 25;
/// Times that the leaders who have not come to rest are run again, each time with twice as many steps.
const AGAIN: usize = 5;
/// Streams of randomness of one leader: chains, intervals and rounds.
const STREAMS: u64 = 1 << 20;
/// First of them, beyond those of the chains over all leaders.
const FIRST_STREAM: u64 = 1 << 40;

/// What leaders are drawn under.
pub(crate) struct Given<'a> {
    items: &'a [Item],
    wave: &'a ByLeader<'a>,
    categories: u8,
    fair: &'a Fair,
    settings: &'a Settings,
    /// Chain by chain.
    shared: &'a [Vec<Shared>],
    /// Tables of fair averages, draw by draw.
    averages: Vec<Vec<Vec<[f32; GRID]>>>,
    /// The middle of the draws.
    usual: Shared,
}

/// Draws of the leaders of one block for one interval.
struct Walked {
    kept: Kept,
    rests: Vec<Rest>,
}

/// Mean over the draws; standard deviations on the log scale.
fn usual(shared: &[Vec<Shared>]) -> Option<Shared> {
    let all: Vec<&Shared> = shared.iter().flatten().collect();
    let first = all.first()?;
    let sd = |of: fn(&Spread) -> f64| -> f64 {
        let logs: Option<f64> = mean(&all.iter().map(|one| of(&one.spread).ln()).collect::<Vec<_>>());
        // Of a term that is absent the logarithm is −∞, and it stays absent.
        logs.map_or(0.0, f64::exp)
    };
    let level = |role: usize| mean(&all.iter().map(|one| one.level[role]).collect::<Vec<_>>()).unwrap_or(0.0);
    Some(Shared {
        spread: Spread {
            leader: sd(|spread| spread.leader),
            quality: sd(|spread| spread.quality),
            view: sd(|spread| spread.view),
            severity: sd(|spread| spread.severity),
            form: sd(|spread| spread.form),
            form_quality: sd(|spread| spread.form_quality),
        },
        level: (0..first.level.len()).map(level).collect(),
    })
}

impl<'a> Given<'a> {
    /// `None` without any draw of what is shared.
    pub(crate) fn new(
        items: &'a [Item],
        wave: &'a ByLeader<'a>,
        categories: u8,
        fair: &'a Fair,
        settings: &'a Settings,
        shared: &'a [Vec<Shared>],
    ) -> Option<Self> {
        let of = |one: &Shared| fair.averages(one.spread.rater().sqrt());
        let averages = shared.par_iter().map(|chain| chain.iter().map(of).collect()).collect();
        Some(Self { items, wave, categories, fair, settings, shared, averages, usual: usual(shared)? })
    }

    /// Every leader of those wanted about whom anybody else answered anything, in order; each with how far their own
    /// chains came to rest.
    pub(crate) fn told(&self, wanted: impl Fn(usize) -> bool) -> Vec<LeaderProfile> {
        let leaders = (0..self.wave.leaders()).filter(|leader| wanted(*leader) && self.wave.rated(*leader));
        let rated: Vec<usize> = leaders.collect();
        let blocks: Vec<Vec<LeaderProfile>> = rated.par_chunks(BLOCK).map(|block| self.block(block)).collect();
        blocks.into_iter().flatten().collect()
    }

    fn block(&self, block: &[usize]) -> Vec<LeaderProfile> {
        let mut out = BTreeMap::new();
        let mut waiting = block.to_vec();
        for round in 0..=if self.settings.rounds > 1 { AGAIN } else { 0 } {
            let mut again = Vec::new();
            for (leader, profile) in self.once(&waiting, round) {
                if !profile.rest.converged() {
                    again.push(leader);
                }
                out.insert(leader, profile);
            }
            waiting = again;
            if waiting.is_empty() {
                break;
            }
        }
        out.into_values().collect()
    }

    fn once(&self, block: &[usize], round: usize) -> Vec<(usize, LeaderProfile)> {
        let forms = self.wave.of(block);
        let layout = Layout::with(&forms, self.items, self.wave.roles.clone());
        let plan = Plan::new(&layout, self.categories);
        let development = self.walk(&layout, &plan, block, round, None);
        let flat = Some(self.settings.flat).filter(|_| self.settings.decision);
        let decision = flat.map(|flat| self.walk(&layout, &plan, block, round, Some(flat)));
        let rest = |place: usize| {
            let both = std::iter::once(&development).chain(&decision).filter_map(|walked| walked.rests.get(place));
            both.fold(Rest::still(), |rest, other| rest.and(*other))
        };
        let kept = decision.as_ref().map(|walked| &walked.kept);
        let profiles = leaders(&forms, &layout, &plan, &development.kept, kept, rest);
        let numbered = profiles.into_iter().filter_map(|mut profile| {
            let leader = *block.get(profile.leader as usize)?;
            profile.leader = u32::try_from(leader).unwrap_or(u32::MAX);
            Some((leader, profile))
        });
        numbered.collect()
    }

    /// One interval: for the decision interval `flat` stands in the place of σ_g.
    fn walk(&self, layout: &Layout, plan: &Plan, block: &[usize], round: usize, flat: Option<f64>) -> Walked {
        let spread = |spread: Spread| Spread { leader: flat.unwrap_or(spread.leader), ..spread };
        let middle = spread(self.usual.spread);
        let mut tables = Tables::new(&layout.tables);
        let mut own_tables = Tables::new(&layout.tables);
        let mut room = Room::default();
        let bases: Vec<Base> = {
            let under = Under { spread: &middle, level: &self.usual.level, tables: tables.at(middle.form_quality) };
            (0..block.len()).map(|leader| Base::of(layout, leader, under, &mut room.levels)).collect()
        };
        let steps = STEPS << round;
        let mut kept = Kept { draws: Vec::new(), series: plan.series };
        let mut watch: Vec<Vec<Vec<f64>>> = vec![Vec::new(); block.len()];
        for (chain, shared) in self.shared.iter().enumerate() {
            let begin = |(place, base): (usize, &Base)| {
                let leader = u64::try_from(block[place]).unwrap_or(0);
                let nth = ((round * 2 + usize::from(flat.is_some())) * self.shared.len()) + chain;
                let stream = FIRST_STREAM + leader * STREAMS + u64::try_from(nth).unwrap_or(0);
                State::new(base, Chance::new(self.settings.seed, stream))
            };
            let mut states: Vec<State> = bases.iter().enumerate().map(begin).collect();
            let begin = |own: &Option<usize>| own.map_or_else(Vec::new, |own| own::begin(layout, own));
            let mut owns: Vec<Vec<f32>> = plan.own.iter().map(begin).collect();
            let mut draws = vec![0_u16; plan.series * shared.len()];
            watch.iter_mut().for_each(|watch| watch.push(Vec::with_capacity(steps * shared.len())));
            for (nth, one) in shared.iter().enumerate() {
                let spread = spread(one.spread);
                let under = Under { spread: &spread, level: &one.level, tables: tables.at(spread.form_quality) };
                let out = &mut draws[nth * plan.series..(nth + 1) * plan.series];
                let averages = &self.averages[chain][nth];
                for (place, (state, base)) in states.iter_mut().zip(&bases).enumerate() {
                    if nth == 0 {
                        state.steps(layout, base, under, WARM_UP, &mut room, |_| {});
                    }
                    let typical = mean(&one.level).unwrap_or(0.0);
                    let roles = &layout.roles_of[place];
                    let seen = watch[place].last_mut();
                    let Some(seen) = seen else { continue };
                    state.steps(layout, base, under, steps, &mut room, |z| {
                        let views: f64 = z[base.shape.g() + 1..base.shape.halo()].iter().sum();
                        seen.push(typical + z[base.shape.g()] + views / real(roles.len().max(1)));
                    });
                    // Self stands beside the development interval only.
                    if let Some(own) = plan.own[place].filter(|_| flat.is_none()) {
                        let smooth = own_tables.at(own::halo_spread(&spread));
                        own::draw_afresh(layout, own, &spread, smooth, &mut owns[place], &mut state.chance);
                    }
                    let mut view = vec![0.0; layout.roles.len()];
                    for (role, zeta) in base.shape.views.iter().zip(&state.terms[base.shape.g() + 1..]) {
                        view[*role] = *zeta;
                    }
                    let mut quality = state.terms[..base.shape.qualities].to_vec();
                    quality.resize(layout.qualities, 0.0);
                    let drawn = Drawn {
                        level: &one.level,
                        leader: state.terms[base.shape.g()],
                        view: &view,
                        quality: &quality,
                        own: &owns[place],
                    };
                    plan.record(layout, place, &drawn, (self.fair, averages), out);
                }
            }
            kept.draws.push(draws);
        }
        Walked { kept, rests: watch.iter().map(|chains| Rest::of(chains)).collect() }
    }
}

/// Tables with the halo on qualities summed out, made when first asked for.
struct Tables<'a> {
    of: &'a [[f32; GRID]],
    known: BTreeMap<i32, Vec<[f32; GRID]>>,
}

/// Tables are made for standard deviations a hundredth apart on the log scale, a fraction of what the forms leave open.
const PER_LOG: f64 = 100.0;
/// Sets of tables that are held at once.
const HELD: usize = 24;

impl<'a> Tables<'a> {
    const fn new(of: &'a [[f32; GRID]]) -> Self {
        Self { of, known: BTreeMap::new() }
    }

    fn at(&mut self, sd: f64) -> &[[f32; GRID]] {
        #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a standard deviation times a hundred")]
        let place = (sd.ln() * PER_LOG).round() as i32;
        if self.known.len() >= HELD && !self.known.contains_key(&place) {
            self.known.clear();
        }
        self.known.entry(place).or_insert_with(|| smooth(self.of, (f64::from(place) / PER_LOG).exp()))
    }
}
