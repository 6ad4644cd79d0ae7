//! How something stands, said honestly: a colour with words, and beside it what the record shows. A claim that
//! is greener than its signs is a watermelon: green outside, red within. Bad news told before the day is
//! honourable, and its lead time is kept.

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::wrong::Wrongs;

/// How long what the record shows is the owner's alone, before the circle sees it beside the claim.
pub const OWNER_FIRST: SignedDuration = SignedDuration::from_hours(24);
/// Days after which something that was said is to be said anew.
pub const RESTATE_DAYS: i64 = 14;
/// How many days before its day something is near.
pub const NEAR_DAYS: i64 = 7;
/// How far behind the even pace, as a share of the whole way, a measure may be and be on course.
pub const BEHIND_AT_RISK: f64 = 0.10;
/// How far behind it may be before it is off course.
pub const BEHIND_OFF: f64 = 0.25;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// It will be there on its day.
    OnCourse,
    /// It may not.
    AtRisk,
    /// It will not, as things stand.
    OffCourse,
}

impl Colour {
    /// All of them, best first.
    pub const ALL: [Self; 3] = [Self::OnCourse, Self::AtRisk, Self::OffCourse];

    /// The name in forms and the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OnCourse => "on_course",
            Self::AtRisk => "at_risk",
            Self::OffCourse => "off_course",
        }
    }

    /// The words on a page, which stand beside every colour.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::OnCourse => "on course",
            Self::AtRisk => "at risk",
            Self::OffCourse => "off course",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.name() == name)
    }

    /// Reads the name that a form sent.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn typed(field: &str, name: &str) -> Result<Self, Wrongs> {
        Self::from_name(name).ok_or_else(|| Wrongs::one(field, "Choose how it stands."))
    }
}

/// Where a sign comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Its dates.
    Dates,
    /// A measure, of the work record or by hand.
    Measures,
    /// Promises that were made for it.
    Promises,
}

impl Source {
    /// The word on a page.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Dates => "dates",
            Self::Measures => "measure",
            Self::Promises => "promises",
        }
    }
}

/// One thing that the record shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sign {
    /// Where it comes from.
    pub from: Source,
    /// What it says; `None` where it cannot say yet.
    pub says: Option<Colour>,
    /// What it shows, as a sentence with its figures.
    pub words: String,
    /// Over how many rows.
    pub n: i64,
    /// What the rows are: `readings`, `days stated`.
    pub rows_of: String,
    /// The page that opens its rows.
    pub rows: String,
}

/// A claim held against its signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// What was said.
    pub said: Colour,
    /// Signs that say anything.
    pub signs: usize,
    /// Of those, how many say that it is worse than was said.
    pub worse: usize,
    /// Of those, how many say that it is better.
    pub better: usize,
}

impl Check {
    /// Holds a claim against its signs.
    #[must_use]
    pub fn of(said: Colour, signs: &[Sign]) -> Self {
        let says = || signs.iter().filter_map(|sign| sign.says);
        Self {
            said,
            signs: says().count(),
            worse: says().filter(|says| *says > said).count(),
            better: says().filter(|says| *says < said).count(),
        }
    }

    /// Whether there is a gap: something says that it is worse than was said.
    #[must_use]
    pub fn gap(self) -> bool {
        self.worse > 0
    }

    /// The gap, or that there is none, as a sentence.
    #[must_use]
    pub fn words(self) -> String {
        let said = self.said.shown();
        let of = |count: usize| match (count, self.signs) {
            (_, 1) => "the one sign".to_owned(),
            (count, all) if count == all => format!("all {} signs", number(all)),
            (count, all) => format!("{} of {} signs", number(count), number(all)),
        };
        let say = |count: usize| if count == 1 { "says" } else { "say" };
        if self.signs == 0 {
            format!("Said {said}; the record has no sign for or against it yet.")
        } else if self.worse > 0 {
            format!("Said {said}; {} {} otherwise.", of(self.worse), say(self.worse))
        } else if self.better > 0 && self.said != Colour::OnCourse {
            format!(
                "Said {said}; {} still {} better: the news came before the record showed it.",
                of(self.better),
                match self.better {
                    1 => "looks",
                    _ => "look",
                }
            )
        } else {
            format!("Said {said}; {} {} the same.", of(self.signs), say(self.signs))
        }
    }
}

