//! What waits for a person, in the order of what waiting costs, with the reason.
//!
//! The model. One day of waiting costs, in days of people,
//!
//! `cost = (1 + people held up) × urgency`, with `urgency = e^(−slack / 5)` while there is slack, and
//! `1 + days late / 5` once there is none: the same curve, continued along its tangent, so that what is late
//! for longer comes first instead of everything late being alike.
//!
//! - The weight is the cost of delay as Reinertsen counts it (*The Principles of Product Development Flow*,
//!   2009, chapter 2): what a day costs those who wait. Here it is people, since that is what the record knows.
//! - The slack is laxity: days left less the days that the thing itself takes (Mok, *Fundamental design
//!   problems of distributed systems for the hard-real-time environment*, 1983).
//! - The exponential decay over slack is that of the apparent tardiness cost rule (Vepsalainen and Morton,
//!   *Priority rules for job shops with weighted tardiness costs*, Management Science 33(8), 1987), with a
//!   working week as its scale. Its division by processing time is left out on purpose: it would put every
//!   act of a minute above every promise that is due.
//!
//! What has no date is counted as due some days after it came, by what is to be done ([`Do::patience`]), so
//! that nothing waits for ever. Equal costs are settled by age.

use std::cmp::Ordering;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Unit};
use serde::{Deserialize, Serialize};

/// What is to be done about something that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Do {
    /// Say that it was seen.
    Acknowledge,
    /// Answer: a say-it-back question, an ask, an idea.
    Answer,
    /// Decide.
    Decide,
    /// Judge what came of it.
    Review,
    /// Keep what was promised.
    Keep,
    /// Say whether it was kept.
    Close,
    /// Settle it anew before its date.
    Renegotiate,
}

impl Do {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Acknowledge, Self::Answer, Self::Decide, Self::Review, Self::Keep, Self::Close, Self::Renegotiate];

    /// The name in the database and in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Answer => "answer",
            Self::Decide => "decide",
            Self::Review => "review",
            Self::Keep => "keep",
            Self::Close => "close",
            Self::Renegotiate => "renegotiate",
        }
    }

    /// The word on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Acknowledge => "Say that you have seen it",
            Self::Answer => "Answer",
            Self::Decide => "Decide",
            Self::Review => "Judge what came of it",
            Self::Keep => "Keep",
            Self::Close => "Say whether it was kept",
            Self::Renegotiate => "Settle it anew",
        }
    }

    /// Days that it takes to do it well, from beginning: taken off the days left. A judgement, not a measure.
    #[must_use]
    pub fn takes(self) -> i32 {
        match self {
            Self::Acknowledge | Self::Answer | Self::Close | Self::Review => 0,
            Self::Decide | Self::Keep | Self::Renegotiate => 1,
        }
    }

    /// Days after which it counts as due where it has no date of its own. A judgement, not a measure.
    #[must_use]
    pub fn patience(self) -> i32 {
        match self {
            Self::Acknowledge | Self::Close | Self::Renegotiate => 5,
            Self::Answer => 3,
            Self::Decide => 7,
            Self::Review | Self::Keep => 14,
        }
    }
}

/// One thing that waits for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What is to be done.
    pub act: Do,
    /// What it is about: `notice`, `promise`, `decision`, `aim`, `ask`.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
    /// One line.
    pub title: String,
    /// Why it waits, as a sentence with its date: shown beside it.
    pub because: String,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it is due, where it is.
    pub due: Option<Date>,
    /// How many people are held up by it, without this person.
    pub holds_up: u32,
    /// The page where it is done.
    pub page: String,
}

/// Days over which urgency falls to about a third (1/e): a working week.
const SCALE: f64 = 5.0;

/// Something that waits, with what waiting costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// What waits.
    pub waiting: Waiting,
    /// What a day of waiting costs, in days of people; see the model above. Only its order means something.
    pub cost: f64,
    /// Why it stands where it stands, as a phrase: when it is due and who is held up.
    pub reason: String,
}

/// Days from `today` to `day`; negative when it is past.
fn days_until(today: Date, day: Date) -> i32 {
    today.until((Unit::Day, day)).map(|span| span.get_days()).unwrap_or_default()
}

