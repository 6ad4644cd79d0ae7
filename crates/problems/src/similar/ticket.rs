//! A ticket as the index takes it in, wherever it is kept.

use super::line::Line;
use crate::model::Symptoms;
use crate::text::tokens::hash;

/// What is read of a ticket.
pub trait Ticket: Sync {
    /// Its id or key.
    fn id(&self) -> &str;
    /// Opened, seconds since 1970.
    fn opened(&self) -> i64;
    /// Short description.
    fn title(&self) -> &str;
    /// Description.
    fn text(&self) -> &str;
    /// Coded fields: name, and hash of the value; missing values are left out.
    fn values(&self) -> impl Iterator<Item = (&str, u64)> + Clone;
}

/// Hash of a value of a coded field.
#[must_use]
pub fn value(words: &str) -> u64 {
    hash(words.trim())
}

impl Ticket for Line {
    fn id(&self) -> &str {
        &self.id
    }

    fn opened(&self) -> i64 {
        self.opened
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn values(&self) -> impl Iterator<Item = (&str, u64)> + Clone {
        self.coded().filter(|(_, words)| !words.trim().is_empty()).map(|(name, words)| (name, value(words)))
    }
}

/// Coded fields that speak about what a ticket is; the resolution is known only afterwards.
const COMPARED: [&str; 7] = ["item", "service", "category", "symptom", "location", "client", "team"];

/// Coded fields of a record with the hash of each value, so that no ticket's words are copied.
pub struct Coding<'a> {
    symptoms: &'a Symptoms,
    /// Place in the record's fields, and hash of each code's value; 0 for the missing one.
    fields: Vec<(usize, Vec<u64>)>,
}

impl<'a> Coding<'a> {
    /// Reads the values of the fields that are compared.
    #[must_use]
    pub fn new(symptoms: &'a Symptoms) -> Self {
        let fields = symptoms.fields.iter().enumerate().filter(|(_, field)| COMPARED.contains(&field.name));
        let hashed = |words: &String| if words.trim().is_empty() { 0 } else { value(words) };
        let fields = fields.map(|(place, field)| (place, field.values.iter().map(hashed).collect())).collect();
        Self { symptoms, fields }
    }

    /// A ticket of the record, by its number there.
    #[must_use]
    pub fn ticket(&self, number: u32) -> Kept<'_> {
        Kept { coding: self, number }
    }
}

/// A ticket of a record.
#[derive(Clone, Copy)]
pub struct Kept<'a> {
    coding: &'a Coding<'a>,
    number: u32,
}

impl Ticket for Kept<'_> {
    fn id(&self) -> &str {
        self.coding.symptoms.keys.get(self.number as usize).map_or("", String::as_str)
    }

    fn opened(&self) -> i64 {
        self.coding.symptoms.opened_at(self.number as usize)
    }

    fn title(&self) -> &str {
        self.coding.symptoms.title_of(self.number as usize)
    }

    fn text(&self) -> &str {
        self.coding.symptoms.text_of(self.number as usize)
    }

    fn values(&self) -> impl Iterator<Item = (&str, u64)> + Clone {
        let ticket = self.number as usize;
        let symptoms = self.coding.symptoms;
        let coded = self.coding.fields.iter().filter_map(move |(place, hashes)| {
            let field = symptoms.fields.get(*place)?;
            let hash = *hashes.get(field.code(ticket) as usize)?;
            (field.code(ticket) != 0 && hash != 0).then_some((field.name, hash))
        });
        let who = symptoms.requester.get(ticket).copied().filter(|&who| who != 0);
        coded.chain(who.map(|who| ("requester", u64::from(who))))
    }
}
