//! Options that a team proposes: the form that opens a problem to a circle, the form of one option, and what the page of
//! a problem says of both. Who proposed something is named; nobody's are counted.

use brief::words;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::layout;
use crate::pages::acts::{About, keep};
use crate::pages::canvas;
use crate::pages::forms::{Field, Look, Pick, REASON, Said, by};

/// An ask for options, as the page of a problem shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The circle that was asked; `None` for who does not see it.
    pub circle: Option<String>,
    /// Who asked.
    pub by: String,
    /// Until when it waits for them.
    pub until: Date,
    /// Why they are asked.
    pub why: String,
    /// How many were asked, and how many of them have answered.
    pub people: (usize, usize),
    /// Whether who looks was asked and has not answered.
    pub mine: bool,
}

/// What was asked for, below the canvas.
#[must_use]
pub fn asked(all: &[Asked], about: &About) -> Markup {
    html! {
        @for ask in all {
            p {
                "Opened to " @match &ask.circle { Some(circle) => bdi { (circle) }, None => "a circle" }
                " for options until " (words::date(ask.until)) @if !ask.by.is_empty() { ", by " (ask.by) } ": “" (ask.why) "” "
                span.soft { "Asked: " (people(ask.people.0)) "; answered so far: " (words::grouped(ask.people.1 as u64)) "." }
                @if ask.mine { " " a href=(about.path("/option")) { "You were asked: propose an option" } }
            }
        }
    }
}

fn people(n: usize) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{} people", words::grouped(n as u64)) }
}

/// What is there to be seen while one thinks of an option.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The problem.
    pub about: About,
    /// The canvas so far, shown.
    pub canvas: Option<Markup>,
    /// What was asked for.
    pub asked: Vec<Asked>,
    /// Currency of the settings.
    pub currency: String,
}

/// Name of the fields of an option: those of the first one on a canvas.
pub const OPTION: &str = "o0";

/// One option, by who is signed in.
#[must_use]
pub fn option(known: &Known, said: &Said) -> Markup {
    let about = &known.about;
    let mine = known.asked.iter().any(|ask| ask.mine);
    html! {
        p.small { a href=(about.path("")) { "Back to the problem" } }
        (layout::head("Propose an option", &html! { p { bdi { "“" (about.title) "”" } ". It goes onto the canvas as a new version, with your name beside it. Others may put it into other words; your name stays." } }))
        (said.head())
        (asked(&known.asked, about))
        form.canvas method="post" action=(about.path("/option")) {
            (canvas::option(said, OPTION, "Your option", "What could be done. Costs and benefit may stay empty: say them where you know them.", &known.currency))
            (by(said))
            div.acts { button.primary type="submit" { "Propose it" } a href=(about.path("")) { "Leave it as it is" } }
        }
        @if mine {
            h2 { "You have none" }
            p { "Then say so, and it waits no longer for you." }
            form method="post" action=(about.path("/option")) {
                (Field { name: "words", label: "A word on it", hint: "May stay empty.", longest: REASON, look: Look::Lines(2), needed: false }.show(said))
                div.acts { button type="submit" name="do" value="none" { "I have no option" } }
            }
        }
        @if let Some(canvas) = &known.canvas { h2 { "What is written so far" } (canvas) }
    }
}

/// Opening a problem to a circle. `circles` are those that can be asked.
#[must_use]
pub fn ask(about: &About, circles: &[(String, String)], said: &Said) -> Markup {
    html! {
        p.small { a href=(about.path("")) { "Back to the problem" } }
        (layout::head("Ask people for options", &html! { p { bdi { "“" (about.title) "”" } ". It waits on Today of everyone who leads the circle or works in it, until they have proposed an option, said that they have none, or the day has passed." } }))
        (said.head())
        @if circles.is_empty() { p { "You hold no role in a circle and lead none: there is nobody whom you could ask here." } }
        @else {
            form method="post" action=(about.path("/ask")) {
                (Pick { name: "circle", label: "Whom", hint: "A circle of yours, or one that you lead.", none: "", options: circles }.show(said))
                (Field { name: "until", label: "Until when", hint: "The last day on which it waits for them.", longest: 10, look: Look::Day, needed: true }.show(said))
                (Field { name: "why", label: "Why you ask them", hint: "What was tried already, what you do not know, what they know better.", longest: REASON, look: Look::Lines(3), needed: true }.show(said))
                (by(said))
                (keep("Ask them", about))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ask_says_how_many_and_not_who_has_not_answered() {
        let about = About { id: "t1".into(), title: "Labels".into(), n: 3 };
        let ask = Asked {
            circle: Some("Print <team>".into()),
            by: "Ann Lee".into(),
            until: jiff::civil::date(2026, 3, 9),
            why: "Ours did not hold".into(),
            people: (5, 2),
            mine: true,
        };
        let shown = asked(std::slice::from_ref(&ask), &about).into_string();
        for part in [
            "Print &lt;team&gt;",
            "until 9 March 2026",
            "by Ann Lee",
            "5 people; answered so far: 2",
            "/problems/t1/option",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let other = Asked { circle: None, mine: false, people: (1, 0), ..ask };
        let shown = asked(std::slice::from_ref(&other), &about).into_string();
        assert!(
            shown.contains("Opened to a circle") && shown.contains("1 person;") && !shown.contains("You were asked")
        );
        let known = Known { about, asked: vec![other], ..Known::default() };
        assert!(!option(&known, &Said::default()).into_string().contains("I have no option"));
    }
}
