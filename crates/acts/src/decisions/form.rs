//! The form of a decision: two minutes, and inside the same form the ten-minute part, so that nothing typed
//! in the one is lost in the other.

use leadership::Wrongs;
use leadership::decision::{DO_NOTHING, Reversibility, Typed};
use ledger::code::CodeCheck;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::check;
use super::parts::{Hard, second_look};
use crate::cell::Cell;
use crate::pick::Pick;
use crate::promises::rows::rows;

/// What the form sends beside the deliberation itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Around {
    pub circle: String,
    pub decider: String,
    pub closed: String,
    pub closed_why: String,
    pub changed: String,
    pub changed_why: String,
    pub template: String,
    /// Which button: `keep`, `decide`.
    pub then: String,
    /// A row to add: `option`, `criterion`, `promise`.
    pub more: String,
}

/// What the form needs to know.
pub(super) struct Shown<'a> {
    pub typed: &'a Typed,
    pub around: &'a Around,
    pub wrongs: &'a Wrongs,
    /// Circles to choose from, by identifier and name.
    pub circles: &'a [(String, String)],
    /// Who may decide.
    pub people: &'a Pick,
    /// Who writes.
    pub me: &'a str,
    /// Whether others were asked, so that the circle stays.
    pub asked: bool,
    /// Whether it was decided, so that this is a change.
    pub made: bool,
    /// Whether the ten-minute part is open whatever it holds.
    pub long: bool,
    /// Where to go back to.
    pub back: &'a str,
    /// Questions of the code that apply to it, with what was typed to them.
    pub questions: &'a [CodeCheck],
    pub answers: &'a check::Typed,
    /// Of one that was told, so that a change is told again: what is said of that message.
    pub hard: Option<&'a Hard>,
}

fn pairs(list: &[(String, String)]) -> Vec<(&str, &str)> {
    list.iter().map(|(value, shown)| (value.as_str(), shown.as_str())).collect()
}

fn at(list: &[String], place: usize) -> &str {
    list.get(place).map_or("", String::as_str)
}

/// Names of the rows of options as they are typed.
fn named(typed: &Typed) -> Vec<String> {
    let name_of = |(at, name): (usize, &String)| {
        if name.trim().is_empty() { format!("option {}", at + 1) } else { name.trim().to_owned() }
    };
    std::iter::once(DO_NOTHING.to_owned()).chain(typed.option.iter().enumerate().map(name_of)).collect()
}

/// Fields that are wrong and belong to the ten-minute part open it.
fn wrong_inside(wrongs: &Wrongs) -> bool {
    const OUTSIDE: [&str; 16] = [
        "",
        "question",
        "purpose",
        "circle",
        "decider",
        "choice",
        "because",
        "direction",
        "next_step",
        "expected",
        "review_on",
        "gut_percent",
        "changed",
        "changed_why",
        "intent",
        "tone",
    ];
    let outside = |field: &str| {
        OUTSIDE.contains(&field)
            || field.starts_with("option-")
            || ["promise_", "answer-", "words-"].iter().any(|start| field.starts_with(start))
    };
    wrongs.0.iter().any(|wrong| !outside(&wrong.field))
}

pub(super) fn view(shown: &Shown<'_>) -> Markup {
    let Shown { typed, around, wrongs, .. } = *shown;
    let open = shown.long || typed.is_long() || around.closed == "true" || wrong_inside(wrongs);
    html! {
        (look::wrongs(wrongs))
        form.decision method="post" {
            // Enter in a line keeps the draft, whatever button comes first.
            button.visually-hidden type="submit" name="then" value="keep" tabindex="-1" aria-hidden="true" { "Keep" }
            input type="hidden" name="template" value=(around.template);
            @if shown.made {
                fieldset {
                    legend { "What changes" }
                    (Field::new("changed", "What changes", &around.changed, wrongs).hint("Told to everybody who was told before.").area())
                    (Field::new("changed_why", "Why", &around.changed_why, wrongs).area())
                    @if let Some(hard) = shown.hard { (second_look(typed.unpopular == "true", hard, wrongs)) }
                }
            }
            (asked_part(shown))
            (options_part(typed, wrongs))
            (chosen_part(shown))
            (rows(&typed.promises(), "", "They are made when it is decided, and lead back to it.", wrongs))
            (asked_of_code(shown))
            details.long open[open] {
                summary { "Take ten minutes: criteria, what is known and what is not, risk, interests, ethics" }
                (long_part(shown))
            }
            div.acts {
                @if shown.made { button.primary type="submit" name="then" value="keep" { "Change the decision" } }
                @else {
                    button.primary type="submit" name="then" value="decide" { "Decide" }
                    button type="submit" name="then" value="keep" { "Keep for now" }
                }
                a href=(shown.back) { "Back" }
            }
        }
    }
}

