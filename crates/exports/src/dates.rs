//! Dates as exports write them. One hand-written reader for all numeric orders, month names, twelve
//! hour clocks and zones; nothing is allocated.
//!
//! A cell alone often does not tell whether `03/04/2016` is in March or April: the order comes from
//! the whole column (`votes`), never from the cell.

use serde::{Deserialize, Serialize};

use crate::canonical::Millis;
use crate::spoken::{month, year_before_time};

/// How a column writes its dates. A cell that begins with a year of four digits is read as year,
/// month, day whatever the order says; a month's name settles itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DateKind {
    /// Year, month, day; also ISO 8601.
    #[serde(rename = "ymd")]
    Ymd,
    /// Day, month, year.
    #[serde(rename = "dmy")]
    Dmy,
    /// Month, day, year.
    #[serde(rename = "mdy")]
    Mdy,
    /// Seconds since 1970.
    #[serde(rename = "epoch-s")]
    EpochSeconds,
    /// Milliseconds since 1970.
    #[serde(rename = "epoch-ms")]
    EpochMillis,
    /// Days since 30 December 1899, with a fraction, as worksheets keep them.
    #[serde(rename = "excel")]
    Excel,
}

impl DateKind {
    /// The name in the mapping file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ymd => "ymd",
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::EpochSeconds => "epoch-s",
            Self::EpochMillis => "epoch-ms",
            Self::Excel => "excel",
        }
    }

    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Ymd => "year-month-day",
            Self::Dmy => "day-month-year",
            Self::Mdy => "month-day-year",
            Self::EpochSeconds => "seconds since 1970",
            Self::EpochMillis => "milliseconds since 1970",
            Self::Excel => "worksheet serial days",
        }
    }
}

/// A date as it was written: wall-clock milliseconds since 1970, and the offset when it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Milliseconds since 1970-01-01T00:00 on the wall clock where it was written.
    pub local: Millis,
    /// Offset from UTC in milliseconds, when the cell has one.
    pub offset: Option<Millis>,
}

/// Why a cell is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not written as a date.
    Unreadable,
    /// It is written as one, but there is no such day or time, in this order.
    NoSuchDay,
}

/// The three groups and the time of a cell, before the order is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    groups: [u32; 3],
    /// Digits of each group; 0 for a month's name.
    widths: [u8; 3],
    time: Millis,
    offset: Option<Millis>,
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar.
/// After Howard Hinnant, "chrono-compatible low-level date algorithms", 2013.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

const DAY: Millis = 86_400_000;
const HOUR: Millis = 3_600_000;
const MINUTE: Millis = 60_000;

impl Parts {
    /// The group that is a month's name.
    pub(crate) fn named(&self) -> Option<usize> {
        self.widths.iter().position(|&width| width == 0)
    }

    /// The cell says its own order: the year comes first with four digits, or the month has a name.
    pub(crate) fn settled(&self) -> bool {
        self.widths[0] >= 3 || self.named().is_some()
    }

    /// A date with the year first, as it is when day and month change places; `None` when they cannot.
    pub(crate) fn turned(&self) -> Option<Written> {
        let [year, month, day] = self.groups;
        let turned = Self { groups: [year, day, month], ..*self };
        (self.named().is_none() && self.widths[0] >= 3).then(|| turned.in_order(DateKind::Ymd).ok()).flatten()
    }

    /// The first and the last group of a date whose year has two digits: one of them is the year.
    pub(crate) fn ends(&self) -> Option<(u32, u32)> {
        let short = |width: u8| (1..=2).contains(&width);
        (short(self.widths[0]) && short(self.widths[2])).then_some((self.groups[0], self.groups[2]))
    }

