//! Saying it back: which questions are asked of what was explained, when, and with which answers to choose from.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::words;

/// How an aim was explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On its page.
    Page,
    /// In a meeting.
    Meeting,
    /// In a message.
    Message,
}
words!(Way {
    Page => "page", "on its page";
    Meeting => "meeting", "in a meeting";
    Message => "message", "in a message";
});

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// The why, chosen among the whys of other aims.
    Why,
    /// The aim, chosen among other aims, given its why.
    What,
    /// Own words, which the leader marks.
    Own,
}
words!(Asks {
    Why => "why", "why we do it";
    What => "what", "which aim it is";
    Own => "own", "in your own words";
});

/// Answers to choose from, at most.
pub const CHOICES: usize = 4;

/// Days from one question to the next: each right answer in a row takes the next step, a wrong one begins anew.
const SPACING: [i64; 5] = [2, 7, 21, 60, 120];

/// Days until the next question after `in_a_row` right answers.
#[must_use]
pub fn next_in_days(in_a_row: usize) -> i64 {
    SPACING[in_a_row.min(SPACING.len() - 1)]
}

/// Days for which a question waits, the first one counted. Then it lapses: nobody is asked it any more, and it counts as
/// not answered, never as wrong. Four weeks, so that whoever comes back from a long holiday still finds it, and what
/// nobody means to answer does not stand in the way of what waits for good.
pub const WAITS_DAYS: i32 = 28;

/// The last day on which a question waits that waits from `due` on.
#[must_use]
pub fn last_day(due: Date) -> Date {
    due.saturating_add((WAITS_DAYS - 1).days())
}

/// What was due on this day or before it has lapsed by `today`, where it was not answered.
#[must_use]
pub fn lapsed_if_due_by(today: Date) -> Date {
    today.saturating_sub(WAITS_DAYS.days())
}

/// Whether a question without an answer that waited from `due` on has lapsed by `today`.
#[must_use]
pub fn has_lapsed(due: Date, today: Date) -> bool {
    due <= lapsed_if_due_by(today)
}

/// People who could have said something in own words, at least, before it is asked for: whoever marks it would know
/// of one or two whose words they are.
pub const LEAST_TO_OWN: usize = 3;

/// What the question of a round asks for, where there are `others` other aims to choose among and own words come from
/// one of `people`. The why comes first and most often; every third is in own words; with fewer than two others there
/// is nothing to choose. `None` where there is nothing to choose and own words would name who said them.
#[must_use]
pub fn asks(round: usize, others: usize, people: usize) -> Option<Asks> {
    let nameless = people >= LEAST_TO_OWN;
    match round % 3 {
        _ if others < 2 => nameless.then_some(Asks::Own),
        1 => Some(Asks::What),
        2 if nameless => Some(Asks::Own),
        _ => Some(Asks::Why),
    }
}

/// The answers to choose from, shuffled, with the place of the right one. `random` is 16 random bytes; equal
/// texts are one. `None` when fewer than two others are left.
#[must_use]
pub fn choices(right: &str, others: &[String], random: [u8; 16]) -> Option<(Vec<String>, usize)> {
    let plain = |text: &str| text.trim().to_lowercase();
    let mut seen = BTreeSet::from([plain(right)]);
    let mut pool: Vec<&String> = others.iter().filter(|other| seen.insert(plain(other))).collect();
    if pool.len() < 2 {
        return None;
    }
    let mut bytes =
        random.chunks_exact(4).map(|part| u32::from_le_bytes([part[0], part[1], part[2], part[3]]) as usize);
    let mut draw = |below: usize| bytes.next().unwrap_or_default() % below;
    let mut out: Vec<String> = Vec::with_capacity(CHOICES);
    while out.len() < CHOICES - 1 && !pool.is_empty() {
        out.push(pool.swap_remove(draw(pool.len())).clone());
    }
    let place = draw(out.len() + 1);
    out.insert(place, right.to_owned());
    Some((out, place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn right_answers_space_the_questions_out() {
        assert_eq!([0, 1, 2, 3, 4, 9].map(next_in_days), [2, 7, 21, 60, 120, 120]);
        let rounds = |people| [0, 1, 2, 3].map(|round| asks(round, 5, people).unwrap());
        assert_eq!(rounds(3), [Asks::Why, Asks::What, Asks::Own, Asks::Why]);
        assert_eq!(rounds(2), [Asks::Why, Asks::What, Asks::Why, Asks::Why], "own words of two are no secret");
        assert_eq!((asks(0, 1, 3), asks(0, 1, 2)), (Some(Asks::Own), None));
        assert_eq!(choices("a", &["A ".to_owned(), "b".to_owned()], [0; 16]), None, "only one other is left");
    }

    #[test]
    fn a_question_waits_for_four_weeks() {
        let due: Date = "2026-03-04".parse().unwrap();
        assert_eq!(last_day(due).to_string(), "2026-03-31");
        assert!(!has_lapsed(due, last_day(due)) && has_lapsed(due, last_day(due).tomorrow().unwrap()));
        assert!(!has_lapsed(due, due) && !has_lapsed(due, due.yesterday().unwrap()));
        assert_eq!(lapsed_if_due_by("2026-04-01".parse().unwrap()), due);
    }

    proptest! {
        /// The right answer is there once, at its place, among different others.
        #[test]
        fn the_right_answer_is_there_once(others in proptest::collection::vec("[a-e]{1,2}", 2..12), random: [u8; 16]) {
            if let Some((shown, place)) = choices("right", &others, random) {
                prop_assert_eq!(&shown[place], "right");
                prop_assert!((3..=CHOICES).contains(&shown.len()));
                prop_assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), shown.len());
            }
        }
    }
}
