//! The survey: what the columns of a file hold, from its first rows, before anything is mapped.

use std::collections::{BTreeMap, HashMap, HashSet};

use formats::{Format, Reader, Record, Refusal};

use crate::dates::{DateKind, parts};
use crate::decimal::Marks;
use crate::mapping::Field;
use crate::words::{flag, fold, is_missing, no_date, number, quick};

/// Rows that are looked at before the mapping is chosen.
pub(crate) const SAMPLE: u64 = 8_000;
/// So many dates with a day of 12 or less, and none with a larger one, are no accident.
const TURNED: u64 = 8;
const VALUES: usize = 60;
const DISTINCT: usize = 5_000;
/// Rows kept whole, so that they can be shown as they would be read.
pub(crate) const SHOWN: usize = 5;

/// How the cells of a column can be read as dates.
#[derive(Debug, Clone, Default)]
pub(crate) struct Votes {
    /// Cells written as dates with numbers.
    pub civil: u64,
    /// Of them, those that say their own order (year first, or the month's name).
    pub settled: u64,
    /// Of those, the ones that name the month.
    pub named: u64,
    /// Of those, the ones with the year first and a day that could be a month.
    pub turnable: u64,
    /// Cells that are a day in each order.
    pub ymd: u64,
    pub dmy: u64,
    pub mdy: u64,
    /// Cells that are a day as D/M/Y and none as M/D/Y, and the other way round.
    pub only_dmy: u64,
    pub only_mdy: u64,
    /// Of cells whose year has two digits: which numbers stand first and last, a bit each. The years are few, the days many.
    pub firsts: u128,
    pub lasts: u128,
    /// Cells that have a zone of their own.
    pub zoned: u64,
    /// Whole numbers as large as seconds or milliseconds since 1970, or worksheet days.
    pub seconds: u64,
    pub millis: u64,
    pub serial: u64,
    /// An example of a cell that is a different day in either order, and of each that is not.
    pub ambiguous: Option<String>,
    pub example_dmy: Option<String>,
    pub example_mdy: Option<String>,
    /// A date with the year first.
    pub example_ymd: Option<String>,
}

impl Votes {
    pub(crate) fn count(&mut self, value: &str) {
        let Some(first) = value.bytes().next() else {
            return;
        };
        if !first.is_ascii_digit() && value.len() < 8 {
            return;
        }
        let Some(parts) = parts(value) else {
            if !first.is_ascii_digit() {
                return;
            }
            match number(value, None) {
                Some(value) if (6.3e8..4.2e9).contains(&value) => self.seconds += 1,
                Some(value) if (6.3e11..4.2e12).contains(&value) => self.millis += 1,
                Some(value) if (25_569.0..80_000.0).contains(&value) => self.serial += 1,
                _ => {}
            }
            return;
        };
        self.civil += 1;
        let (ymd, dmy, mdy) =
            (parts.in_order(DateKind::Ymd), parts.in_order(DateKind::Dmy), parts.in_order(DateKind::Mdy));
        self.zoned += u64::from([&ymd, &dmy, &mdy].iter().any(|read| read.is_ok_and(|read| read.offset.is_some())));
        if parts.settled() {
            self.settled += u64::from(dmy.is_ok());
            self.named += u64::from(dmy.is_ok() && parts.named().is_some());
            self.turnable += u64::from(dmy.is_ok() && parts.turned().is_some());
            if self.example_ymd.is_none() && parts.turned().is_some() {
                self.example_ymd = Some(value.to_owned());
            }
            return;
        }
        if let Some((first, last)) = parts.ends() {
            self.firsts |= 1 << first.min(127);
            self.lasts |= 1 << last.min(127);
        }
        self.ymd += u64::from(ymd.is_ok());
        self.dmy += u64::from(dmy.is_ok());
        self.mdy += u64::from(mdy.is_ok());
        let keep = |place: &mut Option<String>| {
            if place.is_none() {
                *place = Some(value.to_owned());
            }
        };
        match (dmy, mdy) {
            (Ok(_), Err(_)) => {
                self.only_dmy += 1;
                keep(&mut self.example_dmy);
            }
            (Err(_), Ok(_)) => {
                self.only_mdy += 1;
                keep(&mut self.example_mdy);
            }
            (Ok(one), Ok(other)) if one != other => keep(&mut self.ambiguous),
            _ => {}
        }
    }

