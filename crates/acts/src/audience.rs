//! An audience to choose. Those who are meant stand first, each with the reason; everybody else follows, and is looked
//! for by name where they are too many for a page.

use std::collections::BTreeSet;

use leadership::{PersonId, Wrongs};
use maud::{Markup, html};
use serde::Deserialize;

use crate::pick::{WHOLE, fits};

/// What a box sends that stands for all who are meant.
const ALL: &str = "all";

/// Who was chosen, and what others are looked for by.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Whom {
    pub audience: Vec<String>,
    pub find: String,
    /// A button that only shows the form again: to find somebody, to add a row.
    pub more: String,
}

/// One who can be told.
pub(crate) struct One {
    pub person: PersonId,
    pub name: String,
    /// What is said of them beside the name.
    pub beside: Markup,
    /// Whether they are meant; everybody else is looked for.
    pub meant: bool,
}

/// How an audience is shown.
pub(crate) struct Audience<'a> {
    pub legend: &'a str,
    pub hint: &'a str,
    /// What is said where nobody is meant.
    pub nobody: &'a str,
    /// What leads to everybody else.
    pub others: &'a str,
    /// What stands for those who are meant where they are too many to be told one by one; without it they are told
    /// however many they are.
    pub all: Option<&'a str>,
    pub people: &'a [One],
}

impl Whom {
    /// All who are meant, as it is before anybody has changed it; of many at once.
    pub(crate) fn meant(people: &[One]) -> Self {
        let mut audience: Vec<String> =
            people.iter().filter(|one| one.meant).map(|one| one.person.to_string()).collect();
        if audience.len() > WHOLE {
            audience = vec![ALL.to_owned()];
        }
        Self { audience, ..Self::default() }
    }

    /// Those who were chosen, each once.
    pub(crate) fn chosen(&self, people: &[One]) -> Result<Vec<PersonId>, Wrongs> {
        let mut out = BTreeSet::new();
        for typed in &self.audience {
            if typed == ALL {
                out.extend(people.iter().filter(|one| one.meant).map(|one| one.person));
            } else {
                let person: Result<PersonId, _> = typed.trim().parse();
                out.insert(person.map_err(|_| Wrongs::one("audience", "Choose those who are told of the list."))?);
            }
        }
        Ok(out.into_iter().collect())
    }

    fn ticks(&self, value: &str) -> bool {
        self.audience.iter().any(|chosen| chosen == value)
    }
}

fn tick(value: &str, to: &Whom, label: &Markup) -> Markup {
    let id = format!("to-{value}");
    html! {
        div.check {
            input type="checkbox" id=(id) name="audience" value=(value) checked[to.ticks(value)];
            label for=(id) { (label) }
        }
    }
}

impl Audience<'_> {
    /// The field.
    pub(crate) fn show(&self, to: &Whom, wrongs: &Wrongs) -> Markup {
        let meant = self.people.iter().filter(|one| one.meant).count();
        let at_once = self.all.filter(|_| meant > WHOLE);
        let line = |one: &One| tick(&one.person.to_string(), to, &html! { (one.name) (one.beside) });
        let (first, rest): (Vec<_>, Vec<_>) =
            self.people.iter().partition(|one| (one.meant && at_once.is_none()) || to.ticks(&one.person.to_string()));
        html! {
            fieldset #audience tabindex="-1" {
                legend { (self.legend) }
                @if !self.hint.is_empty() { p.hint { (self.hint) } }
                @if let Some(wrong) = wrongs.of("audience") { p.wrong { (wrong) } }
                @if let Some(all) = at_once { (tick(ALL, to, &html! { (all) ": " (meant) " people" })) }
                @else if first.is_empty() { p.soft { (self.nobody) } }
                @for one in &first { (line(one)) }
                @if rest.len() <= WHOLE {
                    @if !rest.is_empty() { details { summary { (self.others) } @for one in &rest { (line(one)) } } }
                } @else {
                    @let found: Vec<_> = rest.iter().filter(|one| fits(&one.name, &to.find)).collect();
                    details open[!to.find.is_empty()] {
                        summary { (self.others) }
                        div.field {
                            label for="find" { "Find by name, among " (rest.len()) " people" }
                            input id="find" name="find" type="text" value=(to.find) autocomplete="off";
                        }
                        button type="submit" name="more" value="find" formnovalidate { "Find" }
                        @if !to.find.trim().is_empty() {
                            @if found.is_empty() { p.soft { "Nobody else is called that." } }
                            @for one in found.iter().take(WHOLE) { (line(one)) }
                            @if found.len() > WHOLE { p.soft { (found.len() - WHOLE) " more fit; give more of the name." } }
                        }
                    }
                }
            }
        }
    }
}
