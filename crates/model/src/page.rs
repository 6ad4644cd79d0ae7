//! The page of the guide that shows the whole model.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{AGREED, Audience, Evidence, Item, Kind, Model, Practice, Quality, ROLES, SCALE, UNABLE};

const INTRODUCTION: &str = "\
# The leadership model

This page is written by the code from the files in `model/`. It shows what leaders are rated on, sentence by sentence,
what stands beside the ratings, and which requirement each part answers. An organisation can add sentences of its own,
reword and retire them (page `/model/items`); every report names the version that was asked.

";

/// `docs/model.md`.
#[must_use]
pub fn markdown(model: &Model) -> String {
    let mut out = String::from(INTRODUCTION);
    let count = |kind| model.qualities.iter().filter(|quality| quality.kind == kind).count();
    let (whats, hows, skills) = (count(Kind::What), count(Kind::How), count(Kind::Skill));
    let _ = writeln!(
        out,
        "Version {}: {whats} qualities of what leaders do, {hows} of how they go about it, {skills} other skills; {} outcomes; \
         {} modules of training. A wave asks {} sentences of each WHAT and HOW and one for each outcome, unless other \
         qualities are chosen in their place. Answers: {}; and always “{UNABLE}”.",
        model.version,
        model.outcomes.len(),
        model.modules.len(),
        crate::ASKED_PER_QUALITY,
        SCALE.map(str::to_lowercase).join(", "),
    );
    for kind in Kind::ALL {
        let _ = writeln!(out, "\n## {}", kind.shown());
        for one in model.qualities.iter().filter(|quality| quality.kind == kind) {
            quality(&mut out, model, one);
        }
    }
    out.push_str("\n## Outcomes\n");
    for outcome in &model.outcomes {
        let _ = writeln!(out, "\n### {}\n\n{}\n", outcome.name, outcome.definition);
        items(&mut out, &outcome.items);
        let _ = writeln!(out, "\nAnswers {}.", outcome.answers.join(", "));
    }
    out.push_str(
        "\n## Training\n\n| module | minutes | what it is about | it ends with | answers |\n|---|---|---|---|---|\n",
    );
    for module in &model.modules {
        let answers = module.answers.join(", ");
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} (`{}`) | {answers} |",
            module.title, module.minutes, module.summary, module.act.words, module.act.page
        );
    }
    situations(&mut out, model);
    pulse(&mut out, model);
    requirements(&mut out, model);
    out
}

fn situations(out: &mut String, model: &Model) {
    out.push_str(
        "\n## Situations\n\nTo be thought through before one is in them (`/situations`). None of the ways is the right one: each says \
         what it tends to lead to. What somebody chooses is theirs alone.\n\n| situation | what has happened | ways | answers |\n\
         |---|---|---|---|\n",
    );
    for one in &model.situations {
        let ways: Vec<&str> = one.ways.iter().map(|way| way.words.as_str()).collect();
        let answers = one.answers.join(", ");
        let _ = writeln!(out, "| {} | {} | {} | {answers} |", one.title, one.story, ways.join(" / "));
    }
}

fn pulse(out: &mut String, model: &Model) {
    let _ = writeln!(
        out,
        "\n## The pulse\n\nWhat circles ask themselves again and again ([how](pulse.md)). How far one agrees: {}; and always \
         “{UNABLE}”.\n\n| about | sentence | of whom | beside | answers |\n|---|---|---|---|---|",
        AGREED.map(str::to_lowercase).join(", "),
    );
    for question in &model.pulse {
        let whom = match question.audience {
            Audience::Circle => "the people of a circle",
            Audience::Leaders => "all who lead, together",
        };
        let beside: Vec<&str> = question.beside.iter().filter_map(|key| model.name(key)).collect();
        let (beside, answers) = (beside.join(", "), question.answers.join(", "));
        let _ = writeln!(out, "| {} | {} | {whom} | {beside} | {answers} |", question.name, question.words);
    }
}

fn quality(out: &mut String, model: &Model, quality: &Quality) {
    let _ = writeln!(out, "\n### {}\n\n{}\n\n{}.\n", quality.name, quality.definition, quality.theory.shown());
    items(out, &quality.items);
    out.push_str("\nFrom the record:");
    match &quality.evidence {
        Evidence::None { reason } => {
            let _ = writeln!(out, " none, it cannot be computed. {reason}");
        }
        Evidence::Queries(queries) => {
            out.push_str("\n\n");
            for spec in queries {
                let direction = spec.direction.shown();
                let _ = writeln!(out, "- {} At least {}; {direction} (`{}`).", spec.words, spec.minimum, spec.query);
            }
        }
    }
    out.push_str("\nTo practise:\n\n");
    for Practice { words, page, .. } in &quality.practices {
        let _ = writeln!(out, "- {words} (`{page}`)");
    }
    let titles: Vec<&str> =
        quality.modules.iter().filter_map(|key| model.module(key)).map(|module| module.title.as_str()).collect();
    if !titles.is_empty() {
        let _ = writeln!(out, "\nTraining: {}.", titles.join(", "));
    }
    let _ = writeln!(
        out,
        "\nWhen it is high: {}\n\nThe next step: {}\n\nAnswers {}.",
        quality.strength,
        quality.next_step,
        quality.answers.join(", ")
    );
}

fn items(out: &mut String, items: &[Item]) {
    let heads: Vec<&str> = ROLES.iter().map(|role| role.name()).collect();
    let _ = writeln!(out, "| | {} |\n|---|{}", heads.join(" | "), "---|".repeat(ROLES.len()));
    for (at, item) in items.iter().enumerate() {
        let words: Vec<&str> = ROLES.iter().map(|role| item.worded(*role)).collect();
        let _ = writeln!(out, "| {} | {} |", at + 1, words.join(" | "));
    }
}

/// Requirement numbers in the order of their parts: 4.2 before 4.10.
fn in_order(number: &str) -> Vec<u32> {
    number.split('.').filter_map(|part| part.parse().ok()).collect()
}

fn requirements(out: &mut String, model: &Model) {
    let mut places: BTreeMap<Vec<u32>, Vec<String>> = BTreeMap::new();
    let mut note = |number: &str, place: String| places.entry(in_order(number)).or_default().push(place);
    for quality in &model.qualities {
        for number in &quality.answers {
            note(number, quality.name.clone());
        }
    }
    for outcome in &model.outcomes {
        for number in &outcome.answers {
            note(number, format!("outcome “{}”", outcome.name));
        }
    }
    for module in &model.modules {
        for number in &module.answers {
            note(number, format!("training “{}”", module.title));
        }
    }
    for one in &model.situations {
        for number in &one.answers {
            note(number, format!("situation “{}”", one.title));
        }
    }
    for question in &model.pulse {
        for number in &question.answers {
            note(number, format!("pulse “{}”", question.name));
        }
    }
    for place in &model.places {
        note(&place.requirement, format!("page `{}`: {}", place.page, place.words));
    }
    out.push_str("\n## Which requirement is answered where\n\n| requirement | answered by |\n|---|---|\n");
    for (number, answered) in &places {
        let number: Vec<String> = number.iter().map(u32::to_string).collect();
        let _ = writeln!(out, "| {} | {} |", number.join("."), answered.join("; "));
    }
}
