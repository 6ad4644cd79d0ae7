//! From a group of tickets to a problem as a page tells it.
//!
//! Weight, by which problems are ranked: the number of tickets, times how much heavier an ordinary one
//! of them is than an ordinary ticket of the desk. Where work is booked on at least a third of the
//! record, heaviness is the ratio of the mean booked minutes (held between a quarter and four);
//! elsewhere the square root of the ratio of the mean hours open (held between a half and two): people
//! wait for a ticket that stays open, though nobody works on it all the time.

use std::collections::BTreeSet;

use crate::clock;
use crate::desk::Desk;
use crate::model::{Basis, Level, Problem, Sign};
use crate::stats::float;
use crate::text::tokens::{hash, mix};
use crate::trend::{recurrence_days, trend};

/// Tickets shown as examples.
const EXAMPLES: usize = 6;
/// Longest title, in characters.
const TITLE: usize = 120;

/// What a group brings with it.
pub struct Draft {
    /// Ranks of its tickets, ascending.
    pub ranks: Vec<u32>,
    /// Grouped by.
    pub basis: Basis,
    /// Title.
    pub title: String,
    /// Why they belong together.
    pub why: Vec<String>,
    /// The same as numbers.
    pub signs: Vec<Sign>,
    /// What the name is made from.
    pub signature: String,
    /// Rank of its most typical ticket, where there is one.
    pub medoid: Option<u32>,
    /// Shared fields in words.
    pub shared: Vec<(String, String)>,
    /// Tickets expected, for coded fields.
    pub expected: Option<f64>,
}

/// Makes the problem.
#[must_use]
pub fn problem(desk: &Desk<'_>, draft: Draft) -> Problem {
    let symptoms = desk.symptoms;
    let tickets: Vec<usize> = draft.ranks.iter().map(|&rank| desk.ticket(rank)).collect();
    let instants: Vec<i64> = draft.ranks.iter().map(|&rank| desk.at(rank)).collect();
    let n = tickets.len() as u64;
    let (hours, hours_n) = sum(&symptoms.hours_open, &tickets);
    let (touch, touch_n) = sum(&symptoms.touch_minutes, &tickets);
    let asked = || tickets.iter().filter_map(|&t| symptoms.requester.get(t).copied()).filter(|&r| r != 0);
    let people: BTreeSet<u32> = asked().collect();
    let series = desk.series(&draft.ranks);
    let full = series.get(desk.full.clone()).unwrap_or_default();
    let trend = trend(full);
    let weekly = (desk.first_week..).zip(&series).map(|(week, &count)| (clock::monday(week), count)).collect();
    let first_seen = instants.first().copied().unwrap_or(0);
    let last_seen = instants.last().copied().unwrap_or(0);
    let mut why = draft.why;
    let recurrence = recurrence_days(&instants);
    why.push(when(n, first_seen, last_seen, recurrence, &series));
    why.extend(few_people(n, people.len()));
    Problem {
        id: id(draft.basis, &draft.signature),
        title: shorten(&draft.title),
        why,
        n,
        people: (!people.is_empty()).then_some(people.len() as u64),
        named_tickets: asked().count() as u64,
        hours_open: hours,
        hours_open_n: hours_n,
        touch_minutes: (touch_n > 0).then_some((touch, touch_n)),
        first_seen,
        last_seen,
        weekly,
        examples: examples(desk, &draft.ranks, draft.medoid),
        members: tickets.iter().map(|&t| u32::try_from(t).unwrap_or(u32::MAX)).collect(),
        basis: draft.basis,
        weight: weight(desk, n, (hours, hours_n), (touch, touch_n)),
        shared: draft.shared,
        expected: draft.expected,
        trend,
        recurrence_days: recurrence,
        level: Level::Problem,
        theme: None,
        signs: draft.signs,
        named: false,
        dismissed: None,
        ..Problem::default()
    }
}

/// Sum of the values that are numbers, and how many those are.
fn sum(values: &[f32], tickets: &[usize]) -> (f64, u64) {
    let known = tickets.iter().filter_map(|&t| values.get(t).copied()).filter(|v| v.is_finite() && *v >= 0.0);
    known.fold((0.0, 0), |(sum, n), value| (sum + f64::from(value), n + 1))
}

fn weight(desk: &Desk<'_>, n: u64, hours: (f64, u64), touch: (f64, u64)) -> f64 {
    let count = |n: u64| float(usize::try_from(n).unwrap_or(usize::MAX));
    let (desk_touch, booked) = desk.mean_touch;
    let heavier = if booked * 3 >= desk.len() as u64 && desk_touch > 0.0 && touch.1 > 0 {
        (touch.0 / count(touch.1) / desk_touch).clamp(0.25, 4.0)
    } else if desk.mean_hours > 0.0 && hours.1 > 0 {
        (hours.0 / count(hours.1) / desk.mean_hours).sqrt().clamp(0.5, 2.0)
    } else {
        1.0
    };
    count(n) * heavier
}

