//! Whether tickets of a team go another way since it says back what is needed: fewer that come back, fewer that take
//! long, set against the desk's other teams in the same weeks. It is the comparison of [`problems::verify`], which leaves
//! out the worst weeks before and widens its interval by how far rates drift where nothing was done. One came after the
//! other; nothing is said of why. A team, never a person.

use arrow::array::Array as _;
use futures::StreamExt as _;
use problems::clock::WEEK;
use problems::verify::{self, Verified, WEEKS_BEFORE, verify};
use work::Record;

use super::AnalysisError;
use super::symptoms::{instants, words};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tickets that were reopened, of those whose source tells it.
    CameBack,
    /// Tickets that took longer than half of those did that were opened in the weeks before, each side by its own.
    TookLong,
}

impl Kind {
    /// Both, in the order in which they are shown.
    pub const ALL: [Self; 2] = [Self::CameBack, Self::TookLong];
}

/// A ticket as far as it is compared. Instants are seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Whether it is of the team that is looked at; else of another one.
    pub own: bool,
    /// When it was opened.
    pub opened: i64,
    /// Seconds until it was resolved; `None` while it is not.
    pub took: Option<i64>,
    /// Whether it was reopened; `None` where the source does not tell.
    pub came_back: Option<bool>,
}

/// A team and the other teams, before and after the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// What is compared.
    pub kind: Kind,
    /// Of the team: how often it was so, beside its own other tickets.
    pub own: Verified,
    /// The same of the other teams together.
    pub others: Verified,
    /// How the team's change stands to that of the others: 1 where both went alike, with the 90 % interval.
    pub beside: Option<(f64, f64, f64)>,
    /// Hours in which half of the tickets before were resolved: of the team, of the others.
    pub within_hours: Option<(f64, f64)>,
}

/// Reads the tickets that name a team. `team` is looked at, whatever its letters' case.
///
/// # Errors
/// When the record cannot be read.
pub async fn tickets(record: &Record, team: &str) -> Result<Vec<Ticket>, AnalysisError> {
    let mut stream = record
        .session()?
        .stream(
            "select team, opened, coalesce(resolved, closed) as ended, \
             case when reopened is null then '' when reopened > 0 then 'yes' else 'no' end as came_back \
             from tickets where opened is not null and team is not null",
        )
        .await?;
    let team = team.to_lowercase();
    let mut out = Vec::new();
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let (teams, back) = (words(&batch, "team")?, words(&batch, "came_back")?);
        let (opened, ended) = (instants(&batch, "opened")?, instants(&batch, "ended")?);
        for row in 0..batch.num_rows() {
            let at = opened.value(row);
            out.push(Ticket {
                own: teams.value(row).trim().to_lowercase() == team,
                opened: at.div_euclid(1000),
                took: ended.is_valid(row).then(|| (ended.value(row) - at).max(0).div_euclid(1000)),
                came_back: match back.value(row) {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                },
            });
        }
    }
    Ok(out)
}

