//! Alpha, omega, intraclass correlations and agreement over a whole wave, quality by quality. Whether they are told at all
//! is decided from who answered.

use std::collections::BTreeSet;

use leadership::profile::{MEASURED_FROM, Measured, MedianAgreement, PEOPLE_FROM};
use rating::classical::agreement::{Null, Scale, by_group};
use rating::classical::{Column, alpha, factor, icc};
use rating::grm::MISSING;
use rating::model::Role;
use rating::num;

use super::{Input, SCALE, Snapshot};

/// To 0.01: more would tell of single forms, and nobody reads it.
fn rounded(figure: f64) -> Option<f64> {
    figure.is_finite().then(|| (figure * 100.0).round() / 100.0)
}

/// How well each quality of a wave is measured; those of which it may not be told are left out.
pub(super) fn measured(snapshot: &Snapshot, input: &Input) -> Vec<Measured> {
    let others: Vec<usize> =
        (0..input.forms.forms.len()).filter(|form| input.forms.forms[*form].role != Role::Own).collect();
    if others.len() < MEASURED_FROM {
        return Vec::new();
    }
    let qualities = snapshot.topics.iter().enumerate();
    qualities
        .filter_map(|(topic, about)| one(&about.key, &snapshot.items_of(topic), snapshot, input, &others))
        .collect()
}

fn one(key: &str, items: &[usize], snapshot: &Snapshot, input: &Input, others: &[usize]) -> Option<Measured> {
    let whole: Vec<usize> = others
        .iter()
        .copied()
        .filter(|form| items.iter().all(|item| input.forms.of_form(*form)[*item] != MISSING))
        .collect();
    if items.is_empty() || whole.len() < MEASURED_FROM {
        return None;
    }
    let answer = |form: usize, item: usize| f64::from(input.forms.of_form(form)[item]) + 1.0;
    let columns: Vec<Column> =
        items.iter().map(|item| whole.iter().map(|form| Some(answer(*form, *item))).collect()).collect();
    let about: Vec<usize> = whole.iter().map(|form| input.of[*form]).collect();
    let people = about.iter().collect::<BTreeSet<_>>().len();
    let means: Vec<Option<f64>> = whole
        .iter()
        .map(|form| num::mean(&items.iter().map(|item| answer(*form, *item)).collect::<Vec<_>>()))
        .collect();
    let omega = factor::one_factor(&columns).ok().filter(|found| found.held.is_empty());
    let between = (people >= PEOPLE_FROM).then(|| icc::one_way(&about, &means).ok()).flatten();
    Some(Measured {
        quality: key.to_owned(),
        questions: items.len(),
        forms: whole.len(),
        people,
        alpha: alpha::reliability(&columns).ok().and_then(|found| rounded(found.alpha_raw)),
        omega: omega.and_then(|found| rounded(found.omega)),
        icc1: between.as_ref().and_then(|found| rounded(found.icc1)),
        icc2: between.as_ref().and_then(|found| rounded(found.icc2)),
        agreement: agreement(&about, &columns, snapshot.policy.held().minimum),
    })
}

/// The middle of what the raters of each person agree, over people with enough raters; nothing where those are few.
fn agreement(about: &[usize], columns: &[Column], minimum: usize) -> Option<MedianAgreement> {
    let scale = Scale { low: 1.0, categories: usize::from(SCALE) };
    let groups = by_group(about, columns, Some(scale)).ok()?;
    let enough: Vec<_> = groups.iter().filter(|group| group.size >= minimum).collect();
    if enough.len() < PEOPLE_FROM {
        return None;
    }
    let middle = |null: Null| {
        let all: Vec<f64> = enough.iter().filter_map(|group| group.rwg_j.get(null.name()).copied()).collect();
        num::median(&all).and_then(rounded)
    };
    Some(MedianAgreement {
        people: enough.len(),
        uniform: middle(Null::Uniform)?,
        slight_skew: middle(Null::SlightSkew)?,
    })
}