    /// Whether the years of two digits stand last: `31.01.24` could be the 24th of January 2031, but not a column of which
    /// the last numbers are few and the first ones many.
    pub(crate) fn years_last(&self) -> bool {
        few(self.lasts, self.firsts)
    }

    /// The same for years that stand first.
    pub(crate) fn years_first(&self) -> bool {
        few(self.firsts, self.lasts)
    }

    /// Whether a worksheet has turned part of the dates: it makes dates of its own, day and month exchanged, of all
    /// cells that its country's order can read, and leaves the others as text.
    pub(crate) fn turned(&self) -> bool {
        let (years_first, open) = (self.settled - self.named, self.civil - self.settled);
        let decisive = self.only_dmy.max(self.only_mdy);
        years_first >= TURNED && self.turnable == years_first && decisive >= TURNED && decisive * 20 >= open * 19
    }

    /// Cells that can be a date in some way.
    pub(crate) fn any(&self) -> u64 {
        self.civil + self.seconds.max(self.millis).max(self.serial)
    }
}

/// So many different numbers at least are days, where at most a quarter as many stand in the other place.
const DAYS: u32 = 8;

fn few(years: u128, days: u128) -> bool {
    days.count_ones() >= DAYS && years.count_ones() * 4 <= days.count_ones()
}

/// What a column holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Column {
    pub name: String,
    pub folded: String,
    /// Named as one that names those who handled a ticket: its values are not looked at.
    pub handler: bool,
    pub present: u64,
    pub distinct: HashSet<u64>,
    /// The first distinct values and how often each came.
    pub values: HashMap<String, u64>,
    pub bytes: u64,
    pub words: u64,
    pub numbers: u64,
    pub marks: Marks,
    /// Durations in words or as hours and minutes.
    pub durations: u64,
    /// Words in place of a date.
    pub fillers: u64,
    pub flags: u64,
    pub mails: u64,
    pub dates: Votes,
}

impl Column {
    /// Whether its values come again and again, as the ids of a log do.
    pub(crate) fn repeats(&self) -> bool {
        self.distinct.len() < DISTINCT && self.present > 1 && (self.distinct.len() as u64) * 10 < self.present * 9
    }

    /// Distinct values as a share of those present.
    #[expect(clippy::cast_precision_loss, reason = "counts of a sample")]
    pub(crate) fn distinct_share(&self) -> f64 {
        if self.present == 0 {
            return 0.0;
        }
        let seen = if self.distinct.len() >= DISTINCT { self.present as f64 } else { self.distinct.len() as f64 };
        seen / self.present as f64
    }

    /// A share of the values present.
    #[expect(clippy::cast_precision_loss, reason = "counts of a sample")]
    pub(crate) fn share(&self, count: u64) -> f64 {
        if self.present == 0 { 0.0 } else { count as f64 / self.present as f64 }
    }

    /// Cells that can be dates, as a share of those that do not say that there is none.
    #[expect(clippy::cast_precision_loss, reason = "counts of a sample")]
    pub(crate) fn date_share(&self) -> f64 {
        let told = self.present - self.fillers.min(self.present);
        if told == 0 { 0.0 } else { self.dates.any() as f64 / told as f64 }
    }

    /// Cells that can be numbers of this field.
    pub(crate) fn number_share(&self, field: Field) -> f64 {
        self.share(self.numbers + if field == Field::TouchMinutes { self.durations } else { 0 })
    }

    fn count(&mut self, value: &str) {
        self.present += 1;
        if self.handler {
            return;
        }
        self.bytes += value.len() as u64;
        self.words += value.split_ascii_whitespace().count() as u64;
        if self.distinct.len() < DISTINCT {
            self.distinct.insert(quick(value));
        }
        if let Some(count) = self.values.get_mut(value) {
            *count += 1;
        } else if self.values.len() < VALUES && value.len() <= 200 {
            self.values.insert(value.to_owned(), 1);
        }
        // Dates in words, with the name of their zone, are the longest.
        if value.len() <= 72 {
            self.dates.count(value);
        }
        if value.len() <= 40 {
            self.flags += u64::from(flag(value).is_some());
            self.fillers += u64::from(no_date(value));
            if value.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
                let is_number = number(value, None).is_some();
                self.numbers += u64::from(is_number);
                if is_number {
                    self.marks.count(value);
                }
                self.durations += u64::from(!is_number && crate::duration::minutes(value).is_some());
            }
        }
        self.mails += u64::from(value.contains('@'));
    }
}

