//! The canvas of a problem: from symptom to cause, and to a decision. The form; what it looks like when it is read
//! is in [`shown`].

mod shown;

use casebook::{Canvas, Choice, Hypothesis, MOST, Money};
use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::layout;
use crate::pages::acts::About;
use crate::pages::forms::{Field, LONG, Look, Pick, REASON, SHORT, Said, by};

pub use shown::{Tied, differs, show, version};

/// The form.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// The problem.
    pub about: About,
    /// What it costs, as a range in words: what doing nothing goes on costing.
    pub money: Option<String>,
    /// Currency of the settings.
    pub currency: String,
    /// What the form holds. The hidden field `base` is the version that it was opened on.
    pub said: Said,
    /// Who and what can be chosen, where people sign in.
    pub choices: Option<Choices>,
    /// What somebody else wrote meanwhile: field by field, theirs.
    pub theirs: Vec<(String, String)>,
}

/// Who can be chosen as the owner, and which decisions; each an identifier and its words.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Persons.
    pub owners: Vec<(String, String)>,
    /// Decisions.
    pub decisions: Vec<(String, String)>,
}

/// A canvas as fields of a form.
#[must_use]
pub fn fields(canvas: &Canvas) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut put = |name: String, value: &str| out.push((name, value.to_owned()));
    put("asked".to_owned(), &canvas.asked);
    put("needed".to_owned(), &canvas.needed);
    for (at, hypothesis) in canvas.hypotheses.iter().enumerate() {
        put(format!("h{at}-claim"), &hypothesis.claim);
        put(format!("h{at}-for"), &hypothesis.supports);
        put(format!("h{at}-against"), &hypothesis.against);
        for (number, trial) in hypothesis.tests.iter().enumerate() {
            put(format!("h{at}-t{number}-what"), &trial.what);
            put(format!("h{at}-t{number}-result"), &trial.result);
            put(format!("h{at}-t{number}-on"), &trial.on.map(|day| day.to_string()).unwrap_or_default());
        }
    }
    for (at, why) in canvas.whys.iter().enumerate() {
        put(format!("w{at}"), why);
    }
    let mut choice = |name: &str, choice: &Choice| {
        put(format!("{name}-what"), &choice.what);
        for (kind, money) in [("cost", choice.cost), ("benefit", choice.benefit)] {
            let said = |pick: fn(Money) -> Decimal| money.map(|money| pick(money).normalize().to_string());
            put(format!("{name}-{kind}-low"), &said(|money| money.low).unwrap_or_default());
            put(format!("{name}-{kind}-high"), &said(|money| money.high).unwrap_or_default());
        }
    };
    choice("nothing", &canvas.nothing);
    for (at, option) in canvas.options.iter().enumerate() {
        choice(&format!("o{at}"), option);
    }
    out.push(("owner".to_owned(), canvas.owner.clone()));
    out.push(("owner_person".to_owned(), canvas.owner_person.map(|id| id.to_string()).unwrap_or_default()));
    out.push(("decision".to_owned(), canvas.decision.clone()));
    out.push(("decision_of".to_owned(), canvas.decision_of.map(|id| id.to_string()).unwrap_or_default()));
    out
}

/// Reads a form; what is wrong is noted at its field.
pub fn read(said: &mut Said) -> Canvas {
    let mut canvas = Canvas {
        asked: said.take("asked", "What was asked", LONG, false),
        needed: said.take("needed", "What is needed", LONG, false),
        owner: said.take("owner", "Who sees to it", SHORT, false),
        decision: said.take("decision", "The decision", REASON, false),
        ..Canvas::default()
    };
    for at in 0..MOST.0 {
        let mut hypothesis = Hypothesis {
            claim: said.take(&format!("h{at}-claim"), "A hypothesis", LONG, false),
            supports: said.take(&format!("h{at}-for"), "What speaks for it", LONG, false),
            against: said.take(&format!("h{at}-against"), "What speaks against it", LONG, false),
            tests: Vec::new(),
        };
        for number in 0..MOST.1 {
            let name = |part: &str| format!("h{at}-t{number}-{part}");
            let day = said.value(&name("on")).trim().to_owned();
            let on = day.parse().ok();
            if !day.is_empty() && on.is_none() {
                said.fault(&name("on"), format!("“{day}” is no day; write it like 2026-01-31."));
            }
            hypothesis.tests.push(casebook::Trial {
                what: said.take(&name("what"), "A test", REASON, false),
                result: said.take(&name("result"), "A result", REASON, false),
                on,
            });
        }
        canvas.hypotheses.push(hypothesis);
    }
    for at in 0..MOST.2 {
        canvas.whys.push(said.take(&format!("w{at}"), "A why", REASON, false));
    }
    canvas.nothing = choice(said, "nothing");
    for at in 0..MOST.3 {
        canvas.options.push(choice(said, &format!("o{at}")));
    }
    canvas.owner_person = chosen(said, "owner_person", "Choose somebody of the list.");
    canvas.decision_of = chosen(said, "decision_of", "Choose a decision of the list.");
    if canvas.owner_person.is_some() {
        // Whoever was named before people signed in has handed it on.
        canvas.owner.clear();
    }
    canvas.tidied()
}

