//! Items from the forms: a graded response model a quality.

use super::{Forms, Refused};
use crate::grm::{self, Item, Prior, Responses, fit};

/// Items and how they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// One entry an item of the questionnaire.
    pub items: Vec<Item>,
    /// Per quality the marginal log-likelihood; `None` where the items were given.
    pub log_likelihood: Vec<Option<f64>>,
    /// Per quality whether the fit converged (given items have).
    pub converged: Vec<bool>,
    /// What a reader should know.
    pub notes: Vec<Note>,
}

/// What a reader of a calibration should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Answers of an item, from 1, that nobody gave: the model gives them no probability.
    Unused {
        /// Which item, from 0.
        item: usize,
        /// Answers, from 1.
        answers: Vec<u8>,
    },
    /// Slopes of a quality lean on a log-normal prior about 1.8 with 0.5 on the log scale.
    Leant {
        /// Which quality, from 0.
        quality: usize,
        /// Because of few leaders; else because of fewer than three items.
        few_leaders: bool,
    },
}

/// Leaders up to which norms carry what the forms cannot.
pub const FEW: usize = 30;

/// Fits one graded response model a quality to the forms of others, as if each form were of another population member;
/// the variance of ψ is 1 by that. `anchors` are items known before: all items of a quality or none.
///
/// # Errors
/// [`Refused`] for forms that do not fit the questionnaire, an item that everybody answered alike and that has no
/// anchor, half-anchored qualities.
pub fn calibrate(forms: &Forms, anchors: &[Option<Item>]) -> Result<Calibration, Refused> {
    forms.check()?;
    let count = forms.questionnaire.quality_of.len();
    let few = forms.leaders() <= FEW;
    let mut items: Vec<Option<Item>> = (0..count).map(|item| anchors.get(item).cloned().flatten()).collect();
    let mut out =
        Calibration { items: Vec::new(), log_likelihood: Vec::new(), converged: Vec::new(), notes: Vec::new() };
    for (at, item) in items.iter().enumerate() {
        if let Some(item) = item {
            check_anchor(at, item, forms.questionnaire.categories)?;
        }
    }
    for quality in 0..forms.questionnaire.qualities() {
        let asked = forms.questionnaire.items_of(quality);
        let given = asked.iter().filter(|item| items[**item].is_some()).count();
        if given == asked.len() {
            out.log_likelihood.push(None);
            out.converged.push(true);
            continue;
        }
        if given > 0 {
            let item = asked.iter().copied().find(|item| items[*item].is_none()).unwrap_or(0);
            let problem = "it has no anchor where others of its quality have: give all of a quality or none".into();
            return Err(Refused::Anchor { item, problem });
        }
        let responses = Responses::new(&forms.columns(&asked, true), asked.len()).map_err(|refused| match refused {
            grm::Refused::Constant { item, used } => Refused::Constant { item: asked[item], used },
            other => other.into(),
        })?;
        // One or two items do not tell their slopes by themselves.
        let leant = few || asked.len() < 3;
        let settings = grm::Settings { prior: leant.then(Prior::default), ..grm::Settings::default() };
        let fitted = fit(&responses, &settings);
        if leant {
            out.notes.push(Note::Leant { quality, few_leaders: few });
        }
        for (place, item) in asked.iter().zip(&fitted.items) {
            let answers: Vec<u8> = (0..forms.questionnaire.categories)
                .filter(|code| !item.categories.contains(code))
                .map(|code| code + 1)
                .collect();
            if !answers.is_empty() {
                out.notes.push(Note::Unused { item: *place, answers });
            }
            items[*place] = Some(item.clone());
        }
        out.log_likelihood.push(Some(fitted.log_likelihood));
        out.converged.push(fitted.converged);
    }
    out.items = items.into_iter().flatten().collect();
    Ok(out)
}

fn check_anchor(item: usize, anchor: &Item, categories: u8) -> Result<(), Refused> {
    let problem = if !(anchor.slope.is_finite() && anchor.slope > 0.0 && anchor.slope < 12.0) {
        Some(format!("a slope of {} is not between 0 and 12", anchor.slope))
    } else if anchor.intercepts.len() + 1 != usize::from(categories) {
        Some(format!("{} thresholds for {categories} categories: one fewer is needed", anchor.intercepts.len()))
    } else if anchor.intercepts.windows(2).any(|pair| pair[0] <= pair[1] || pair[0].is_nan() || pair[1].is_nan()) {
        Some("its thresholds do not rise".into())
    } else if anchor.intercepts.iter().any(|d| !d.is_finite()) {
        Some("a threshold is no number".into())
    } else {
        None
    };
    problem.map_or(Ok(()), |problem| Err(Refused::Anchor { item, problem }))
}
