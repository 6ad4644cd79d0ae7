//! An idea is answered: accepted, tried or declined, with the reason, within the days that the circle stated.
//! Two that are one are merged, with credit to all. What was tried is told with what was learned, and what came
//! of it is told back to those who offered it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::share::Share;
use crate::words::words;
use crate::wrong::Wrongs;

/// Days within which an idea is answered where its circle stated none.
pub const ANSWER_DAYS: i64 = 14;
/// Most days that a circle may state.
pub const MOST_DAYS: i64 = 60;

words! {
    /// Where an idea stands.
    State {
        /// Offered, not answered.
        Open => "open", "waits for an answer";
        /// It will be done.
        Accepted => "accepted", "accepted";
        /// It is being tried.
        Trying => "trying", "being tried";
        /// It will not be done.
        Declined => "declined", "declined";
        /// It went into another.
        Merged => "merged", "merged into another";
    }
}
words! {
    /// What it is answered with.
    Answer {
        /// It will be done.
        Accept => "accept", "Accept: it will be done";
        /// It is tried first.
        Try => "try", "Try it first";
        /// It will not be done.
        Decline => "decline", "Decline";
    }
}

words! {
    /// Where somebody stands on an idea, under their name.
    Stance {
        /// They are for it.
        For => "for", "for it";
        /// They would do otherwise, and go along.
        CouldLive => "could_live", "could live with it";
        /// They are against it.
        Against => "against", "against it";
    }
}

/// Of each idea, over the pairs of people who both said where they stand on it and who stand on different sides of at
/// least one other idea: how many pairs are on the same side here. An idea on which those agree who otherwise do not is
/// where ideas converge; the thought is that of group-informed consensus (Small et al. 2021, *Polis: Scaling
/// Deliberation by Mapping High Dimensional Opinion Spaces*, RECERCA 26(2)), taken over pairs, so that nobody is sorted
/// into a camp. Who could live with an idea is on the side of those who are for it. Pairs share people, so that no
/// interval is given for their share.
///
/// What each person said is kept as bits, one an idea, so that a pair is compared at once over 64 ideas: a thousand people
/// are half a million pairs.
#[must_use]
pub fn converging<I: Ord + Copy, P: Ord + Copy>(said: &BTreeMap<I, BTreeMap<P, Stance>>) -> BTreeMap<I, Share> {
    /// One person: over which ideas they said something, and on which they are not against.
    struct Said {
        any: Vec<u64>,
        along: Vec<u64>,
    }
    let words = said.len().div_ceil(64);
    let mut people: BTreeMap<P, Said> = BTreeMap::new();
    for (at, of) in said.values().enumerate() {
        for (person, stance) in of {
            let one = people.entry(*person).or_insert_with(|| Said { any: vec![0; words], along: vec![0; words] });
            one.any[at / 64] |= 1 << (at % 64);
            one.along[at / 64] |= u64::from(*stance != Stance::Against) << (at % 64);
        }
    }
    let people: Vec<Said> = people.into_values().collect();
    let mut shares = vec![Share::default(); said.len()];
    for (at, one) in people.iter().enumerate() {
        for other in &people[at + 1..] {
            let both = |word: usize| one.any[word] & other.any[word];
            let apart = |word: usize| both(word) & (one.along[word] ^ other.along[word]);
            let differences: u32 = (0..words).map(|word| apart(word).count_ones()).sum();
            if differences == 0 {
                continue;
            }
            for word in 0..words {
                let (apart, mut left) = (apart(word), both(word));
                while left != 0 {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    let differs = (apart >> bit) & 1;
                    // Apart elsewhere as well, or apart elsewhere at all.
                    if u64::from(differences) > differs {
                        let share = &mut shares[word * 64 + bit as usize];
                        share.n += 1;
                        share.so += 1 - differs;
                    }
                }
            }
        }
    }
    said.keys().copied().zip(shares).collect()
}

impl Answer {
    /// Where an idea stands after it.
    #[must_use]
    pub fn leads_to(self) -> State {
        match self {
            Self::Accept => State::Accepted,
            Self::Try => State::Trying,
            Self::Decline => State::Declined,
        }
    }
}

impl State {
    /// Where it stands after an answer. What was tried can be accepted or declined afterwards; what was decided
    /// is not decided again.
    ///
    /// # Errors
    /// When it cannot be answered so, as things stand.
    pub fn after(self, answer: Answer) -> Result<Self, &'static str> {
        match (self, answer) {
            (Self::Open, _) | (Self::Trying, Answer::Accept | Answer::Decline) => Ok(answer.leads_to()),
            (Self::Trying, Answer::Try) => Err("It is being tried already. Say what was learned."),
            (Self::Merged, _) => Err("It went into another idea. Answer that one."),
            (Self::Accepted | Self::Declined, _) => Err("It was answered. Offer it anew if things changed."),
        }
    }

    /// Whether it is still open what becomes of it: then people say where they stand.
    #[must_use]
    pub fn is_undecided(self) -> bool {
        matches!(self, Self::Open | Self::Trying)
    }

    /// Whether it can still be merged into another, or take another in.
    #[must_use]
    pub fn can_merge(self) -> bool {
        matches!(self, Self::Open | Self::Trying | Self::Accepted)
    }
}