/// What was chosen of a list; `None` where nothing was.
fn chosen<T: std::str::FromStr>(said: &mut Said, name: &str, wrong: &str) -> Option<T> {
    let value = said.value(name).to_owned();
    let chosen = value.parse().ok();
    if !value.is_empty() && chosen.is_none() {
        said.fault(name, wrong);
    }
    chosen
}

pub(crate) fn choice(said: &mut Said, name: &str) -> Choice {
    Choice {
        by: Vec::new(),
        what: said.take(&format!("{name}-what"), "What it means", REASON, false),
        cost: range(said, &format!("{name}-cost"), "What it costs"),
        benefit: range(said, &format!("{name}-benefit"), "What it brings"),
    }
}

/// A range of money: one end alone stands for both.
fn range(said: &mut Said, name: &str, what: &str) -> Option<Money> {
    let mut end = |part: &str| {
        let name = format!("{name}-{part}");
        let typed = said.value(&name).trim().to_owned();
        if typed.is_empty() {
            return None;
        }
        let number = number(&typed).filter(|number| !number.is_sign_negative());
        if number.is_none() {
            said.fault(&name, format!("{what}: “{typed}” is no sum; write it like 1200 or 1200.50."));
        }
        number
    };
    let (low, high) = (end("low"), end("high"));
    let (low, high) = (low.or(high)?, high.or(low)?);
    if low > high {
        said.fault(&format!("{name}-low"), format!("{what}: the lower end is above the higher one."));
    }
    Some(Money { low, high })
}

/// A sum as people write it: a comma before three digits parts thousands, else it is a decimal mark.
fn number(typed: &str) -> Option<Decimal> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’')).collect();
    let mut parts = plain.split(',');
    let first = parts.next()?.to_owned();
    let rest: Vec<&str> = parts.collect();
    let thousands = |part: &&str| part.split('.').next().is_some_and(|digits| digits.len() == 3);
    let text = match rest.as_slice() {
        [] => first,
        rest if rest.iter().all(thousands) => format!("{first}{}", rest.concat()),
        [cents] if !first.contains('.') => format!("{first}.{cents}"),
        _ => return None,
    };
    text.parse().ok().filter(|number: &Decimal| *number < Decimal::from(1_000_000_000_000_i64))
}

/// How many of a kind are shown: those that hold anything, and one more.
fn shown(said: &Said, most: usize, names: impl Fn(usize) -> Vec<String>) -> usize {
    let filled = (0..most).rev().find(|at| {
        let names = names(*at);
        said.typed.iter().any(|(name, value)| {
            !value.trim().is_empty()
                && names.iter().any(|known| name == known || name.starts_with(&format!("{known}-")))
        })
    });
    (filled.map_or(0, |at| at + 1) + 1).min(most)
}

fn lines<'a>(name: &'a str, label: &'a str, hint: &'a str, rows: u8) -> Field<'a> {
    Field { name, label, hint, longest: if rows > 2 { LONG } else { REASON }, look: Look::Lines(rows), needed: false }
}