/// The questions of the code: unfolded where one still has no answer.
fn asked_of_code(shown: &Shown<'_>) -> Markup {
    let given = check::answers(shown.answers);
    let answered = |check: &CodeCheck| given.iter().any(|(id, answer, _)| *id == check.id && !answer.is_empty());
    let open = shown.questions.iter().filter(|check| !answered(check)).count();
    let wrong = |field: &str| field.starts_with("answer-") || field.starts_with("words-");
    html! {
        @if !shown.questions.is_empty() {
            details open[open > 0 || shown.wrongs.0.iter().any(|one| wrong(&one.field))] {
                summary {
                    "Questions of the code"
                    @if open > 0 { " (" (open) " of " (shown.questions.len()) " not answered)" }
                }
                p.hint { "“Yes” is as it should be. “No” and “not sure” need a sentence; they stop nothing, and “no” is an exception that everybody of the circle sees. Without an answer it is shown as a gap." }
                (check::questions(shown.questions, shown.answers, shown.wrongs))
            }
        }
    }
}

fn asked_part(shown: &Shown<'_>) -> Markup {
    let Shown { typed, around, wrongs, .. } = *shown;
    html! {
        fieldset {
            legend { "What is asked" }
            (Field::new("question", "The question", &typed.question, wrongs).hint("As a question: “Which …?”, “Do we …?”").line())
            (Field::new("purpose", "What it is for", &typed.purpose, wrongs).hint("What should be better when it is answered.").optional().area())
            div.two {
                @if shown.asked { input type="hidden" name="circle" value=(around.circle); }
                @else { (Field::new("circle", "Made for", &around.circle, wrongs).choice(&pairs(shown.circles))) }
                @if shown.made { input type="hidden" name="decider" value=(around.decider); }
                @else { (shown.people.field(&Field::new("decider", "Who decides", &around.decider, wrongs))) }
            }
        }
    }
}

fn options_part(typed: &Typed, wrongs: &Wrongs) -> Markup {
    let radio = |row: usize| {
        let id = format!("choice-{row}");
        html! {
            div.check {
                input type="radio" id=(id) name="choice" value=(row) checked[typed.choice == row.to_string()];
                label for=(id) { "this one" }
            }
        }
    };
    html! {
        fieldset.options #choice tabindex="-1" {
            legend { "What there is to choose from" }
            @if let Some(wrong) = wrongs.of("choice") { p.wrong { (wrong) } }
            div.option { p { (DO_NOTHING) } (radio(0)) }
            @for (at, option) in typed.option.iter().enumerate() {
                div.option {
                    (Cell { id: format!("option-{}", at + 1), name: "option", label: format!("Option {}", at + 1), value: option, kind: "text", quiet: false }.show(wrongs))
                    (radio(at + 1))
                }
            }
            div.option {
                button type="submit" name="more" value="option" formnovalidate { "Another option" }
                div.check {
                    input #choice-none type="radio" name="choice" value="" checked[typed.choice.is_empty()];
                    label for="choice-none" { "not chosen yet" }
                }
            }
        }
    }
}

fn chosen_part(shown: &Shown<'_>) -> Markup {
    let Shown { typed, around, wrongs, .. } = *shown;
    let mine = around.decider == shown.me;
    html! {
        fieldset {
            legend { "What follows" }
            p.hint { "Needed to decide; a draft can wait for it." }
            (Field::new("because", "Why that one", &typed.because, wrongs).optional().area())
            (Field::new("direction", "Where this leads", &typed.direction, wrongs).optional().hint("So that others can act without asking.").area())
            (Field::new("next_step", "Next step", &typed.next_step, wrongs).optional().hint("What is done first, and by whom.").area())
            (Field::new("expected", "Expected outcome", &typed.expected, wrongs).optional().hint("A statement that anybody can judge: “No call drops in June.”").area())
            div.two {
                (Field::new("review_on", "Judged on", &typed.review_on, wrongs).optional().day())
                @if mine {
                    (Field::new("gut_percent", "Your gut: how sure that it comes true, in percent", &typed.gut_percent, wrongs).optional().hint("For your own eyes.").line())
                }
            }
        }
    }
}

