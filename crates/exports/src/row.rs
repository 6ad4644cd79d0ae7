//! One record's values, field by field, in buffers that are used again for the next record.

use formats::Record;

use crate::api::{Context, Tally};
use crate::canonical::Millis;
use crate::dates::{Fault, parse, show, year};
use crate::mapping::{Field, Form, Unit};
use crate::persons::Pseudonyms;
use crate::plan::{Plan, Source};
use crate::words::{flag, no_date, number, strip_html};
use crate::zone::Zone;

/// Where a text value lies.
#[derive(Debug, Clone, Copy, Default)]
enum Slot {
    #[default]
    Nothing,
    /// In the record's own buffer.
    Cell(u32, u32),
    /// In the field's scratch.
    Scratch,
}

/// A row that cannot be kept: column index (when one is at fault) and why.
#[derive(Debug)]
pub(crate) struct Fatal {
    pub field: Field,
    pub column: Option<usize>,
    pub reason: String,
}

/// Years outside of these are no dates of tickets.
const YEARS: std::ops::RangeInclusive<i64> = 1985..=2100;

/// More minutes of work than this on one ticket (ten years) are no work, but a number written wrongly.
const MOST_WORK: f64 = 5_256_000.0;

pub(crate) const TOO_MUCH_WORK: &str = "more work than ten years: the number is left out";

pub(crate) const SENTINEL: &str = "the date is a filler that stands for \"none\"";

/// The values of one record.
pub(crate) struct Row {
    texts: [Slot; Field::COUNT],
    scratch: Vec<String>,
    dates: [Option<Millis>; Field::COUNT],
    /// The latest cell of each date field, and the instant it was.
    latest: Vec<(String, Option<Millis>)>,
    numbers: [Option<f64>; Field::COUNT],
    flags: [Option<bool>; Field::COUNT],
    pub pseudonyms: Pseudonyms,
    keep_names: bool,
    pub zone: Zone,
}

impl Row {
    pub(crate) fn new(context: &Context<'_>, zone: Zone) -> Self {
        Self {
            texts: [Slot::Nothing; Field::COUNT],
            scratch: vec![String::new(); Field::COUNT],
            dates: [None; Field::COUNT],
            latest: vec![(String::new(), None); Field::COUNT],
            numbers: [None; Field::COUNT],
            flags: [None; Field::COUNT],
            pseudonyms: Pseudonyms::new(context.pseudonym_key),
            keep_names: context.keep_requester_names,
            zone,
        }
    }

    /// A text value.
    #[inline]
    pub(crate) fn text<'a>(&'a self, record: &'a Record, field: Field) -> Option<&'a str> {
        match self.texts[field as usize] {
            Slot::Nothing => None,
            Slot::Cell(from, to) => record.buffer.get(from as usize..to as usize),
            Slot::Scratch => self.scratch.get(field as usize).map(String::as_str),
        }
    }

    #[inline]
    pub(crate) fn date(&self, field: Field) -> Option<Millis> {
        self.dates[field as usize]
    }

    #[inline]
    pub(crate) fn number(&self, field: Field) -> Option<f64> {
        self.numbers[field as usize]
    }

    #[inline]
    pub(crate) fn flag(&self, field: Field) -> Option<bool> {
        self.flags[field as usize]
    }

    pub(crate) fn set_date(&mut self, field: Field, value: Option<Millis>) {
        self.dates[field as usize] = value;
    }

    pub(crate) fn set_number(&mut self, field: Field, value: f64) {
        self.numbers[field as usize] = Some(value);
    }

    pub(crate) fn set_text(&mut self, field: Field, value: &str) {
        if let Some(scratch) = self.scratch.get_mut(field as usize) {
            scratch.clear();
            scratch.push_str(value);
            self.texts[field as usize] = Slot::Scratch;
        }
    }

    /// Nothing is known of a field that no column gives.
    pub(crate) fn forget(&mut self, field: Field) {
        let at = field as usize;
        (self.texts[at], self.dates[at], self.numbers[at], self.flags[at]) = (Slot::Nothing, None, None, None);
    }

    /// Writes a requester as he may be shown.
    pub(crate) fn name(&mut self, name: &str, out: &mut String) {
        if self.keep_names {
            out.push_str(name);
        } else {
            self.pseudonyms.write(name, out);
        }
    }

    /// Reads all fields of a record.
    #[inline]
    pub(crate) fn fill(&mut self, plan: &Plan, record: &Record, tally: &mut Tally) -> Result<(), Fatal> {
        for (field, source) in &plan.texts {
            self.texts[*field as usize] = self.read_text(plan, record, *field, source);
        }
        for (field, source) in &plan.dates {
            self.dates[*field as usize] = self.read_date(plan, record, *field, source, tally)?;
        }
        for (field, source) in &plan.numbers {
            let read = read_number(plan, record, *field, source)?;
            let too_much = *field == Field::TouchMinutes && read.is_some_and(|minutes| minutes > MOST_WORK);
            if too_much {
                tally.add(*field, TOO_MUCH_WORK, || read.unwrap_or_default().to_string());
            }
            self.numbers[*field as usize] = read.filter(|_| !too_much);
        }
        for (field, source) in &plan.flags {
            self.flags[*field as usize] = read_flag(plan, record, *field, source)?;
        }
        Ok(())
    }

