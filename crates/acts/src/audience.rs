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
    /// Who is left out of those who are chosen at once.
    pub without: Vec<String>,
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
    /// What stands for those who are meant where they are too many to be told one by one.
    pub all: &'a str,
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

    /// Whether all who are meant are chosen at once.
    pub(crate) fn is_at_once(&self) -> bool {
        self.ticks(ALL)
    }

    /// Those who were chosen, each once.
    pub(crate) fn chosen(&self, people: &[One]) -> Result<Vec<PersonId>, Wrongs> {
        let mut out = BTreeSet::new();
        for typed in &self.audience {
            if typed == ALL {
                out.extend(self.at_once(people));
            } else {
                let person: Result<PersonId, _> = typed.trim().parse();
                out.insert(person.map_err(|_| Wrongs::one("audience", "Choose those who are told of the list."))?);
            }
        }
        Ok(out.into_iter().collect())
    }

    /// The same as they are handed to an act that says itself what is wrong with one of them.
    pub(crate) fn named(&self, people: &[One]) -> Vec<String> {
        let mut out: BTreeSet<String> = self.audience.iter().filter(|typed| *typed != ALL).cloned().collect();
        if self.ticks(ALL) {
            out.extend(self.at_once(people).map(|person| person.to_string()));
        }
        out.into_iter().collect()
    }

    fn at_once<'a>(&'a self, people: &'a [One]) -> impl Iterator<Item = PersonId> + 'a {
        people.iter().filter(|one| one.meant && !self.leaves_out(&one.person.to_string())).map(|one| one.person)
    }

    fn ticks(&self, value: &str) -> bool {
        self.audience.iter().any(|chosen| chosen == value)
    }

    fn leaves_out(&self, value: &str) -> bool {
        self.without.iter().any(|left| left == value)
    }
}

fn tick(name: &str, value: &str, ticked: bool, label: &Markup) -> Markup {
    let id = format!("{}-{value}", if name == "audience" { "to" } else { name });
    html! {
        div.check {
            input type="checkbox" id=(id) name=(name) value=(value) checked[ticked];
            label for=(id) { (label) }
        }
    }
}

impl Audience<'_> {
    /// The field.
    pub(crate) fn show(&self, to: &Whom, wrongs: &Wrongs) -> Markup {
        let meant = self.people.iter().filter(|one| one.meant).count();
        let at_once = (meant > WHOLE).then_some(self.all);
        // Of those who are told at once, one can be left out; everybody else can be added.
        let all_at_once = at_once.is_some() && to.ticks(ALL);
        let line = |one: &One| {
            let id = one.person.to_string();
            if all_at_once && one.meant {
                tick("without", &id, to.leaves_out(&id), &html! { "Leave out " (one.name) (one.beside) })
            } else {
                tick("audience", &id, to.ticks(&id), &html! { (one.name) (one.beside) })
            }
        };
        let (first, rest): (Vec<_>, Vec<_>) = self.people.iter().partition(|one| {
            let id = one.person.to_string();
            (one.meant && at_once.is_none()) || to.ticks(&id) || (all_at_once && to.leaves_out(&id))
        });
        html! {
            fieldset #audience tabindex="-1" {
                legend { (self.legend) }
                @if !self.hint.is_empty() { p.hint { (self.hint) } }
                @if let Some(wrong) = wrongs.of("audience") { p.wrong { (wrong) } }
                @if let Some(all) = at_once { (tick("audience", ALL, to.ticks(ALL), &html! { (all) ": " (meant) " people" })) }
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
