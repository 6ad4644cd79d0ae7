//! What people can do with a problem, one page each: put together, split, rename, dismiss, mark as fixed.

use brief::words;
use maud::{Markup, html};

use crate::address::escaped;
use crate::answers::Likely;
use crate::layout;
use crate::pages::forms::{Field, Look, Pick, REASON, SHORT, Said, TITLE, by};

/// The problem that is acted on.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tickets.
    pub n: u64,
}

impl About {
    /// Its page, or one below it.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        format!("/problems/{}{below}", escaped(&self.id))
    }

    fn head(&self, title: &str, lead: &Markup) -> Markup {
        html! {
            p.small { a href=(self.path("")) { "Back to the problem" } }
            (layout::head(title, &html! {
                p { bdi { "“" (self.title) "”" } ", " (words::grouped(self.n)) @if self.n == 1 { " ticket" } @else { " tickets" } }
                (lead)
            }))
        }
    }
}

fn undoable() -> Markup {
    html! { p.soft { "It can be undone at any time; what was done and undone stays in the history." } }
}

pub(super) fn keep(act: &str, about: &About) -> Markup {
    html! { div.acts { button.primary type="submit" { (act) } a href=(about.path("")) { "Leave it as it is" } } }
}

/// A problem that can be chosen.
#[derive(Debug, Clone, Default)]
pub struct Choosable {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tickets.
    pub n: u64,
    /// Probability of one cause with the most alike of its tickets, where that is known.
    pub likely: Option<f32>,
}

impl From<Likely> for Choosable {
    fn from(likely: Likely) -> Self {
        Self { id: likely.id, title: likely.title, n: likely.tickets, likely: Some(likely.probability) }
    }
}

/// Putting two problems together.
#[derive(Debug, Clone, Default)]
pub struct Merge {
    /// The one that stays.
    pub about: About,
    /// What was looked for.
    pub q: String,
    /// Which can be chosen.
    pub choices: Vec<Choosable>,
    /// What the form holds.
    pub said: Said,
}

/// A chance in words that a leader reads: `34 in 100`.
#[must_use]
pub fn chance(probability: f32) -> String {
    let hundredths = (f64::from(probability) * 100.0).round();
    if hundredths < 1.0 { "less than 1 in 100".to_owned() } else { format!("{hundredths:.0} in 100") }
}

/// The page.
#[must_use]
pub fn merge(view: &Merge) -> Markup {
    let chosen = view.said.value("other");
    html! {
        (view.about.head("Put together with another problem", &html! { p { "All tickets of the other become tickets of this one. This title and address stay; the other's address leads here." } }))
        (view.said.head())
        form.filters method="get" action=(view.about.path("/merge")) role="search" {
            div.row {
                div.field { label for="q" { "Words in the other's title" } input #q type="search" name="q" value=(view.q) maxlength="200"; }
                button type="submit" { "Look for it" }
            }
        }
        form method="post" action=(view.about.path("/merge")) {
            input type="hidden" name="q" value=(view.q);
            fieldset #other tabindex="-1" aria-describedby=[view.said.wrong("other").map(|_| "other-wrong")] {
                legend { @if view.q.is_empty() { "Which one?" } @else { "With “" (view.q) "” in the title" } }
                @if let Some(wrong) = view.said.wrong("other") { p.wrong #other-wrong { (wrong) } }
                @if view.choices.is_empty() { p { "None fits. Look for other words." } }
                @for choice in &view.choices {
                    div.check {
                        input type="radio" name="other" id=(format!("other-{}", choice.id)) value=(choice.id) checked[choice.id == chosen];
                        label for=(format!("other-{}", choice.id)) {
                            bdi { (choice.title) } " " span.soft {
                                (words::grouped(choice.n)) " tickets"
                                @if let Some(likely) = choice.likely { "; one cause: " (chance(likely)) }
                            }
                        }
                    }
                }
            }
            (by(&view.said))
            (undoable())
            (keep("Put together", &view.about))
        }
    }
}

/// A ticket that can be ticked.
#[derive(Debug, Clone, Default)]
pub struct Tickable {
    /// Its key, `source/id`.
    pub key: String,
    /// Its number.
    pub id: String,
    /// When it was opened.
    pub opened: String,
    /// Its words, or coded words.
    pub words: String,
}

/// Splitting tickets off.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// The problem.
    pub about: About,
    /// Words that are looked for.
    pub q: String,
    /// Tickets of this page.
    pub tickets: Vec<Tickable>,
    /// How many fit.
    pub fit: u64,
    /// Page, from 0, and how many.
    pub page: (usize, usize),
    /// What the form holds.
    pub said: Said,
}