/// What a cell tells; nothing where it is missing.
fn told(record: &Record, column: usize) -> Option<&str> {
    let value = record.get(column)?.trim();
    Some(crate::plan::as_text(value).unwrap_or(value)).filter(|value| !is_missing(value))
}

/// What the file holds.
#[derive(Debug, Clone)]
pub(crate) struct Survey {
    pub format: Format,
    pub columns: Vec<Column>,
    pub rows: u64,
    /// Whole file looked at.
    pub whole: bool,
    pub first: Vec<Record>,
    pub notes: Vec<String>,
    by_name: BTreeMap<String, usize>,
    by_folded: BTreeMap<String, usize>,
}

impl Survey {
    /// Looks at the first rows.
    pub(crate) fn take(reader: &mut dyn Reader) -> Result<Self, Refusal> {
        let mut survey = Self {
            format: reader.format(),
            columns: Vec::new(),
            rows: 0,
            whole: false,
            first: Vec::new(),
            notes: Vec::new(),
            by_name: BTreeMap::new(),
            by_folded: BTreeMap::new(),
        };
        let mut record = Record::default();
        survey.name(reader.columns());
        while survey.rows < SAMPLE {
            match reader.next(&mut record)? {
                None => {
                    survey.whole = true;
                    break;
                }
                Some(Err(_)) => survey.rows += 1,
                Some(Ok(())) => {
                    survey.rows += 1;
                    if reader.columns().len() > survey.columns.len() {
                        survey.name(reader.columns());
                    }
                    for (index, column) in survey.columns.iter_mut().enumerate() {
                        if let Some(value) = told(&record, index) {
                            match value.starts_with('{').then(|| crate::embedded::named(value)).flatten() {
                                Some(name) => column.count(&name),
                                None => column.count(value),
                            }
                        }
                    }
                    if survey.first.len() < SHOWN {
                        survey.first.push(record.clone());
                    }
                }
            }
        }
        survey.notes = reader.notes().to_vec();
        Ok(survey)
    }

    /// Goes on to the end of the file, or until `settled`, looking at these columns' dates alone.
    pub(crate) fn go_on(
        &mut self,
        reader: &mut dyn Reader,
        columns: &[usize],
        settled: impl Fn(&Self) -> bool,
    ) -> Result<(), Refusal> {
        let mut record = Record::default();
        while !self.whole && !settled(self) {
            for _ in 0..4096 {
                match reader.next(&mut record)? {
                    None => {
                        self.whole = true;
                        return Ok(());
                    }
                    Some(Err(_)) => self.rows += 1,
                    Some(Ok(())) => {
                        self.rows += 1;
                        for &index in columns {
                            if let (Some(value), Some(column)) = (told(&record, index), self.columns.get_mut(index)) {
                                column.present += 1;
                                column.dates.count(value);
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn name(&mut self, names: &[String]) {
        for (index, name) in names.iter().enumerate().skip(self.columns.len()) {
            let folded = fold(name);
            self.by_name.entry(name.clone()).or_insert(index);
            self.by_folded.entry(folded.clone()).or_insert(index);
            let handler = crate::persons::is_handler(name);
            self.columns.push(Column { name: name.clone(), folded, handler, ..Column::default() });
        }
    }

    /// The column of this name, exactly or folded, with the best of the endings.
    pub(crate) fn find(&self, name: &str, endings: &[String]) -> Option<usize> {
        let plain = || self.by_name.get(name).or_else(|| self.by_folded.get(&fold(name))).copied();
        let ended = |ending: &String| self.by_folded.get(&format!("{}_{}", fold(name), fold(ending))).copied();
        plain().or_else(|| endings.iter().find_map(ended))
    }
}
