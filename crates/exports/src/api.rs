//! What goes in and out of a reading: options, counts, difficulties, errors.

use std::collections::BTreeMap;
use std::path::Path;

use formats::Refusal;
use serde::{Deserialize, Serialize};

use crate::dates::DateKind;
use crate::mapping::{Field, Mapping};

/// What the owner said beside the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Use this profile, whatever the columns say.
    pub profile: Option<String>,
    /// Use this mapping, whatever the columns say.
    pub mapping: Option<Mapping>,
    /// Order of dates that do not tell it themselves: `Dmy`, `Mdy` or `Ymd`.
    pub date_order: Option<DateKind>,
    /// Zone of dates that have none, an IANA name.
    pub time_zone: Option<String>,
}

/// Reads a `--date-order` word.
///
/// # Errors
/// When it is none of `dmy`, `mdy`, `ymd`.
pub fn date_order(word: &str) -> Result<DateKind, String> {
    match word {
        "dmy" => Ok(DateKind::Dmy),
        "mdy" => Ok(DateKind::Mdy),
        "ymd" => Ok(DateKind::Ymd),
        _ => Err(format!("`{word}` is no order of dates: dmy, mdy or ymd")),
    }
}

/// Whether there is a zone of this name, as `--time-zone` gives it.
///
/// # Errors
/// When there is none, with what a name looks like.
pub fn time_zone(name: &str) -> Result<(), String> {
    crate::zone::Zone::named(name).map(drop)
}

/// What is handed in to a reading.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The file, for messages.
    pub path: &'a Path,
    /// Key of the pseudonyms.
    pub pseudonym_key: [u8; 32],
    /// The owner asked to keep the requesters' names as they are.
    pub keep_requester_names: bool,
}

/// Something in the file that was read with an assumption or in part, or could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difficulty {
    /// Column or field at fault; empty when it is the whole file.
    pub column: String,
    /// What is the matter, in words.
    pub what: String,
    /// How many rows.
    pub count: u64,
    /// A few of the values; never those of a column that names persons.
    pub examples: Vec<String>,
    /// What would mend it.
    pub remedy: String,
}

/// What became of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows of data read, good or bad; wholly blank ones are not counted.
    pub read: u64,
    /// Rows that gave canonical rows.
    pub accepted: u64,
    /// Rows rejected, each with its reason.
    pub rejected: u64,
    /// Wholly blank rows passed over.
    pub blank: u64,
    /// Canonical ticket rows given.
    pub tickets: u64,
    /// Canonical events given.
    pub events: u64,
    /// Canonical change rows given.
    pub changes: u64,
    /// What was difficult, in the order of fields.
    pub difficulties: Vec<Difficulty>,
}

/// Why a reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file or the mapping cannot be used.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What was read could not be written down.
    #[error("what was read could not be kept: {0}")]
    Sink(#[from] std::io::Error),
}

/// Which columns a field is read from, how sure that is, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The canonical field.
    pub field: Field,
    /// Its columns, in the file's words.
    pub columns: Vec<String>,
    /// How it is made, in words: `day-month-year`, `hours`, `pseudonym` …
    pub how: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Why.
    pub reason: String,
}

/// A column that no field is read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its name.
    pub column: String,
    /// Why: `names persons: never read`, `empty`, `no field for it`.
    pub why: String,
}

/// A date column whose order does not come out of the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsettled {
    /// The column.
    pub column: String,
    /// A value of it.
    pub example: String,
    /// The value read in each order that fits: order and date.
    pub readings: Vec<(String, String)>,
    /// What settles it.
    pub remedy: String,
}

/// Counts difficulties of the same kind together.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    kept: BTreeMap<(Field, &'static str), (u64, Vec<String>)>,
}

impl Tally {
    pub(crate) fn add(&mut self, field: Field, what: &'static str, example: impl FnOnce() -> String) {
        let (count, examples) = self.kept.entry((field, what)).or_default();
        *count += 1;
        if examples.len() < 3 {
            let example = example();
            if !example.is_empty() && !examples.contains(&example) {
                examples.push(example);
            }
        }
    }

    pub(crate) fn into_difficulties(
        self,
        column: impl Fn(Field) -> String,
        remedy: impl Fn(&str) -> String,
    ) -> Vec<Difficulty> {
        self.kept
            .into_iter()
            .map(|((field, what), (count, examples))| Difficulty {
                column: column(field),
                what: what.to_owned(),
                count,
                examples,
                remedy: remedy(what),
            })
            .collect()
    }
}
