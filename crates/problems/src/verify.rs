//! Did it get less? The rate of a problem before and after a fix, against the desk's other tickets.
//!
//! Weeks are counted back and forward from the day of the fix. In each the tickets of the problem stand beside
//! the desk's other tickets, which carry weekday, season and growth. The ratio of the two rates gets a 90 %
//! interval from a quasi-Poisson model (`McCullagh` and Nelder 1989, 4.5): the variance of the logarithm is
//! `spread × (1/before + 1/after) + wander`. `spread` is Pearson's statistic of the weeks, drawn to that of
//! an ordinary problem where weeks are few (empirical Bayes); `wander` is how far rates of problems drift
//! where nothing was fixed.
//!
//! A fix is usually made after the worst week, and what comes after a worst week is mostly less. So the worst
//! week before the fix does not count, and where it lies within the last [`RECENT`] weeks the second worst does
//! not count either and drift is reckoned with more. A verdict "fixed" asks for both: an interval below 1, and a
//! rate of at most [`AT_MOST`] ([`AT_MOST_RECENT`]).
//! Where a fall of 70 % could not be told from none, nothing is said yet, whatever the numbers look like.
//! How often this is wrong is measured by placebo dates: `docs/verify.md`.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY, WEEK, date_iso};
use crate::stats::float;

/// Most weeks before the fix that are looked at.
pub const WEEKS_BEFORE: usize = 26;
/// Most weeks after the fix that are looked at.
pub const WEEKS_AFTER: usize = 12;
/// A worst week that lies this many weeks before the fix or less may be the reason for it.
pub const RECENT: usize = 4;
/// Largest rate (as a share of the one before) that is called fixed.
pub const AT_MOST: f64 = 0.6;
/// The same where the worst week was recent.
pub const AT_MOST_RECENT: f64 = 0.5;
/// A fall that is smaller than to this share is called not fixed, when the interval says so.
const HALF: f64 = 0.5;
/// Variance of the logarithm of a ratio that drift alone gives; from the placebo dates of the records at hand.
const WANDER: f64 = 0.03;
/// The same where the worst week was recent: what comes down from a height comes down further.
const WANDER_RECENT: f64 = 0.08;
/// Spread of an ordinary problem, and how many weeks that knowledge weighs.
const ORDINARY: (f64, f64) = (1.5, 6.0);
/// 95 % of a normal law: a two-sided interval of 90 %.
const Z: f64 = 1.645;
/// How far (in standard errors) beyond the border a fall of 70 % must lie: it is then seen in two of three cases.
const REACH: f64 = 0.4;
/// Fewest tickets and weeks with tickets before.
const FEWEST: (u64, usize) = (8, 3);
/// Fewest weeks before that count, and fewest after.
const FEWEST_WEEKS: (usize, usize) = (4, 2);

/// What can be said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It comes less often than before, by at least two fifths, and that is hardly chance.
    Fixed,
    /// It has not fallen to half.
    NotFixed,
    /// Both are still possible, or there is too little to tell.
    #[default]
    Unproven,
}

impl Verdict {
    /// The words for a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::NotFixed => "not fixed",
            Self::Unproven => "unproven yet",
        }
    }
}

/// What a week was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Counts as before.
    Before,
    /// Lies before and does not count: a worst week.
    LeftOut,
    /// Counts as after.
    After,
}

/// Seven days counted from the day of the fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// First day, `2016-03-14`.
    pub from: String,
    /// Tickets of the problem.
    pub tickets: u64,
    /// The desk's other tickets.
    pub others: u64,
    /// What it was used for.
    pub side: Side,
}

/// Sums over the weeks of a side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// Weeks.
    pub weeks: u64,
    /// Tickets of the problem.
    pub tickets: u64,
    /// The desk's other tickets.
    pub others: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Verified {
    /// Day of the fix, `2016-03-14`.
    pub fixed_on: String,
    /// What can be said.
    pub verdict: Verdict,
    /// Rate after over rate before, each a share of the desk's other tickets; `None` where there is too little.
    pub ratio: Option<f64>,
    /// Lower end of its 90 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Before the fix, without the weeks left out.
    pub before: Total,
    /// After the fix.
    pub after: Total,
    /// Tickets that would be there after, had nothing changed.
    pub expected: f64,
    /// Whether a fall of 70 % could be told from chance by now; before that "fixed" is never said.
    pub in_reach: bool,
    /// Variance over mean of the weeks, at least 1.
    pub spread: f64,
    /// All weeks, the oldest first.
    pub weeks: Vec<Week>,
    /// The same in a sentence or two.
    pub sentence: String,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    from: i64,
    own: f64,
    others: f64,
}

