//! The form in which somebody says how a person leads: one quality a block, large targets for a thumb, “not able to
//! say” always, comments shown before they are sent.

use std::collections::BTreeMap;

use leadership::Wrongs;
use leadership::wave::{COMMENT, Question, RaterRole, Tell, tells};
use ledger::waves::{Asked, UNABLE};
use maud::{Markup, html};

/// What a form sends: a field per item, by its key, and one per question in words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(BTreeMap<String, String>);

impl Typed {
    /// The fields of a form; the last of a name counts.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields.into_iter().collect())
    }

    fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Answers in the order of the items.
    pub(super) fn answers(&self, asked: &Asked) -> Vec<String> {
        asked.items.iter().map(|item| self.field(&item.key).to_owned()).collect()
    }

    /// Comments by what was asked.
    pub(super) fn comments(&self) -> Vec<(Question, String)> {
        Question::ALL.iter().map(|question| (*question, self.field(question.name()).to_owned())).collect()
    }

    fn says_something(&self) -> bool {
        self.comments().iter().any(|(_, words)| !words.trim().is_empty())
    }

    /// Names what was shown before it is sent: a comment that is changed afterwards is shown again.
    pub(crate) fn mark(&self) -> String {
        let said: Vec<String> =
            self.comments().iter().map(|(question, words)| format!("{}\n{}", question.name(), words.trim())).collect();
        ledger::sha256(&said.join("\0")).chars().take(16).collect()
    }

    /// Whether the comments have to be shown first, as others will read them.
    pub(crate) fn to_be_shown(&self) -> bool {
        self.says_something() && self.field("shown") != self.mark()
    }
}

/// Whether comments are shown above the form, as they will be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown<'a> {
    /// Not yet.
    No,
    /// With what in them tells who wrote them; these are the names that are looked for.
    Beside(&'a [String]),
}

/// Where a form goes and comes from.
pub(super) struct Place<'a> {
    /// Where it is sent.
    pub action: &'a str,
    /// Where one goes back to; nothing by link.
    pub back: Option<&'a str>,
}

/// What will be seen by whom, and what somebody who holds the database could see: in one line.
pub(super) fn audience(asked: &Asked) -> String {
    let who = &asked.rated_name;
    match asked.role {
        RaterRole::Own => {
            "Who can see this: you alone, until you share your report; whoever holds the database and its key \
                           could read your answers."
                .to_owned()
        }
        RaterRole::HigherUp => format!(
            "Who can see this: {who}, as yours, and with whom {who} shares the report; whoever holds the database and its \
             key could read your answers."
        ),
        _ => format!(
            "Confidential, not anonymous. Who can see this: {who}, as figures over five people or more and words without a \
             name; whoever holds the database and its key could read more."
        ),
    }
}

/// The rest of it, for who wants to know.
fn more(asked: &Asked) -> Markup {
    let who = &asked.rated_name;
    html! {
        details {
            summary { "More about who sees what" }
            @match asked.role {
                RaterRole::Own => p { "Your answers are kept under your name and stand in your own report beside those of others. Nobody else sees them unless you share the report." },
                RaterRole::HigherUp => p { (who) " reads your answers as yours, since few are higher up, and your words among those of others, where they can be known as yours." },
                _ => {
                    p { (who) " never sees your answers alone. Comments are read word for word, in mixed order, without a name. Nobody at Plumb’s pages, administrators included, sees more." }
                    p { "Whoever holds the database and its key could read the forms of all raters as one mixed heap with their roles, and who answered; whose is whose they could tell where one person alone answers in a role, or by copying both again and again while answers come in." }
                },
            }
        }
    }
}

fn preview(asked: &Asked, typed: &Typed, names: &[String]) -> Markup {
    html! {
        div.notice.warn role="alert" #preview {
            p {
                strong { "Read your words once more before they are sent." } " Nothing is sent yet. "
                @match asked.role {
                    RaterRole::Own => "They stand in your own report:",
                    RaterRole::HigherUp => "They can be known as yours:",
                    _ => "This is how they will be read, in mixed order among those of others:",
                }
            }
            @for (question, words) in typed.comments() {
                @let words = words.trim().to_owned();
                @if !words.is_empty() {
                    blockquote.written { (words) }
                    @let found: Vec<Tell> = if asked.role.is_named() { Vec::new() } else { tells(&words, names) };
                    @if !found.is_empty() {
                        p { "What could tell who wrote this:" }
                        ul { @for tell in &found { li { (tell.words()) } } }
                    }
                    p { a href=(format!("#{}", question.name())) { "Change it" } }
                }
            }
            @if !asked.role.is_named() { p { "A machine finds the plain cases only. Your way of writing, and a story that only you know, tell as well." } }
            p { "If it is right so, send the form below." }
        }
    }
}

