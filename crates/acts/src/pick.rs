//! Choosing a person, or an aim. A few are a list to choose from; of many one types the name, and what fits is shown: a
//! page never carries three thousand names, and no script is needed.

use std::collections::BTreeMap;

use leadership::{AimId, Id, PersonId, Wrongs};
use ledger::asks;
use ledger::people::{Circle, Person};
use look::Field;
use maud::{Markup, html};

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;

/// Most people that a form shows whole, and most that are suggested.
pub(crate) const WHOLE: usize = 60;
/// Most names that are told where several fit.
const TOLD: usize = 8;

/// One who may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct One {
    id: String,
    /// The name; where several bear it, with what tells them apart.
    label: String,
    name: String,
    email: String,
}

/// What is chosen from, for the words about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Of {
    #[default]
    People,
    Aims,
}

impl Of {
    /// How one of many is named.
    fn hint(self) -> &'static str {
        match self {
            Self::People => "Type a name or an address for mail.",
            Self::Aims => "Type words of its title.",
        }
    }

    /// What to do where something was typed that names nothing.
    fn remedy(self) -> &'static str {
        match self {
            Self::People => "Give the name of one person, or their address.",
            Self::Aims => "Give the title of one aim.",
        }
    }

    /// What is said where nothing fits what was typed.
    fn nothing(self, typed: &str) -> String {
        match self {
            Self::People => {
                format!("Nobody here is called “{typed}”. Give a part of the name, and who fits is shown.")
            }
            Self::Aims => {
                format!(
                    "No aim that can be chosen is called “{typed}”. Give words of its title, and what fits is shown."
                )
            }
        }
    }
}

/// Those who may be chosen, by name; or aims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pick {
    all: Vec<One>,
    of: Of,
}

/// Whether every word stands in the text; without words nothing fits.
pub(crate) fn fits(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    let words = words.to_lowercase();
    !words.trim().is_empty() && words.split_whitespace().all(|word| text.contains(word))
}

