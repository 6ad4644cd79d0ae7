//! The mapping: which column becomes which canonical field, and how. A file that a person can read,
//! save, edit and give back; a profile is the same thing with `detect` beside it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::canonical::Stage;
use crate::dates::DateKind;
pub use crate::field::{Field, Sort};

/// What one source row tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// One row a ticket, as it stands.
    #[default]
    Ticket,
    /// One row an update of a ticket: many rows a ticket, each also an event.
    Log,
    /// One row a change and configuration item.
    Change,
    /// One row a run of a job, a backup or a patch: what, when and how it ended.
    Job,
}

/// How several columns become one value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pick {
    /// The first that is present.
    #[default]
    First,
    /// The first column that the file has, present or not.
    Column,
    /// All that are present, joined by `join` (` > ` when not told).
    Join,
    /// All columns of that name (`Labels`, `Labels (2)` …), joined by `, `.
    Repeat,
}

/// What form a text value has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As it stands.
    #[default]
    Plain,
    /// HTML: tags are taken out.
    Html,
    /// A JSON document tree (Atlassian document format): its `text` parts.
    Document,
    /// A JSON list of objects: their `key`, joined by `, `.
    List,
    /// Several values, apart by `<br>` or line breaks: joined by `, `.
    Breaks,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Days, kept as minutes.
    Days,
    /// Hours, kept as minutes.
    Hours,
    /// Minutes.
    Minutes,
    /// Seconds, kept as minutes.
    Seconds,
    /// Not a number at all: 1 when there is any value, else 0.
    Present,
    /// The digits of a code such as `001A3689763`, as one number.
    Digits,
}

/// How one canonical field is made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldMap {
    /// Source columns, by name; capitals, blanks and marks do not matter.
    #[serde(deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// The same value for every row, where no column gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// How several columns become one.
    #[serde(skip_serializing_if = "is_default")]
    pub pick: Pick,
    /// What stands between joined values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// What form the text has.
    #[serde(skip_serializing_if = "is_default")]
    pub form: Form,
    /// For lists: which key of each object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Taken off the front of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strip: Option<String>,
    /// For dates: how they are written. Found from the whole column when not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<DateKind>,
    /// For numbers: what they count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// For numbers: the decimal mark, `,` or `.`; both are understood when not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<char>,
    /// For yes and no: the column says the opposite.
    #[serde(skip_serializing_if = "is_default")]
    pub not: bool,
    /// For yes and no: a value with a minus in front is no, `0` tells nothing, any other is yes (time left of a service level).
    #[serde(skip_serializing_if = "is_default")]
    pub sign: bool,
    /// Values replaced by others; `*` stands for any value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, String>,
}

/// How a profile knows its own files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Detect {
    /// Each line must be there by at least one of its names.
    pub all: Vec<Vec<String>>,
    /// None of these may be there.
    pub none: Vec<String>,
    /// Telling columns: the share that is there is the score; `one|other` is there by either name.
    pub known: Vec<String>,
    /// Whether the id repeats from row to row (a log) or not.
    pub repeated: Option<bool>,
    /// What values of a column must begin with, for files whose columns alone do not tell.
    pub values: Vec<ValueTest>,
}

/// A test of a column's values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ValueTest {
    /// The column.
    pub column: String,
    /// What its values begin with, one of these.
    #[serde(deserialize_with = "one_or_many")]
    pub starts: Vec<String>,
    /// Whether the values must or must not begin so (for more than half of them).
    pub not: bool,
}

/// A history embedded in each record, such as the changelog of a Jira issue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct History {
    /// The column that holds it as JSON.
    pub from: String,
    /// Key of the instant.
    pub when: String,
    /// Key of the list of changed fields.
    pub items: String,
    /// Key of the changed field's name.
    pub field: String,
    /// Key of the value before.
    pub before: String,
    /// Key of the value after.
    pub after: String,
    /// Which changed fields become events, and what the event is called (`state`, `group`). All
    /// others, above all those that name persons, are passed over.
    pub fields: BTreeMap<String, String>,
}

