//! From forms to a profile.

use super::calibrate::FEW;
use super::chance::Chance;
use super::diagnose::{EFFECTIVE, R_HAT, Rest};
use super::draws::Plan;
use super::fair::Fair;
use super::gibbs::Chains;
use super::given::Given;
use super::layout::{ALONE, Layout, several};
use super::parts::ByLeader;
use super::report::{Component, LeaderProfile, Profile, leaders};
use super::variances::{Belief, Beliefs};
use super::{Calibration, Forms, Refused, Role};

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
    /// Sweeps a chain of the first round; each further round makes them twice as many.
    pub sweeps: usize,
    /// Rounds at most until R-hat ≤ 1.01 and an effective sample ≥ 400.
    pub rounds: usize,
    /// Draws kept of each figure, over all chains.
    pub keep: usize,
    /// Leaders above which standard deviations and levels are found from a sample of so many, where no rater rated two
    /// leaders.
    pub sample: usize,
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
            sample: 1_000,
            chosen: Chosen::ByLeaders,
            norms: Norms::default(),
            flat: 4.0,
            decision: true,
        }
    }
}

/// Leader and role pairs with two raters below which a norm says how differently roles see one leader.
pub(crate) const PAIRS: usize = 100;
/// Stream of randomness that a sample is drawn with, beyond those of chains.
const SAMPLE_STREAM: u64 = 2_000;

/// Fair averages with both intervals for every leader, role by role, and self beside others.
///
/// With 30 leaders or fewer, or where a rater rated two leaders, leaders are drawn together with what they share, once
/// for each interval. Else what they share is found first and leaders are drawn one by one given it ([`super::given`]),
/// for both intervals; above [`Settings::sample`] leaders what they share is found from a sample of so many.
///
/// # Errors
/// [`Refused`] for forms that do not fit the questionnaire, or none of others.
pub fn profile(forms: &Forms, calibration: &Calibration, settings: &Settings) -> Result<Profile, Refused> {
    Ok(with_and_without(forms, calibration, settings, &[])?.0)
}

/// [`profile`], and the development figures once more without the forms that are true in `out`; `None` where there are no
/// such forms, or no others.
///
/// Where leaders are drawn one by one, what they share is in both what all forms tell: forms are left out because of what
/// they say, and raters would look more alike without them than they are. Only leaders with such a form are then drawn
/// again. Where all are drawn together it is found anew, in one round.
///
/// # Errors
/// As of [`profile`].
pub fn with_and_without(
    forms: &Forms,
    calibration: &Calibration,
    settings: &Settings,
    out: &[bool],
) -> Result<(Profile, Option<Profile>), Refused> {
    forms.check()?;
    let left = |form: usize| !out.get(form).is_some_and(|out| *out);
    let others = (0..forms.forms.len()).any(|form| left(form) && forms.forms[form].role != Role::Own);
    let rest = (others && out.contains(&true)).then(|| forms.only(left));
    let fair = || {
        let questionnaire = &forms.questionnaire;
        Fair::new(&calibration.items, &questionnaire.quality_of, questionnaire.qualities())
    };
    let normed = match settings.chosen {
        Chosen::ByLeaders => forms.leaders() <= FEW,
        Chosen::Weak => false,
        Chosen::Norms => true,
    };
    let wave = Wave { forms, calibration, settings, fair: fair(), normed };
    let apart = several(forms).iter().any(|rater| *rater != ALONE);
    if !apart && forms.leaders() > FEW {
        return wave.one_by_one(rest.as_ref());
    }
    let without = rest.as_ref().map(|forms| {
        let settings = Settings { rounds: 1, decision: false, ..settings.clone() };
        Wave { forms, settings: &settings, calibration, fair: fair(), normed }.together()
    });
    // That nothing can be told of the forms that are left is no error of the wave.
    Ok((wave.together()?, without.and_then(Result::ok)))
}

/// What a profile is made from.
struct Wave<'a> {
    forms: &'a Forms,
    calibration: &'a Calibration,
    settings: &'a Settings,
    fair: Fair,
    normed: bool,
}