/// The day by which an idea is to be answered.
#[must_use]
pub fn due(offered_on: Date, days: i64) -> Date {
    offered_on.saturating_add(jiff::Span::new().days(days.clamp(1, MOST_DAYS)))
}

/// Days that a circle states, as typed.
///
/// # Errors
/// When they are no whole number from 1 to [`MOST_DAYS`].
pub fn days(text: &str) -> Result<i64, Wrongs> {
    crate::text::whole("days", text, 1..=MOST_DAYS, "days")
}

/// How one idea counts among those answered in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// Answered by its day.
    InTime,
    /// Answered after it, or not answered though its day has passed.
    Late,
    /// Its day is still to come.
    NotYet,
}

/// How an idea counts on a day.
#[must_use]
pub fn counts(due: Date, answered_on: Option<Date>, today: Date) -> Counts {
    match answered_on {
        Some(day) if day <= due => Counts::InTime,
        Some(_) => Counts::Late,
        None if today > due => Counts::Late,
        None => Counts::NotYet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ideas_converge_where_those_agree_who_otherwise_do_not() {
        // 1 and 2 stand against 3 and 4 on the first idea; on the second all go along; the third only 1 has spoken on.
        let of = |each: &[(u8, Stance)]| each.iter().copied().collect::<BTreeMap<_, _>>();
        let (yes, no, well) = (Stance::For, Stance::Against, Stance::CouldLive);
        let said = BTreeMap::from([
            ('a', of(&[(1, yes), (2, yes), (3, no), (4, no)])),
            ('b', of(&[(1, yes), (2, well), (3, yes), (4, well)])),
            ('c', of(&[(1, no)])),
        ]);
        let found = converging(&said);
        // Nobody stands apart elsewhere than on the first: no pair counts for it.
        assert_eq!(found[&'a'], Share { so: 0, n: 0 });
        assert_eq!(found[&'b'], Share { so: 4, n: 4 }, "all four pairs across the first stand together here");
        assert_eq!(found[&'c'], Share::default());
        // A second difference: now the pairs across it count for the first as well.
        let more = BTreeMap::from([('a', said[&'a'].clone()), ('d', of(&[(1, yes), (2, yes), (3, no), (4, no)]))]);
        assert_eq!(converging(&more)[&'a'], Share { so: 0, n: 4 });
    }

    /// The definition, pair by pair.
    fn by_pairs(said: &BTreeMap<u16, BTreeMap<u8, Stance>>) -> BTreeMap<u16, Share> {
        let side = |idea: &u16, person: u8| said[idea].get(&person).map(|stance| *stance != Stance::Against);
        let same = |idea: &u16, one, other| side(idea, one).zip(side(idea, other)).map(|(one, other)| one == other);
        let mut out: BTreeMap<u16, Share> = said.keys().map(|idea| (*idea, Share::default())).collect();
        for (one, other) in (0..12_u8).flat_map(|one| (one + 1..12).map(move |other| (one, other))) {
            for (idea, share) in &mut out {
                let elsewhere = said.keys().any(|of| of != idea && same(of, one, other) == Some(false));
                if let Some(same) = same(idea, one, other).filter(|_| elsewhere) {
                    share.n += 1;
                    share.so += u64::from(same);
                }
            }
        }
        out
    }

    proptest! {
        #[test]
        fn pairs_are_counted_as_they_are_defined(
            said in proptest::collection::btree_map(
                0..200_u16,
                proptest::collection::btree_map(0..12_u8, proptest::sample::select(Stance::ALL.to_vec()), 0..12),
                0..90,
            ),
        ) {
            prop_assert_eq!(converging(&said), by_pairs(&said));
        }
    }

    #[test]
    fn what_was_tried_is_decided_afterwards() {
        assert_eq!(State::Open.after(Answer::Try), Ok(State::Trying));
        assert_eq!(State::Trying.after(Answer::Accept), Ok(State::Accepted));
        assert!(State::Trying.after(Answer::Try).is_err());
        for closed in [State::Accepted, State::Declined, State::Merged] {
            assert!(Answer::ALL.iter().all(|answer| closed.after(*answer).is_err()), "{closed:?}");
        }
        assert!(State::Trying.can_merge() && !State::Declined.can_merge() && !State::Merged.can_merge());
        assert_eq!(days(" 10 "), Ok(10));
        assert!(days("0").is_err() && days("61").is_err() && days("soon").is_err());
    }

    proptest! {
        /// An answer on the day is in time, a day later it is not; silence counts once the day is over.
        #[test]
        fn in_time_or_not(days in 1_i64..=MOST_DAYS, answered in prop::option::of(0_i64..90), now in 0_i64..90) {
            let offered: Date = "2026-03-02".parse().unwrap();
            let at = |days| offered.saturating_add(jiff::Span::new().days(days));
            let answered = answered.filter(|day| *day <= now);
            let counts = counts(due(offered, days), answered.map(at), at(now));
            let expected = match answered {
                Some(day) if day <= days => Counts::InTime,
                None if now <= days => Counts::NotYet,
                _ => Counts::Late,
            };
            prop_assert_eq!(counts, expected);
        }
    }
}
