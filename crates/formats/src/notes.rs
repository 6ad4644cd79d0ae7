//! What was noticed while reading and is no error.

use std::collections::BTreeMap;

/// Things that are counted and told once, at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    /// Byte-order marks inside values.
    Marks,
    /// Records with fewer fields than the header.
    Short,
    /// Wholly empty records.
    Blank,
    /// Headers that come again, as where files were put together.
    Headers,
}

impl Counted {
    fn tell(self, n: u64) -> String {
        match self {
            Self::Marks => format!("{n} byte-order marks inside values taken out"),
            Self::Short => format!("{n} records have fewer fields than the header; the rest is missing"),
            Self::Blank => format!("{n} blank rows passed over"),
            Self::Headers => format!("{n} rows that repeat the header passed over"),
        }
    }
}

/// Notes. What is counted is told when the end is reached, and never changes after it was told.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    list: Vec<String>,
    counts: BTreeMap<Counted, u64>,
    others: BTreeMap<String, u64>,
    settled: bool,
}

impl Notes {
    pub(crate) fn list(&self) -> &[String] {
        &self.list
    }

    pub(crate) fn say(&mut self, note: impl Into<String>) {
        self.list.push(note.into());
    }

    pub(crate) fn count(&mut self, what: Counted, n: u64) {
        if n > 0 {
            *self.counts.entry(what).or_default() += n;
        }
    }

    /// Counts something of this name that lies beside the records and is passed over.
    pub(crate) fn beside(&mut self, name: &str) {
        const NAMES: usize = 50;
        if let Some(count) = self.others.get_mut(name) {
            *count += 1;
        } else if self.others.len() < NAMES {
            self.others.insert(name.to_owned(), 1);
        }
    }

    /// Tells every count: the end was reached.
    pub(crate) fn settle(&mut self, mended: u64, unreadable: u64) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        for (name, n) in std::mem::take(&mut self.others) {
            self.list.push(format!("{n} × {name} beside the records passed over"));
        }
        for (what, n) in std::mem::take(&mut self.counts) {
            self.list.push(what.tell(n));
        }
        if mended > 0 {
            self.list.push(format!("{mended} bytes were not UTF-8; read as Windows-1252"));
        }
        if unreadable > 0 {
            self.list.push(format!("{unreadable} times bytes stood for no character; read as \u{fffd}"));
        }
    }
}