fn long_part(shown: &Shown<'_>) -> Markup {
    let Shown { typed, around, wrongs, .. } = *shown;
    let names = named(typed);
    let numbered: Vec<(String, String)> =
        names.iter().enumerate().map(|(at, name)| (at.to_string(), name.clone())).collect();
    let ways: Vec<_> = Reversibility::ALL.iter().map(|way| (way.name(), way.shown())).collect();
    let mine = around.decider == shown.me;
    html! {
        fieldset {
            legend { "What speaks for and against each" }
            @for (at_row, name) in names.iter().enumerate() {
                (Cell { id: format!("evidence-{at_row}"), name: "evidence", label: name.clone(), value: at(&typed.evidence, at_row), kind: "area", quiet: false }.show(wrongs))
            }
        }
        fieldset {
            legend { "Criteria" }
            p.hint { "Weights from 1 to 10; scores from 0 (bad) to 10 (good). The sum advises; you decide." }
            @for (column, criterion) in typed.criterion.iter().enumerate() {
                (criterion_part(typed, (column, criterion), &names, wrongs))
            }
            button type="submit" name="more" value="criterion" formnovalidate { "Another criterion" }
        }
        fieldset {
            legend { "What is known, and what is not" }
            (Field::new("known", "Known", &typed.known, wrongs).optional().area())
            (Field::new("unknown", "Not known", &typed.unknown, wrongs).optional().area())
            (Field::new("assumed", "Assumed", &typed.assumed, wrongs).optional().hint("Taken for granted, and to be watched.").area())
        }
        fieldset {
            legend { "Risk" }
            (Field::new("reversible", "What it takes to go back", &typed.reversible, wrongs).optional().choice(&ways))
            (Field::new("worst", "The worst that could come of it", &typed.worst, wrongs).optional().area())
            (Field::new("tripwire", "Tripwire", &typed.tripwire, wrongs).optional().hint("The sign at which you stop, or think again.").area())
        }
        fieldset {
            legend { "Interests and ethics" }
            (Field::new("interests", "What is in it for whom", &typed.interests, wrongs).optional().hint("Your own interests as well; “nothing” is an answer.").area())
            (Field::new("ethics", "Clauses of the ethics code that it touches, and how", &typed.ethics, wrongs).optional().area())
            (look::form::check("unpopular", "Many will not like it", typed.unpopular == "true"))
            (Field::new("unpopular_why", "Why it is made all the same", &typed.unpopular_why, wrongs).optional().area())
        }
        @if mine {
            fieldset {
                legend { "How sure you are" }
                p.hint { "For your own eyes. Both are kept, so that you learn which to trust." }
                div.two {
                    (Field::new("gut_option", "Your gut would take", &typed.gut_option, wrongs).optional().choice(&pairs(&numbered)))
                    (Field::new("analysed_option", "Worked out, you would take", &typed.analysed_option, wrongs).optional().choice(&pairs(&numbered)))
                    (Field::new("analysed_percent", "Worked out: how sure that the expected outcome comes true, in percent", &typed.analysed_percent, wrongs).optional().line())
                }
            }
        }
        fieldset {
            legend { "What it touches, and who may see it" }
            (Field::new("touches", "Aims, promises and decisions that it touches", &typed.touches, wrongs).optional().hint("Addresses of their pages, one a line. Whoever has a part in them is found when it is told.").area())
            (look::form::check("closed", "Closed to all but those named", around.closed == "true"))
            (Field::new("closed_why", "Why it is closed", &around.closed_why, wrongs).optional().hint("Everybody of the circle sees this reason, and that there is a closed decision.").area())
        }
    }
}

fn criterion_part(typed: &Typed, (column, criterion): (usize, &String), names: &[String], wrongs: &Wrongs) -> Markup {
    let place = column + 1;
    html! {
        div.sub.criterion {
            div.row {
                (Cell { id: format!("criterion-{place}"), name: "criterion", label: format!("Criterion {place}"), value: criterion, kind: "text", quiet: false }.show(wrongs))
                (Cell { id: format!("weight-{place}"), name: "weight", label: "Weight".to_owned(), value: at(&typed.weight, column), kind: "number", quiet: false }.show(wrongs))
            }
            div.row.scores {
                @for (row, name) in names.iter().enumerate() {
                    (Cell { id: format!("score-{row}-{place}"), name: "score", label: name.clone(), value: at(&typed.score, column * names.len() + row), kind: "number", quiet: false }.show(wrongs))
                }
            }
        }
    }
}
