//! From the answers of a wave to what may be told: pure computation, in one go for all who are rated.

mod found;
mod measured;
mod told;
mod whole;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use leadership::PersonId;
use leadership::profile::{Comments, Findings, Fit, Kind, Limits, Report};
use rating::careless::{Signs, signs};
use rating::disclosure::Policy;
use rating::grm::{Item, MISSING};
use rating::model::{
    self, Calibration, Chosen, FEW, Form, Forms, Note, Profile, Questionnaire, Refused, Role, Settings,
};

pub use whole::Whole;

use super::shown::{HIDDEN, Shown};
use crate::error::LedgerError;
use crate::evidence::Answers;

/// Points of the scale.
pub(crate) const SCALE: u8 = 5;

/// One question of the wave.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its key.
    pub key: String,
    /// Its name with its wording: one that was reworded since is another question.
    pub wording: String,
    /// Place of its quality.
    pub quality: usize,
}

/// One quality of the wave.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Its key.
    pub key: String,
    /// Its name when the wave was planned.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// One answered form.
#[derive(Clone)]
pub struct Answered {
    /// As what.
    pub role: Role,
    /// From 1; `None` is “not able to say”. In the order of the questions.
    pub answers: Vec<Option<u8>>,
}

/// A report of an earlier wave.
#[derive(Clone)]
pub struct Before {
    /// What was told.
    pub report: Report,
    /// Names of its questions with their wording, by their key.
    pub wordings: BTreeMap<String, String>,
}

/// Everything about one person rated.
#[derive(Clone)]
pub struct Rated {
    /// Who.
    pub person: PersonId,
    /// What was answered about them.
    pub forms: Vec<Answered>,
    /// Who answered, by role, under stable names.
    pub members: BTreeMap<Role, BTreeSet<String>>,
    /// What was released about them before.
    pub released: BTreeSet<BTreeSet<String>>,
    /// Their report of the wave before.
    pub before: Option<Before>,
    /// Comments that may be told.
    pub comments: Vec<Comments>,
    /// What the record shows.
    pub evidence: Answers,
}

/// A closed wave as it was read.
#[derive(Clone)]
pub struct Snapshot {
    /// What the wave is called.
    pub title: String,
    /// The day on which it closed.
    pub closed_on: Date,
    /// The version of the leadership model that it asked.
    pub model: String,
    /// Its qualities, in order.
    pub topics: Vec<Topic>,
    /// Its questions, in the order of answers.
    pub asked: Vec<Asked>,
    /// Who was rated.
    pub rated: Vec<Rated>,
    /// Questions, by their name with their wording, whose parameters are known from a wave of many.
    pub anchors: BTreeMap<String, (f64, Vec<f64>)>,
    /// The same seed gives the same figures.
    pub seed: u64,
    /// What figures are held to.
    pub policy: Policy,
}

/// What a wave gave.
pub struct Worked {
    /// A report per person rated, in the order of the snapshot.
    pub reports: Vec<(PersonId, Report)>,
    /// Sets of raters that are released by this, with what for.
    pub released: Vec<(PersonId, BTreeSet<String>, String)>,
    /// What it tells of its questions; without means, which are told from the next.
    pub findings: Findings,
    /// What means over all of it are made of.
    pub whole: Whole,
}

/// A typical question, where nothing is known of one and too little was answered to find out: the slope that priors
/// are centred on, thresholds that put the usual answer between “sometimes” and “often”.
fn typical() -> Item {
    Item::from_thresholds(1.8, &[-3.0, -1.8, -0.5, 1.2])
}

/// Forms that go into the computation, with where each came from.
pub(super) struct Input {
    /// All of them; leaders are numbered by [`Input::people`].
    pub forms: Forms,
    /// Per form the place of the person rated in the snapshot.
    pub of: Vec<usize>,
    /// Per form its group; `None` for those under a name.
    pub group: Vec<Option<usize>>,
    /// Place in the snapshot of each leader of the forms.
    pub people: Vec<usize>,
    /// What may be told, by place in the snapshot.
    pub shown: Vec<Shown>,
}

impl Input {
    /// Forms about one person, by place in the snapshot.
    pub fn about(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let start = self.of.partition_point(|of| *of < place);
        (start..self.of.len()).take_while(move |form| self.of[*form] == place)
    }

    /// Whether a form answers anything about a quality.
    pub fn answers(&self, form: usize, items: &[usize]) -> bool {
        let row = self.forms.of_form(form);
        items.iter().any(|item| row[*item] != MISSING)
    }
}

impl Snapshot {
    fn items_of(&self, topic: usize) -> Vec<usize> {
        (0..self.asked.len()).filter(|item| self.asked[*item].quality == topic).collect()
    }