/// Compares the weeks before a day (an instant at its start) with those after. `observed` is the part of the record that is
/// whole.
#[must_use]
pub fn compare(kind: Kind, tickets: &[Ticket], since: i64, observed: (i64, i64)) -> Compared {
    let (own, others): (Vec<Ticket>, Vec<Ticket>) = tickets.iter().copied().partition(|ticket| ticket.own);
    let halves = (half(&own, since), half(&others, since));
    let side = |tickets: &[Ticket], half: Option<i64>| match (kind, half) {
        (Kind::CameBack, _) => told(tickets, since, observed, |ticket| ticket.came_back),
        (Kind::TookLong, None) => Verified::default(),
        (Kind::TookLong, Some(half)) => {
            // Of what was opened later nobody can know yet whether it takes that long.
            let end = observed.1.saturating_sub(half);
            let long = |ticket: &Ticket| match ticket.took {
                Some(took) => Some(took > half),
                None => (observed.1.saturating_sub(ticket.opened) > half).then_some(true),
            };
            told(tickets, since, (observed.0, end), long)
        }
    };
    let (own, others) = (side(&own, halves.0), side(&others, halves.1));
    let within_hours = match (kind, halves) {
        (Kind::TookLong, (Some(own), Some(others))) => Some((hours(own), hours(others))),
        _ => None,
    };
    Compared { kind, beside: verify::beside(&own, &others), own, others, within_hours }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of tickets stay far below 2^52")]
fn hours(seconds: i64) -> f64 {
    seconds as f64 / 3_600.0
}

/// Seconds within which half of the tickets were resolved that were opened in the weeks before; those that never were do
/// not count. `None` without any.
fn half(tickets: &[Ticket], since: i64) -> Option<i64> {
    let begin = since.saturating_sub(i64::try_from(WEEKS_BEFORE).unwrap_or(26) * WEEK);
    let before = tickets.iter().filter(|ticket| (begin..since).contains(&ticket.opened));
    let mut took: Vec<i64> = before.filter_map(|ticket| ticket.took).collect();
    took.sort_unstable();
    took.get(took.len().checked_sub(1)? / 2).copied()
}

/// The tickets for which something is known to be so, beside all of which it is known.
fn told(tickets: &[Ticket], since: i64, observed: (i64, i64), so: impl Fn(&Ticket) -> Option<bool>) -> Verified {
    let (mut some, mut all) = (Vec::new(), Vec::new());
    for ticket in tickets {
        if let Some(so) = so(ticket) {
            all.push(ticket.opened);
            if so {
                some.push(ticket.opened);
            }
        }
    }
    some.sort_unstable();
    all.sort_unstable();
    verify(&some, &all, since, observed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SINCE: i64 = 30 * WEEK;
    const OBSERVED: (i64, i64) = (0, 45 * WEEK - 1);

    /// Ten tickets a week of each side; `back` of them come back, by side and by whether it is after the day.
    fn desk(back: impl Fn(bool, bool) -> i64, took: impl Fn(bool, bool) -> i64) -> Vec<Ticket> {
        let mut out = Vec::new();
        for week in 0..45 {
            for own in [true, false] {
                for at in 0..10 {
                    let after = week * WEEK >= SINCE;
                    let opened = week * WEEK + at * 3_600;
                    let took = if at % 2 == 0 { 3_600 } else { took(own, after) };
                    out.push(Ticket { own, opened, took: Some(took), came_back: Some(at < back(own, after)) });
                }
            }
        }
        out
    }

    #[test]
    fn a_team_of_which_fewer_come_back_is_set_against_the_others() {
        let fell = desk(|own, after| if own && after { 1 } else { 4 }, |_, _| 7_200);
        let found = compare(Kind::CameBack, &fell, SINCE, OBSERVED);
        let (ratio, low, high) = found.beside.unwrap();
        assert!(low < ratio && ratio < high && high < 1.0, "{found:?}");
        assert_eq!((found.own.after.tickets, found.own.after.others), (12, 108), "twelve weeks of ten");
        // Where the whole desk went the same way the team is not told from it.
        let all_fell = desk(|_, after| if after { 1 } else { 4 }, |_, _| 7_200);
        let found = compare(Kind::CameBack, &all_fell, SINCE, OBSERVED);
        assert!(found.own.high.unwrap() < 1.0, "it fell: {found:?}");
        let (ratio, low, high) = found.beside.unwrap();
        assert!((ratio - 1.0).abs() < 1e-9 && low < 1.0 && high > 1.0, "as it did elsewhere: {found:?}");
    }

    #[test]
    fn what_took_long_is_measured_by_the_weeks_before() {
        // Half took an hour, half ten hours; since the day the team's long ones take half an hour.
        let fell = desk(|_, _| 0, |own, after| if own && after { 1_800 } else { 36_000 });
        let found = compare(Kind::TookLong, &fell, SINCE, OBSERVED);
        let (own, others) = found.within_hours.unwrap();
        assert!(own >= 1.0 && others >= 1.0, "{found:?}");
        assert_eq!(found.own.after.tickets, 0, "{found:?}");
        assert!(found.beside.unwrap().2 < 1.0, "{found:?}");
        // What is open and young is not known yet: it is on neither side.
        let mut young = fell;
        for ticket in young.iter_mut().filter(|ticket| ticket.opened > OBSERVED.1 - 1_800) {
            ticket.took = None;
        }
        assert_eq!(compare(Kind::TookLong, &young, SINCE, OBSERVED).own.after.tickets, 0);
    }

    #[test]
    fn below_its_minimum_nothing_is_said() {
        let untold: Vec<Ticket> = desk(|_, _| 4, |_, _| 7_200)
            .into_iter()
            .map(|ticket| Ticket { came_back: None, took: None, ..ticket })
            .collect();
        for kind in Kind::ALL {
            let found = compare(kind, &untold, SINCE, OBSERVED);
            assert!(found.own.ratio.is_none() && found.beside.is_none(), "{found:?}");
        }
        let late = compare(Kind::CameBack, &desk(|_, _| 4, |_, _| 7_200), 44 * WEEK, OBSERVED);
        assert!(late.beside.is_none(), "one week after is too short: {late:?}");
    }
}
