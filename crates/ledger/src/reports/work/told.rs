//! The report of one person: figures rounded, and only those that may be told.

use leadership::profile::{
    Advice, Agreement, Careless, Change, Comments, Difference, Evidence, Figure, Fit, Group, Kind, Limits, OwnQuality,
    OwnView, Quality, Range, Report, Who,
};
use model::Evidence as Asks;
use rating::classical::agreement::{Scale, by_group};
use rating::disclosure::{distribution_allowed, shown_mean};
use rating::grm::MISSING;
use rating::model::{Estimate, Interval, LeaderProfile, Profile, Role};

use super::{Before, Computed, HIDDEN, Input, SCALE, Snapshot};

/// Everything that a report is told from.
pub(super) struct Telling<'a> {
    pub snapshot: &'a Snapshot,
    pub input: &'a Input,
    pub computed: Option<&'a Computed>,
    pub fit: &'a Fit,
    pub limits: Limits,
}

pub(super) fn who(role: Role) -> Who {
    match role {
        Role::Subordinate => Who::Subordinate,
        Role::Peer => Who::Peer,
        Role::HigherUp => Who::HigherUp,
        Role::Client => Who::Client,
        Role::Own => Who::Own,
    }
}

fn rounded(value: f64, to: f64) -> f64 {
    // Once more to two places, so that 3.7000000000000006 is 3.7; and no minus zero.
    ((value / to).round() * to * 100.0).round() / 100.0 + 0.0
}

/// What was found of one leader; leaders are in the order of their numbers.
fn profile_of(profile: &Profile, leader: u32) -> Option<&LeaderProfile> {
    let at = profile.leaders.binary_search_by_key(&leader, |found| found.leader).ok()?;
    profile.leaders.get(at)
}

/// Highest answer as a number.
fn top() -> f64 {
    f64::from(SCALE)
}