    /// The forms of everybody of whom something may be told. Answers of groups that may not be told are not in it:
    /// they are in no total.
    fn input(&self) -> Result<Input, LedgerError> {
        let questionnaire =
            Questionnaire { quality_of: self.asked.iter().map(|item| item.quality).collect(), categories: SCALE };
        let mut out = Input {
            forms: Forms { questionnaire, forms: Vec::new(), answers: Vec::new() },
            of: Vec::new(),
            group: Vec::new(),
            people: Vec::new(),
            shown: Vec::with_capacity(self.rated.len()),
        };
        let items: Vec<Vec<usize>> = (0..self.topics.len()).map(|topic| self.items_of(topic)).collect();
        for (place, rated) in self.rated.iter().enumerate() {
            let mut shown = Shown::decide(&rated.members, &rated.released, &self.policy)?;
            let leader = u32::try_from(out.people.len()).unwrap_or(u32::MAX);
            let first = out.of.len();
            for form in &rated.forms {
                let group = HIDDEN.contains(&form.role).then(|| shown.group_of(form.role));
                // Of a group that may not be told.
                if group == Some(None) {
                    continue;
                }
                let group = group.flatten();
                let role = group.and_then(|at| shown.groups.get(at)).map_or(form.role, |group| group.role);
                let rater = u32::try_from(out.of.len()).unwrap_or(u32::MAX);
                out.forms.forms.push(Form { leader, rater, role });
                out.of.push(place);
                out.group.push(group);
                out.forms.answers.extend((0..self.asked.len()).map(|item| {
                    let answer = form.answers.get(item).copied().flatten();
                    answer.filter(|answer| (1..=SCALE).contains(answer)).map_or(MISSING, |answer| answer - 1)
                }));
            }
            let many = self.asked.len();
            for items in &items {
                let mut answered = vec![0; shown.groups.len()];
                for form in first..out.of.len() {
                    if let Some(group) = out.group[form].filter(|_| out.answers(form, items)) {
                        answered[group] += 1;
                    }
                }
                let kept = shown.of_quality(&answered);
                for form in first..out.of.len() {
                    if out.group[form].is_some_and(|group| !kept[group]) {
                        for item in items {
                            out.forms.answers[form * many + item] = MISSING;
                        }
                    }
                }
            }
            let others = (first..out.of.len()).any(|form| {
                out.forms.forms[form].role != Role::Own && out.forms.of_form(form).iter().any(|code| *code != MISSING)
            });
            if others {
                out.people.push(place);
            } else {
                // Nothing of others may be told: their own form alone says nothing to compute.
                out.of.truncate(first);
                out.group.truncate(first);
                out.forms.forms.truncate(first);
                out.forms.answers.truncate(first * many);
            }
            out.shown.push(shown);
        }
        Ok(out)
    }
}

/// Item parameters: known ones where people are few, else found from the forms; typical ones for a quality whose forms
/// cannot tell.
fn calibrated(snapshot: &Snapshot, forms: &Forms) -> Result<(Calibration, Vec<String>), Refused> {
    let few = forms.leaders() <= FEW;
    let mut anchors: Vec<Option<Item>> = vec![None; snapshot.asked.len()];
    let mut notes = Vec::new();
    if few {
        for topic in 0..snapshot.topics.len() {
            let items = snapshot.items_of(topic);
            let known: Vec<_> =
                items.iter().filter_map(|item| snapshot.anchors.get(&snapshot.asked[*item].wording)).collect();
            if known.len() == items.len() {
                items
                    .iter()
                    .zip(known)
                    .for_each(|(item, known)| anchors[*item] = Some(Item::from_thresholds(known.0, &known.1)));
            }
        }
        if anchors.iter().any(Option::is_some) {
            notes.push(
                "Few people were rated: questions are taken as they were found in an earlier wave of many.".to_owned(),
            );
        }
    }
    let mut stands_in = false;
    // A quality that nobody else said anything about.
    for topic in 0..snapshot.topics.len() {
        let items = snapshot.items_of(topic);
        if forms.columns(&items, true).iter().all(|code| *code == MISSING) {
            for item in &items {
                anchors[*item] = Some(typical());
            }
            stands_in = true;
        }
    }
    loop {
        match model::calibrate(forms, &anchors) {
            Ok(found) => {
                if found.notes.iter().any(|note| matches!(note, Note::Leant { few_leaders: true, .. })) {
                    notes.push(
                        "Few people were rated: how well a question tells people apart leans on what is usual."
                            .to_owned(),
                    );
                }
                if stands_in {
                    notes.push("For some qualities there was too little to find out how their questions are answered; usual values stand in.".to_owned());
                }
                return Ok((found, notes));
            }
            // What everybody answered alike, or nobody, cannot be found from the answers.
            Err(Refused::Constant { item, .. }) => {
                let Some(asked) = snapshot.asked.get(item) else { return Err(Refused::Constant { item, used: 0 }) };
                if anchors[item].is_some() {
                    return Err(Refused::Constant { item, used: 0 });
                }
                for other in snapshot.items_of(asked.quality) {
                    anchors[other] = Some(typical());
                }
                stands_in = true;
            }
            Err(other) => return Err(other),
        }
    }
}