impl Wave<'_> {
    fn chains<'a>(&'a self, layout: &'a Layout, told: Option<&'a Plan>) -> Chains<'a> {
        Chains {
            layout,
            beliefs: beliefs(layout, self.normed, &self.settings.norms),
            // With items found from these very forms their mean is near 0; with items from elsewhere the norm says so.
            level_sd: if self.normed { 0.15 } else { 0.5 },
            settings: self.settings,
            stream: 0,
            told: told.map(|plan| (plan, &self.fair)),
        }
    }

    fn together(&self) -> Result<Profile, Refused> {
        let layout = Layout::new(self.forms, &self.calibration.items)?;
        let plan = Plan::new(&layout, self.forms.questionnaire.categories);
        let chains = self.chains(&layout, Some(&plan));
        let flat = Beliefs { leader: Belief::Fixed(self.settings.flat), ..chains.beliefs };
        let development = chains.run();
        let decision = self.settings.decision.then(|| Chains { beliefs: flat, stream: 1_000, ..chains }.run());
        let rest = decision.as_ref().map_or(development.rest, |run| development.rest.and(run.rest));
        let kept = decision.as_ref().map(|run| &run.kept);
        let leaders = leaders(self.forms, &layout, &plan, &development.kept, kept, |_| rest);
        let mut notes = self.notes(&layout);
        if !rest.converged() {
            notes.push(at_rest(decision.map_or(development.sweeps, |run| run.sweeps.max(development.sweeps))));
        }
        Ok(told(leaders, development.components, rest, None, notes))
    }

    /// `rest`: the forms that are left where some are left out.
    fn one_by_one(&self, rest: Option<&Forms>) -> Result<(Profile, Option<Profile>), Refused> {
        let wave = ByLeader::new(self.forms);
        let chosen = wave.sample(self.settings.sample, &mut Chance::new(self.settings.seed, SAMPLE_STREAM));
        let (run, mut notes) = {
            let part = wave.of(&chosen);
            let layout = Layout::with(&part, &self.calibration.items, wave.roles.clone());
            if layout.rows.is_empty() {
                return Err(Refused::NoForms);
            }
            (self.chains(&layout, None).run(), self.notes(&layout))
        };
        let given = |wave: &ByLeader, settings: &Settings, wanted: &dyn Fn(usize) -> bool| {
            let (items, categories) = (&self.calibration.items, self.forms.questionnaire.categories);
            let given = Given::new(items, wave, categories, &self.fair, settings, &run.shared);
            given.map_or_else(Vec::new, |given| given.told(wanted))
        };
        let leaders = given(&wave, self.settings, &|_| true);
        let without = rest.map(|rest| {
            let mut left = ByLeader::new(rest);
            left.roles.clone_from(&wave.roles);
            let same = |leader: usize| left.forms_about(leader) == wave.forms_about(leader);
            let settings = Settings { rounds: 1, decision: false, ..self.settings.clone() };
            let mut out: Vec<LeaderProfile> =
                leaders.iter().filter(|told| same(told.leader as usize)).map(LeaderProfile::without_decision).collect();
            out.extend(given(&left, &settings, &|leader| !same(leader)));
            out.sort_by_key(|told| told.leader);
            out
        });
        let rated = leaders.len();
        let sampled = Some(chosen.len()).filter(|chosen| *chosen < rated);
        if let Some(sampled) = sampled {
            notes.push(format!(
                "standard deviations and levels were found from {sampled} of {rated} leaders drawn at random"
            ));
        }
        if !run.rest.converged() {
            notes.push(at_rest(run.sweeps));
        }
        let rough = leaders.iter().filter(|leader| !leader.rest.converged()).count();
        if rough > 0 {
            notes.push(format!(
                "the draws of {rough} of {rated} leaders have not converged: take their intervals as rough"
            ));
        }
        let whole = |mut leaders: Vec<LeaderProfile>, notes: Vec<String>| {
            leaders.iter_mut().for_each(|leader| leader.rest = leader.rest.and(run.rest));
            let rest = leaders.iter().fold(run.rest, |rest, leader| rest.and(leader.rest));
            told(leaders, run.components.clone(), rest, sampled, notes)
        };
        Ok((whole(leaders, notes.clone()), without.map(|leaders| whole(leaders, notes))))
    }

    /// What a reader should know of the forms.
    fn notes(&self, layout: &Layout) -> Vec<String> {
        let mut notes = Vec::new();
        if self.normed {
            notes.push(format!("{} leaders: standard deviations are centred on published norms", self.forms.leaders()));
        }
        if layout.raters == 0 {
            notes.push("no rater rated two leaders: severity and halo cannot be told apart and count as one".into());
        }
        if !layout.crossed() {
            notes.push(
                "no leader was rated by two roles: how a role sees a leader cannot be told from the leader".into(),
            );
        }
        if !self.normed && layout.crossed() && layout.pairs() < PAIRS {
            notes.push(format!(
                "fewer than {PAIRS} leaders have two raters in one role: how differently roles see a leader is centred on \
                 a norm"
            ));
        }
        notes
    }
}

fn at_rest(sweeps: usize) -> String {
    format!(
        "the chains have not converged after {sweeps} sweeps (R-hat at most {R_HAT} and an effective sample of at least \
         {EFFECTIVE} are asked): take intervals as rough"
    )
}

fn told(
    leaders: Vec<LeaderProfile>,
    components: Vec<Component>,
    rest: Rest,
    sampled: Option<usize>,
    notes: Vec<String>,
) -> Profile {
    Profile {
        leaders,
        components,
        converged: rest.converged(),
        r_hat: rest.r_hat,
        effective: rest.effective,
        sampled,
        notes,
    }
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

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