/// The day on which it is due, or counts as due.
fn counts_as_due(waiting: &Waiting, zone: &TimeZone) -> Date {
    waiting.due.unwrap_or_else(|| {
        let since = waiting.since.to_zoned(zone.clone()).date();
        since.saturating_add(waiting.act.patience().days())
    })
}

/// What a day of waiting costs, in days of people. `zone` is the person's: days end there.
#[must_use]
pub fn cost(waiting: &Waiting, today: Date, zone: &TimeZone) -> f64 {
    let slack = f64::from(days_until(today, counts_as_due(waiting, zone)) - waiting.act.takes());
    let urgency = if slack >= 0.0 { (-slack / SCALE).exp() } else { 1.0 - slack / SCALE };
    (1.0 + f64::from(waiting.holds_up)) * urgency
}

fn several(count: i32, one: &str, many: &str) -> String {
    if count == 1 { format!("one {one}") } else { format!("{count} {many}") }
}

/// When it is due, as a phrase: `due today`, `late by 3 days`, `no date, waiting for 2 days`.
#[must_use]
pub fn when(waiting: &Waiting, today: Date, zone: &TimeZone) -> String {
    let Some(due) = waiting.due else {
        let since = waiting.since.to_zoned(zone.clone()).date();
        return match days_until(since, today) {
            ..=0 => "no date, here since today".to_owned(),
            days => format!("no date, waiting for {}", several(days, "day", "days")),
        };
    };
    match days_until(today, due) {
        0 => "due today".to_owned(),
        1 => "due tomorrow".to_owned(),
        days @ 2.. => format!("due in {days} days"),
        days => format!("late by {}", several(-days, "day", "days")),
    }
}

fn reason(waiting: &Waiting, today: Date, zone: &TimeZone) -> String {
    let when = when(waiting, today, zone);
    match waiting.holds_up {
        0 => when,
        1 => format!("{when}; one person is held up"),
        many => format!("{when}; {many} people are held up"),
    }
}

/// What waits, dearest first. The same for the same things, in whatever order they are given.
#[must_use]
pub fn order(waiting: Vec<Waiting>, today: Date, zone: &TimeZone) -> Vec<Ranked> {
    let mut ranked: Vec<Ranked> = waiting
        .into_iter()
        .map(|waiting| Ranked { cost: cost(&waiting, today, zone), reason: reason(&waiting, today, zone), waiting })
        .collect();
    ranked.sort_by(before);
    ranked
}

