//! Fields of a form that keep what was typed, and say what is wrong with it where it stands.

use ::acts::Me;
use jiff::civil::Date;
use leadership::Wrongs;
use maud::{Markup, html};

/// Longest title, in characters.
pub const TITLE: usize = 120;
/// Longest short text: a name, a team.
pub const SHORT: usize = 100;
/// Longest reason.
pub const REASON: usize = 500;
/// Longest text of a canvas.
pub const LONG: usize = 2_000;

/// What a form sent, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Names and values, in order; a name may come more than once.
    pub typed: Vec<(String, String)>,
    /// What is wrong, by the field's name.
    pub wrong: Vec<(String, String)>,
    /// What is said above the form.
    pub warn: Option<String>,
    /// The name of who fills it in, where people sign in.
    pub signed: Option<String>,
}

impl Said {
    /// A form that was sent.
    #[must_use]
    pub fn new(typed: Vec<(String, String)>) -> Self {
        Self { typed, ..Self::default() }
    }

    /// A form that is opened with these values.
    #[must_use]
    pub fn with(values: &[(&str, &str)]) -> Self {
        Self::new(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// Filled in by who is signed in, where people sign in.
    #[must_use]
    pub fn of(self, me: Option<&Me>) -> Self {
        Self { signed: me.map(|me| me.name.clone()), ..self }
    }

    /// The value of a field as it was typed; empty where there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.typed.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Gives a field another value.
    pub fn set(&mut self, name: &str, value: &str) {
        match self.typed.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.typed.push((name.to_owned(), value.to_owned())),
        }
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.typed.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value without blanks at its ends, held to a length. What is wrong is noted.
    pub fn take(&mut self, name: &str, what: &str, longest: usize, needed: bool) -> String {
        let value = self.value(name).trim().replace("\r\n", "\n");
        let length = value.chars().count();
        if length > longest {
            self.fault(name, format!("{what}: {length} characters; at most {longest}."));
        } else if needed && value.is_empty() {
            self.fault(name, format!("{what} is missing."));
        }
        value
    }

    /// A day that must be there. What is wrong is noted.
    pub fn day(&mut self, name: &str, what: &str) -> Option<Date> {
        let typed = self.take(name, what, 10, true);
        let day = typed.parse().ok();
        if day.is_none() && !typed.is_empty() && self.wrong(name).is_none() {
            self.fault(name, format!("“{typed}” is no day; write it like 2026-01-31."));
        }
        day
    }

    /// Notes what a rule found wrong, field by field.
    pub fn note(&mut self, wrongs: &Wrongs) {
        for wrong in &wrongs.0 {
            self.fault(&wrong.field, wrong.message.as_str());
        }
    }

    /// Notes what is wrong with a field.
    pub fn fault(&mut self, name: &str, wrong: impl Into<String>) {
        self.wrong.push((name.to_owned(), wrong.into()));
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn wrong(&self, name: &str) -> Option<&str> {
        self.wrong.iter().find(|(known, _)| known == name).map(|(_, wrong)| wrong.as_str())
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.wrong.is_empty() && self.warn.is_none()
    }

    /// What stands above the form: a warning, and how many fields need another look.
    #[must_use]
    pub fn head(&self) -> Markup {
        html! {
            @if let Some(warn) = &self.warn { div.notice.warn role="alert" { p { (warn) } } }
            @else if !self.wrong.is_empty() {
                div.notice.warn role="alert" {
                    p { strong { "Not kept yet. " } "Nothing that you typed is lost; look at what is marked." }
                    ul { @for (name, wrong) in &self.wrong { li { a href=(format!("#{name}")) { (wrong) } } } }
                }
            }
        }
    }
}

/// How a field looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// One line.
    Line,
    /// So many lines.
    Lines(u8),
    /// A day.
    Day,
    /// Money.
    Money,
}

/// A field of a form.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Its name, also its id.
    pub name: &'a str,
    /// What is asked.
    pub label: &'a str,
    /// What helps to answer.
    pub hint: &'a str,
    /// Longest answer, in characters.
    pub longest: usize,
    /// How it looks.
    pub look: Look,
    /// Whether it must be answered.
    pub needed: bool,
}

impl Field<'_> {
    /// Shows it.
    #[must_use]
    pub fn show(&self, said: &Said) -> Markup {
        let (name, wrong, value) = (self.name, said.wrong(self.name), said.value(self.name));
        let (hint_id, wrong_id) = (format!("{name}-hint"), format!("{name}-wrong"));
        let told = match (wrong.is_some(), !self.hint.is_empty()) {
            (true, true) => Some(format!("{wrong_id} {hint_id}")),
            (true, false) => Some(wrong_id.clone()),
            (false, true) => Some(hint_id.clone()),
            (false, false) => None,
        };
        html! {
            div.field .narrow[self.look == Look::Money] {
                label for=(name) { (self.label) }
                @if !self.hint.is_empty() { p.hint id=(hint_id) { (self.hint) } }
                @if let Some(wrong) = wrong { p.wrong id=(wrong_id) { (wrong) } }
                @match self.look {
                    Look::Lines(rows) => textarea id=(name) name=(name) rows=(rows) maxlength=(self.longest) required[self.needed]
                        aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told] { (value) },
                    look => input id=(name) name=(name) type=(if look == Look::Day { "date" } else { "text" }) value=(value)
                        inputmode=[(look == Look::Money).then_some("decimal")] maxlength=[(look != Look::Day).then_some(self.longest)]
                        required[self.needed] autocomplete="off" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told];,
                }
            }
        }
    }
}