fn within(sorted: &[i64], from: i64, to: i64) -> usize {
    sorted.partition_point(|&at| at < to).saturating_sub(sorted.partition_point(|&at| at < from))
}

fn count(own: &[i64], all: &[i64], from: i64) -> Count {
    let mine = within(own, from, from + WEEK);
    let others = within(all, from, from + WEEK).saturating_sub(mine);
    // A week without any other ticket tells nothing of the desk; one keeps the shares finite.
    Count { from, own: float(mine), others: float(others.max(1)) }
}

/// Pearson's statistic of weeks against one rate, and its degrees of freedom.
fn pearson(weeks: &[Count]) -> (f64, f64) {
    let (own, others) = sums(weeks);
    let rate = own.max(0.5) / others.max(1.0);
    let sum = weeks.iter().map(|week| (week.own - rate * week.others).powi(2) / (rate * week.others).max(0.5)).sum();
    (sum, (float(weeks.len()) - 1.0).max(0.0))
}

fn sums(weeks: &[Count]) -> (f64, f64) {
    weeks.iter().fold((0.0, 0.0), |(own, others), week| (own + week.own, others + week.others))
}

fn spread(parts: &[(f64, f64)]) -> f64 {
    let (sum, free) = parts.iter().fold((0.0, 0.0), |(s, f), part| (s + part.0, f + part.1));
    ((sum + ORDINARY.0 * ORDINARY.1) / (free + ORDINARY.1)).max(1.0)
}

/// Takes the worst of the weeks before (newest first) out. Returns which were.
fn leave_out(before: &[Count]) -> Vec<usize> {
    let rate = |place: usize| before.get(place).map_or(0.0, |week| week.own / week.others);
    let worst = |but: Option<usize>| {
        (0..before.len())
            .filter(|&place| Some(place) != but)
            // Of equals the newest.
            .min_by(|&a, &b| rate(b).total_cmp(&rate(a)).then(a.cmp(&b)))
    };
    let Some(first) = worst(None) else { return Vec::new() };
    let mut out = vec![first];
    if first < RECENT {
        out.extend(worst(Some(first)));
    }
    out
}

/// Compares the tickets of a problem (`own`) with the whole desk (`all`, its own among them) before and after
/// `fixed_on` (an instant at the start of that day). All in seconds since 1970; `own` and `all` sorted.
/// `observed` is the part of the record that is whole, as [`crate::Findings::observed`] gives it.
#[must_use]
pub fn verify(own: &[i64], all: &[i64], fixed_on: i64, observed: (i64, i64)) -> Verified {
    let end = observed.1.saturating_add(1);
    let whole = |seconds: i64| usize::try_from(seconds.div_euclid(WEEK)).unwrap_or(0);
    // A fix after the end of the record has no weeks beside it that were recorded.
    let before = if fixed_on > end { 0 } else { whole(fixed_on.saturating_sub(observed.0)) };
    let room = (before, whole(end.saturating_sub(fixed_on)));
    let weeks = |count: usize| 0..i64::try_from(count).unwrap_or(0);
    let before: Vec<Count> =
        weeks(room.0.min(WEEKS_BEFORE)).map(|back| count(own, all, fixed_on - (back + 1) * WEEK)).collect();
    let after: Vec<Count> =
        weeks(room.1.min(WEEKS_AFTER)).map(|forward| count(own, all, fixed_on + forward * WEEK)).collect();
    judge(&before, &after, fixed_on, room.1)
}

/// How one change stands to another that was reckoned apart, such as that of a team to that of the other teams: the ratio
/// of both ratios, 1 where they went alike, with its 90 % interval. The logarithms have about normal errors, so their
/// squares add. `None` where one of them has none.
#[must_use]
pub fn beside(own: &Verified, others: &Verified) -> Option<(f64, f64, f64)> {
    let log = |found: &Verified| {
        let (ratio, low, high) = (found.ratio?, found.low?, found.high?);
        Some((ratio.ln(), (high.ln() - low.ln()) / (2.0 * Z)))
    };
    let ((own, own_error), (others, others_error)) = (log(own)?, log(others)?);
    let (middle, error) = (own - others, own_error.hypot(others_error));
    Some((middle.exp(), (middle - Z * error).exp(), (middle + Z * error).exp()))
}

/// Totals of counts.
fn total(weeks: &[Count]) -> Total {
    let (own, others) = sums(weeks);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sums of counts")]
    let whole = |value: f64| value.max(0.0) as u64;
    Total { weeks: weeks.len() as u64, tickets: whole(own), others: whole(others) }
}

