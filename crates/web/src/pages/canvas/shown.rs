//! A canvas to read, one version beside another, and what differs between two.

use brief::words;
use casebook::{Canvas, Choice, Money};
use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive as _;

use super::fields;
use crate::layout;
use crate::pages::acts::About;

/// What a canvas is tied to, in the words of who looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tied {
    /// Who answers for the problem.
    pub owner: String,
    /// Who proposed each of the options, by name; empty where nobody was signed in.
    pub by: Vec<String>,
    /// The decision of the record of leadership, where it may be seen: its page, its question, how far it has come.
    pub decision: Option<(String, String, &'static str)>,
}

fn money(currency: &str, money: Option<Money>) -> Option<String> {
    let money = money?;
    Some(words::money_range(currency, money.low.to_f64()?, money.high.to_f64()?))
}

/// Whether words are an address that a browser may open.
fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

fn part(title: &str, text: &str) -> Markup {
    html! { @if !text.is_empty() { h3 { (title) } p.written { (text) } } }
}

/// A canvas to read, below a heading of the second rank.
#[must_use]
pub fn show(canvas: &Canvas, tied: &Tied, currency: &str) -> Markup {
    html! {
        div.canvas-read {
            (part("What was asked", &canvas.asked))
            (part("What is needed", &canvas.needed))
            @if !canvas.hypotheses.is_empty() {
                h3 { "What might be behind it" }
                ol.hypotheses { @for hypothesis in &canvas.hypotheses { li {
                    p.written { strong { @if hypothesis.claim.is_empty() { "Not named yet" } @else { (hypothesis.claim) } } }
                    @if !hypothesis.supports.is_empty() || !hypothesis.against.is_empty() {
                        div.two {
                            div { p.small.soft { "Speaks for it" } p.written { @if hypothesis.supports.is_empty() { "Nothing yet." } @else { (hypothesis.supports) } } }
                            div { p.small.soft { "Speaks against it" } p.written { @if hypothesis.against.is_empty() { "Nothing yet." } @else { (hypothesis.against) } } }
                        }
                    }
                    @if !hypothesis.tests.is_empty() {
                        ul { @for trial in &hypothesis.tests { li {
                            "Tried" @if let Some(on) = trial.on { " on " (words::date(on)) } ": " (trial.what)
                            @if trial.result.is_empty() { span.soft { " – no result yet" } } @else { " – " (trial.result) }
                        } } }
                    }
                } } }
            }
            @if !canvas.whys.is_empty() {
                h3 { "Why, and why that" }
                ol { @for why in &canvas.whys { li.written { (why) } } }
            }
            @if !canvas.options.is_empty() || canvas.nothing != Choice::default() {
                h3 { "What could be done" }
                @let credited = tied.by.iter().any(|by| !by.is_empty());
                (layout::scroll("What could be done", &html! {
                    table {
                        thead { tr { th.wide scope="col" { "Option" } @if credited { th scope="col" { "Proposed by" } } th.n scope="col" { "Costs" } th.n scope="col" { "Brings in a year" } } }
                        tbody {
                            @for (at, choice) in std::iter::once((None, &canvas.nothing)).chain(canvas.options.iter().enumerate().map(|(at, choice)| (Some(at), choice))) {
                                tr {
                                    th.wide scope="row" { @if at.is_none() { "Do nothing" @if !choice.what.is_empty() { ": " } } (choice.what) }
                                    @if credited { td { @if let Some(by) = at.and_then(|at| tied.by.get(at)) { (by) } } }
                                    td.n { (money(currency, choice.cost).unwrap_or_else(|| "not said".to_owned())) }
                                    td.n { (money(currency, choice.benefit).unwrap_or_else(|| "not said".to_owned())) }
                                }
                            }
                        }
                    }
                }))
            }
            @if !tied.owner.is_empty() || tied.decision.is_some() || !canvas.decision.is_empty() {
                dl.facts {
                    @if !tied.owner.is_empty() { div { dt { "Owner" } dd.said { (tied.owner) } } }
                    @if tied.decision.is_some() || !canvas.decision.is_empty() { div { dt { "Decision" } dd.said {
                        @if let Some((page, question, state)) = &tied.decision { a href=(page) { (question) } " (" (state) ")" @if !canvas.decision.is_empty() { br; } }
                        @if is_address(&canvas.decision) { a href=(canvas.decision) rel="noreferrer noopener external" { (canvas.decision) } } @else { (canvas.decision) }
                    } } }
                }
            }
        }
    }
}

