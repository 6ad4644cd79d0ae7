//! The pulse of a circle: a few short questions that its people answer under seal, again and again; and the answer that
//! whoever leads it gives to what they said.
//!
//! A *round* opens by the clock and asks whoever belongs to the circle on that day; it closes by the clock; then the
//! figures that may be told are kept, the answers are deleted, and whoever leads answers in words by a day that was said
//! beforehand.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::wrong::Wrongs;

/// Fewest questions of a pulse: fewer are no picture.
pub const FEWEST_QUESTIONS: usize = 3;
/// Most questions of a pulse: it takes a minute.
pub const MOST_QUESTIONS: usize = 8;
/// Least weeks from one round to the next.
pub const LEAST_WEEKS: i64 = 2;
/// Most weeks from one round to the next.
pub const MOST_WEEKS: i64 = 12;
/// Days that a round is open.
pub const OPEN_DAYS: i64 = 7;
/// Days within which a round is answered, where nothing else is said.
pub const ANSWER_DAYS: i64 = 14;
/// Least days to answer a round.
pub const LEAST_ANSWER_DAYS: i64 = 3;
/// Most days to answer a round: by then the next one may be open.
pub const MOST_ANSWER_DAYS: i64 = 30;
/// Points of the scale.
pub const POINTS: u8 = 5;

words! {
    /// Whom a pulse asks.
    Kind {
        /// Those who lead and work in a circle and in what is nested in it.
        Circle => "circle", "the people of the circle";
        /// All who lead a circle of the organisation.
        Leaders => "leaders", "all who lead, together";
    }
}

words! {
    /// How far a round is.
    Stage {
        /// Answers are taken.
        Open => "open", "open";
        /// The figures are told as far as they may be.
        Closed => "closed", "closed";
        /// It was not asked: whatever came of it could not have been told.
        Withheld => "withheld", "not asked";
    }
}

words! {
    /// Why a round is not asked. Decided from who belongs to the circle, and from nothing else.
    Why {
        /// Fewer people than a figure needs.
        TooFew => "too_few", "fewer than five people belong to it";
        /// So few came or went since a round that was told that two figures together could tell what they answered.
        Apart => "apart", "since a round that was told, so few people came or went that what they answer could be worked out from both";
        /// More overlapping figures than can be checked.
        TooMany => "too_many", "it overlaps with more circles than can be checked";
    }
}

/// What a pulse is set to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Keys of the questions, in their order.
    pub questions: Vec<String>,
    /// Weeks from one round to the next.
    pub every_weeks: i64,
    /// Days within which whoever leads answers.
    pub answer_days: i64,
}

/// Reads what was typed; `known` are the keys that may be chosen, in their order.
///
/// # Errors
/// What is wrong, at its field.
pub fn settings(questions: &[String], every: &str, answer: &str, known: &[&str]) -> Result<Settings, Wrongs> {
    let mut wrongs = Wrongs::default();
    let chosen: Vec<String> =
        known.iter().filter(|key| questions.iter().any(|one| one == **key)).map(|key| (*key).to_owned()).collect();
    if !(FEWEST_QUESTIONS..=MOST_QUESTIONS).contains(&chosen.len()) {
        let what = format!("Choose {FEWEST_QUESTIONS} to {MOST_QUESTIONS} questions; these are {}.", chosen.len());
        wrongs.add("questions", what);
    }
    let every_weeks = wrongs.take(crate::text::whole("every_weeks", every, LEAST_WEEKS..=MOST_WEEKS, "weeks"));
    let answer_days =
        wrongs.take(crate::text::whole("answer_days", answer, LEAST_ANSWER_DAYS..=MOST_ANSWER_DAYS, "days"));
    wrongs.or(Settings { questions: chosen, every_weeks, answer_days })
}

fn later(day: Date, days: i64) -> Date {
    day.saturating_add(jiff::Span::new().days(days.clamp(0, 3_650)))
}