/// Dearer first; of two that cost alike the older, then by what they are, so that the order is total.
fn before(one: &Ranked, other: &Ranked) -> Ordering {
    other.cost.total_cmp(&one.cost).then_with(|| {
        let key = |ranked: &Ranked| (ranked.waiting.since, ranked.waiting.due);
        let what =
            |ranked: &'_ Ranked| (ranked.waiting.act, ranked.waiting.noun.clone(), ranked.waiting.subject.clone());
        key(one).cmp(&key(other)).then_with(|| what(one).cmp(&what(other)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 3, 2);

    fn thing(act: usize, since: i32, due: Option<i32>, holds_up: u32, name: usize) -> Waiting {
        let noon = date(2026, 3, 2).at(12, 0, 0, 0).in_tz("UTC").unwrap();
        Waiting {
            act: Do::ALL[act],
            noun: "promise".to_owned(),
            subject: name.to_string(),
            title: String::new(),
            because: String::new(),
            since: noon.saturating_sub(since.days()).timestamp(),
            due: due.map(|days| TODAY.saturating_add(days.days())),
            holds_up,
            page: String::new(),
        }
    }

    fn place(of: &Waiting, among: &[Waiting]) -> usize {
        let ranked = order(among.to_vec(), TODAY, &TimeZone::UTC);
        ranked.iter().position(|ranked| ranked.waiting.subject == of.subject).unwrap()
    }

    prop_compose! {
        fn anything()(act in 0_usize..7, since in 0_i32..400, due in proptest::option::of(-400_i32..400), held in 0_u32..50)
            -> (usize, i32, Option<i32>, u32) { (act, since, due, held) }
    }

    proptest! {
        /// Whatever else waits: a nearer date, more people held up, or a longer wait never moves a thing down.
        #[test]
        fn what_costs_more_never_moves_down(
            others in proptest::collection::vec(anything(), 0..12),
            (act, since, due, held) in anything(),
            sooner in 0_i32..60, more in 0_u32..60, older in 0_i32..60,
        ) {
            let mut all: Vec<_> =
                others.iter().enumerate().map(|(at, (a, s, d, h))| thing(*a, *s, *d, *h, at + 1)).collect();
            all.push(thing(act, since, due, held, 0));
            let was = place(&all[all.len() - 1].clone(), &all);
            let changes = [
                thing(act, since, due.map(|due| due - sooner), held, 0),
                thing(act, since, due, held + more, 0),
                thing(act, since + older, due, held, 0),
            ];
            for changed in changes {
                *all.last_mut().unwrap() = changed.clone();
                prop_assert!(place(&changed, &all) <= was);
            }
        }

        /// The order depends on what waits, not on how it was found.
        #[test]
        fn is_the_same_in_whatever_order_it_is_given(mut all in proptest::collection::vec(anything(), 0..12), turn in 0_usize..12) {
            let things = |all: &[(usize, i32, Option<i32>, u32)]| -> Vec<Waiting> {
                all.iter().map(|(a, s, d, h)| thing(*a, *s, *d, *h, 0)).collect()
            };
            let one = order(things(&all), TODAY, &TimeZone::UTC);
            let turned = if all.is_empty() { 0 } else { turn % all.len() };
            all.rotate_left(turned);
            all.reverse();
            prop_assert_eq!(one, order(things(&all), TODAY, &TimeZone::UTC));
        }

        /// Of two that cost alike, the older comes first.
        #[test]
        fn ties_go_by_age((act, since, due, held) in anything(), older in 1_i32..60) {
            let due = Some(due.unwrap_or(3));
            let (young, old) = (thing(act, since, due, held, 0), thing(act, since + older, due, held, 1));
            prop_assert_eq!(place(&old, &[young, old.clone()]), 0);
        }
    }

    #[test]
    fn the_reason_is_said_in_words() {
        let says =
            |since, due, held| order(vec![thing(4, since, due, held, 0)], TODAY, &TimeZone::UTC)[0].reason.clone();
        assert_eq!(says(9, Some(-3), 4), "late by 3 days; 4 people are held up");
        assert_eq!(says(9, Some(-1), 1), "late by one day; one person is held up");
        assert_eq!(says(9, Some(0), 0), "due today");
        assert_eq!(says(9, Some(1), 0), "due tomorrow");
        assert_eq!(says(9, Some(12), 0), "due in 12 days");
        assert_eq!(says(9, None, 0), "no date, waiting for 9 days");
        assert_eq!(says(0, None, 0), "no date, here since today");
    }

    #[test]
    fn late_for_many_comes_before_soon_for_one() {
        // A promise late by two days with three people held up; an acknowledgement since today; a review due today.
        let (late, fresh, review) =
            (thing(4, 20, Some(-2), 3, 0), thing(0, 0, None, 0, 1), thing(3, 90, Some(0), 0, 2));
        let ranked = order(vec![fresh, review, late], TODAY, &TimeZone::UTC);
        let order: Vec<_> = ranked.iter().map(|ranked| ranked.waiting.subject.as_str()).collect();
        assert_eq!(order, ["0", "2", "1"]);
        // 4 people × (1 + 3/5): two days late, and a day that keeping takes.
        assert!((ranked[0].cost - 6.4).abs() < 1e-9);
    }

    #[test]
    fn days_end_where_the_person_is() {
        // Half past eleven at night in Berlin on 1 March, still the evening of that day.
        let mut thing = thing(0, 0, None, 0, 0);
        thing.since = "2026-03-01T22:30:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(when(&thing, date(2026, 3, 2), &berlin), "no date, waiting for one day");
        assert_eq!(when(&thing, date(2026, 3, 1), &berlin), "no date, here since today");
    }
}
