//! Growing on purpose: at most two qualities at a time, a day on which to look again, somebody who looks along,
//! notes of what others saw, a look back every week, and a message that waits until one is calm.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::wrong::Wrongs;

/// Most qualities of a plan: who works on everything works on nothing.
pub const MOST_QUALITIES: usize = 2;
/// Longest time from the beginning of a plan to the day on which one looks again, in days.
pub const LONGEST_PLAN_DAYS: i32 = 400;
/// Longest time that a message is held, in days.
pub const LONGEST_HELD_DAYS: i64 = 30;
/// Most questions of a look back: it takes five minutes.
pub const QUESTIONS: usize = 3;

words! {
    /// What of one's growth a guest may look at.
    Part {
        /// The plan: qualities, why, practices and their promises.
        Plan => "plan", "The growth plan";
        /// What one is good at, and where the limits are.
        Strengths => "strengths", "Strengths and limits";
        /// What others noted that they saw.
        Observations => "observations", "What others saw";
    }
}
words! {
    /// Where a seat beside somebody stands.
    Seat {
        /// Offered; the guest has not answered.
        Invited => "invited", "invited";
        /// Taken.
        Taken => "taken", "taken";
        /// Not taken.
        Declined => "declined", "declined";
        /// Over.
        Ended => "ended", "ended";
    }
}
words! {
    /// What somebody says of themselves.
    Trait {
        /// What one is good at.
        Strength => "strength", "Strength";
        /// Where one needs others.
        Limit => "limit", "Limit";
    }
}

/// The key of a quality: small letters, digits and hyphens, as the model writes them.
///
/// # Errors
/// When it is none.
pub fn quality_key(field: &str, text: &str) -> Result<String, Wrongs> {
    let text = text.trim();
    let good = !text.is_empty()
        && text.len() <= 60
        && text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
    if good { Ok(text.to_owned()) } else { Err(Wrongs::one(field, "Choose a quality of the list.")) }
}

/// The qualities of a plan and the day on which to look again.
///
/// # Errors
/// When there is none, one twice, or more than two; when the day is not ahead, or too far ahead.
pub fn plan(qualities: &[String], retest_on: Date, today: Date) -> Result<(), Wrongs> {
    let mut wrongs = Wrongs::default();
    if qualities.is_empty() {
        wrongs.add("quality", "Choose one quality, or two at most.");
    }
    if qualities.len() > MOST_QUALITIES {
        wrongs.add("quality", "Choose two qualities at most: who works on everything works on nothing.");
    }
    if qualities.iter().enumerate().any(|(at, one)| qualities[..at].contains(one)) {
        wrongs.add("quality", "This is the same quality twice. Choose another, or leave the second empty.");
    }
    let days = crate::promise::days_between(today, retest_on);
    if days < 1 {
        wrongs.add("retest_on", "Choose a day that is still to come.");
    } else if days > LONGEST_PLAN_DAYS {
        wrongs.add("retest_on", "Choose a day within thirteen months: later nobody remembers what was tried.");
    }
    wrongs.or(())
}

/// Monday of the week of a day: a look back belongs to a week.
#[must_use]
pub fn week_of(day: Date) -> Date {
    day.saturating_sub(jiff::Span::new().days(i64::from(day.weekday().to_monday_zero_offset())))
}

/// How many weeks in a row, up to this one or the one before it, were looked back on. `weeks` are Mondays, in
/// any order. Only their owner is told.
#[must_use]
pub fn in_a_row(weeks: &[Date], today: Date) -> u32 {
    let week = jiff::Span::new().days(7);
    let mut at = week_of(today);
    if !weeks.contains(&at) {
        at = at.saturating_sub(week);
    }
    let mut row = 0;
    while weeks.contains(&at) {
        row += 1;
        at = at.saturating_sub(week);
    }
    row
}

/// What one's own record of a week has in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Week {
    /// Own promises that were closed as kept in time.
    pub kept: i64,
    /// Own promises that were closed as late or broken.
    pub missed: i64,
    /// Own promises for which another day was asked for, or which were said to be late.
    pub warned: i64,
    /// Decisions made.
    pub decided: i64,
    /// Asks for help that one made.
    pub asked: i64,
    /// Notes of others on what they saw.
    pub observed: i64,
    /// Status that was worse than one's own words.
    pub signs: i64,
}

fn times(n: i64, one: &str, many: &str) -> String {
    if n == 1 { format!("one {one}") } else { format!("{n} {many}") }
}

