//! A mapping made ready for a file: names become column indices once, so that a row costs little.

use std::collections::HashMap;

use formats::{Record, Refusal};

use crate::api::Context;
use crate::canonical::Stage;
use crate::dates::DateKind;
use crate::mapping::{Field, FieldMap, Form, Mapping, Pick, Sort, Unit};
use crate::persons::{is_handler, is_requester};
use crate::words::{QuickMap, fold, is_missing};

/// Where a field's value comes from in this file.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub columns: Box<[usize]>,
    pub constant: Option<String>,
    pub joiner: Option<String>,
    pub form: Form,
    pub key: String,
    pub strip: String,
    pub words: Option<HashMap<String, String>>,
    pub unit: Option<Unit>,
    pub decimal: Option<char>,
    pub not: bool,
    pub sign: bool,
    pub kind: DateKind,
}

impl Source {
    /// One column, taken as it stands.
    pub(crate) fn plain(&self) -> bool {
        self.joiner.is_none() && self.form == Form::Plain && self.strip.is_empty() && self.words.is_none()
    }
}

/// A JSON column and what it holds.
pub(crate) struct Embedded {
    pub history: Option<usize>,
    pub links: Vec<(usize, usize)>,
}

/// A mapping made ready for the columns of a file.
pub(crate) struct Plan {
    pub texts: Vec<(Field, Source)>,
    pub dates: Vec<(Field, Source)>,
    pub numbers: Vec<(Field, Source)>,
    pub flags: Vec<(Field, Source)>,
    pub embedded: Embedded,
    pub missing: Vec<String>,
    /// Columns whose cells stay out of rejected rows: handlers, requesters.
    pub masked: Vec<Mask>,
    pub columns: Vec<String>,
    /// Whether a column of the file says when a version was true.
    pub has_as_of: bool,
}

/// What becomes of a cell in a rejected row's raw text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mask {
    Shown,
    Handler,
    Requester,
}

/// Columns by name, exactly and folded.
struct Names<'a> {
    exact: HashMap<&'a str, usize>,
    folded: HashMap<String, usize>,
    all: Vec<String>,
}

impl<'a> Names<'a> {
    fn new(columns: &'a [String]) -> Self {
        let all: Vec<String> = columns.iter().map(|name| fold(name)).collect();
        let mut names = Self { exact: HashMap::new(), folded: HashMap::new(), all };
        for (index, name) in columns.iter().enumerate() {
            names.exact.entry(name).or_insert(index);
            if let Some(folded) = names.all.get(index) {
                names.folded.entry(folded.clone()).or_insert(index);
            }
        }
        names
    }

    /// All columns that a name can mean, the best first.
    fn find(&self, name: &str, endings: &[String], dates: bool) -> Vec<usize> {
        let folded = fold(name);
        let plain = self.exact.get(name).or_else(|| self.folded.get(&folded)).copied();
        let ended = |ending: &String| self.folded.get(&format!("{folded}_{}", fold(ending))).copied();
        // A shown date is in its reader's zone and manner; the value behind it is what the system keeps.
        let mut found: Vec<usize> = if dates {
            plain.into_iter().chain(endings.iter().rev().filter_map(ended)).collect()
        } else {
            endings.iter().filter_map(ended).chain(plain).collect()
        };
        let mut seen = Vec::new();
        found.retain(|index| {
            !seen.contains(index) && {
                seen.push(*index);
                true
            }
        });
        found
    }

    /// All columns of that name: `Labels`, `Labels (2)` …
    fn repeats(&self, name: &str) -> Vec<usize> {
        let folded = fold(name);
        let same = |other: &String| {
            other.strip_prefix(&folded).is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix('_').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
            })
        };
        self.all.iter().enumerate().filter(|(_, name)| same(name)).map(|(index, _)| index).collect()
    }
}

/// The columns of one field in a file, by index; empty when the file has none of them.
pub(crate) fn columns_of(map: &FieldMap, field: Field, mapping: &Mapping, columns: &[String]) -> Vec<usize> {
    resolve(map, field, mapping, &Names::new(columns))
}

fn resolve(map: &FieldMap, field: Field, mapping: &Mapping, names: &Names<'_>) -> Vec<usize> {
    let dates = field.sort() == Sort::Date;
    let mut found = Vec::new();
    for name in &map.from {
        let columns = match map.pick {
            Pick::Repeat => names.repeats(name),
            // Of each name's forms only the best takes part in a joined path.
            Pick::Join => names.find(name, &mapping.endings, dates).into_iter().take(1).collect(),
            Pick::First | Pick::Column => names.find(name, &mapping.endings, dates),
        };
        for column in columns {
            if !found.contains(&column) {
                found.push(column);
            }
        }
        // The forms of one name (`number`, `number.display_value`) are one column.
        if map.pick == Pick::Column && !found.is_empty() {
            break;
        }
    }
    found
}

