//! What is told of each leader.

use serde::Serialize;

use super::draws::Plan;
use super::layout::Layout;
use super::run::{EFFECTIVE, PAIRS, R_HAT, Run};
use super::{Forms, Role};
use crate::grm::MISSING;
use crate::num::{mean, real, sorted_quantile};

/// Share of the posterior that an interval holds.
pub const LEVEL: f64 = 0.90;

/// From the 5th to the 95th percentile of the posterior.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A fair average, on the scale of the answers (1..K), with both intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Forms with an answer.
    pub n: usize,
    /// Mean of the posterior, drawn toward the other leaders.
    pub fair_average: f64,
    /// Shrunk toward the population: shorter, right on average over leaders.
    pub development: Interval,
    /// Mean of the posterior that is not drawn toward other leaders; `None` when it was not asked for.
    pub decision_average: Option<f64>,
    /// σ_g fixed large: right for each leader, longer.
    pub decision: Option<Interval>,
}

/// A leader as one role sees them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoleProfile {
    /// The role.
    pub role: Role,
    /// Mean over the qualities.
    pub overall: Estimate,
    /// Quality by quality; `None` where this role answered nothing about it.
    pub qualities: Vec<Option<Estimate>>,
}

/// Self minus others on one quality, in points of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OwnQuality {
    /// Which quality, from 0.
    pub quality: usize,
    /// What self sees, less the fair average of others.
    pub gap: f64,
    /// Its 90 % interval.
    pub interval: Interval,
    /// P(|gap| > 0.5).
    pub probability: f64,
    /// Gap less the mean gap over qualities: where self and others differ in shape, not in height.
    pub pattern: f64,
    /// Its 90 % interval.
    pub pattern_interval: Interval,
}

/// Self beside others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnView {
    /// Mean gap over the qualities that self answered: how much higher self sees themselves throughout.
    pub bias: f64,
    /// Its 90 % interval.
    pub bias_interval: Interval,
    /// P(|bias| > 0.5).
    pub bias_probability: f64,
    /// Quality by quality.
    pub qualities: Vec<OwnQuality>,
}

/// Two qualities of one leader whose difference has an interval without 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The higher one.
    pub higher: usize,
    /// The lower one.
    pub lower: usize,
    /// By how much, in points of the scale.
    pub difference: f64,
    /// 90 % development interval of the difference.
    pub interval: Interval,
}

/// What is told of one leader.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeaderProfile {
    /// Which leader, as numbered in the forms.
    pub leader: u32,
    /// Mean over the qualities, all roles alike.
    pub overall: Estimate,
    /// Quality by quality, all roles alike; `None` where nobody answered.
    pub qualities: Vec<Option<Estimate>>,
    /// Role by role.
    pub roles: Vec<RoleProfile>,
    /// Self beside others, where there is a self-rating.
    pub own: Option<OwnView>,
    /// Differences between qualities that can be named.
    pub differences: Vec<Difference>,
}

/// A standard deviation or level of the model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Component {
    /// `sd_leader`, `sd_quality`, `sd_view`, `sd_severity`, `sd_form`, `sd_form_quality`, `level_<role>` (less the mean
    /// level), in units of ψ; `share_at_random`, the share of forms answered without reading.
    pub name: String,
    /// Mean of the posterior.
    pub mean: f64,
    /// 5th percentile.
    pub low: f64,
    /// 95th percentile.
    pub high: f64,
    /// Split R-hat.
    pub r_hat: Option<f64>,
    /// Effective sample.
    pub effective: Option<f64>,
}

/// What the forms of a wave tell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// Leaders with at least one form of somebody else, in order.
    pub leaders: Vec<LeaderProfile>,
    /// The model's standard deviations and levels.
    pub components: Vec<Component>,
    /// Whether every watched quantity has R-hat ≤ 1.01 and an effective sample ≥ 400, for both intervals.
    pub converged: bool,
    /// Worst R-hat.
    pub r_hat: Option<f64>,
    /// Least effective sample.
    pub effective: Option<f64>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Quantiles at place (n + 1)p (type 6 of Hyndman & Fan 1996): the chance that a further draw lies within is then 90 %,