/// The questions of a look back: those that the week itself asks first, then those that every week asks; three
/// in all.
#[must_use]
pub fn questions(week: &Week) -> Vec<String> {
    let mut out = Vec::new();
    if week.missed > 0 {
        let promises = times(week.missed, "promise of yours", "promises of yours");
        out.push(format!("This week {promises} ended late or broken. When did you know, and whom did you tell?"));
    }
    if week.signs > 0 {
        out.push("You said that something was better than the record shows. What made that easier to say?".to_owned());
    }
    if week.observed > 0 {
        let notes = times(week.observed, "note", "notes");
        out.push(format!("Others wrote {notes} on what they saw you do. What in it did you not know of yourself?"));
    }
    if week.warned > 0 {
        out.push("You told early that a day would not hold. What did that cost you, and what did it spare?".to_owned());
    }
    if week.asked > 0 {
        out.push("You asked for help. What let you ask, and would you ask earlier next time?".to_owned());
    }
    if week.decided > 0 {
        let decisions = times(week.decided, "decision", "decisions");
        out.push(format!("You made {decisions}. Which one would you make otherwise, knowing what you know now?"));
    }
    if week.kept > 0 {
        let promises = times(week.kept, "promise of yours was", "promises of yours were");
        out.push(format!("This week {promises} kept in time. What made that possible?"));
    }
    out.truncate(QUESTIONS - 1);
    for always in [
        "What did you do this week that you want to do again?",
        "What did you learn about yourself?",
        "Who helped you, and whom did you help?",
    ] {
        if out.len() < QUESTIONS {
            out.push(always.to_owned());
        }
    }
    out
}

/// Until when a message may be held.
///
/// # Errors
/// When the instant is not ahead, or too far ahead.
pub fn held_until(until: jiff::Timestamp, now: jiff::Timestamp) -> Result<jiff::Timestamp, Wrongs> {
    let most = now + jiff::SignedDuration::from_hours(24 * LONGEST_HELD_DAYS);
    if until <= now {
        return Err(Wrongs::one("until", "Choose a time that is still to come."));
    }
    if until > most {
        return Err(Wrongs::one("until", "Choose a time within thirty days."));
    }
    Ok(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn two_qualities_at_most_and_a_day_ahead() {
        let today = day("2026-03-02");
        let keys = |of: &[&str]| of.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert!(plan(&keys(&["listening"]), day("2026-06-01"), today).is_ok());
        assert!(plan(&keys(&["listening", "vision"]), day("2026-06-01"), today).is_ok());
        for (of, retest, field) in [
            (&[][..], "2026-06-01", "quality"),
            (&["a", "b", "c"], "2026-06-01", "quality"),
            (&["a", "a"], "2026-06-01", "quality"),
            (&["a"], "2026-03-02", "retest_on"),
            (&["a"], "2027-06-01", "retest_on"),
        ] {
            assert!(plan(&keys(of), day(retest), today).unwrap_err().of(field).is_some(), "{of:?} {retest}");
        }
        assert_eq!(quality_key("quality", " keeping-promises ").unwrap(), "keeping-promises");
        for bad in ["", "Keeping", "a--b", "-a", "a b", "é", "../x"] {
            assert!(quality_key("quality", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn weeks_in_a_row_end_at_a_gap() {
        let weeks = [day("2026-03-02"), day("2026-02-23"), day("2026-02-09")];
        assert_eq!(in_a_row(&weeks, day("2026-03-08")), 2);
        assert_eq!(in_a_row(&weeks, day("2026-03-09")), 2, "this week is not over yet");
        assert_eq!(in_a_row(&weeks, day("2026-03-16")), 0);
        assert_eq!(week_of(day("2026-03-08")).to_string(), "2026-03-02");
    }

    #[test]
    fn an_empty_week_has_its_questions_too() {
        assert_eq!(questions(&Week::default()).len(), QUESTIONS);
    }

    #[test]
    fn a_message_is_held_for_a_while() {
        let now: jiff::Timestamp = "2026-03-02T08:00:00Z".parse().unwrap();
        let after = |hours| now + jiff::SignedDuration::from_hours(hours);
        assert!(held_until(after(1), now).is_ok() && held_until(after(720), now).is_ok());
        assert!(held_until(now, now).is_err() && held_until(after(721), now).is_err());
    }

    proptest! {
        /// Three questions, none twice, and what went wrong is never passed over.
        #[test]
        fn three_questions(kept in 0_i64..5, missed in 0_i64..5, warned in 0_i64..5, decided in 0_i64..5, asked in 0_i64..5, observed in 0_i64..5, signs in 0_i64..2) {
            let week = Week { kept, missed, warned, decided, asked, observed, signs };
            let asked = questions(&week);
            prop_assert_eq!(asked.len(), QUESTIONS);
            let distinct: std::collections::BTreeSet<_> = asked.iter().collect();
            prop_assert_eq!(distinct.len(), QUESTIONS);
            prop_assert!(missed == 0 || asked[0].contains("ended late or broken"));
        }
    }
}