    pub(crate) fn in_order(&self, kind: DateKind) -> Result<Written, Fault> {
        let [a, b, c] = self.groups;
        let (year, month, day, year_width) = if self.widths[0] >= 3 {
            (a, b, c, self.widths[0])
        } else {
            match (self.named(), kind) {
                (Some(0), _) | (None, DateKind::Mdy) => (c, a, b, self.widths[2]),
                (Some(_), _) | (None, DateKind::Dmy) => (c, b, a, self.widths[2]),
                (None, _) if self.widths[2] > 2 => return Err(Fault::NoSuchDay),
                (None, _) => (a, b, c, self.widths[0]),
            }
        };
        let year = match (year_width, year) {
            (3.., year) => year,
            (_, 0..70) => year + 2000,
            (_, 70..) => year + 1900,
        };
        if !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
            return Err(Fault::NoSuchDay);
        }
        let local = days(i64::from(year), i64::from(month), i64::from(day)) * DAY + self.time;
        Ok(Written { local, offset: self.offset })
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    #[inline]
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    fn peek_next(&self) -> u8 {
        self.bytes.get(self.at + 1).copied().unwrap_or(0)
    }

    #[inline]
    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == byte;
        self.at += usize::from(there);
        there
    }

    #[inline]
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                b' ' => self.at += 1,
                // Those that do not break, as newer systems put them before `PM`, and what an export lost in their place.
                0xc2 if self.peek_next() == 0xa0 => self.at += 2,
                0xe2 | 0xef => {
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    if !rest.starts_with("\u{202f}".as_bytes()) && !rest.starts_with("\u{fffd}".as_bytes()) {
                        return;
                    }
                    self.at += 3;
                }
                _ => return,
            }
        }
    }

    /// Up to `most` digits as a number, with how many there were.
    #[inline]
    fn digits(&mut self, most: u8) -> (u32, u8) {
        let (mut value, mut width) = (0_u32, 0);
        while width < most {
            let digit = self.peek().wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            value = value * 10 + u32::from(digit);
            width += 1;
            self.at += 1;
        }
        (value, width)
    }

    fn word(&mut self) -> &'a [u8] {
        let from = self.at;
        while self.peek().is_ascii_alphabetic() || self.peek() >= 0x80 {
            self.at += 1;
        }
        self.bytes.get(from..self.at).unwrap_or_default()
    }
}

/// Reads the groups, the time and the offset of a cell that is written as a date.
#[inline]
pub(crate) fn parts(text: &str) -> Option<Parts> {
    in_a_row(text).or_else(|| {
        let (turned, length) = year_before_time(text)?;
        in_a_row(std::str::from_utf8(turned.get(..length)?).ok()?)
    })
}

/// The same for a cell in which day, month and year come one after the other.
fn in_a_row(text: &str) -> Option<Parts> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    let (mut groups, mut widths) = ([0; 3], [0; 3]);
    let mut group = 0;
    while group < 3 {
        if cursor.peek().is_ascii_digit() {
            let (value, width) = cursor.digits(8);
            if group == 0 && width == 8 {
                (groups, widths) = ([value / 10_000, value / 100 % 100, value % 100], [4, 2, 2]);
                break;
            }
            if width > 4 {
                return None;
            }
            groups[group] = value;
            widths[group] = width;
            group += 1;
            if group < 3 && !separator(&mut cursor) {
                return None;
            }
        } else if cursor.peek().is_ascii_alphabetic() || cursor.peek() >= 0x80 {
            let word = cursor.word();
            let english_weekday = matches!(word, b"mar" | b"Mar" | b"mar." | b"MAR") && group == 0;
            match month(word) {
                // French, Spanish and Italian Tuesdays are `mar.` too; a number and no month's name follows then.
                Some(value) if group < 2 && !(english_weekday && cursor.peek() == b'.') => {
                    groups[group] = value;
                    widths[group] = 0;
                    group += 1;
                }
                // A weekday in front, `er` of `1er`, `de` between: passed over.
                _ if group < 3 => {}
                _ => return None,
            }
            separator(&mut cursor);
        } else {
            return None;
        }
    }
    // One name of a month at most, and no year in the middle.
    if matches!(widths, [0, 0, _] | [0, _, 0] | [_, 0, 0]) || widths[1] > 2 {
        return None;
    }
    let time = time(&mut cursor)?;
    // `13.32 Uhr`, `13:05 h`: o'clock.
    if matches!(cursor.bytes.get(cursor.at..), Some(b" Uhr" | b" h" | b" hrs" | b" uur")) {
        cursor.at = cursor.bytes.len();
    }
    let offset = offset(&mut cursor).ok()?;
    (cursor.at == text.len()).then_some(Parts { groups, widths, time, offset })
}