impl Pick {
    /// From persons, each once.
    pub(crate) fn of<'a>(people: impl IntoIterator<Item = &'a Person>) -> Self {
        Self::told_apart(people.into_iter().map(|person| (person.id, person.name.clone(), person.email.clone())))
    }

    /// From names, each person once, where more of them is not at hand.
    pub(crate) fn named(people: impl IntoIterator<Item = (PersonId, String)>) -> Self {
        Self::told_apart(people.into_iter().map(|(id, name)| (id, name, None)))
    }

    /// From aims in their order: each with its title and the words that it is shown by.
    pub(crate) fn aims(aims: impl IntoIterator<Item = (AimId, String, String)>) -> Self {
        let mut all: Vec<One> = aims
            .into_iter()
            .map(|(id, title, label)| One {
                id: id.to_string(),
                name: title.to_lowercase(),
                label,
                email: String::new(),
            })
            .collect();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for one in &all {
            *counts.entry(one.label.clone()).or_default() += 1;
        }
        for one in all.iter_mut().filter(|one| counts.get(&one.label).is_some_and(|count| *count > 1)) {
            one.label = format!("{} ({})", one.label, &one.id[one.id.len() - 6..]);
        }
        Self { all, of: Of::Aims }
    }

    fn told_apart(people: impl Iterator<Item = (PersonId, String, Option<String>)>) -> Self {
        let mut all: Vec<One> = people
            .map(|(id, label, email)| One {
                id: id.to_string(),
                name: label.to_lowercase(),
                label,
                email: email.unwrap_or_default(),
            })
            .collect();
        all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        all.dedup_by(|a, b| a.id == b.id);
        let names: Vec<String> = all.iter().map(|one| one.name.clone()).collect();
        for (at, one) in all.iter_mut().enumerate() {
            let beside = |other: Option<&String>| other == Some(&one.name);
            if beside(at.checked_sub(1).and_then(|before| names.get(before))) || beside(names.get(at + 1)) {
                // The end of an identifier is random; its beginning is the time.
                let apart = if one.email.is_empty() { &one.id[one.id.len() - 6..] } else { one.email.as_str() };
                one.label = format!("{} ({apart})", one.label);
            }
        }
        Self { all, of: Of::People }
    }

    /// With circles among them, which are told by their names.
    pub(crate) fn and_circles<'a>(mut self, circles: impl IntoIterator<Item = &'a Circle>) -> Self {
        self.all.extend(circles.into_iter().map(|circle| One {
            id: circle.id.to_string(),
            label: circle.name.clone(),
            name: circle.name.to_lowercase(),
            email: String::new(),
        }));
        self
    }

    /// With a word about each of a few, such as when they can be reached.
    pub(crate) fn noting(mut self, word: impl Fn(&str) -> Option<String>) -> Self {
        for one in &mut self.all {
            if let Some(word) = word(&one.id) {
                one.label = format!("{}: {word}", one.label);
            }
        }
        self
    }

    /// With those first whom a test names.
    pub(crate) fn first(mut self, is: impl Fn(&str) -> bool) -> Self {
        self.all.sort_by_key(|one| !is(&one.id));
        self
    }

    /// With who asks themselves.
    pub(crate) fn and_oneself(mut self, me: &Me) -> Self {
        let one = One {
            id: me.actor.person.to_string(),
            label: format!("{} (yourself)", me.name),
            name: me.name.to_lowercase(),
            email: String::new(),
        };
        self.all.insert(0, one);
        self
    }

    /// Whether they are shown whole.
    pub(crate) fn is_few(&self) -> bool {
        self.all.len() <= WHOLE
    }

    /// Whether there is nobody to choose.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them.
    pub(crate) fn people(&self) -> Vec<PersonId> {
        self.all.iter().filter_map(|one| one.id.parse().ok()).collect()
    }

    /// Each with their identifier and the name by which they are told apart.
    pub(crate) fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.all.iter().map(|one| (one.id.as_str(), one.label.as_str()))
    }

    fn name(&self, id: &str) -> Option<&str> {
        self.all.iter().find(|one| one.id == id).map(|one| one.label.as_str())
    }

    /// The identifier of whom a text names: it itself, the name as it is suggested, the name where one bears it, or
    /// the address; empty where that is nobody, or not one alone.
    pub(crate) fn id(&self, typed: &str) -> String {
        let lower = typed.trim().to_lowercase();
        let found = |is: &dyn Fn(&&One) -> bool| {
            let mut all = self.all.iter().filter(is);
            all.next().filter(|_| all.next().is_none()).map(|one| one.id.clone())
        };
        if lower.is_empty() {
            return String::new();
        }
        found(&|one| one.id == lower)
            .or_else(|| found(&|one| one.label.to_lowercase() == lower))
            .or_else(|| found(&|one| one.email.to_lowercase() == lower))
            .or_else(|| found(&|one| one.name == lower))
            .unwrap_or_default()
    }

    /// The same as a person.
    pub(crate) fn person(&self, typed: &str) -> Option<PersonId> {
        self.id(typed).parse().ok()
    }

    /// Whom a field names, also where that is nobody of these: what is done with it says why not.
    pub(crate) fn meant(&self, typed: &str) -> Option<PersonId> {
        self.named_by(typed)
    }

    fn named_by<T>(&self, typed: &str) -> Option<Id<T>> {
        typed.trim().parse().ok().or_else(|| self.id(typed).parse().ok())
    }

    /// Whom a field names that may stay empty: what was typed and is no one's name is not taken for nobody.
    pub(crate) fn perhaps<T>(&self, field: &str, typed: &str) -> Result<Option<Id<T>>, Wrongs> {
        let meant = self.named_by(typed);
        if meant.is_none() && !typed.trim().is_empty() {
            let remedy = match self.of {
                _ if !self.is_few() => self.of.remedy(),
                Of::People => "Choose somebody of the list.",
                Of::Aims => "Choose one of the list.",
            };
            return Err(Wrongs::one(field, remedy));
        }
        Ok(meant)
    }

    /// The field: a few are a list, of many one is typed.
    pub(crate) fn field(&self, field: &Field<'_>) -> Markup {
        if !self.is_few() {
            let hint = format!("{} {}", field.hint, self.of.hint());
            return self.line(&Field { hint: hint.trim_start(), ..*field });
        }
        let choices: Vec<(&str, &str)> = self.all.iter().map(|one| (one.id.as_str(), one.label.as_str())).collect();
        // An address may bring a name.
        let id = self.id(field.value);
        Field { value: if id.is_empty() { field.value } else { &id }, ..*field }.choice(&choices)
    }

    /// One line, with those suggested who fit it. What was typed and is no one's name comes back with the names that
    /// fit.
    pub(crate) fn line(&self, field: &Field<'_>) -> Markup {
        let value = self.name(field.value).unwrap_or(field.value);
        let unknown = !self.is_few() && !value.trim().is_empty() && self.id(value).is_empty();
        let fitting: Vec<&One> = if self.is_few() {
            self.all.iter().collect()
        } else if unknown {
            self.all.iter().filter(|one| fits(&format!("{} {}", one.label, one.email), value)).collect()
        } else {
            Vec::new()
        };
        let suggestions: Vec<&str> = fitting.iter().take(WHOLE).map(|one| one.label.as_str()).collect();
        html! {
            (Field { value, ..*field }.suggested(&suggestions))
            @if unknown {
                p.soft {
                    @if fitting.is_empty() { (self.of.nothing(value)) }
                    @else {
                        "“" (value) "” fits: " (suggestions.iter().take(TOLD).copied().collect::<Vec<_>>().join(", "))
                        @if fitting.len() > TOLD { " and " (fitting.len() - TOLD) " more" } ". Choose one of them."
                    }
                }
            }
        }
    }
}

/// Whom an actor can reach, for a form to choose from.
pub(crate) async fn reachable(app: &App, me: &Me) -> Result<Pick, Failure> {
    let all = asks::reachable(&mut app.ledger().read().await?, &me.actor).await?;
    Ok(Pick::of(all.iter().map(|(person, _)| person)))
}

/// Whom a field of such a form names.
pub(crate) async fn reached(app: &App, me: &Me, typed: &str) -> Result<Option<PersonId>, Failure> {
    match typed.parse() {
        Ok(id) => Ok(Some(id)),
        Err(_) if typed.trim().is_empty() => Ok(None),
        Err(_) => Ok(reachable(app, me).await?.person(typed)),
    }
}