/// One of a list, each with its value and its words. `none` is what stands for no choice; where it is empty, one must be
/// chosen.
#[derive(Debug, Clone, Copy)]
pub struct Pick<'a> {
    /// Its name, also its id.
    pub name: &'a str,
    /// What is asked.
    pub label: &'a str,
    /// What helps to answer.
    pub hint: &'a str,
    /// What stands for no choice.
    pub none: &'a str,
    /// What can be chosen.
    pub options: &'a [(String, String)],
}

impl Pick<'_> {
    /// Shows it.
    #[must_use]
    pub fn show(&self, said: &Said) -> Markup {
        let (name, wrong, value) = (self.name, said.wrong(self.name), said.value(self.name));
        let (hint_id, wrong_id) = (format!("{name}-hint"), format!("{name}-wrong"));
        let told = if wrong.is_some() { format!("{wrong_id} {hint_id}") } else { hint_id.clone() };
        html! {
            div.field {
                label for=(name) { (self.label) }
                p.hint id=(hint_id) { (self.hint) }
                @if let Some(wrong) = wrong { p.wrong id=(wrong_id) { (wrong) } }
                select id=(name) name=(name) required[self.none.is_empty()] aria-invalid=[wrong.map(|_| "true")] aria-describedby=(told) {
                    option value="" { @if self.none.is_empty() { "Choose one" } @else { (self.none) } }
                    @for (id, words) in self.options { option value=(id) selected[value == id] { (words) } }
                }
            }
        }
    }
}

/// Who says so, at the end of every form.
#[must_use]
pub fn by(said: &Said) -> Markup {
    if let Some(name) = &said.signed {
        return html! { p.soft { "Kept with the date and your name, " (name) ", for everyone who can see this page." } };
    }
    Field {
        name: "by",
        label: "Your name (may stay empty)",
        hint: "Kept with the date, for everyone who can see this page.",
        longest: SHORT,
        look: Look::Line,
        needed: false,
    }
    .show(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_and_what_is_wrong_is_said_at_the_field() {
        let mut said = Said::with(&[("title", &"x".repeat(130)), ("reason", "  ")]);
        said.take("title", "The title", TITLE, true);
        said.take("reason", "The reason", REASON, true);
        assert!(!said.is_fine());
        let field = Field { name: "title", label: "Title", hint: "", longest: TITLE, look: Look::Line, needed: true };
        let shown = field.show(&said).into_string();
        assert!(shown.contains(&"x".repeat(130)) && shown.contains("130 characters; at most 120."), "{shown}");
        assert!(shown.contains("aria-invalid=\"true\"") && shown.contains("aria-describedby=\"title-wrong\""));
        assert!(said.head().into_string().contains("The reason is missing."));
    }

    #[test]
    fn words_are_escaped() {
        let said = Said::with(&[("t", "</textarea><script>")]);
        let field = Field { name: "t", label: "T", hint: "", longest: LONG, look: Look::Lines(3), needed: false };
        assert!(!field.show(&said).into_string().contains("<script>"));
    }
}