fn choices(key: &str, value: &str) -> Markup {
    let id = |value: &str| format!("{key}-{value}");
    html! {
        div.five {
            @for (at, words) in model::SCALE.iter().enumerate() {
                @let answer = (at + 1).to_string();
                label.point for=(id(&answer)) {
                    input type="radio" id=(id(&answer)) name=(key) value=(answer) checked[value == answer] required;
                    span { (words) }
                }
            }
        }
        label.point.unable for=(id(UNABLE)) {
            input type="radio" id=(id(UNABLE)) name=(key) value=(UNABLE) checked[value == UNABLE] required;
            span { (model::UNABLE) }
        }
    }
}

/// The whole form.
pub(super) fn body(asked: &Asked, typed: &Typed, wrongs: &Wrongs, shown: Shown<'_>, place: &Place<'_>) -> Markup {
    let role = asked.role.name();
    let own = asked.role == RaterRole::Own;
    let title = if own { "Rate yourself".to_owned() } else { format!("How {} leads", asked.rated_name) };
    let blocks: Vec<(&str, Vec<(usize, &ledger::waves::Item)>)> = asked
        .qualities
        .iter()
        .map(|(key, name)| {
            let items = asked.items.iter().enumerate().filter(|(_, item)| item.quality == *key).collect();
            (name.as_str(), items)
        })
        .collect();
    let all = asked.items.len();
    html! {
        (look::head(&title, &html! { p {
            (all) " questions, about seven minutes, until " (asked.wave.closes_on) ". Say how often you saw it, as far as you can; “" (model::UNABLE) "” is an answer too."
        } }))
        div.notice { p { (audience(asked)) } (more(asked)) }
        @if let Shown::Beside(names) = shown { (preview(asked, typed, names)) }
        (look::wrongs(wrongs))
        form.rate method="post" action=(place.action) data-keep=(asked.seat) {
            div.progress.scripted { progress max=(all) value="0" aria-label="Questions answered" {} p data-told="" aria-live="polite" {} }
            @for (at, (name, items)) in blocks.iter().enumerate() {
                section.block aria-labelledby=(format!("block-{at}")) {
                    h2 id=(format!("block-{at}")) { (name) span.soft { " " (at + 1) " of " (blocks.len()) } }
                    @for (place, item) in items {
                        @let wrong = wrongs.of(&item.key);
                        fieldset id=(item.key) aria-describedby=[wrong.map(|_| format!("{}-wrong", item.key))] {
                            legend { span.visually-hidden { "Question " (place + 1) " of " (all) ": " } (item.words.get(role).map_or("", String::as_str)) }
                            @if let Some(wrong) = wrong { p.wrong id=(format!("{}-wrong", item.key)) { (wrong) } }
                            (choices(&item.key, typed.field(&item.key)))
                        }
                    }
                }
            }
            section.block aria-labelledby="in-words" {
                h2 #in-words { "In your own words" span.soft { " optional" } }
                @if !asked.role.is_named() { p.soft { "Shown word for word where at least five people answered. Leave out names, days, numbers, and what others said: you see it once more before it is sent." } }
                @for question in Question::ALL {
                    @let hint = format!("{}-hint", question.name());
                    div.field {
                        label for=(question.name()) { @if own { (own_words(*question)) } @else { (question.shown()) } }
                        p.hint id=(hint) { "At most " (COMMENT) " characters." }
                        @if let Some(wrong) = wrongs.of(question.name()) { p.wrong { (wrong) } }
                        textarea id=(question.name()) name=(question.name()) rows="3" maxlength=(COMMENT) aria-describedby=(hint) { (typed.field(question.name())) }
                    }
                }
            }
            @if shown != Shown::No { input type="hidden" name="shown" value=(typed.mark()); }
            div.acts { button.primary type="submit" { @if shown == Shown::No { "Send" } @else { "Send it like this" } } @if let Some(back) = place.back { a href=(back) { "Back" } } }
            p.soft { "Sent once, it cannot be changed: nobody can tell it from the others." }
            p.soft.scripted { "What you fill in stays on this device until you send it. " button.plain type="button" data-forget-kept="" { "Forget it" } }
        }
        @if !own {
            details { summary { "You cannot rate here" }
                p { "You have hardly worked together, or would rather not. No reason is asked, and nobody is told that it was you." }
                form method="post" action=(format!("{}/decline", place.action)) { button type="submit" { "I do not rate here" } }
            }
        }
    }
}

/// The questions in words, asked of oneself.
fn own_words(question: Question) -> &'static str {
    match question {
        Question::Helps => "What do you do that helps people most?",
        Question::Differently => "What one thing could you do differently?",
    }
}