/// How long the chains of the computation run. What may be told does not hang on it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Chains {
    /// Until they come to rest.
    ToRest,
    /// So short that figures are rough: for tests of what may be told, which does not need them.
    Short,
}

/// How hard the chains are run: long enough to come to rest, and no longer than needed where people are many, since
/// every draw is taken for all of them.
fn settings(seed: u64, leaders: usize, chains: Chains) -> Settings {
    let (warm_up, sweeps, rounds) = match (chains, leaders) {
        (Chains::Short, _) => (30, 60, 1),
        (Chains::ToRest, 0..=2_000) => (400, 1_000, 4),
        // The slowest standard deviation is worth a sixth of the draws: with these 500 independent ones.
        (Chains::ToRest, _) => (300, 800, 3),
    };
    // A scale that is known from elsewhere does not change who is few: norms carry what few people cannot tell.
    Settings { seed, warm_up, sweeps, rounds, chosen: Chosen::ByLeaders, ..Settings::default() }
}

/// What the computation gave.
pub(super) struct Computed {
    pub calibration: Calibration,
    pub profile: Profile,
    pub signs: Vec<Signs>,
    pub notes: Vec<String>,
}

fn compute(snapshot: &Snapshot, input: &Input, chains: Chains) -> Result<Option<Computed>, Refused> {
    if !input.forms.forms.iter().any(|form| form.role != Role::Own) {
        return Ok(None);
    }
    let (calibration, notes) = calibrated(snapshot, &input.forms)?;
    let settings = settings(snapshot.seed, input.people.len(), chains);
    let profile = model::profile(&input.forms, &calibration, &settings)?;
    let signs = signs(&input.forms, &calibration);
    Ok(Some(Computed { calibration, profile, signs, notes }))
}

/// Works a wave out.
///
/// # Errors
/// When its answers cannot be what they should be.
pub(crate) fn work(snapshot: &Snapshot, chains: Chains) -> Result<Worked, LedgerError> {
    let input = snapshot.input()?;
    let computed = compute(snapshot, &input, chains)
        .map_err(|refused| LedgerError::Inside(format!("the answers of a wave cannot be worked out: {refused}")))?;
    let forms = input.forms.forms.iter().filter(|form| form.role != Role::Own).count();
    let fit = match &computed {
        Some(computed) => {
            // Which answers nobody gave is not told: with few forms that is an answer.
            let mut notes = computed.notes.clone();
            if !computed.profile.converged {
                notes.push(
                    "The computation has not come to rest: take every interval as rough, and differences as not shown."
                        .to_owned(),
                );
            }
            Fit {
                converged: computed.profile.converged,
                r_hat: computed.profile.r_hat.map(|r_hat| (r_hat * 1000.0).round() / 1000.0),
                effective: computed.profile.effective.map(f64::round),
                leaders: input.people.len(),
                forms,
                notes,
            }
        }
        None => Fit { converged: true, r_hat: None, effective: None, leaders: 0, forms, notes: Vec::new() },
    };
    let limits = Limits {
        minimum: snapshot.policy.minimum,
        floor: snapshot.policy.floor,
        rounding: snapshot.policy.rounding,
        scale: SCALE,
    };
    let mut reports = Vec::with_capacity(snapshot.rated.len());
    let leader_of: BTreeMap<usize, u32> =
        input.people.iter().enumerate().map(|(at, place)| (*place, u32::try_from(at).unwrap_or(u32::MAX))).collect();
    for (place, rated) in snapshot.rated.iter().enumerate() {
        let telling = told::Telling { snapshot, input: &input, computed: computed.as_ref(), fit: &fit, limits };
        reports.push((rated.person, telling.report(place, leader_of.get(&place).copied())));
    }
    let mut released = Vec::new();
    for (rated, shown) in snapshot.rated.iter().zip(input.shown.iter()) {
        released.extend(shown.released.iter().map(|(set, what)| (rated.person, set.clone(), what.clone())));
    }
    let mut findings = found::findings(snapshot, &input, computed.as_ref(), fit);
    findings.reports = reports.len();
    findings.without_figures = reports.iter().filter(|(_, report)| !report.tells()).count();
    let whole = whole::whole(snapshot, &input, computed.as_ref(), findings.flagged.is_some());
    Ok(Worked { reports, released, findings, whole })
}