/// The form.
#[must_use]
pub fn edit(view: &Edit) -> Markup {
    let said = &view.said;
    let text = |name: &str, label: &str, hint: &str, rows: u8| lines(name, label, hint, rows).show(said);
    html! {
        p.small { a href=(view.about.path("")) { "Back to the problem" } }
        (layout::head("From symptom to cause", &html! { p { bdi { "“" (view.about.title) "”" } ". Write what is known and what is thought; leave the rest empty. Every version is kept." } }))
        (said.head())
        @if !view.theirs.is_empty() {
            section aria-labelledby="theirs" {
                h2 #theirs { "What is kept there now" }
                dl.theirs { @for (label, value) in &view.theirs { dt { (label) } dd.written { @if value.is_empty() { span.soft { "empty" } } @else { (value) } } } }
                p { "Take over by hand what you want of it. When you keep yours below, theirs stays in the history." }
            }
        }
        form.canvas method="post" action=(view.about.path("/canvas")) {
            input type="hidden" name="base" value=(said.value("base"));
            fieldset {
                legend { "What it is about" }
                (text("asked", "What was asked", "As people said it.", 3))
                (text("needed", "What is needed", "What they must be able to do; often another thing.", 3))
            }
            fieldset {
                legend { "What might be behind it" }
                p.soft { "Seen together is not yet a cause: what speaks for it, what against it, and what would tell." }
                @for at in 0..shown(said, MOST.0, |at| vec![format!("h{at}")]) { (hypothesis(said, at)) }
            }
            fieldset {
                legend { "Five whys" }
                p.soft { "One way to get further: each line asks why of the one before. Use it where it helps." }
                @for at in 0..shown(said, MOST.2, |at| vec![format!("w{at}")]) {
                    @let name = format!("w{at}");
                    (text(&name, if at == 0 { "Why does it happen?" } else { "And why that?" }, "", 2))
                }
            }
            fieldset {
                legend { "What could be done" }
                (option(said, "nothing", "Do nothing", &view.money.as_ref().map(|money| format!("So far it cost {money}, over the whole record.")).unwrap_or_default(), &view.currency))
                @for at in 0..shown(said, MOST.3, |at| vec![format!("o{at}")]) { (option(said, &format!("o{at}"), &format!("Option {}", at + 1), "", &view.currency)) }
            }
            fieldset {
                legend { "Who sees to it" }
                @match &view.choices {
                    Some(choices) => (ties(said, choices)),
                    None => (Field { name: "owner", label: "Owner", hint: "A person or a team who answers for it.", longest: SHORT, look: Look::Line, needed: false }.show(said)),
                }
                (Field { name: "decision", label: if view.choices.is_some() { "Or in other words" } else { "Decision" }, hint: "Its address (https://…), or what was decided in a sentence.", longest: REASON, look: Look::Line, needed: false }.show(said))
            }
            (by(said))
            div.acts {
                button.primary type="submit" name="do" value="keep" { "Keep this version" }
                button type="submit" name="do" value="more" formnovalidate { "Room for more" }
                a href=(view.about.path("")) { "Leave it as it is" }
            }
        }
    }
}

/// The owner and the decision, chosen from lists.
fn ties(said: &Said, choices: &Choices) -> Markup {
    let typed = said.value("owner");
    let none = if typed.is_empty() { "Nobody yet".to_owned() } else { format!("{typed}, as it was typed before") };
    html! {
        input type="hidden" name="owner" value=(typed);
        (Pick { name: "owner_person", label: "Owner", hint: "Who answers for it. Whoever may see this page can.", none: &none, options: &choices.owners }.show(said))
        (Pick { name: "decision_of", label: "Decision", hint: "Of those that you see, the last changed first.", none: "None of them", options: &choices.decisions }.show(said))
    }
}

fn hypothesis(said: &Said, at: usize) -> Markup {
    let name = |part: &str| format!("h{at}-{part}");
    let (claim, supports, against) = (name("claim"), name("for"), name("against"));
    html! {
        div.sub role="group" aria-label=(format!("Hypothesis {} and what was tried", at + 1)) {
            (lines(&claim, &format!("Hypothesis {}", at + 1), "", 2).show(said))
            div.two {
                (lines(&supports, "Speaks for it", "", 3).show(said))
                (lines(&against, "Speaks against it", "", 3).show(said))
            }
            @for number in 0..shown(said, MOST.1, |number| vec![format!("h{at}-t{number}")]) {
                @let part = |part: &str| format!("h{at}-t{number}-{part}");
                div.trial role="group" aria-label=(format!("Test {} of hypothesis {}", number + 1, at + 1)) {
                    (Field { name: &part("what"), label: &format!("Test {}", number + 1), hint: "", longest: REASON, look: Look::Line, needed: false }.show(said))
                    (Field { name: &part("result"), label: "Its result", hint: "", longest: REASON, look: Look::Line, needed: false }.show(said))
                    (Field { name: &part("on"), label: "Day", hint: "", longest: 10, look: Look::Day, needed: false }.show(said))
                }
            }
        }
    }
}