/// Links embedded in each record, such as Jira's issue links.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Link {
    /// The column that holds them as JSON.
    pub from: String,
    /// Path to the name of the link's type, joined by dots.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which types count, in lower case.
    #[serde(deserialize_with = "one_or_many")]
    pub is: Vec<String>,
    /// Path to the linked ticket's number.
    pub to: String,
    /// The field that takes it; stays as it is when a column gave one.
    pub field: Option<Field>,
}

/// Columns that name persons.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Persons {
    /// Never read: those who worked on it, opened or changed the record.
    #[serde(deserialize_with = "one_or_many")]
    pub drop: Vec<String>,
}

/// Which column becomes which canonical field, and how.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Name of the profile, or of the owner's own mapping.
    pub name: String,
    /// What it reads, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// A profile that this one is built upon; what is said here wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// Name of the source system, with the ticket's number its key.
    pub source: String,
    /// Kind of ticket where no column tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What one row tells.
    pub grain: Grain,
    /// Zone of dates that have none, such as `Europe/Berlin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Files of recorded answers: the column that holds the JSON list of the records meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_in: Option<String>,
    /// Endings that a column's name may have (`display_value`), best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endings: Vec<String>,
    /// Further spellings of "missing", beside the usual ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// How the profile knows its own files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detect: Option<Detect>,
    /// Canonical field by canonical field.
    pub fields: BTreeMap<Field, FieldMap>,
    /// What a state means; the usual words of seven languages are known without it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<String, Stage>,
    /// Rank of a priority, 1 the most urgent; the usual words are known without it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ranks: BTreeMap<String, u8>,
    /// Words that tell the class of work, by class; those of seven languages are known without it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub classes: BTreeMap<String, Vec<String>>,
    /// Log only: an event or a state by this name sets these instants to its own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sets: BTreeMap<String, Vec<Field>>,
    /// Columns that name persons.
    pub persons: Persons,
    /// A history embedded in each record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// Links embedded in each record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

impl Mapping {
    /// Reads a mapping file; `extends` is resolved against the profiles.
    ///
    /// # Errors
    /// When it is no mapping, with the line that is wrong, or extends an unknown profile.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let mapping: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        mapping.resolved(0)
    }

    /// Writes the mapping as the file that `from_toml` reads.
    ///
    /// # Errors
    /// When it cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string(self).map_err(|error| error.to_string())
    }

    fn resolved(self, depth: u8) -> Result<Self, String> {
        let Some(base) = self.extends.clone() else {
            return Ok(self);
        };
        let base = crate::profile::text_of(&base).filter(|_| depth < 4).ok_or_else(|| {
            let known: Vec<_> = crate::profile::names().collect();
            format!("It extends `{base}`, which is no profile. Profiles: {}.", known.join(", "))
        })?;
        let base: Self = toml::from_str(base).map_err(|error| error.to_string())?;
        let mut whole = base.resolved(depth + 1)?;
        whole.name = self.name;
        whole.title = if self.title.is_empty() { whole.title } else { self.title };
        whole.source = if self.source.is_empty() { whole.source } else { self.source };
        whole.kind = self.kind.or(whole.kind);
        whole.grain = if self.grain == Grain::default() { whole.grain } else { self.grain };
        whole.time_zone = self.time_zone.or(whole.time_zone);
        whole.detect = self.detect;
        whole.rows_in = self.rows_in.or(whole.rows_in);
        whole.history = self.history.or(whole.history);
        if !self.endings.is_empty() {
            whole.endings = self.endings;
        }
        if !self.links.is_empty() {
            whole.links = self.links;
        }
        whole.missing.extend(self.missing);
        whole.fields.extend(self.fields);
        whole.stages.extend(self.stages);
        whole.ranks.extend(self.ranks);
        whole.classes.extend(self.classes);
        whole.sets.extend(self.sets);
        whole.persons.drop.extend(self.persons.drop);
        whole.extends = None;
        Ok(whole)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}