/// What differs between two canvases, field by field: names in words, and what the second one has, which is tied to
/// `tied` for who looks at it. A decision that they may not see is none.
#[must_use]
pub fn differs(one: &Canvas, other: &Canvas, tied: &Tied) -> Vec<(String, String)> {
    let before = fields(one);
    let after = fields(other);
    let value = |all: &[(String, String)], name: &str| {
        all.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut names: Vec<String> = before.iter().chain(&after).map(|(name, _)| name.clone()).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
        .into_iter()
        .filter(|name| value(&before, name) != value(&after, name))
        .filter_map(|name| {
            let told = match name.as_str() {
                "owner_person" if other.owner_person.is_some() => tied.owner.clone(),
                "decision_of" if other.decision_of.is_some() => tied.decision.as_ref()?.1.clone(),
                _ => value(&after, &name),
            };
            Some((called(&name), told))
        })
        .collect()
}

/// A field's name in words.
fn called(name: &str) -> String {
    let number = |text: &str| text.parse::<usize>().map_or(0, |at| at + 1);
    let (first, rest) = name.split_once('-').unwrap_or((name, ""));
    let part = match rest {
        "claim" | "what" | "" => String::new(),
        "for" => ", speaks for it".to_owned(),
        "against" => ", speaks against it".to_owned(),
        other => format!(", {}", other.replace('-', " ")),
    };
    match first {
        "asked" => "What was asked".to_owned(),
        "needed" => "What is needed".to_owned(),
        "owner" | "owner_person" => "Owner".to_owned(),
        "decision" | "decision_of" => "Decision".to_owned(),
        "nothing" => format!("Do nothing{part}"),
        _ => match first.split_at_checked(1) {
            Some(("h", at)) => {
                let test = rest.strip_prefix('t').and_then(|rest| rest.split_once('-'));
                match test {
                    Some((number_of, part)) => format!("Hypothesis {}, test {}, {part}", number(at), number(number_of)),
                    None => format!("Hypothesis {}{part}", number(at)),
                }
            }
            Some(("w", at)) => format!("Why {}", number(at)),
            Some(("o", at)) => format!("Option {}{part}", number(at)),
            _ => name.to_owned(),
        },
    }
}

/// A version of a canvas on a page of its own.
#[must_use]
pub fn version(about: &About, when: &str, number: u64, newest: bool, shown: &Markup) -> Markup {
    html! {
        p.small { a href=(about.path("")) { "Back to the problem" } }
        (layout::head("A version of the canvas", &html! { p { bdi { "“" (about.title) "”" } ", " (when) } }))
        @if newest { p.soft { "This is the newest version." } }
        h2 { "What was written" }
        (shown)
        @if !newest {
            form method="post" action=(about.path(&format!("/canvas/{number}"))) {
                div.acts { button type="submit" { "Make this the newest version" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::full;
    use super::*;

    fn tied(canvas: &Canvas) -> Tied {
        Tied { owner: canvas.owner.clone(), ..Tied::default() }
    }

    #[test]
    fn only_web_addresses_become_links_and_words_are_escaped() {
        assert!(show(&full(), &tied(&full()), "EUR").into_string().contains("href=\"https://decisions.example/7\""));
        for words in ["javascript:alert(1)", "see https://x y", "<b>https</b>"] {
            let canvas = Canvas { decision: words.into(), ..Canvas::default() };
            let shown = show(&canvas, &tied(&canvas), "EUR").into_string();
            assert!(!shown.contains("href=") && !shown.contains("<b>"), "{shown}");
        }
    }

    #[test]
    fn an_option_stands_beside_the_names_of_those_who_proposed_it() {
        let told = Tied { by: vec!["Bo Kim, Ann <b>".into()], ..tied(&full()) };
        let shown = show(&full(), &told, "EUR").into_string();
        assert!(shown.contains("Proposed by") && shown.contains("<td>Bo Kim, Ann &lt;b&gt;</td>"), "{shown}");
        assert!(!show(&full(), &tied(&full()), "EUR").into_string().contains("Proposed by"), "of nobody");
    }

    #[test]
    fn differences_are_named_in_words() {
        let other = Canvas { owner: "Somebody".into(), whys: vec!["No paper".into()], ..full() };
        assert_eq!(
            differs(&full(), &other, &tied(&other)),
            [("Why 2".to_owned(), String::new()), ("Owner".to_owned(), "Somebody".to_owned())]
        );
    }

    #[test]
    fn a_decision_that_may_not_be_seen_is_no_difference() {
        let at = "2026-03-02T08:00:00Z".parse().unwrap();
        let canvas = Canvas {
            owner: String::new(),
            owner_person: Some(leadership::PersonId::new(at, [1; 10])),
            decision_of: Some(leadership::DecisionId::new(at, [2; 10])),
            ..full()
        };
        let decision = Some(("/decisions/7".into(), "Which?".into(), "decided"));
        let told = Tied { owner: "Bo Kim".into(), decision, ..Tied::default() };
        let other = Canvas { owner: String::new(), ..full() };
        let seen = differs(&other, &canvas, &told);
        assert_eq!(seen, [("Owner".into(), "Bo Kim".into()), ("Decision".into(), "Which?".to_owned())]);
        let unseen = differs(&other, &canvas, &Tied { decision: None, ..told });
        assert_eq!(unseen, [("Owner".into(), "Bo Kim".to_owned())]);
        let shown = |tied: &Tied| show(&canvas, tied, "EUR").into_string();
        assert!(!shown(&Tied::default()).contains("/decisions/"));
    }
}
