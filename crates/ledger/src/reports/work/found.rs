//! What a wave tells of its questions, at the grain of the organisation: for who owns the questionnaire.

use leadership::profile::{Differs, Findings, Fit, ItemFound, Kind, WholeMeans};
use rating::dif::dif;
use rating::grm::MISSING;
use rating::model::{FEW, Role};

use super::measured::measured;
use super::told::who;
use super::{Computed, Input, SCALE, Snapshot};

/// Forms of a role from which on questions are compared between roles.
const COMPARED_FROM: usize = 100;
/// Forms of a role that are compared at most: more would only take longer.
const COMPARED_AT_MOST: usize = 1_000;
/// False discovery rate at which a question is said to mean different things.
const RATE: f64 = 0.05;
/// Forms from which on parameters of questions are told, and taken for later waves of few.
const PARAMETERS_FROM: usize = 300;
/// People rated from whom on it is told how many forms are flagged.
const FLAGGED_FROM: usize = 5;
/// Questions that a comparison needs.
const FEWEST_ITEMS: usize = 3;

pub(super) fn findings(snapshot: &Snapshot, input: &Input, computed: Option<&Computed>, fit: Fit) -> Findings {
    let mut items: Vec<ItemFound> = snapshot
        .asked
        .iter()
        .map(|asked| ItemFound {
            key: asked.key.clone(),
            quality: snapshot.topics.get(asked.quality).map(|topic| topic.key.clone()).unwrap_or_default(),
            parameters: None,
            differs: None,
        })
        .collect();
    let others = || (0..input.forms.forms.len()).filter(|form| input.forms.forms[*form].role != Role::Own);
    let mut flagged = None;
    if let Some(computed) = computed {
        if input.people.len() > FEW && others().count() >= PARAMETERS_FROM {
            for (found, item) in items.iter_mut().zip(&computed.calibration.items) {
                // Only where every answer was given: else the points are not those of the scale.
                if item.categories.len() == usize::from(SCALE) {
                    found.parameters = Some((item.slope, item.thresholds()));
                }
            }
        }
        let many = others().filter(|form| computed.signs.get(*form).is_some_and(|signs| signs.flagged)).count();
        if input.people.len() >= FLAGGED_FROM && others().count() >= COMPARED_FROM {
            flagged = Some((many, others().count()));
        }
        for scale in scales(snapshot) {
            compare(input, &scale, &mut items);
        }
    }
    Findings {
        fit,
        items,
        measured: measured(snapshot, input),
        flagged,
        whole: WholeMeans::default(),
        reports: 0,
        without_figures: 0,
        seconds: 0.0,
    }
}

/// Questions that are compared beside one another: those of a quality where it has enough, else those of all such
/// qualities of one kind.
fn scales(snapshot: &Snapshot) -> Vec<Vec<usize>> {
    let mut out = Vec::new();
    let mut pooled: Vec<(Kind, Vec<usize>)> = Vec::new();
    for (topic, about) in snapshot.topics.iter().enumerate() {
        let items = snapshot.items_of(topic);
        if items.len() >= FEWEST_ITEMS {
            out.push(items);
        } else if let Some((_, all)) = pooled.iter_mut().find(|(kind, _)| *kind == about.kind) {
            all.extend(items);
        } else {
            pooled.push((about.kind, items));
        }
    }
    out.extend(pooled.into_iter().map(|(_, items)| items).filter(|items| items.len() >= FEWEST_ITEMS));
    out
}

fn compare(input: &Input, scale: &[usize], items: &mut [ItemFound]) {
    let of = |role: Role| (0..input.forms.forms.len()).filter(move |form| input.forms.forms[*form].role == role);
    let roles: Vec<Role> = Role::OTHERS.into_iter().filter(|role| of(*role).count() >= COMPARED_FROM).collect();
    if roles.len() < 2 {
        return;
    }
    let (mut groups, mut answers) = (Vec::new(), Vec::new());
    for (at, role) in roles.iter().enumerate() {
        let all: Vec<usize> = of(*role).collect();
        // Evenly spread over the people rated.
        let step = all.len().div_ceil(COMPARED_AT_MOST).max(1);
        for form in all.into_iter().step_by(step) {
            let row = input.forms.of_form(form);
            if scale.iter().all(|item| row[*item] == MISSING) {
                continue;
            }
            groups.push(u8::try_from(at).unwrap_or(u8::MAX));
            answers.extend(scale.iter().map(|item| row[*item]));
        }
    }
    let Ok(found) = dif(&answers, scale.len(), &groups, RATE) else { return };
    if !found.converged {
        return;
    }
    for (item, found) in scale.iter().zip(&found.items) {
        items[*item].differs = Some(Differs {
            between: roles.iter().map(|role| who(*role)).collect(),
            chi_squared: (found.chi_squared * 10.0).round() / 10.0,
            df: found.df,
            p: found.p_adjusted,
            named: found.differs,
        });
    }
}