impl Plan {
    /// Makes a mapping ready for these columns.
    ///
    /// # Errors
    /// When the mapping reads a column that names those who handled a ticket, when a date's order is
    /// not settled, or when the id is not there.
    pub(crate) fn new(mapping: &Mapping, columns: &[String], context: &Context<'_>) -> Result<Self, Refusal> {
        let refuse =
            |reason: String, remedy: &str| Refusal { path: context.path.into(), reason, remedy: remedy.into() };
        let names = Names::new(columns);
        let dropped: Vec<String> = mapping.persons.drop.iter().map(|name| fold(name)).collect();
        let mut plan = Self {
            texts: Vec::new(),
            dates: Vec::new(),
            numbers: Vec::new(),
            flags: Vec::new(),
            embedded: Embedded { history: None, links: Vec::new() },
            missing: mapping.missing.iter().map(|word| word.to_lowercase()).collect(),
            masked: columns
                .iter()
                .zip(&names.all)
                .map(|(name, folded)| match () {
                    () if is_handler(name) || dropped.contains(folded) => Mask::Handler,
                    () if is_requester(name) => Mask::Requester,
                    () => Mask::Shown,
                })
                .collect(),
            columns: columns.to_vec(),
            has_as_of: false,
        };
        for (&field, map) in &mapping.fields {
            let found = resolve(map, field, mapping, &names);
            for &index in &found {
                if plan.masked.get(index) == Some(&Mask::Handler) {
                    let column = columns.get(index).map_or("", String::as_str);
                    return Err(refuse(
                        format!(
                            "the mapping reads field `{}` from column `{column}`, which names those who handle tickets; such names are never kept",
                            field.name()
                        ),
                        "Take the column out of the mapping, or name a column that holds a team",
                    ));
                }
                if field == Field::Requester
                    && let Some(mask) = plan.masked.get_mut(index)
                {
                    *mask = Mask::Requester;
                }
            }
            if found.is_empty() && map.constant.is_none() {
                continue;
            }
            let kind = match map.date {
                _ if field.sort() != Sort::Date || found.is_empty() => DateKind::Ymd,
                Some(kind) => kind,
                None => {
                    return Err(refuse(
                        format!("the order of the dates in field `{}` is not settled", field.name()),
                        "Give --date-order dmy, mdy or ymd, or `date` in the mapping",
                    ));
                }
            };
            let source = source(map, field, found, kind);
            match field.sort() {
                Sort::Text => plan.texts.push((field, source)),
                Sort::Date => plan.dates.push((field, source)),
                Sort::Number => plan.numbers.push((field, source)),
                Sort::Flag => plan.flags.push((field, source)),
            }
        }
        plan.has_as_of = plan.reads(Field::AsOf);
        let json = |name: &str| names.find(name, &[], false).first().copied();
        plan.embedded.history = mapping.history.as_ref().and_then(|history| json(&history.from));
        plan.embedded.links =
            mapping.links.iter().enumerate().filter_map(|(index, link)| Some((index, json(&link.from)?))).collect();
        Ok(plan)
    }

    /// Whether this field is read from any column of the file.
    pub(crate) fn reads(&self, field: Field) -> bool {
        [&self.texts, &self.dates, &self.numbers, &self.flags]
            .into_iter()
            .any(|list| list.iter().any(|(known, _)| *known == field))
    }

    /// The first column of a field, in the file's words; the field's own name when there is none.
    pub(crate) fn column(&self, field: Field) -> String {
        [&self.texts, &self.dates, &self.numbers, &self.flags]
            .into_iter()
            .flatten()
            .find(|(known, _)| *known == field)
            .and_then(|(_, source)| self.columns.get(*source.columns.first()?))
            .map_or_else(|| field.name().to_owned(), Clone::clone)
    }

