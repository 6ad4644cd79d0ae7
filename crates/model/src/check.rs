//! What a model must keep beyond its form.

use std::collections::BTreeSet;

use crate::{Audience, EVIDENCE, Evidence, Fault, Item, Kind, Model, Practice, PulseQuestion, Situation};

/// Longest wording of an item, in letters: it is read on a telephone, beside thirty others.
pub const ITEM_LETTERS: usize = 120;

/// What stands in addresses where a quality's key stands.
const PAGES: [&str; 2] = ["items", "versions"];

/// What is wrong with a model; empty when nothing is.
#[must_use]
pub fn check(model: &Model) -> Vec<Fault> {
    let mut out = Vec::new();
    let mut keys = BTreeSet::new();
    let mut once = |file: &str, key: &str, out: &mut Vec<Fault>| {
        if !is_key(key) {
            out.push(fault(file, &format!("“{key}” is no key: small letters, digits and hyphens")));
        }
        if !keys.insert(key.to_owned()) {
            out.push(fault(file, &format!("the key “{key}” is there twice")));
        }
    };
    if model.version.trim().is_empty() {
        out.push(fault("outcomes", "the model has no version"));
    }
    for quality in &model.qualities {
        let file = &quality.key;
        once(file, &quality.key, &mut out);
        if PAGES.contains(&quality.key.as_str()) {
            out.push(fault(file, "this key is a page of its own beside the pages of the qualities"));
        }
        for item in &quality.items {
            once(file, &item.key, &mut out);
        }
        for practice in &quality.practices {
            once(file, &practice.key, &mut out);
        }
        if !(2..=4).contains(&quality.items.len()) {
            out.push(fault(file, "a quality has two to four items"));
        }
        let texts = [&quality.name, &quality.definition, &quality.strength, &quality.next_step];
        if texts.iter().any(|text| text.trim().is_empty()) {
            out.push(fault(file, "name, definition, strength and next step are needed"));
        }
        if quality.answers.is_empty() {
            out.push(fault(file, "it answers no requirement"));
        }
        if quality.practices.is_empty() {
            out.push(fault(file, "it has no practice"));
        }
        for module in &quality.modules {
            if model.module(module).is_none() {
                out.push(fault(file, &format!("there is no module “{module}”")));
            }
        }
        items(file, &quality.items, &mut out);
        practices(file, &quality.practices, &mut out);
        evidence(file, &quality.evidence, &mut out);
    }
    for outcome in &model.outcomes {
        once(&outcome.key, &outcome.key, &mut out);
        for item in &outcome.items {
            once(&outcome.key, &item.key, &mut out);
        }
        if outcome.items.is_empty() {
            out.push(fault(&outcome.key, "an outcome has at least one item"));
        }
        items(&outcome.key, &outcome.items, &mut out);
    }
    let mut titles = BTreeSet::new();
    for module in &model.modules {
        // A module may be called like the quality that it trains.
        if !is_key(&module.key) || !titles.insert(module.key.as_str()) {
            out.push(fault(&module.key, "the key of a module is no key, or there twice"));
        }
        once(&module.key, &module.act.key, &mut out);
        practices(&module.key, std::slice::from_ref(&module.act), &mut out);
        if !(5..=10).contains(&module.minutes) {
            out.push(fault(&module.key, "a module takes five to ten minutes"));
        }
        let empty = module.body.iter().any(|section| section.paragraphs.is_empty());
        if module.body.is_empty() || empty || module.exercise.is_empty() || module.answers.is_empty() {
            out.push(fault(&module.key, "a module has text in every section, an exercise, and answers a requirement"));
        }
    }
    for situation in &model.situations {
        once("situations", &situation.key, &mut out);
        self::situation(model, situation, &mut out);
    }
    for question in &model.pulse {
        once("pulse", &question.key, &mut out);
        pulse(model, question, &mut out);
    }
    for audience in [Audience::Circle, Audience::Leaders] {
        if model.pulse_for(audience).count() < 3 {
            out.push(fault("pulse", "a pulse asks three questions or more, so there are as many for each audience"));
        }
    }
    for kind in [Kind::What, Kind::How] {
        let n = model.qualities.iter().filter(|quality| quality.kind == kind).count();
        if n != 7 {
            out.push(fault("qualities", &format!("there are seven of the sort “{}”, not {n}", kind.name())));
        }
    }
    out
}

