//! One field of a row of a form.

use leadership::Wrongs;
use maud::{Markup, html};

/// One field of a row: several share a name, each has its own id.
pub(crate) struct Cell<'a> {
    pub(crate) id: String,
    pub(crate) name: &'a str,
    pub(crate) label: String,
    pub(crate) value: &'a str,
    pub(crate) kind: &'a str,
    /// Whether the label is for listeners only.
    pub(crate) quiet: bool,
}

impl Cell<'_> {
    pub(crate) fn show(&self, wrongs: &Wrongs) -> Markup {
        let wrong = wrongs.of(&self.id);
        let told = wrong.map(|_| format!("{}-wrong", self.id));
        html! {
            div.field {
                label class=[self.quiet.then_some("visually-hidden")] for=(self.id) { (self.label) }
                @if let (Some(wrong), Some(id)) = (wrong, &told) { p.wrong id=(id) { (wrong) } }
                @if self.kind == "area" {
                    textarea id=(self.id) name=(self.name) rows="2" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told.as_deref()] { (self.value) }
                } @else if self.kind == "number" {
                    input id=(self.id) name=(self.name) type="text" inputmode="numeric" size="3" value=(self.value) autocomplete="off" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told.as_deref()];
                } @else {
                    input id=(self.id) name=(self.name) type=(self.kind) value=(self.value) autocomplete="off" aria-invalid=[wrong.map(|_| "true")] aria-describedby=[told.as_deref()];
                }
            }
        }
    }
}