/// A sentence on when they came.
fn when(n: u64, first: i64, last: i64, recurrence: Option<f64>, series: &[u32]) -> String {
    let (from, to) = (clock::date_words(first), clock::date_words(last));
    if from == to {
        return format!("All {n} came on {from}.");
    }
    let weeks = series.iter().filter(|&&count| count > 0).count();
    let n = thousands(float(usize::try_from(n).unwrap_or(usize::MAX)));
    let mut sentence = format!("{n} tickets from {from} to {to}, in {weeks} {}", plural(weeks, "week", "weeks"));
    if let Some(days) = recurrence {
        let pace = if days >= 1.5 {
            format!("; as a rule the next one comes after {} days", days.round())
        } else if days >= 0.75 {
            "; as a rule the next one comes a day later".to_owned()
        } else {
            "; as a rule the next one comes within the day".to_owned()
        };
        sentence.push_str(&pace);
    }
    sentence.push('.');
    sentence
}

/// A sentence where few people stand behind many tickets.
fn few_people(n: u64, people: usize) -> Option<String> {
    let many = n >= 10 && (people as u64).saturating_mul(5) <= n && people > 0;
    many.then(|| format!("They come from only {people} {}.", plural(people, "person", "people")))
}

/// One or many.
#[must_use]
pub fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// The most typical ticket, the first, the last, and some between, each once.
fn examples(desk: &Desk<'_>, ranks: &[u32], medoid: Option<u32>) -> Vec<u32> {
    let last = ranks.len().saturating_sub(1);
    let places = [0, last, last / 2, last / 4, last - last / 4];
    let mut out: Vec<u32> = Vec::with_capacity(EXAMPLES);
    let spread = places.into_iter().filter_map(|place| ranks.get(place).copied());
    for rank in medoid.into_iter().chain(spread) {
        let ticket = u32::try_from(desk.ticket(rank)).unwrap_or(u32::MAX);
        if !out.contains(&ticket) && out.len() < EXAMPLES {
            out.push(ticket);
        }
    }
    out
}

/// A stable name: a letter for the basis and 48 bits of the hash of what the problem rests on.
///
/// Coded fields rest on the fields and values that they share (and the first day of a burst), words on
/// the key of the first ticket: a record that grows at its end keeps both.
#[must_use]
pub fn id(basis: Basis, signature: &str) -> String {
    let letter = match basis {
        Basis::Text => 't',
        Basis::Fields => 'f',
    };
    format!("{letter}{:012x}", mix(hash(signature), hash("problem")) >> 16)
}

/// One line, without control characters, cut at a word.
#[must_use]
pub fn shorten(title: &str) -> String {
    let line: Vec<&str> =
        title.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line = line.join(" ");
    if line.chars().count() <= TITLE {
        return line;
    }
    let cut: String = line.chars().take(TITLE).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(kept, _)| kept);
    format!("{} …", cut.trim_end())
}

/// A share as people say it: `34 %`, `below 1 %`, `all`.
#[must_use]
pub fn percent(share: f64) -> String {
    if share >= 0.9995 {
        "100 %".to_owned()
    } else if share <= 0.0 {
        "0 %".to_owned()
    } else if share < 0.01 {
        "below 1 %".to_owned()
    } else {
        format!("{} %", (share * 100.0).round().min(99.0))
    }
}

/// An expected count as people say it: one digit below ten, whole above.
#[must_use]
pub fn about(count: f64) -> String {
    if count < 1.0 {
        "less than 1".to_owned()
    } else if count < 9.95 {
        format!("about {count:.1}")
    } else {
        format!("about {}", thousands(count))
    }
}

/// A whole number with commas between thousands.
#[must_use]
pub fn thousands(count: f64) -> String {
    let digits = format!("{count:.0}");
    let mut out = String::new();
    for (place, c) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_and_cut_at_a_word() {
        assert_eq!(shorten("  a\n b\tc \u{0}"), "a b c");
        let long = shorten(&"wörter ".repeat(60));
        assert!(long.ends_with("wörter …") && long.chars().count() <= 122);
        assert!(!shorten(&"x".repeat(500)).is_empty());
    }

    #[test]
    fn numbers_are_said_as_people_say_them() {
        assert_eq!(percent(0.342), "34 %");
        assert_eq!(percent(0.004), "below 1 %");
        assert_eq!(percent(0.998), "99 %");
        assert_eq!(about(0.3), "less than 1");
        assert_eq!(about(4.26), "about 4.3");
        assert_eq!(about(12_345.6), "about 12,346");
    }

    #[test]
    fn ids_differ_by_basis_and_signature() {
        assert_eq!(id(Basis::Text, "a"), id(Basis::Text, "a"));
        assert_ne!(id(Basis::Text, "a"), id(Basis::Fields, "a"));
        assert_ne!(id(Basis::Text, "a"), id(Basis::Text, "b"));
        assert_eq!(id(Basis::Text, "a").len(), 13);
    }
}