    #[inline]
    fn read_text(&mut self, plan: &Plan, record: &Record, field: Field, source: &Source) -> Slot {
        let first = source.columns.iter().find_map(|&column| plan.cell(record, column));
        let Some((start, value)) = first else {
            let Some(constant) = &source.constant else {
                return Slot::Nothing;
            };
            self.set_text(field, constant);
            return Slot::Scratch;
        };
        let hidden = field == Field::Requester && !self.keep_names;
        let lower = matches!(field, Field::Kind | Field::Class);
        let boxed = value.starts_with('{') && !matches!(field, Field::Title | Field::Text);
        let grouped = field == Field::Id && apart(value);
        let lowered = lower && value.bytes().any(|byte| byte.is_ascii_uppercase() || byte >= 0x80);
        let rewritten = boxed || grouped || hidden || lowered;
        if source.plain() && !rewritten {
            #[expect(clippy::cast_possible_truncation, reason = "a record's buffer is addressed by u32")]
            return Slot::Cell(start, start + value.len() as u32);
        }
        let Some(out) = self.scratch.get_mut(field as usize) else {
            return Slot::Nothing;
        };
        out.clear();
        if hidden && source.plain() && !boxed {
            self.pseudonyms.write(value, out);
            return Slot::Scratch;
        }
        if source.form != Form::Plain {
            made(plan, record, source, out);
        } else if let Some(joiner) = &source.joiner {
            joined(plan, record, source, joiner, out);
        } else if boxed && let Some(name) = crate::embedded::named(value) {
            out.push_str(&name);
        } else if grouped {
            out.extend(value.chars().filter(char::is_ascii_digit));
        } else {
            out.push_str(value.strip_prefix(source.strip.as_str()).unwrap_or(value));
        }
        if let Some(words) = &source.words
            && let Some(word) = words.get(out.to_lowercase().as_str()).or_else(|| words.get("*"))
        {
            out.clear();
            out.push_str(word);
        }
        if lower {
            *out = out.to_lowercase();
        }
        if hidden {
            let mut pseudonym = String::with_capacity(18);
            self.pseudonyms.write(out, &mut pseudonym);
            out.clear();
            out.push_str(&pseudonym);
        }
        if out.is_empty() { Slot::Nothing } else { Slot::Scratch }
    }

    #[inline]
    fn read_date(
        &mut self,
        plan: &Plan,
        record: &Record,
        field: Field,
        source: &Source,
        tally: &mut Tally,
    ) -> Result<Option<Millis>, Fatal> {
        for &column in &source.columns {
            let Some((_, value)) = plan.cell(record, column) else {
                continue;
            };
            // The rows of a ticket in a log say the same dates again and again.
            if let Some((last, instant)) = self.latest.get(field as usize)
                && instant.is_some()
                && last == value
            {
                return Ok(*instant);
            }
            let written = match parse(value, source.kind) {
                Ok(written) => written,
                Err(_) if value.starts_with("0000-00-00") => continue,
                Err(_) if no_date(value) => {
                    tally.add(field, SENTINEL, || value.to_owned());
                    continue;
                }
                Err(fault) => {
                    let kind = source.kind.words();
                    let reason = match fault {
                        Fault::NoSuchDay => format!(
                            "`{value}` is no day when read as {kind}. Mend the cell, or give --date-order if the order is another"
                        ),
                        Fault::Unreadable => format!(
                            "`{value}` cannot be read as a date ({kind}). Mend the cell, or map another column to `{}`",
                            field.name()
                        ),
                    };
                    return Err(Fatal { field, column: Some(column), reason });
                }
            };
            let instant = match written.offset {
                Some(offset) => written.local - offset,
                None => self.zone.instant(written.local),
            };
            let year = year(written.local);
            if YEARS.contains(&year) {
                if let Some((last, kept)) = self.latest.get_mut(field as usize) {
                    last.clear();
                    last.push_str(value);
                    *kept = Some(instant);
                }
                return Ok(Some(instant));
            }
            // The first days of what computers count from, and the last of what they can write.
            if matches!(year, 1 | 1753 | 1899 | 1900 | 1901 | 1970 | 2999 | 4712 | 9999) {
                tally.add(field, SENTINEL, || value.to_owned());
                continue;
            }
            let reason = format!(
                "{} is no year of a ticket (`{value}`). Mend the cell",
                show(instant).get(..4).unwrap_or("this")
            );
            return Err(Fatal { field, column: Some(column), reason });
        }
        Ok(None)
    }
}