pub(crate) fn option(said: &Said, name: &str, label: &str, hint: &str, currency: &str) -> Markup {
    let ends = |kind: &str, what: &str| {
        let (low, high) = (format!("{name}-{kind}-low"), format!("{name}-{kind}-high"));
        html! {
            div.three role="group" aria-label=(format!("{label}: {what}")) {
                p { (what) ", " (currency) }
                div.row {
                    (Field { name: &low, label: "at least", hint: "", longest: 20, look: Look::Money, needed: false }.show(said))
                    (Field { name: &high, label: "at most", hint: "", longest: 20, look: Look::Money, needed: false }.show(said))
                }
            }
        }
    };
    let what = format!("{name}-what");
    html! {
        div.sub role="group" aria-label=(format!("{label}, cost and benefit")) {
            (lines(&what, label, hint, 2).show(said))
            div.two { (ends("cost", "What it costs")) (ends("benefit", "What it brings in a year")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn full() -> Canvas {
        let sum = |low: i64, high: i64| Some(Money { low: low.into(), high: high.into() });
        Canvas {
            asked: "A new printer".into(),
            needed: "Labels by six".into(),
            hypotheses: vec![Hypothesis {
                claim: "The spooler".into(),
                supports: "Restart helps".into(),
                against: "Two sites".into(),
                tests: vec![casebook::Trial {
                    what: "Swap".into(),
                    result: "Same".into(),
                    on: Some(jiff::civil::date(2026, 2, 3)),
                }],
            }],
            whys: vec!["No paper".into(), "No order".into()],
            options: vec![Choice {
                what: "Buy".into(),
                cost: sum(100, 200),
                benefit: sum(1000, 2000),
                ..Choice::default()
            }],
            nothing: Choice { what: "Goes on".into(), cost: sum(5, 9), ..Choice::default() },
            owner: "Print team".into(),
            owner_person: None,
            decision: "https://decisions.example/7".into(),
            decision_of: None,
        }
    }

    #[test]
    fn a_canvas_goes_through_the_form_unchanged() {
        let mut said = Said::new(fields(&full()));
        assert_eq!(read(&mut said), full());
        assert!(said.is_fine());
        let shown = edit(&Edit { said, ..Edit::default() }).into_string();
        for name in ["h1-claim", "h0-t1-what", "w2", "o1-what", "nothing-cost-low"] {
            assert!(shown.contains(&format!("name=\"{name}\"")), "{name} offers room");
        }
        assert!(!shown.contains("name=\"h2-claim\""));
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        let mut said = Said::with(&[
            ("h0-t0-on", "soon"),
            ("o0-cost-low", "cheap"),
            ("o1-cost-low", "20"),
            ("o1-cost-high", "10"),
            ("asked", &"x".repeat(LONG + 1)),
        ]);
        read(&mut said);
        for name in ["h0-t0-on", "o0-cost-low", "o1-cost-low", "asked"] {
            assert!(said.wrong(name).is_some(), "{name}");
        }
    }

    #[test]
    fn sums_are_read_as_people_write_them() {
        let read = |text: &str| number(text).map(|n| n.normalize().to_string());
        for (text, sum) in [
            ("1200", "1200"),
            ("1,200", "1200"),
            ("1,200,000.50", "1200000.5"),
            ("12,5", "12.5"),
            ("1'000", "1000"),
            ("2 000", "2000"),
        ] {
            assert_eq!(read(text).as_deref(), Some(sum), "{text}");
        }
        for text in ["a", "1,2,3", "1.2.3", "9999999999999999", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_owner_and_a_decision_are_chosen() {
        let at = "2026-03-02T08:00:00Z".parse().unwrap();
        let canvas = Canvas {
            owner: String::new(),
            owner_person: Some(leadership::PersonId::new(at, [1; 10])),
            decision_of: Some(leadership::DecisionId::new(at, [2; 10])),
            ..full()
        };
        let mut said = Said::new(fields(&canvas));
        assert_eq!(read(&mut said), canvas, "through the form unchanged");
        let mut said = Said::new(fields(&Canvas { owner: "Print team".into(), ..canvas.clone() }));
        assert_eq!(read(&mut said).owner, "", "a person takes the place of who was typed");
        let choices = Choices {
            owners: vec![(canvas.owner_person.unwrap().to_string(), "Bo Kim".into())],
            decisions: vec![(canvas.decision_of.unwrap().to_string(), "Which driver? (decided)".into())],
        };
        let shown = edit(&Edit { said, choices: Some(choices), ..Edit::default() }).into_string();
        assert!(shown.contains("selected>Bo Kim</option>") && shown.contains("selected>Which driver?"), "{shown}");
        let mut said = Said::with(&[("owner_person", "somebody"), ("decision_of", "one")]);
        read(&mut said);
        assert!(said.wrong("owner_person").is_some() && said.wrong("decision_of").is_some());
    }
}
