//! What sort of work a ticket or a change is: security, onboarding, patching … by the words of its kind, its category
//! or its title.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use crate::words::QuickMap;

/// More values of a field than this are not remembered.
const REMEMBERED: usize = 4096;

#[derive(Deserialize)]
struct Shipped {
    class: Vec<Class>,
}

#[derive(Deserialize)]
struct Class {
    name: String,
    words: Vec<String>,
}

/// The classes of work and their words, made ready for looking.
pub(crate) struct Classes {
    names: Vec<String>,
    /// `None` when there are no words at all.
    finder: Option<AhoCorasick>,
    /// Of each pattern its class and whether any ending may follow.
    patterns: Vec<(usize, bool)>,
    known: QuickMap<Option<usize>>,
}

impl Classes {
    /// The shipped words, and before them those of a mapping, by class.
    ///
    /// # Errors
    /// When there are more words than can be looked for at once.
    pub(crate) fn new(own: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let shipped =
            toml::from_str::<Shipped>(include_str!("../words/classes.toml")).map_err(|error| error.to_string())?;
        let own = own.iter().map(|(name, words)| Class { name: name.clone(), words: words.clone() });
        let mut classes = Self { names: Vec::new(), finder: None, patterns: Vec::new(), known: QuickMap::default() };
        let mut texts = Vec::new();
        for class in own.chain(shipped.class) {
            for word in &class.words {
                let stem = word.strip_suffix('*');
                let text = stem.unwrap_or(word).trim().to_lowercase();
                if text.is_empty() {
                    continue;
                }
                classes.patterns.push((classes.names.len(), stem.is_some()));
                texts.push(text);
            }
            classes.names.push(class.name);
        }
        if !texts.is_empty() {
            // Letters beyond a to z are looked for in both cases by hand: few words begin with one.
            let finder =
                AhoCorasick::builder().match_kind(MatchKind::Standard).ascii_case_insensitive(true).build(&texts);
            classes.finder = Some(finder.map_err(|error| error.to_string())?);
        }
        Ok(classes)
    }

    /// The name of a class by its number.
    pub(crate) fn name(&self, class: usize) -> Option<&str> {
        self.names.get(class).map(String::as_str)
    }

    /// The class of a value that comes again and again: a kind, a category.
    pub(crate) fn of_field(&mut self, value: &str) -> Option<usize> {
        if let Some(known) = self.known.get(value) {
            return *known;
        }
        let class = self.of_text(value);
        if self.known.len() < REMEMBERED {
            self.known.insert(value.into(), class);
        }
        class
    }

    /// The first class, in their order, of which a word stands in the text. O(letters).
    pub(crate) fn of_text(&self, text: &str) -> Option<usize> {
        let found = self.finder.as_ref()?.find_overlapping_iter(text).filter_map(|found| {
            let &(class, any_ending) = self.patterns.get(found.pattern().as_usize())?;
            let before = text.get(..found.start())?.chars().next_back();
            let after = text.get(found.end()..)?.chars().next();
            let inside = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
            (!inside(before) && (any_ending || !inside(after))).then_some(class)
        });
        found.min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Option<String> {
        let classes = Classes::new(&BTreeMap::new()).expect("words");
        classes.of_text(text).and_then(|class| classes.name(class)).map(str::to_owned)
    }

    #[test]
    fn work_is_told_by_whole_words_in_seven_languages() {
        for (text, expected) in [
            ("Phishing mail reported by finance", Some("security")),
            ("Vulnerabilities found by scan", Some("security")),
            ("Onboarding: laptop for new colleague", Some("onboarding")),
            ("New starter 1 March", Some("onboarding")),
            ("Neuer Mitarbeiter in Halle 3", Some("onboarding")),
            ("Nouvel arrivant : poste de travail", Some("onboarding")),
            ("Leaver, collect laptop", Some("offboarding")),
            ("PASSWORD reset", Some("access")),
            ("Mot de passe oublié", Some("access")),
            ("Install patch on SRV-12", Some("patching")),
            ("Nightly backup failed", Some("backup")),
            ("Datensicherung fehlgeschlagen", Some("backup")),
            ("Disk space below 10 %", Some("monitoring")),
            ("Onderhoud aan de server", Some("maintenance")),
            ("Printer does not print", None),
            // A word inside of another is no word.
            ("Dispatcher hangs", None),
            ("Recverest", None),
            ("", None),
        ] {
            assert_eq!(class(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_first_class_wins_and_words_of_ones_own_come_before() {
        // Security before patching, whatever comes first in the text.
        assert_eq!(class("Patch against malware").as_deref(), Some("security"));
        let own = BTreeMap::from([("plant".to_owned(), vec!["conveyor*".to_owned(), "patch".to_owned()])]);
        let mut classes = Classes::new(&own).expect("words");
        let name =
            |classes: &Classes, class: Option<usize>| class.and_then(|class| classes.name(class)).map(str::to_owned);
        let told = classes.of_field("Conveyors > Belt");
        assert_eq!(name(&classes, told).as_deref(), Some("plant"));
        let told = classes.of_field("Patch against malware");
        assert_eq!(name(&classes, told).as_deref(), Some("plant"));
    }

    #[test]
    fn shipped_words_are_written_once() {
        let shipped: Shipped = toml::from_str(include_str!("../words/classes.toml")).expect("TOML");
        let mut all: Vec<&String> = shipped.class.iter().flat_map(|class| &class.words).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