fn number(count: usize) -> String {
    const WORDS: [&str; 7] = ["no", "one", "two", "three", "four", "five", "six"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// Days before its day that bad news was told; negative after it. `None` where the news is not bad or there is
/// no day.
#[must_use]
pub fn lead_days(said: Colour, on: Date, due: Option<Date>) -> Option<i64> {
    if said == Colour::OnCourse {
        return None;
    }
    due.map(|due| days(on, due))
}

/// Whole days from one day to another.
#[must_use]
pub fn days(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// What dates say, `due` being the day stated last and `moved` how often it was put later.
#[must_use]
pub fn of_dates(due: Date, moved: i64, today: Date) -> (Colour, String) {
    let left = days(today, due);
    let times = |count: i64| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let moved_words = if moved > 0 { format!(" It was put later {}.", times(moved)) } else { String::new() };
    if left < 0 {
        let ago = if left == -1 { "a day".to_owned() } else { format!("{} days", -left) };
        return (Colour::OffCourse, format!("Its day, {due}, passed {ago} ago and it is not done.{moved_words}"));
    }
    let when = match left {
        0 => "Its day is today.".to_owned(),
        1 => "Its day is tomorrow.".to_owned(),
        2..=NEAR_DAYS => format!("Its day is near: {due}, {left} days from now."),
        _ => format!("Its day is {due}, {left} days from now."),
    };
    let says = if moved > 0 { Colour::AtRisk } else { Colour::OnCourse };
    (says, format!("{when}{moved_words}"))
}

/// A measure on its way from where it stood to where it shall be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// Where it stood, and when.
    pub start: (Date, f64),
    /// Where it shall be, and when.
    pub target: (Date, f64),
    /// Where it stands, and when that was read.
    pub now: (Date, f64),
}

/// What a measure says: how far it is on its way, held against an even pace from its start to its target, at
/// the day of the reading. More than 10 % of the way behind is at risk, more than 25 % off course. A measure
/// that stood at its target from the start has to stay there. `None` where it is not a number, or was read
/// only on the day of its start.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "days within two centuries")]
pub fn of_measure(course: Course) -> Option<Colour> {
    let way = course.target.1 - course.start.1;
    if ![way, course.now.1].iter().all(|value| value.is_finite()) || course.now.0 <= course.start.0 {
        return None;
    }
    let span = days(course.start.0, course.target.0).max(1) as f64;
    let pace = (days(course.start.0, course.now.0) as f64 / span).clamp(0.0, 1.0);
    let behind = if way == 0.0 {
        // No way to go: how far it left its place, as a share of that place.
        let from = (course.now.1 - course.start.1).abs();
        if from == 0.0 { 0.0 } else { from / course.start.1.abs().max(f64::MIN_POSITIVE) }
    } else {
        pace - (course.now.1 - course.start.1) / way
    };
    Some(if behind > BEHIND_OFF {
        Colour::OffCourse
    } else if behind > BEHIND_AT_RISK {
        Colour::AtRisk
    } else {
        Colour::OnCourse
    })
}

/// What things with days of their own say, such as open promises or the steps of a path: any that is past its
/// day is a risk, more than a quarter of them off course.
#[must_use]
pub fn of_missed(all: usize, missed: usize) -> Colour {
    match missed {
        0 => Colour::OnCourse,
        missed if missed * 4 > all => Colour::OffCourse,
        _ => Colour::AtRisk,
    }
}

/// The middle of lead times in days, rounded down; `None` below the minimum of [`crate::share::LEAST`].
#[must_use]
pub fn middle(mut days: Vec<i64>) -> Option<i64> {
    let enough = u64::try_from(days.len()).is_ok_and(|n| n >= crate::share::LEAST);
    days.sort_unstable();
    enough.then(|| days[(days.len() - 1) / 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn sign(says: Option<Colour>) -> Sign {
        Sign { from: Source::Dates, says, words: String::new(), n: 1, rows_of: String::new(), rows: String::new() }
    }

    #[test]
    fn a_watermelon_is_named_plainly() {
        use Colour::{AtRisk, OffCourse, OnCourse};
        let signs = [sign(Some(OffCourse)), sign(Some(AtRisk)), sign(Some(OnCourse)), sign(None)];
        let check = Check::of(OnCourse, &signs);
        assert!(check.gap());
        assert_eq!(check.words(), "Said on course; two of three signs say otherwise.");
        assert_eq!(
            Check::of(OffCourse, &signs).words(),
            "Said off course; two of three signs still look better: the news came before the record showed it."
        );
        assert_eq!(Check::of(OnCourse, &signs[..1]).words(), "Said on course; the one sign says otherwise.");
        assert_eq!(
            Check::of(OnCourse, &signs[3..]).words(),
            "Said on course; the record has no sign for or against it yet."
        );
        assert_eq!(Check::of(AtRisk, &signs[1..2]).words(), "Said at risk; the one sign says the same.");
    }

    #[test]
    fn dates_pass_and_are_put_later() {
        let due = date(2026, 3, 10);
        assert_eq!(of_dates(due, 0, date(2026, 3, 12)).0, Colour::OffCourse);
        assert!(of_dates(due, 0, date(2026, 3, 12)).1.contains("passed 2 days ago"));
        assert_eq!(of_dates(due, 0, date(2026, 3, 10)).0, Colour::OnCourse);
        assert!(of_dates(due, 0, date(2026, 3, 5)).1.contains("near"));
        assert_eq!(of_dates(due, 2, date(2026, 1, 1)).0, Colour::AtRisk);
        assert_eq!(lead_days(Colour::OffCourse, date(2026, 2, 28), Some(due)), Some(10));
        assert_eq!(lead_days(Colour::AtRisk, date(2026, 3, 11), Some(due)), Some(-1));
        assert_eq!(lead_days(Colour::OnCourse, date(2026, 2, 28), Some(due)), None);
        assert_eq!(
            [(8, 0), (8, 2), (8, 3), (1, 1)].map(|(all, missed)| of_missed(all, missed)),
            [Colour::OnCourse, Colour::AtRisk, Colour::OffCourse, Colour::OffCourse,]
        );
        assert_eq!(middle(vec![5, 1, 9, 3]), None);
        assert_eq!(middle(vec![5, 1, 9, 3, 30]), Some(5));
    }

    #[test]
    fn a_measure_is_held_against_an_even_pace() {
        // From 100 down to 50 in 100 days.
        let course = |day: i64, value| Course {
            start: (date(2026, 1, 1), 100.0),
            target: (date(2026, 4, 11), 50.0),
            now: (date(2026, 1, 1) + SignedDuration::from_hours(24 * day), value),
        };
        assert_eq!(of_measure(course(50, 75.0)), Some(Colour::OnCourse));
        assert_eq!(of_measure(course(50, 82.0)), Some(Colour::AtRisk));
        assert_eq!(of_measure(course(50, 100.0)), Some(Colour::OffCourse));
        assert_eq!(of_measure(course(0, 100.0)), None);
        assert_eq!(of_measure(course(200, 50.0)), Some(Colour::OnCourse), "after its day it has to be there");
        assert_eq!(of_measure(course(50, f64::NAN)), None);
        let stay =
            Course { start: (date(2026, 1, 1), 98.0), target: (date(2026, 4, 1), 98.0), now: (date(2026, 2, 1), 97.0) };
        assert_eq!(of_measure(stay), Some(Colour::OnCourse));
        assert_eq!(of_measure(Course { now: (date(2026, 2, 1), 60.0), ..stay }), Some(Colour::OffCourse));
    }
}