/// Whether a number is written with its thousands apart (`28 316`), as some tools show the numbers of tickets.
#[inline]
fn apart(value: &str) -> bool {
    let is_mark = |letter: char| matches!(letter, ' ' | ',' | '\u{a0}' | '\u{202f}');
    if !value.contains(is_mark) {
        return false;
    }
    let mut groups = value.split(is_mark);
    let figures = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && figures(first))
        && groups.all(|group| group.len() == 3 && figures(group))
}

/// The values of several columns, as a path. A path does not say the same level twice.
fn joined(plan: &Plan, record: &Record, source: &Source, joiner: &str, out: &mut String) {
    let mut level = 0;
    for &column in &source.columns {
        let Some((_, value)) = plan.cell(record, column) else {
            continue;
        };
        let named = if value.starts_with('{') { crate::embedded::named(value) } else { None };
        let value = named.as_deref().unwrap_or(value);
        let value = value.strip_prefix(source.strip.as_str()).unwrap_or(value);
        if out.get(level..) == Some(value) {
            continue;
        }
        if !out.is_empty() {
            out.push_str(joiner);
        }
        level = out.len();
        out.push_str(value);
    }
}

/// The value of several columns, or of one that is HTML, a document tree or a list.
#[cold]
fn made(plan: &Plan, record: &Record, source: &Source, out: &mut String) {
    let mut part = String::new();
    let mut previous = String::new();
    let cells = source.columns.iter().filter_map(|&column| plan.cell(record, column));
    let cells = cells.take(if source.joiner.is_some() { usize::MAX } else { 1 });
    for (_, value) in cells {
        let value = value.strip_prefix(source.strip.as_str()).unwrap_or(value);
        part.clear();
        match source.form {
            Form::Plain => part.push_str(value),
            Form::Breaks => crate::embedded::breaks(value, &mut part),
            Form::Html => strip_html(value, &mut part),
            Form::Document => crate::embedded::document(value, &mut part),
            Form::List => crate::embedded::list(value, &source.key, &mut part),
        }
        // A path does not say the same level twice.
        if part.is_empty() || part == previous {
            continue;
        }
        if !out.is_empty() {
            out.push_str(source.joiner.as_deref().unwrap_or(", "));
        }
        out.push_str(&part);
        previous.clone_from(&part);
    }
}

fn read_number(plan: &Plan, record: &Record, field: Field, source: &Source) -> Result<Option<f64>, Fatal> {
    let found = source.columns.iter().find_map(|&column| plan.cell(record, column).map(|(_, value)| (column, value)));
    if source.unit == Some(Unit::Present) {
        return Ok(Some(if found.is_some() { 1.0 } else { 0.0 }));
    }
    let Some((column, value)) = found else {
        return Ok(None);
    };
    let fatal = |reason| Err(Fatal { field, column: Some(column), reason });
    let read = match source.unit {
        Some(Unit::Digits) => {
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            digits.parse().ok()
        }
        // What does not fit the mark of its column (`3,87,16,91,111`) is read by itself.
        _ => number(value, source.decimal).or_else(|| number(value, None)),
    };
    // Work is told in words, too: `1 hour 20 minutes`, `01:20:00`.
    if read.is_none()
        && field == Field::TouchMinutes
        && let Some(minutes) = crate::duration::minutes(value)
    {
        return Ok(Some(minutes));
    }
    let Some(read) = read else {
        return fatal(format!("`{value}` is no number. Mend the cell, or map another column to `{}`", field.name()));
    };
    if read < 0.0 {
        return fatal(format!("`{value}` is less than nothing. Mend the cell"));
    }
    Ok(Some(match source.unit {
        Some(Unit::Days) => read * 1440.0,
        Some(Unit::Hours) => read * 60.0,
        Some(Unit::Seconds) => read / 60.0,
        _ => read,
    }))
}

fn read_flag(plan: &Plan, record: &Record, field: Field, source: &Source) -> Result<Option<bool>, Fatal> {
    for &column in &source.columns {
        let Some((_, value)) = plan.cell(record, column) else {
            continue;
        };
        let read = if source.sign {
            // Nothing was agreed upon where nothing is left to the minute.
            if value == "0" {
                continue;
            }
            Some(!value.starts_with('-'))
        } else {
            let word =
                source.words.as_ref().and_then(|words| words.get(&value.to_lowercase()).or_else(|| words.get("*")));
            // A word that the mapping says to tell nothing.
            if word.is_some_and(String::is_empty) {
                continue;
            }
            flag(word.map_or(value, String::as_str))
        };
        let Some(read) = read else {
            let reason = format!(
                "`{value}` is neither yes nor no. Mend the cell, or say in the mapping what it means (fields.{}.words)",
                field.name()
            );
            return Err(Fatal { field, column: Some(column), reason });
        };
        return Ok(Some(read != source.not));
    }
    Ok(None)
}