/// The page.
#[must_use]
pub fn split(view: &Split) -> Markup {
    let ticked: Vec<&str> = view.said.all("ticket").collect();
    let path = crate::address::with(&view.about.path("/split"), &[("q", &view.q)]);
    html! {
        (view.about.head("Split tickets off", &html! { p { "The tickets that you tick become a problem of their own. Later searches keep them apart." } }))
        (view.said.head())
        form.filters method="get" action=(view.about.path("/split")) role="search" {
            div.row {
                div.field { label for="q" { "Words in title or text" } input #q type="search" name="q" value=(view.q) maxlength="200"; }
                button type="submit" { "Show those" }
            }
        }
        form method="post" action=(view.about.path("/split")) {
            input type="hidden" name="q" value=(view.q);
            input type="hidden" name="page" value=(view.page.0);
            fieldset #ticket tabindex="-1" {
                legend { @if view.q.is_empty() { "Its tickets" } @else { "Those with “" (view.q) "”" } }
                @if let Some(wrong) = view.said.wrong("ticket") { p.wrong #ticket-wrong { (wrong) } }
                @if view.tickets.is_empty() { p { "No ticket of this problem fits. Look for other words." } }
                @if !view.q.is_empty() && view.fit > 0 {
                    div.check { input type="checkbox" #all name="all" value="1" checked[view.said.value("all") == "1"]; label for="all" { strong { "All " (words::grouped(view.fit)) " that fit" } ", also those on other pages" } }
                }
                @for (at, ticket) in view.tickets.iter().enumerate() {
                    div.check {
                        input type="checkbox" id=(format!("ticket-{at}")) name="ticket" value=(ticket.key) checked[ticked.contains(&ticket.key.as_str())];
                        label for=(format!("ticket-{at}")) { span.number { (ticket.id) } " " span.soft { (ticket.opened) } " " bdi { (ticket.words) } }
                    }
                }
            }
            (layout::pager(view.page, &path))
            @if view.page.1 > 1 { p.soft { "Ticks hold for this page. To take tickets of several pages, look for words that they share." } }
            (Field { name: "title", label: "Title of what is split off", hint: "May stay empty: then it is that of its first ticket.", longest: TITLE, look: Look::Line, needed: false }.show(&view.said))
            (by(&view.said))
            (undoable())
            (keep("Split off", &view.about))
        }
    }
}

/// Renaming. The hidden field `seen` tells which entry the form was opened on.
#[must_use]
pub fn rename(about: &About, said: &Said) -> Markup {
    html! {
        (about.head("Rename", &html! { p { "The title that everyone sees, on every page and in the brief's next edition." } }))
        (said.head())
        form method="post" action=(about.path("/rename")) {
            input type="hidden" name="seen" value=(said.value("seen"));
            (Field { name: "title", label: "Title", hint: "What keeps happening, in words that a manager understands.", longest: TITLE, look: Look::Line, needed: true }.show(said))
            (by(said))
            (undoable())
            (keep("Rename", about))
        }
    }
}

/// Dismissing.
#[must_use]
pub fn dismiss(about: &About, said: &Said) -> Markup {
    html! {
        (about.head("This is not a problem", &html! { p { "It leaves the list and its sums, and stays under “Not problems” with your reason. Later searches know." } }))
        (said.head())
        form method="post" action=(about.path("/dismiss")) {
            (Field { name: "reason", label: "Why it is none", hint: "For those who ask in half a year: planned work, a test, a template that many use …", longest: REASON, look: Look::Lines(3), needed: true }.show(said))
            (by(said))
            (undoable())
            (keep("Not a problem", about))
        }
    }
}

/// Marking as fixed.
#[must_use]
pub fn fixed(about: &About, said: &Said) -> Markup {
    html! {
        (about.head("Mark as fixed", &html! { p { "From that day on the record is watched: whether recurrence really fell, beside the desk's other work. The team is credited, never a person." } }))
        (said.head())
        form method="post" action=(about.path("/fixed")) {
            div.row {
                (Field { name: "on", label: "Day of the fix", hint: "", longest: 10, look: Look::Day, needed: true }.show(said))
                (Field { name: "team", label: "Team that made it", hint: "", longest: SHORT, look: Look::Line, needed: true }.show(said))
            }
            (Field { name: "what", label: "What was done", hint: "In a sentence; may stay empty.", longest: REASON, look: Look::Lines(2), needed: false }.show(said))
            (by(said))
            (undoable())
            (keep("Mark as fixed", about))
        }
    }
}

/// Asking those whom it touched. `circles` are those whose people can be asked.
#[must_use]
pub fn touched(about: &About, circles: &[(String, String)], said: &Said) -> Markup {
    html! {
        (about.head("Ask those whom it touched", &html! { p { "Once there is a verdict on the fix it waits on their Today, once: is it so for them? A client's contacts are asked, or else who leads the circle; never those who made the fix. What they say stands beside the verdict." } }))
        (said.head())
        form method="post" action=(about.path("/touched")) {
            (Pick { name: "circle", label: "Whom it touched", hint: "A client, a department, a team.", none: "", options: circles }.show(said))
            (Field { name: "title", label: "What it is called there", hint: "They read this line instead of the title above, which comes out of tickets of everybody: name no other client.", longest: SHORT, look: Look::Line, needed: true }.show(said))
            (by(said))
            (keep("Ask them", about))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_said_in_hundredths() {
        assert_eq!(chance(0.344), "34 in 100");
        assert_eq!(chance(0.001), "less than 1 in 100");
    }
}
