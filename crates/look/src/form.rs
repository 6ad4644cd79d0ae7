//! Parts of a form. What was typed stays in its field, and what is wrong with it stands at the field.

use leadership::Wrongs;
use maud::{Markup, html};

/// One field: its label, what was typed, and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Name in the form and in messages; the field's id is the same.
    pub name: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// A line under the label; empty for none.
    pub hint: &'a str,
    /// What was typed.
    pub value: &'a str,
    /// What is wrong with the whole form.
    pub wrongs: &'a Wrongs,
    /// Whether it must be filled.
    pub required: bool,
    /// What a browser may fill in (`new-password`, `one-time-code`); empty for what the type suggests.
    pub fill: &'a str,
}

impl<'a> Field<'a> {
    /// A field that must be filled, without a hint.
    #[must_use]
    pub fn new(name: &'a str, label: &'a str, value: &'a str, wrongs: &'a Wrongs) -> Self {
        Self { name, label, hint: "", value, wrongs, required: true, fill: "" }
    }

    /// With a line under the label.
    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    /// It may stay empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// With what a browser may fill in.
    #[must_use]
    pub fn fill(self, fill: &'a str) -> Self {
        Self { fill, ..self }
    }

    fn describes(&self) -> Option<String> {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        if self.wrongs.of(self.name).is_some() {
            ids.push(format!("{}-wrong", self.name));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn around(&self, control: &Markup) -> Markup {
        html! {
            div.field {
                label for=(self.name) { (self.label) @if !self.required { span.soft { " (optional)" } } }
                @if !self.hint.is_empty() { p.hint id=(format!("{}-hint", self.name)) { (self.hint) } }
                @if let Some(wrong) = self.wrongs.of(self.name) { p.wrong id=(format!("{}-wrong", self.name)) { (wrong) } }
                (control)
            }
        }
    }

    fn invalid(&self) -> Option<&'static str> {
        self.wrongs.of(self.name).map(|_| "true")
    }

    /// One line; `kind` is the type of the input: `text`, `email`, `date`, `number`, `password`.
    #[must_use]
    pub fn input(&self, kind: &str) -> Markup {
        self.around(&html! {
            input id=(self.name) name=(self.name) type=(kind) value=(self.value) required[self.required]
                autocomplete=(match kind { _ if !self.fill.is_empty() => self.fill, "email" => "email", "password" => "current-password", _ => "off" })
                aria-invalid=[self.invalid()] aria-describedby=[self.describes()];
        })
    }

    /// One line of text.
    #[must_use]
    pub fn line(&self) -> Markup {
        self.input("text")
    }

    /// One line, with what could be meant suggested while it is typed.
    #[must_use]
    pub fn suggested(&self, suggestions: &[&str]) -> Markup {
        let list = format!("{}-names", self.name);
        self.around(&html! {
            input id=(self.name) name=(self.name) type="text" value=(self.value) required[self.required] list=(list)
                autocomplete="off" aria-invalid=[self.invalid()] aria-describedby=[self.describes()];
            datalist id=(list) { @for one in suggestions { option value=(one) {} } }
        })
    }

    /// A day.
    #[must_use]
    pub fn day(&self) -> Markup {
        self.input("date")
    }

    /// Prose.
    #[must_use]
    pub fn area(&self) -> Markup {
        self.around(&html! {
            textarea id=(self.name) name=(self.name) rows="3" required[self.required]
                aria-invalid=[self.invalid()] aria-describedby=[self.describes()] { (self.value) }
        })
    }

    /// A choice among values, each with the word that is shown. Where it is optional, nothing can be chosen.
    #[must_use]
    pub fn choice(&self, choices: &[(&str, &str)]) -> Markup {
        self.around(&html! {
            select id=(self.name) name=(self.name) required[self.required]
                aria-invalid=[self.invalid()] aria-describedby=[self.describes()] {
                @if !self.required || !choices.iter().any(|(value, _)| *value == self.value) {
                    option value="" selected[self.value.is_empty()] { @if self.required { "Choose" } @else { "None" } }
                }
                @for (value, shown) in choices {
                    option value=(value) selected[*value == self.value] { (shown) }
                }
            }
        })
    }
}

impl Field<'_> {
    /// A choice that narrows a list: nothing chosen is all of it, and says so.
    #[must_use]
    pub fn narrowing(&self, all: &str, choices: &[(&str, &str)]) -> Markup {
        Field { required: true, ..*self }.around(&html! {
            select id=(self.name) name=(self.name) aria-describedby=[self.describes()] {
                option value="" selected[self.value.is_empty()] { (all) }
                @for (value, shown) in choices { option value=(value) selected[*value == self.value] { (shown) } }
            }
        })
    }
}

/// A box to tick: `true` when it is ticked, absent otherwise.
#[must_use]
pub fn check(name: &str, label: &str, ticked: bool) -> Markup {
    html! {
        div.check {
            input type="checkbox" id=(name) name=(name) value="true" checked[ticked];
            label for=(name) { (label) }
        }
    }
}

/// All that is wrong, above the form, each with a way to its field; nothing where nothing is wrong.
#[must_use]
pub fn wrongs(wrongs: &Wrongs) -> Markup {
    html! {
        @if !wrongs.0.is_empty() {
            div.notice.warn role="alert" {
                p { strong { "This was not kept yet." } " Nothing that you typed is lost." }
                ul {
                    @for wrong in &wrongs.0 {
                        li { @if wrong.field.is_empty() { (wrong.message) } @else { a href=(format!("#{}", wrong.field)) { (wrong.message) } } }
                    }
                }
            }
        }
    }
}