/// where the usual place would make it less for few draws.
fn interval(draws: &mut [f64]) -> Option<Interval> {
    draws.sort_by(f64::total_cmp);
    let n = real(draws.len());
    let tail = ((n + 1.0) * (1.0 - LEVEL) / 2.0 - 1.0) / (n - 1.0).max(1.0);
    Some(Interval { low: sorted_quantile(draws, tail)?, high: sorted_quantile(draws, 1.0 - tail)? })
}

/// Share of forms answered at random above which, with 95 % probability, a note says so.
const SOME: f64 = 0.005;

struct Reader<'a> {
    plan: &'a Plan,
    development: &'a Run,
    decision: Option<&'a Run>,
}

impl Reader<'_> {
    fn answers(&self, run: &Run, series: usize) -> Vec<f64> {
        run.kept.of(series).into_iter().map(|code| self.plan.answer(code)).collect()
    }

    fn gaps(&self, series: usize) -> Vec<f64> {
        self.development.kept.of(series).into_iter().map(|code| self.plan.gap(code)).collect()
    }

    fn estimate(&self, n: usize, series: usize) -> Option<Estimate> {
        let mut draws = self.answers(self.development, series);
        let mut flat = self.decision.map(|run| self.answers(run, series));
        Some(Estimate {
            n,
            fair_average: mean(&draws)?,
            development: interval(&mut draws)?,
            decision_average: flat.as_ref().and_then(|flat| mean(flat)),
            decision: flat.as_mut().and_then(|flat| interval(flat)),
        })
    }
}

/// Forms with an answer about a leader, by role that occurs and quality; the last place is any quality.
fn counts(forms: &Forms, layout: &Layout) -> Vec<Vec<usize>> {
    let (q, s) = (layout.qualities, layout.roles.len());
    let mut out = vec![vec![0; s * (q + 1)]; layout.of_leader.len()];
    for (at, form) in forms.forms.iter().enumerate() {
        let Some(role) = layout.roles.iter().position(|role| *role == form.role) else { continue };
        let mut told = vec![false; q];
        for (code, quality) in forms.of_form(at).iter().zip(&forms.questionnaire.quality_of) {
            told[*quality] |= *code != MISSING;
        }
        let counts = &mut out[form.leader as usize][role * (q + 1)..(role + 1) * (q + 1)];
        for (count, told) in counts.iter_mut().zip(&told) {
            *count += usize::from(*told);
        }
        counts[q] += usize::from(told.contains(&true));
    }
    out
}

