//! What sort of work a ticket or a change is: security, onboarding, patching … by the words of its kind, its category
//! or its title, else by how it came in; else what was asked for (a repair, a request, a change, an answer), by its kind
//! alone.

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
    /// Where its words are looked for.
    #[serde(default)]
    of: Of,
    words: Vec<String>,
}

/// Where the words of a class are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    /// In kind, category and title.
    #[default]
    Work,
    /// In the channel, where none of those tells a class: what a monitor reports itself, it reports by its own way.
    Channel,
    /// In the kind, else in the category, once nothing else tells a class: a title that says "request" may be about
    /// anything.
    Kind,
}

/// The classes of work and their words, made ready for looking.
pub(crate) struct Classes {
    names: Vec<String>,
    work: Words,
    channels: Words,
    kinds: Words,
}

/// Words of classes, made ready for looking.
#[derive(Default)]
pub(crate) struct Words {
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
        let own = own.iter().map(|(name, words)| Class { name: name.clone(), of: Of::Work, words: words.clone() });
        let all: Vec<Class> = own.chain(shipped.class).collect();
        let of = |of: Of| {
            let classes = all.iter().enumerate().filter(move |(_, class)| class.of == of);
            classes.map(|(number, class)| (number, class.words.as_slice()))
        };
        let (work, channels) = (Words::new(of(Of::Work))?, Words::new(of(Of::Channel))?);
        let kinds = Words::new(of(Of::Kind))?;
        Ok(Self { names: all.into_iter().map(|class| class.name).collect(), work, channels, kinds })
    }

    /// The name of a class by its number.
    pub(crate) fn name(&self, class: usize) -> Option<&str> {
        self.names.get(class).map(String::as_str)
    }

    /// The class of a value that comes again and again: a kind, a category.
    pub(crate) fn of_field(&mut self, value: &str) -> Option<usize> {
        self.work.of_field(value)
    }

    /// The class that the way by which something came in tells: what monitoring reports.
    pub(crate) fn of_channel(&mut self, value: &str) -> Option<usize> {
        self.channels.of_field(value)
    }

    /// The class that a kind tells by itself, or a category in its place: a repair, a request.
    pub(crate) fn of_kind(&mut self, value: &str) -> Option<usize> {
        self.kinds.of_field(value)
    }

    /// The first class, in their order, of which a word stands in the text. O(letters).
    pub(crate) fn of_text(&self, text: &str) -> Option<usize> {
        self.work.of_text(text)
    }
}

impl Words {
    /// The words of these classes, each with its number.
    ///
    /// # Errors
    /// When there are more than can be looked for at once.
    pub(crate) fn new<'a>(classes: impl Iterator<Item = (usize, &'a [String])>) -> Result<Self, String> {
        let mut words = Self::default();
        let mut texts = Vec::new();
        for (number, list) in classes {
            for word in list {
                let stem = word.strip_suffix('*');
                let text = stem.unwrap_or(word).trim().to_lowercase();
                if !text.is_empty() {
                    words.patterns.push((number, stem.is_some()));
                    texts.push(text);
                }
            }
        }
        if !texts.is_empty() {
            // Letters beyond a to z are looked for in both cases by hand: few words begin with one.
            let finder =
                AhoCorasick::builder().match_kind(MatchKind::Standard).ascii_case_insensitive(true).build(&texts);
            words.finder = Some(finder.map_err(|error| error.to_string())?);
        }
        Ok(words)
    }

    /// The class of a value that comes again and again.
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

    fn of_text(&self, text: &str) -> Option<usize> {
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
    fn what_was_asked_for_is_told_by_the_kind() {
        let mut classes = Classes::new(&BTreeMap::new()).expect("words");
        for (kind, expected) in [
            ("incident", Some("repair")),
            ("Störung", Some("repair")),
            ("Incidencia", Some("repair")),
            ("problem", Some("repair")),
            ("Service Request", Some("request")),
            ("Demande de service", Some("request")),
            ("Aanvraag", Some("request")),
            ("Request for information", Some("question")),
            ("Frage", Some("question")),
            ("Change request", Some("change")),
            ("änderungsantrag", Some("change")),
            ("Category 46 > Subcategory 223", None),
            ("interaction", None),
        ] {
            let class = classes.of_kind(kind).and_then(|class| classes.name(class)).map(str::to_owned);
            assert_eq!(class.as_deref(), expected, "{kind}");
        }
        let told = classes.of_channel("Event Management");
        assert_eq!(told.and_then(|class| classes.name(class)), Some("monitoring"));
        assert_eq!(classes.of_channel("Login portal"), None);
        // A title that says "request" may be about anything.
        assert_eq!(class("Request: printer, incident 12"), None);
    }

    #[test]
    fn shipped_words_are_written_once() {
        let shipped: Shipped = toml::from_str(include_str!("../words/classes.toml")).expect("TOML");
        for of in [Of::Work, Of::Channel, Of::Kind] {
            let classes = shipped.class.iter().filter(|class| class.of == of);
            let mut all: Vec<&String> = classes.flat_map(|class| &class.words).collect();
            let count = all.len();
            assert!(count > 0, "{of:?}");
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count, "{of:?}");
        }
    }
}
