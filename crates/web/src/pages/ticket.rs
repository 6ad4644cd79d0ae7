//! One ticket: what the record holds of it, and what is really needed.

use ledger::restated::{LONGEST, State};
use maud::{Markup, html};

use crate::layout;
use crate::pages::forms::{Field, Look, Pick, SHORT, Said, by};

/// A need that was said back.
#[derive(Debug, Clone)]
pub struct Need {
    /// Its identifier.
    pub id: String,
    /// When, and by whom.
    pub when: String,
    /// The team in whose name it was said.
    pub team: String,
    /// What is really needed.
    pub words: String,
    /// Where it stands.
    pub state: State,
    /// When it was answered, and by whom on behalf of who asked.
    pub answered: Option<String>,
    /// Whether somebody answered on behalf of who asked.
    pub on_behalf: bool,
    /// What is needed instead.
    pub correction: String,
    /// How it was heard.
    pub note: String,
    /// Whether a link was made.
    pub has_link: bool,
    /// Whether who looks sees to the answer.
    pub may_answer: bool,
}

/// A ticket.
#[derive(Debug, Clone, Default)]
pub struct Ticket {
    /// Its number.
    pub id: String,
    /// Its page.
    pub path: String,
    /// Heading and value of what the record tells.
    pub told: Vec<(String, String)>,
    /// What was said back, the earliest first.
    pub needs: Vec<Need>,
    /// The circles of who looks.
    pub circles: Vec<(String, String)>,
    /// Whether people sign in here.
    pub people: bool,
    /// The link that was just made: shown this once.
    pub link: Option<String>,
    /// What the forms hold.
    pub said: Said,
}

/// The page.
#[must_use]
pub fn view(ticket: &Ticket) -> Markup {
    html! {
        p.small { a href="/rows" { "All rows" } }
        (layout::head(&format!("Ticket {}", ticket.id), &html! { p { "What the record holds of it, and what is really needed." } }))
        (ticket.said.head())
        @if ticket.people { (needed(ticket)) }
        h2 { "In the record" }
        (layout::scroll("In the record", &html! {
            table {
                caption.visually-hidden { "What the record holds of ticket " (ticket.id) }
                tbody { @for (heading, value) in &ticket.told { tr { th scope="row" { (heading) } td.words { bdi { (value) } } } } }
            }
        }))
    }
}

fn needed(ticket: &Ticket) -> Markup {
    let open = ticket.needs.iter().find(|need| need.state == State::Waits);
    html! {
        h2 { "What is really needed" }
        @if let Some(link) = &ticket.link {
            div.notice role="status" {
                p { strong { "Send this link to who asked: it is shown this once." } " With it they say, without an account, whether it is so. It ends in 14 days, when it is used, or when another is made." }
                p { code.long { (link) } }
            }
        }
        @if ticket.needs.is_empty() {
            p { "Nobody has said it back yet. A ticket says what was asked for; what is needed may be something else. Say it in a sentence, and let who asked tell whether it is so." }
        }
        @for need in &ticket.needs { (said_back(need)) }
        @if let Some(open) = open.filter(|need| need.may_answer) { (answers(ticket, open)) }
        @if ticket.circles.is_empty() { p.soft { "You hold no role in a circle, so it is others who say it back." } }
        @else { (restate(ticket, open.is_some())) }
        p.small { a href="/listening" { "What came of it, by team" } }
    }
}

fn said_back(need: &Need) -> Markup {
    html! {
        div.sub {
            p.small.soft { (need.when) ", for " bdi { (need.team) } }
            p.written { (need.words) }
            p {
                strong { (sentence(need.state)) }
                @match &need.answered {
                    Some(when) if need.on_behalf => { " On behalf of who asked, " (when) ": " (need.note) "." }
                    Some(when) => { " By who asked, " (when) "." }
                    None => {}
                }
            }
            @if !need.correction.is_empty() { p.written { strong { "Instead: " } (need.correction) } }
        }
    }
}

fn sentence(state: State) -> &'static str {
    match state {
        State::Waits => "Not answered yet.",
        State::Confirmed => "Confirmed.",
        State::Corrected => "Corrected.",
        State::Replaced => "Said anew before it was answered.",
    }
}

/// How the answer comes: by a link, or through who heard it.
fn answers(ticket: &Ticket, open: &Need) -> Markup {
    let so = if ticket.said.value("do") == "answer" { ticket.said.value("so") } else { "" };
    html! {
        form method="post" action=(ticket.path) {
            input type="hidden" name="do" value="link";
            input type="hidden" name="need" value=(open.id);
            div.acts { button type="submit" { @if open.has_link { "Make another link for who asked" } @else { "Make a link for who asked" } } }
        }
        details open[so == "yes" || so == "no" || ticket.said.wrong("so").is_some()] {
            summary { "They told you themselves" }
            form method="post" action=(ticket.path) {
                input type="hidden" name="do" value="answer";
                input type="hidden" name="need" value=(open.id);
                fieldset #so tabindex="-1" {
                    legend { "What they said" }
                    @if let Some(wrong) = ticket.said.wrong("so") { p.wrong #so-wrong { (wrong) } }
                    @for (value, words) in [("yes", "It is so"), ("no", "It is something else")] {
                        div.check {
                            input type="radio" name="so" id=(format!("so-{value}")) value=(value) checked[so == value];
                            label for=(format!("so-{value}")) { (words) }
                        }
                    }
                }
                (Field { name: "instead", label: "What they need instead", hint: "Only where it is something else, in their words.", longest: LONGEST, look: Look::Lines(2), needed: false }.show(&ticket.said))
                (Field { name: "note", label: "How you heard it", hint: "By telephone, beside them, in a mail.", longest: SHORT, look: Look::Line, needed: true }.show(&ticket.said))
                (by(&ticket.said))
                div.acts { button type="submit" { "Keep their answer" } }
            }
        }
    }
}

fn restate(ticket: &Ticket, anew: bool) -> Markup {
    html! {
        form method="post" action=(ticket.path) {
            input type="hidden" name="do" value="say";
            (Field { name: "words", label: if anew { "Say it anew, in a sentence" } else { "What is really needed, in a sentence" }, hint: "What they must be able to do, and by when; not what was asked for.", longest: LONGEST, look: Look::Lines(2), needed: true }.show(&ticket.said))
            (Pick { name: "circle", label: "For which team", hint: "Who asked sees its name, not yours.", none: "", options: &ticket.circles }.show(&ticket.said))
            (by(&ticket.said))
            div.acts { button.primary type="submit" { "Say it back" } }
        }
    }
}