pub(super) fn report(
    forms: &Forms,
    layout: &Layout,
    plan: &Plan,
    development: &Run,
    decision: Option<&Run>,
    normed: bool,
) -> Profile {
    let reader = Reader { plan, development, decision };
    let q = layout.qualities;
    let counts = counts(forms, layout);
    let mut leaders = Vec::new();
    for (leader, roles) in layout.roles_of.iter().enumerate().filter(|(_, roles)| !roles.is_empty()) {
        let count = |role: usize, quality: usize| counts[leader][role * (q + 1) + quality];
        let all = |quality: usize| roles.iter().map(|role| count(*role, quality)).sum::<usize>();
        let block = |block: usize, n: &dyn Fn(usize) -> usize| -> Option<(Estimate, Vec<Option<Estimate>>)> {
            let overall = reader.estimate(n(q), plan.at(leader, block, 0))?;
            let each = |quality: usize| {
                (n(quality) > 0).then(|| reader.estimate(n(quality), plan.at(leader, block, quality + 1))).flatten()
            };
            Some((overall, (0..q).map(each).collect()))
        };
        let Some((overall, qualities)) = block(0, &all) else { continue };
        let mut ordered: Vec<(usize, usize)> = roles.iter().copied().enumerate().collect();
        ordered.sort_by_key(|(_, role)| *role);
        let of_roles = ordered
            .into_iter()
            .filter_map(|(place, role)| {
                let (overall, qualities) = block(place + 1, &|quality| count(role, quality))?;
                Some(RoleProfile { role: layout.roles[role], overall, qualities })
            })
            .collect();
        leaders.push(LeaderProfile {
            leader: u32::try_from(leader).unwrap_or(u32::MAX),
            differences: differences(&reader, leader, &qualities),
            overall,
            qualities,
            roles: of_roles,
            own: plan.own[leader].and_then(|own| own_view(&reader, layout, leader, own, roles.len() + 1)),
        });
    }
    let runs = || std::iter::once(development).chain(decision);
    let both = |value: fn(&Run) -> Option<f64>| runs().map(value).collect::<Option<Vec<f64>>>();
    let (r_hat, effective) = (both(|run| run.r_hat), both(|run| run.effective));
    let converged = runs().all(|run| run.converged);
    let mut notes = Vec::new();
    if normed {
        notes.push(format!("{} leaders: standard deviations are centred on published norms", forms.leaders()));
    }
    if layout.raters == 0 {
        notes.push("no rater rated two leaders: severity and halo cannot be told apart and count as one".into());
    }
    if !layout.crossed() {
        notes.push("no leader was rated by two roles: how a role sees a leader cannot be told from the leader".into());
    }
    if !normed && layout.crossed() && layout.pairs() < PAIRS {
        notes.push(format!(
            "fewer than {PAIRS} leaders have two raters in one role: how differently roles see a leader is centred on a norm"
        ));
    }
    let random = development.components.iter().find(|one| one.name == "share_at_random" && one.low > SOME);
    if let Some(random) = random {
        notes.push(format!(
            "{:.1} % of the forms look as if answered at random ({:.1} to {:.1} %): they hardly move the figures",
            100.0 * random.mean,
            100.0 * random.low,
            100.0 * random.high
        ));
    }
    if !converged {
        notes.push(format!(
            "the chains have not converged after {} sweeps (R-hat at most {R_HAT} and an effective sample of at least \
             {EFFECTIVE} are asked): take intervals as rough",
            runs().map(|run| run.sweeps).max().unwrap_or(0)
        ));
    }
    Profile {
        leaders,
        components: development.components.clone(),
        converged,
        r_hat: r_hat.map(|values| values.into_iter().fold(0.0, f64::max)),
        effective: effective.map(|values| values.into_iter().fold(f64::MAX, f64::min)),
        notes,
    }
}

fn differences(reader: &Reader, leader: usize, qualities: &[Option<Estimate>]) -> Vec<Difference> {
    let series: Vec<Option<Vec<f64>>> = qualities
        .iter()
        .enumerate()
        .map(|(at, estimate)| estimate.map(|_| reader.answers(reader.development, reader.plan.at(leader, 0, at + 1))))
        .collect();
    let mut out = Vec::new();
    for (one, left) in series.iter().enumerate() {
        for (other, right) in series.iter().enumerate().skip(one + 1) {
            let (Some(left), Some(right)) = (left, right) else { continue };
            let mut gaps: Vec<f64> = left.iter().zip(right).map(|(a, b)| a - b).collect();
            let Some((middle, range)) = mean(&gaps).zip(interval(&mut gaps)) else { continue };
            if range.low > 0.0 {
                out.push(Difference { higher: one, lower: other, difference: middle, interval: range });
            } else if range.high < 0.0 {
                let interval = Interval { low: -range.high, high: -range.low };
                out.push(Difference { higher: other, lower: one, difference: -middle, interval });
            }
        }
    }
    out
}

/// A gap of more than half a point of the scale counts.
const REAL_GAP: f64 = 0.5;

fn own_view(reader: &Reader, layout: &Layout, leader: usize, own: usize, block: usize) -> Option<OwnView> {
    let share = |draws: &[f64]| real(draws.iter().filter(|gap| gap.abs() > REAL_GAP).count()) / real(draws.len());
    let bias = reader.gaps(reader.plan.at(leader, block, 0));
    let mut qualities = Vec::new();
    for (quality, _) in &layout.own[own].1 {
        let mut gaps = reader.gaps(reader.plan.at(leader, block, quality + 1));
        let mut pattern: Vec<f64> = gaps.iter().zip(&bias).map(|(gap, bias)| gap - bias).collect();
        qualities.push(OwnQuality {
            quality: *quality,
            gap: mean(&gaps)?,
            probability: share(&gaps),
            interval: interval(&mut gaps)?,
            pattern: mean(&pattern)?,
            pattern_interval: interval(&mut pattern)?,
        });
    }
    let mut sorted = bias.clone();
    Some(OwnView {
        bias: mean(&bias)?,
        bias_probability: share(&bias),
        bias_interval: interval(&mut sorted)?,
        qualities,
    })
}