fn fault(file: &str, words: &str) -> Fault {
    Fault { file: file.to_owned(), words: words.to_owned() }
}

fn is_key(key: &str) -> bool {
    let letters = key.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
    letters && key.starts_with(|letter: char| letter.is_ascii_lowercase()) && !key.ends_with('-')
}

fn items(file: &str, items: &[Item], out: &mut Vec<Fault>) {
    for item in items {
        for role in crate::ROLES {
            let words = item.worded(role);
            let length = words.chars().count();
            if words.is_empty() || length > ITEM_LETTERS {
                let words = format!("{} for {} has {length} letters, not 1 to {ITEM_LETTERS}", item.key, role.name());
                out.push(fault(file, &words));
            }
        }
    }
}

fn practices(file: &str, practices: &[Practice], out: &mut Vec<Fault>) {
    for practice in practices {
        if practice.words.is_empty() || !practice.page.starts_with('/') {
            out.push(fault(file, &format!("the practice {} has words and a page of Plumb", practice.key)));
        }
    }
}

fn situation(model: &Model, one: &Situation, out: &mut Vec<Fault>) {
    let keys: BTreeSet<&str> = one.ways.iter().map(|way| way.key.as_str()).collect();
    let whole = one.ways.iter().all(|way| is_key(&way.key) && !way.words.is_empty() && !way.tends.is_empty());
    if !(2..=4).contains(&one.ways.len()) || keys.len() != one.ways.len() || !whole {
        let words = format!("{} has two to four ways, each with a key, words, and what it tends to lead to", one.key);
        out.push(fault("situations", &words));
    }
    if one.title.is_empty() || one.story.is_empty() || !one.question.ends_with('?') || one.answers.is_empty() {
        let words = format!("{} has a title, a story, a question, and answers a requirement", one.key);
        out.push(fault("situations", &words));
    }
    for key in one.modules.iter().filter(|key| model.module(key).is_none()) {
        out.push(fault("situations", &format!("{} goes with “{key}”, and there is no module of that key", one.key)));
    }
}

fn pulse(model: &Model, question: &PulseQuestion, out: &mut Vec<Fault>) {
    let key = &question.key;
    let length = question.words.chars().count();
    if length == 0 || length > ITEM_LETTERS || question.name.trim().is_empty() {
        out.push(fault("pulse", &format!("{key} has a name and a sentence of 1 to {ITEM_LETTERS} letters")));
    }
    if question.answers.is_empty() || question.beside.is_empty() {
        out.push(fault("pulse", &format!("{key} answers a requirement and stands beside a quality")));
    }
    for other in &question.beside {
        if model.name(other).is_none() {
            out.push(fault("pulse", &format!("{key} stands beside “{other}”, and there is no such quality")));
        }
    }
}

fn evidence(file: &str, evidence: &Evidence, out: &mut Vec<Fault>) {
    match evidence {
        Evidence::None { reason } if reason.trim().is_empty() => {
            out.push(fault(file, "without evidence, a reason is needed"));
        }
        Evidence::None { .. } => {}
        Evidence::Queries(queries) => {
            for spec in queries {
                if !EVIDENCE.contains(&spec.query.as_str()) {
                    out.push(fault(file, &format!("no evidence is called “{}”", spec.query)));
                }
                if spec.minimum == 0 || spec.words.is_empty() {
                    out.push(fault(file, &format!("the evidence {} has a minimum and words", spec.query)));
                }
            }
        }
    }
}