/// The last day of a round that opens on a day.
#[must_use]
pub fn closes_on(opens_on: Date) -> Date {
    later(opens_on, OPEN_DAYS - 1)
}

/// The day by which a round that closes on a day is answered.
#[must_use]
pub fn answer_by(closes_on: Date, days: i64) -> Date {
    later(closes_on, days)
}

/// The day on which the next round opens after one that was due on `due` and opened on `today`: on the grid of the
/// weeks, and never two at once after a time in which no clock ran.
#[must_use]
pub fn next(due: Date, today: Date, every_weeks: i64) -> Date {
    let step = every_weeks.clamp(LEAST_WEEKS, MOST_WEEKS) * 7;
    let mut at = later(due, step);
    while at <= today {
        at = later(at, step);
    }
    at
}

/// What is told of one question in one round.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// How many said something.
    pub n: u64,
    /// The mean of what they said, to a tenth.
    pub mean: f64,
    /// The ends of its 90 % interval, to a tenth.
    pub interval: (f64, f64),
    /// How many rather or fully agree, where so many answered that this tells nobody's answer.
    pub agree: Option<u64>,
}

/// What changed from one round to another, with its 90 % interval, in points. The two are taken as independent: the same
/// people answer alike, so the interval is rather too wide than too narrow.
#[must_use]
pub fn change(before: &Figure, after: &Figure) -> (f64, (f64, f64)) {
    let half = |figure: &Figure| (figure.interval.1 - figure.interval.0) / 2.0;
    let (by, off) = (after.mean - before.mean, half(before).hypot(half(after)));
    let tenth = |value: f64| (value * 10.0).round() / 10.0 + 0.0;
    (tenth(by), (tenth(by - off), tenth(by + off)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn three_to_eight_questions_every_two_to_twelve_weeks() {
        let known = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let some = |n: usize| known.iter().rev().take(n).map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let read = settings(&some(3), " 4 ", "14", &known).unwrap();
        assert_eq!((read.questions.join(""), read.every_weeks, read.answer_days), ("ghi".to_owned(), 4, 14));
        for (questions, every, answer, field) in [
            (some(2), "4", "14", "questions"),
            (some(9), "4", "14", "questions"),
            (vec!["x".to_owned(); 5], "4", "14", "questions"),
            (some(3), "1", "14", "every_weeks"),
            (some(3), "13", "14", "every_weeks"),
            (some(3), "4", "2", "answer_days"),
            (some(3), "4", "31", "answer_days"),
        ] {
            let wrongs = settings(&questions, every, answer, &known).unwrap_err();
            assert!(wrongs.of(field).is_some(), "{field}: {wrongs}");
        }
    }

    #[test]
    fn rounds_stay_on_their_grid() {
        let due = date(2026, 3, 2);
        assert_eq!(closes_on(due), date(2026, 3, 8));
        assert_eq!(answer_by(closes_on(due), 14), date(2026, 3, 22));
        assert_eq!(next(due, due, 4), date(2026, 3, 30));
        // The server stood still for three months: one round, not four.
        assert_eq!(next(due, date(2026, 6, 3), 4), date(2026, 6, 22));
    }

    #[test]
    fn a_change_is_wider_than_either_of_its_ends() {
        let figure = |mean: f64, half: f64| Figure { n: 6, mean, interval: (mean - half, mean + half), agree: None };
        let (by, (low, high)) = change(&figure(3.4, 0.6), &figure(3.9, 0.8));
        assert!((by - 0.5).abs() < 1e-9 && (low + 0.5).abs() < 1e-9 && (high - 1.5).abs() < 1e-9, "{by} {low} {high}");
    }

    #[test]
    fn names_are_read_again() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(*kind));
        }
        for why in Why::ALL {
            assert_eq!(Why::from_name(why.name()), Some(*why));
        }
        assert_eq!(Stage::from_name("open"), Some(Stage::Open));
    }
}