    /// A cell, trimmed, with where it begins in the record's buffer; `None` when it is missing.
    #[inline]
    pub(crate) fn cell<'r>(&self, record: &'r Record, column: usize) -> Option<(u32, &'r str)> {
        // Not by `record.get`: this is called for every cell, and is to be inlined.
        let &(start, end) = record.spans.get(column)?;
        let raw = record.buffer.get(start as usize..end as usize)?;
        let bytes = raw.as_bytes();
        let (&first, &last) = (bytes.first()?, bytes.last()?);
        let (start, value) = if (0x21..0x7f).contains(&first) && (0x21..0x7f).contains(&last) {
            (start, raw)
        } else {
            let cut = raw.trim_start();
            #[expect(clippy::cast_possible_truncation, reason = "a record's buffer is addressed by u32")]
            let lead = (raw.len() - cut.len()) as u32;
            (start + lead, cut.trim_end())
        };
        let (start, value) = as_text(value).map_or((start, value), |inner| (start + 2, inner));
        if is_missing(value) || (!self.missing.is_empty() && self.missing.contains(&value.to_lowercase())) {
            return None;
        }
        Some((start, value))
    }
}

/// What stands in a cell that a worksheet is to keep as text: `="00123"` is 00123.
#[inline]
pub(crate) fn as_text(value: &str) -> Option<&str> {
    value.strip_prefix("=\"")?.strip_suffix('"').filter(|inner| !inner.contains('"'))
}

fn source(map: &FieldMap, field: Field, found: Vec<usize>, kind: DateKind) -> Source {
    let joiner = match map.pick {
        Pick::First | Pick::Column => None,
        Pick::Join => Some(map.join.clone().unwrap_or_else(|| " > ".into())),
        Pick::Repeat => Some(map.join.clone().unwrap_or_else(|| ", ".into())),
    };
    let words =
        (!map.words.is_empty()).then(|| map.words.iter().map(|(from, to)| (from.to_lowercase(), to.clone())).collect());
    Source {
        // One column alone needs no joining.
        joiner: joiner.filter(|_| found.len() > 1),
        columns: found.into(),
        constant: map.constant.clone().filter(|_| field.sort() == Sort::Text),
        form: map.form,
        key: map.key.clone().unwrap_or_else(|| "name".into()),
        strip: map.strip.clone().unwrap_or_default(),
        words,
        unit: map.unit,
        decimal: map.decimal,
        not: map.not,
        sign: map.sign,
        kind,
    }
}

/// What a state or a priority means, remembered by its word.
pub(crate) struct Meanings {
    stages: HashMap<String, Stage>,
    ranks: HashMap<String, u8>,
    sets: HashMap<String, Vec<Field>>,
    known_stages: QuickMap<Option<Stage>>,
    known_ranks: QuickMap<Option<u8>>,
    known_sets: QuickMap<Vec<Field>>,
}

/// More words than this are not remembered: the column is then no list of states.
const REMEMBERED: usize = 4096;

impl Meanings {
    pub(crate) fn new(mapping: &Mapping) -> Self {
        Self {
            stages: mapping.stages.iter().map(|(word, &stage)| (fold(word), stage)).collect(),
            ranks: mapping.ranks.iter().map(|(word, &rank)| (fold(word), rank)).collect(),
            sets: mapping.sets.iter().map(|(word, fields)| (fold(word), fields.clone())).collect(),
            known_stages: QuickMap::default(),
            known_ranks: QuickMap::default(),
            known_sets: QuickMap::default(),
        }
    }

    pub(crate) fn stage(&mut self, word: &str) -> Option<Stage> {
        if let Some(&known) = self.known_stages.get(word) {
            return known;
        }
        let meaning = self.stages.get(&fold(word)).copied().or_else(|| crate::words::stage(word));
        if self.known_stages.len() < REMEMBERED {
            self.known_stages.insert(word.into(), meaning);
        }
        meaning
    }

    pub(crate) fn rank(&mut self, word: &str) -> Option<u8> {
        if let Some(&known) = self.known_ranks.get(word) {
            return known;
        }
        let meaning = self.ranks.get(&fold(word)).copied().or_else(|| crate::words::rank(word));
        if self.known_ranks.len() < REMEMBERED {
            self.known_ranks.insert(word.into(), meaning);
        }
        meaning
    }

    /// The instants that an event or state by this name sets.
    pub(crate) fn sets(&mut self, word: &str) -> &[Field] {
        if self.sets.is_empty() {
            return &[];
        }
        if self.known_sets.len() < REMEMBERED && !self.known_sets.contains_key(word) {
            let fields = self.sets.get(&fold(word)).cloned().unwrap_or_default();
            self.known_sets.insert(word.into(), fields);
        }
        self.known_sets.get(word).map_or(&[], Vec::as_slice)
    }
}