fn judge(before: &[Count], after: &[Count], fixed_on: i64, room: usize) -> Verified {
    let out = leave_out(before);
    let kept: Vec<Count> =
        before.iter().enumerate().filter(|(place, _)| !out.contains(place)).map(|(_, week)| *week).collect();
    let told = |week: &Count, side: Side| {
        let sum = total(std::slice::from_ref(week));
        Week { from: date_iso(week.from), tickets: sum.tickets, others: sum.others, side }
    };
    let mut weeks: Vec<Week> = before
        .iter()
        .enumerate()
        .map(|(place, week)| told(week, if out.contains(&place) { Side::LeftOut } else { Side::Before }))
        .collect();
    weeks.reverse();
    weeks.extend(after.iter().map(|week| told(week, Side::After)));
    let ((own_b, others_b), (own_a, others_a)) = (sums(&kept), sums(after));
    let expected = if others_b > 0.0 { own_b / others_b * others_a } else { 0.0 };
    let quiet = pearson(&kept);
    let all_spread = spread(&[quiet, pearson(after)]);
    let mut found = Verified {
        fixed_on: date_iso(fixed_on),
        before: total(&kept),
        after: total(after),
        expected,
        spread: all_spread,
        weeks,
        ..Verified::default()
    };
    if let Some(missing) = missing(&kept, after, room) {
        found.sentence = missing;
        return found;
    }
    let ratio = (own_a + 0.5) / others_a / ((own_b + 0.5) / others_b);
    let wander = if out.len() > 1 { WANDER_RECENT } else { WANDER };
    let error = |spread: f64, after: f64| (spread * (1.0 / (own_b + 0.5) + 1.0 / (after + 0.5)) + wander).sqrt();
    let own_error = error(all_spread, own_a);
    let (low, high) = (ratio * (-Z * own_error).exp(), ratio * (Z * own_error).exp());
    (found.ratio, found.low, found.high) = (Some(ratio), Some(low), Some(high));
    // Judged from what was known before the fix, so that the answer does not choose itself.
    let fallen = error(spread(&[quiet]), 0.3 * expected);
    found.in_reach = 0.3_f64.ln() + (Z + REACH) * fallen <= 0.0;
    if !found.in_reach && low <= HALF {
        found.sentence = format!(
            "Too early to say: {} tickets in {}, {:.0} would be expected. Even a fall of 70 % could not be told from \
             chance yet.",
            found.after.tickets,
            weeks_words(after.len()),
            expected.round()
        );
        return found;
    }
    let at_most = if out.len() > 1 { AT_MOST_RECENT } else { AT_MOST };
    found.verdict = if found.in_reach && high < 1.0 && ratio <= at_most {
        Verdict::Fixed
    } else if low > HALF {
        Verdict::NotFixed
    } else {
        Verdict::Unproven
    };
    found.sentence = sentence(&found);
    found
}

fn weeks_words(weeks: usize) -> String {
    format!("{weeks} {}", if weeks == 1 { "week" } else { "weeks" })
}

/// What is missing for any answer.
fn missing(kept: &[Count], after: &[Count], room: usize) -> Option<String> {
    let with = kept.iter().filter(|week| week.own > 0.0).count();
    let before = total(kept);
    if after.len() < FEWEST_WEEKS.1 {
        return Some(format!(
            "Not enough to say: the record holds {} after the fix; at least {} are needed.",
            weeks_words(room),
            weeks_words(FEWEST_WEEKS.1)
        ));
    }
    if kept.len() < FEWEST_WEEKS.0 || with < FEWEST.1 || before.tickets < FEWEST.0 {
        return Some(format!(
            "Not enough to say: before the fix {} tickets in {} of {} count, without the worst; at least {} in {} \
             are needed.",
            before.tickets,
            with,
            weeks_words(kept.len()),
            FEWEST.0,
            weeks_words(FEWEST.1)
        ));
    }
    None
}

fn sentence(found: &Verified) -> String {
    let (ratio, low, high) =
        (found.ratio.unwrap_or(f64::NAN), found.low.unwrap_or(f64::NAN), found.high.unwrap_or(f64::NAN));
    let head = match found.verdict {
        Verdict::Fixed => "It comes less often",
        Verdict::NotFixed => "It has not fallen to half",
        Verdict::Unproven => "Both a fall to half and none are still possible",
    };
    format!(
        "{head}: {} tickets in {} after the fix, {:.0} would be expected by the desk's other tickets; the rate is \
         {ratio:.2} times the one before (90 %: {low:.2} to {high:.2}).",
        found.after.tickets,
        weeks_words(usize::try_from(found.after.weeks).unwrap_or(usize::MAX)),
        found.expected.round(),
    )
}