/// What stands between two groups.
#[inline]
fn separator(cursor: &mut Cursor<'_>) -> bool {
    let from = cursor.at;
    while matches!(cursor.peek(), b'-' | b'/' | b'.' | b' ' | b',') && cursor.at - from < 3 {
        cursor.at += 1;
    }
    // `1er`, `4th`: letters right behind a number.
    cursor.at > from || cursor.peek().is_ascii_alphabetic()
}

/// The time of the day; `None` when what stands there is no time.
#[inline]
fn time(cursor: &mut Cursor<'_>) -> Option<Millis> {
    let before = cursor.at;
    cursor.eat(b',');
    if !cursor.eat(b'T') && !cursor.eat(b't') {
        cursor.blanks();
    }
    for filler in [b"um ".as_slice(), b"at ", b"\xc3\xa0 ", b"om ", b"- "] {
        if cursor.bytes.get(cursor.at..).is_some_and(|rest| rest.starts_with(filler)) {
            cursor.at += filler.len();
        }
    }
    if !cursor.peek().is_ascii_digit() {
        // `2016-02-29Z`, `2016-02-29`: midnight.
        if cursor.at == cursor.bytes.len() {
            return Some(0);
        }
        cursor.at = before;
        return Some(0);
    }
    let (hour, width) = cursor.digits(6);
    let (mut hour, minute, second) = match width {
        6 => (hour / 10_000, hour / 100 % 100, hour % 100),
        4 => (hour / 100, hour % 100, 0),
        1 | 2 if matches!(cursor.peek(), b':' | b'.' | b'h') && cursor.peek_next().is_ascii_digit() => {
            cursor.at += 1;
            let (minute, width) = cursor.digits(2);
            if width != 2 {
                return None;
            }
            let mut second = 0;
            if matches!(cursor.peek(), b':' | b'.') && cursor.peek_next().is_ascii_digit() {
                cursor.at += 1;
                let width;
                (second, width) = cursor.digits(2);
                if width != 2 {
                    return None;
                }
            }
            (hour, minute, second)
        }
        // `3 PM`
        1 | 2 if matches!(cursor.peek(), b' ' | b'a' | b'p' | b'A' | b'P') => (hour, 0, 0),
        _ => return None,
    };
    let mut millis = 0;
    if matches!(cursor.peek(), b'.' | b',') && cursor.peek_next().is_ascii_digit() {
        cursor.at += 1;
        let (fraction, width) = cursor.digits(3);
        millis = Millis::from(fraction) * [1, 100, 10, 1].get(usize::from(width)).copied().unwrap_or(1);
        cursor.digits(9);
    }
    let half_day = {
        let at = cursor.at;
        cursor.blanks();
        let half = cursor.peek().to_ascii_lowercase();
        cursor.at += usize::from(matches!(half, b'a' | b'p'));
        // `pm`, `p.m.`, and `p. m.` as Spanish has it.
        cursor.eat(b'.');
        cursor.blanks();
        if matches!(half, b'a' | b'p') && cursor.peek().eq_ignore_ascii_case(&b'm') {
            cursor.at += 1;
            cursor.eat(b'.');
            Some(half)
        } else {
            cursor.at = at;
            None
        }
    };
    match half_day {
        // Some tools say the half of the day beside the hour of 24: `14:05 PM`, `00:05 AM`.
        Some(b'a') if hour > 12 => return None,
        Some(b'p') if hour == 0 => return None,
        Some(b'a') if hour == 12 => hour = 0,
        Some(b'p') if hour < 12 => hour += 12,
        _ => {}
    }
    let midnight = hour == 24 && minute == 0 && second == 0;
    ((hour < 24 || midnight) && minute < 60 && second <= 60)
        .then(|| Millis::from(hour) * HOUR + Millis::from(minute) * MINUTE + Millis::from(second) * 1000 + millis)
}