impl Telling<'_> {
    fn range(&self, interval: Interval) -> Range {
        let to = self.limits.rounding;
        Range { low: rounded(interval.low, to), high: rounded(interval.high, to) }
    }

    /// A mean as it may be shown. Where it says that everybody gave the lowest or the highest answer, nothing.
    fn mean(&self, mean: f64) -> Option<f64> {
        shown_mean(mean, 1.0, top(), self.limits.rounding).map(|mean| rounded(mean, self.limits.rounding))
    }

    fn figure(&self, estimate: &Estimate) -> Option<Figure> {
        let decision_mean = estimate.decision_average.and_then(|mean| self.mean(mean));
        Some(Figure {
            n: estimate.n,
            mean: self.mean(estimate.fair_average)?,
            development: self.range(estimate.development),
            decision_mean,
            decision: estimate.decision.filter(|_| decision_mean.is_some()).map(|interval| self.range(interval)),
            agreement: None,
        })
    }

    /// How forms agree on some questions. Only where everybody who answered any of them answered all, or those who did
    /// not are too many to be told apart.
    fn agreement(&self, forms: &[usize], items: &[usize]) -> Option<Agreement> {
        let answered = forms.iter().filter(|form| self.input.answers(**form, items)).count();
        let row = |form: usize| self.input.forms.of_form(form);
        let whole: Vec<usize> =
            forms.iter().copied().filter(|form| items.iter().all(|item| row(*form)[*item] != MISSING)).collect();
        let left = answered - whole.len();
        if whole.len() < self.limits.minimum || (left > 0 && left < self.limits.floor) {
            return None;
        }
        let columns: Vec<Vec<Option<f64>>> = items
            .iter()
            .map(|item| whole.iter().map(|form| Some(f64::from(row(*form)[*item]) + 1.0)).collect())
            .collect();
        let scale = Scale { low: 1.0, categories: usize::from(SCALE) };
        let found = by_group(&vec![0; whole.len()], &columns, Some(scale)).ok()?;
        let found = found.first()?;
        let rwg = |null: &str| found.rwg_j.get(null).map(|value| rounded(*value, 0.05).min(Agreement::MOST));
        Some(Agreement {
            uniform: rwg("uniform")?,
            skewed: rwg("slight_skew")?,
            deviation: rounded(found.ad_mean?, 0.1).max(Agreement::LEAST),
        })
    }

    /// How often each point of the scale was chosen; only from ten forms on, and never where all chose one point.
    fn distribution(&self, forms: &[usize], items: &[usize]) -> Option<Vec<u32>> {
        let answered = forms.iter().filter(|form| self.input.answers(**form, items)).count();
        if !distribution_allowed(answered) {
            return None;
        }
        let mut counts = vec![0_u32; usize::from(SCALE)];
        for form in forms {
            for item in items {
                if let Some(count) = counts.get_mut(usize::from(self.input.forms.of_form(*form)[*item])) {
                    *count += 1;
                }
            }
        }
        (counts.iter().filter(|count| **count > 0).count() > 1).then_some(counts)
    }

    /// The report of the person at a place of the snapshot; `leader` is their number in the forms.
    pub fn report(&self, place: usize, leader: Option<u32>) -> Report {
        let rated = &self.snapshot.rated[place];
        let shown = &self.input.shown[place];
        let profile = self.computed.zip(leader).and_then(|(computed, leader)| profile_of(&computed.profile, leader));
        let forms: Vec<usize> = self.input.about(place).collect();
        let named: Vec<usize> =
            forms.iter().copied().filter(|form| self.input.forms.forms[*form].role == Role::HigherUp).collect();
        // Groups with a figure of their own, then those who answered under their name.
        let mut groups: Vec<(Group, Role, Vec<usize>)> = Vec::new();
        for (at, group) in shown.groups.iter().enumerate().filter(|(_, group)| group.shown) {
            let of = forms.iter().copied().filter(|form| self.input.group[*form] == Some(at)).collect();
            let roles = group.roles.iter().map(|role| who(*role)).collect();
            groups.push((Group { who: roles }, group.role, of));
        }
        if !named.is_empty() {
            groups.push((Group { who: vec![Who::HigherUp] }, Role::HigherUp, named));
        }
        let kept: Vec<usize> = forms.iter().copied().filter(|form| self.input.group[*form].is_some()).collect();
        let together = profile.filter(|_| shown.together && !kept.is_empty());
        let mut qualities: Vec<Quality> = (0..self.snapshot.topics.len())
            .map(|topic| self.quality(rated, topic, profile, together, &groups, &kept))
            .collect();
        let overall = together.and_then(|profile| self.figure(&profile.overall));
        let differences = overall.as_ref().map_or_else(Vec::new, |_| self.differences(together, &qualities));
        for (quality, topic) in qualities.iter_mut().zip(&self.snapshot.topics) {
            let Some(figure) = &quality.together else { continue };
            let Some(known) = model::shipped().quality(&topic.key) else { continue };
            quality.advice = Advice::of(&topic.key, figure, &differences).map(|advice| {
                let words = if advice == Advice::Strength { &known.strength } else { &known.next_step };
                (advice, words.clone())
            });
        }
        let by_group = groups
            .iter()
            .map(|(_, role, _)| {
                let role = profile?.roles.iter().find(|found| found.role == *role)?;
                self.figure(&role.overall)
            })
            .collect();
        let comments: Vec<Comments> = rated.comments.clone();
        Report {
            wave: self.snapshot.title.clone(),
            closed_on: self.snapshot.closed_on,
            model: self.snapshot.model.clone(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            limits: self.limits,
            fit: self.fit.clone(),
            groups: groups.iter().map(|(group, ..)| group.clone()).collect(),
            own: overall.and(together).and_then(|profile| profile.own.as_ref()).map(|own| OwnView {
                bias: rounded(own.bias, self.limits.rounding),
                interval: Some(self.range(own.bias_interval)),
                probability: Some(rounded(own.bias_probability, 0.01)),
            }),
            together: overall,
            by_group,
            careless: self.careless(&kept, &qualities),
            qualities,
            differences,
            comments,
        }
    }

    fn quality(
        &self,
        rated: &super::Rated,
        topic: usize,
        profile: Option<&LeaderProfile>,
        together: Option<&LeaderProfile>,
        groups: &[(Group, Role, Vec<usize>)],
        kept: &[usize],
    ) -> Quality {
        let about = &self.snapshot.topics[topic];
        let items = self.snapshot.items_of(topic);
        let answered = |forms: &[usize]| forms.iter().filter(|form| self.input.answers(**form, &items)).count();
        let enough = answered(kept) >= self.limits.minimum;
        let estimate = |of: Option<&Option<Estimate>>| of.copied().flatten();
        let all = together.filter(|_| enough).and_then(|profile| {
            let mut figure = self.figure(&estimate(profile.qualities.get(topic))?)?;
            figure.agreement = self.agreement(kept, &items);
            Some(figure)
        });
        let by_group = groups
            .iter()
            .map(|(_, role, forms)| {
                // Of a group that is not under a name enough must have said something of this quality.
                let hidden = HIDDEN.contains(role);
                if hidden && answered(forms) < self.limits.minimum {
                    return None;
                }
                let role = profile?.roles.iter().find(|found| found.role == *role)?;
                let mut figure = self.figure(&estimate(role.qualities.get(topic))?)?;
                figure.agreement = if hidden { self.agreement(forms, &items) } else { None };
                Some(figure)
            })
            .collect();
        let own = all.and_then(|all| {
            let own = together?.own.as_ref()?.qualities.iter().find(|own| own.quality == topic)?;
            let gap = rounded(own.gap, self.limits.rounding);
            Some(OwnQuality {
                seen: rounded(all.mean + gap, self.limits.rounding).clamp(1.0, top()),
                gap,
                interval: Some(self.range(own.interval)),
                probability: Some(rounded(own.probability, 0.01)),
                pattern: rounded(own.pattern, self.limits.rounding),
                pattern_interval: Some(self.range(own.pattern_interval)),
            })
        });
        let keys: Vec<String> = items.iter().map(|item| self.snapshot.asked[*item].key.clone()).collect();
        let change = all.and_then(|all| self.change(rated.before.as_ref()?, topic, &all));
        let (evidence, no_evidence) = evidence(rated, about.kind, &about.key);
        Quality {
            key: about.key.clone(),
            name: about.name.clone(),
            kind: about.kind,
            distribution: all.and_then(|_| self.distribution(kept, &items)),
            together: all,
            groups: by_group,
            own,
            change,
            items: keys,
            evidence,
            no_evidence,
            advice: None,
        }
    }

    /// Since the wave before. Both figures are estimates of their own wave: their spreads add as those of independent
    /// ones do, which is too wide rather than too narrow where the same people answered twice.
    fn change(&self, before: &Before, topic: usize, now: &Figure) -> Option<Change> {
        let then = before.report.quality(&self.snapshot.topics[topic].key)?;
        let asked = self.snapshot.items_of(topic).into_iter().map(|item| Some(&self.snapshot.asked[item].wording));
        let asked_then = then.items.iter().map(|key| before.wordings.get(key));
        let figure = then.together?;
        let half = |range: Range| (range.high - range.low) / 2.0;
        let spread = half(now.development).hypot(half(figure.development));
        let by = now.mean - figure.mean;
        let to = self.limits.rounding;
        Some(Change {
            since: before.report.closed_on,
            by: rounded(by, to),
            interval: Range { low: rounded(by - spread, to), high: rounded(by + spread, to) },
            same_questions: asked.eq(asked_then),
        })
    }

    /// Differences between qualities that are both told and whose interval excludes zero, also after rounding. Where
    /// the computation has not come to rest, none is named.
    fn differences(&self, together: Option<&LeaderProfile>, qualities: &[Quality]) -> Vec<Difference> {
        let Some(profile) = together.filter(|_| self.fit.converged) else { return Vec::new() };
        let told = |at: usize| qualities.get(at).filter(|quality| quality.together.is_some());
        let mut out: Vec<Difference> = profile
            .differences
            .iter()
            .filter_map(|found| {
                let interval = self.range(found.interval);
                let difference = Difference {
                    higher: told(found.higher)?.key.clone(),
                    lower: told(found.lower)?.key.clone(),
                    by: rounded(found.difference, self.limits.rounding),
                    interval,
                };
                (interval.low > 0.0).then_some(difference)
            })
            .collect();
        out.sort_by(|a, b| b.by.total_cmp(&a.by).then_with(|| (&a.higher, &a.lower).cmp(&(&b.higher, &b.lower))));
        out
    }

    /// How many forms are flagged. Figures without them are told of whole waves only: which forms are flagged hangs on
    /// what was answered, so the audit, which knows who answered and nothing else, could not take them in.
    fn careless(&self, kept: &[usize], qualities: &[Quality]) -> Careless {
        let Some(computed) = self.computed else { return Careless::default() };
        if !qualities.iter().any(|quality| quality.together.is_some()) {
            return Careless::default();
        }
        let is_flagged = |form: &&usize| computed.signs.get(**form).is_some_and(|signs| signs.flagged);
        Careless { flagged: kept.iter().filter(is_flagged).count(), of: kept.len() }
    }
}

/// What the record shows of a quality, by what the model asks; or why it cannot show anything.
fn evidence(rated: &super::Rated, kind: Kind, key: &str) -> (Vec<Evidence>, Option<String>) {
    if kind == Kind::Outcome {
        return (Vec::new(), Some("What others feel is asked of them; no record can show it.".to_owned()));
    }
    match model::shipped().quality(key).map(|quality| &quality.evidence) {
        Some(Asks::Queries(specs)) => {
            let found = specs.iter().filter_map(|spec| Some(rated.evidence.get(spec.query.as_str())?.held_to(spec)));
            (found.collect(), None)
        }
        Some(Asks::None { reason }) => (Vec::new(), Some(reason.clone())),
        None => (Vec::new(), None),
    }
}