/// Where a fix stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Said to be fixed; not shown yet.
    #[default]
    Claimed,
    /// Shown not to have fallen to half.
    NotFixed,
    /// Shown to be fixed.
    Fixed,
    /// Was shown to be fixed and came back.
    Reopened,
}

impl Stage {
    /// The words for a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Claimed => "said to be fixed, unproven yet",
            Self::NotFixed => "not fixed",
            Self::Fixed => "fixed",
            Self::Reopened => "reopened: it came back",
        }
    }
}

/// The story of a fix up to the end of the record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Where it stands.
    pub stage: Stage,
    /// The comparison over the weeks up to the relapse, or up to the end of the record.
    pub verified: Verified,
    /// Day by which "fixed" could first be said.
    pub shown_on: Option<String>,
    /// Day by which the relapse could be said.
    pub reopened_on: Option<String>,
    /// The team that is credited with the fix; never a person.
    pub fixed_by: Option<String>,
}

/// Weeks that a relapse is looked for in, each time the latest.
const LOOK: usize = 4;
/// A relapse is asked for week by week, so it needs more than an interval of 90 %.
const Z_RELAPSE: f64 = 2.58;

/// Follows a fix week by week: first "fixed" must be said, then a relapse is looked for. A relapse is a rate in
/// the latest four weeks that is above the one since the fix (99 % interval) and not below half of the one
/// before the fix. It reopens the problem.
#[must_use]
pub fn follow(own: &[i64], all: &[i64], fixed_on: i64, observed: (i64, i64), fixed_by: Option<&str>) -> Standing {
    let end = observed.1.saturating_add(1);
    let weeks = end.saturating_sub(fixed_on).div_euclid(WEEK).clamp(0, 520);
    let mut standing = Standing { fixed_by: fixed_by.map(str::to_owned), ..Standing::default() };
    let mut shown: Option<(i64, Verified)> = None;
    for week in 2..=weeks {
        let now = fixed_on + week * WEEK;
        match &shown {
            None => {
                let verified = verify(own, all, fixed_on, (observed.0, now - 1));
                if verified.verdict == Verdict::Fixed {
                    standing.shown_on = Some(date_iso(now - DAY));
                    shown = Some((now, verified));
                }
            }
            Some((since, verified)) if now >= since + i64::try_from(LOOK).unwrap_or(4) * WEEK => {
                if relapsed(own, all, fixed_on, now, verified) {
                    standing.stage = Stage::Reopened;
                    standing.reopened_on = Some(date_iso(now - DAY));
                    standing.verified = verified.clone();
                    return standing;
                }
            }
            Some(_) => {}
        }
    }
    standing.verified = verify(own, all, fixed_on, observed);
    // The last word has the whole comparison: an answer that was asked for every week until it pleased would
    // be right less often.
    standing.stage = match standing.verified.verdict {
        Verdict::Fixed => Stage::Fixed,
        Verdict::NotFixed => Stage::NotFixed,
        Verdict::Unproven => Stage::Claimed,
    };
    if standing.stage != Stage::Fixed {
        standing.shown_on = None;
    }
    standing
}

fn relapsed(own: &[i64], all: &[i64], fixed_on: i64, now: i64, verified: &Verified) -> bool {
    let part = |from: i64, to: i64| -> Vec<Count> {
        (0..to.saturating_sub(from).div_euclid(WEEK)).map(|week| count(own, all, from + week * WEEK)).collect()
    };
    let look = now - i64::try_from(LOOK).unwrap_or(4) * WEEK;
    let (quiet, latest) = (part(fixed_on, look), part(look, now));
    let ((own_q, others_q), (own_l, others_l)) = (sums(&quiet), sums(&latest));
    let spread = spread(&[pearson(&quiet), pearson(&latest)]).max(verified.spread);
    let ratio = (own_l + 0.5) / others_l / ((own_q + 0.5) / others_q.max(1.0));
    let error = (spread * (1.0 / (own_l + 0.5) + 1.0 / (own_q + 0.5)) + WANDER).sqrt();
    let before = verified.before;
    let number = |count: u64| float(usize::try_from(count).unwrap_or(usize::MAX));
    let old = number(before.tickets) / number(before.others).max(1.0);
    ratio * (-Z_RELAPSE * error).exp() > 1.0 && own_l / others_l > HALF * old
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