/// An offset in figures: `+02:00`, `-0500`, `+5:30`, `+2`.
fn signed(cursor: &mut Cursor<'_>) -> Result<Millis, Fault> {
    let sign = if cursor.peek() == b'-' { -1 } else { 1 };
    cursor.at += 1;
    let (hours, width) = cursor.digits(4);
    let (hours, minutes) = match width {
        4 => (hours / 100, hours % 100),
        1 | 2 if cursor.eat(b':') => (hours, cursor.digits(2).0),
        1 | 2 => (hours, 0),
        _ => return Err(Fault::Unreadable),
    };
    if hours > 18 || minutes > 59 {
        return Err(Fault::Unreadable);
    }
    Ok(sign * (Millis::from(hours) * HOUR + Millis::from(minutes) * MINUTE))
}

/// The offset from UTC, when there is one; a fault when what stands there is none.
#[inline]
fn offset(cursor: &mut Cursor<'_>) -> Result<Option<Millis>, Fault> {
    if cursor.at == cursor.bytes.len() {
        return Ok(None);
    }
    cursor.blanks();
    let offset = match cursor.peek() {
        b'+' | b'-' => signed(cursor)?,
        _ => match cursor.word() {
            // `GMT+0200`, `UTC-05:00`: what follows says it.
            b"UTC" | b"GMT" if matches!(cursor.peek(), b'+' | b'-') => signed(cursor)?,
            b"Z" | b"z" | b"UTC" | b"GMT" | b"WET" => 0,
            b"CET" | b"MEZ" | b"WEST" | b"BST" => HOUR,
            b"CEST" | b"MESZ" | b"EET" => 2 * HOUR,
            b"EEST" => 3 * HOUR,
            b"EDT" => -4 * HOUR,
            b"EST" | b"CDT" => -5 * HOUR,
            b"CST" | b"MDT" => -6 * HOUR,
            b"MST" | b"PDT" => -7 * HOUR,
            b"PST" => -8 * HOUR,
            _ => return Err(Fault::Unreadable),
        },
    };
    // `2016-02-29T01:16+01:00[Europe/Berlin]`, `GMT+0200 (Central European Summer Time)`: the offset has said it already.
    let rest = cursor.bytes.get(cursor.at..).unwrap_or_default();
    if matches!(rest, [b'[', .., b']'] | [b' ', b'(', .., b')']) {
        cursor.at = cursor.bytes.len();
    }
    Ok(Some(offset))
}

/// Reads a cell whose writing is known.
///
/// # Errors
/// When it is not written as a date, or there is no such day.
#[inline]
pub fn parse(text: &str, kind: DateKind) -> Result<Written, Fault> {
    match kind {
        DateKind::Ymd | DateKind::Dmy | DateKind::Mdy => parts(text).ok_or(Fault::Unreadable)?.in_order(kind),
        DateKind::EpochSeconds | DateKind::EpochMillis => {
            let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
            let number: i64 = whole.parse().map_err(|_| Fault::Unreadable)?;
            let factor = if kind == DateKind::EpochSeconds { 1000 } else { 1 };
            let local = number.checked_mul(factor).ok_or(Fault::Unreadable)?;
            Ok(Written { local, offset: Some(0) })
        }
        DateKind::Excel => {
            let serial = crate::words::number(text, None).ok_or(Fault::Unreadable)?;
            if !(0.0..2_958_466.0).contains(&serial) {
                return Err(Fault::NoSuchDay);
            }
            // To the second: a fraction of a day is no exact number of milliseconds.
            #[expect(clippy::cast_possible_truncation, reason = "bounded above by the year 9999")]
            let seconds = ((serial - 25_569.0) * 86_400.0).round() as i64;
            Ok(Written { local: seconds * 1000, offset: None })
        }
    }
}

/// The year of an instant in UTC, for the check of absurd ones.
#[must_use]
pub fn year(millis: Millis) -> i64 {
    // Hinnant's inverse, the year alone.
    let day = millis.div_euclid(DAY) + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    year_of_era + era * 400 + i64::from(of_year >= 306)
}

/// An instant as `2016-02-29 01:16:00Z`, for people.
#[must_use]
pub fn show(millis: Millis) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map_or_else(|_| format!("{millis} ms"), |instant| instant.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}
