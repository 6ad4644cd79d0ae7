//! From when to when the record tells something.

use query::Session;

use crate::calendar::{Calendar, DAY, weekday};
use crate::columns::{instants, scan};
use crate::error::Result;

/// Days from 1970-01-01 on for which instants are counted; later ones cannot be meant.
const DAYS: usize = 47_482;
/// A gap of more days than this before the last few instants makes them slips of the pen.
const GAP: usize = 366;

/// What a pass over the record learns about its span.
#[derive(Debug, Default, Clone)]
pub(crate) struct Span {
    /// For each UTC day how many instants fell on it, and the last of them in milliseconds.
    seen: Vec<(u32, i64)>,
    /// For each local day how many tickets were opened.
    opened: Vec<u32>,
    /// For each UTC day how many tickets ended (resolved, else closed).
    ended: Vec<u32>,
}

/// From when to when the record tells something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The last instant seen in the record, milliseconds since 1970; single instants more than a year
    /// after everything else do not count.
    pub end_ms: i64,
    /// First local day (days since 1970-01-01) with an opened ticket.
    pub first_day: i64,
    /// Last local day with an opened ticket.
    pub last_day: i64,
    /// First day of the part that is whole: the Monday of the first usual week, or `first_day` when that
    /// is later. A usual week has at least a quarter of the openings of the busiest month's median week,
    /// and, in a record that tells when tickets end, the first one has a quarter of its endings too: an
    /// extract by closing date holds of earlier weeks only what stayed open for long.
    pub whole_from: i64,
    /// Last day of that part: the Sunday of the last week with that many openings, or `last_day` when
    /// that is earlier.
    pub whole_to: i64,
}

/// A week below this share of the busiest month's median week is at the thin edge of an extract.
const USUAL: u64 = 4;
/// A desk with fewer tickets in its usual week has empty weeks that mean nothing.
const BUSY: u64 = 10;

impl Span {
    /// Notes any instant.
    #[inline]
    pub(crate) fn note(&mut self, ms: i64) {
        let Ok(day) = usize::try_from(ms.div_euclid(DAY * 1000)) else { return };
        if day >= DAYS {
            return;
        }
        if self.seen.is_empty() {
            self.seen.resize(DAYS, (0, i64::MIN));
        }
        if let Some(entry) = self.seen.get_mut(day) {
            entry.0 += 1;
            entry.1 = entry.1.max(ms);
        }
    }

    /// Notes the local day of an opening.
    #[inline]
    pub(crate) fn note_opened(&mut self, day: i64) {
        tally(&mut self.opened, day);
    }

    /// Notes the instant at which a ticket ended.
    #[inline]
    pub(crate) fn note_ended(&mut self, ms: i64) {
        tally(&mut self.ended, ms.div_euclid(DAY * 1000));
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if self.seen.is_empty() {
            self.seen.clone_from(&other.seen);
        } else {
            for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
                mine.0 += theirs.0;
                mine.1 = mine.1.max(theirs.1);
            }
        }
        for (mine, theirs) in [(&mut self.opened, &other.opened), (&mut self.ended, &other.ended)] {
            if mine.is_empty() {
                mine.clone_from(theirs);
            } else {
                for (mine, theirs) in mine.iter_mut().zip(theirs) {
                    *mine += theirs;
                }
            }
        }
    }

    /// The extent, `None` when no ticket has an opened instant.
    pub(crate) fn extent(&self) -> Option<Extent> {
        let end_ms = self.end()?;
        let last_possible = usize::try_from(end_ms.div_euclid(DAY * 1000) + 1).ok()?;
        let known = self.opened.get(..=last_possible.min(DAYS - 1))?;
        let first_day = i64::try_from(known.iter().position(|count| *count > 0)?).ok()?;
        let last_day = i64::try_from(known.iter().rposition(|count| *count > 0)?).ok()?;
        let mut extent = Extent { end_ms, first_day, last_day, whole_from: first_day, whole_to: last_day };
        let monday = first_day - weekday(first_day);
        let opened = weeks(&self.opened, monday, last_day);
        let usual = usual(&opened);
        if usual < BUSY {
            return Some(extent);
        }
        let ended = weeks(&self.ended, monday, last_day);
        let usually_ended = self::usual(&ended);
        let whole = |(opened, ended): (&u64, &u64)| *opened * USUAL >= usual && *ended * USUAL >= usually_ended;
        let week = |index: usize| monday + 7 * i64::try_from(index).unwrap_or(0);
        if let (Some(from), Some(to)) =
            (opened.iter().zip(&ended).position(whole), opened.iter().rposition(|opened| *opened * USUAL >= usual))
            && from <= to
        {
            extent.whole_from = week(from).max(first_day);
            extent.whole_to = (week(to) + 6).min(last_day);
        }
        Some(extent)
    }

    fn end(&self) -> Option<i64> {
        let total: u64 = self.seen.iter().map(|(count, _)| u64::from(*count)).sum();
        let mut beyond = 0_u64;
        let mut days = self.seen.iter().enumerate().rev().filter(|(_, (count, _))| *count > 0).peekable();
        while let Some((day, &(count, last))) = days.next() {
            beyond += u64::from(count);
            match days.peek() {
                // One instant in a thousand, and more than a year after all others: a slip of the pen.
                Some((before, _)) if day - before > GAP && beyond * 1000 <= total => {}
                _ => return Some(last),
            }
        }
        None
    }
}

fn tally(days: &mut Vec<u32>, day: i64) {
    let Ok(day) = usize::try_from(day) else { return };
    if day >= DAYS {
        return;
    }
    if days.is_empty() {
        days.resize(DAYS, 0);
    }
    if let Some(count) = days.get_mut(day) {
        *count += 1;
    }
}

/// Sums by week from `monday` to the week of `last`.
fn weeks(days: &[u32], monday: i64, last: i64) -> Vec<u64> {
    (monday..=last)
        .step_by(7)
        .map(|monday| {
            let day = |day: i64| usize::try_from(day).ok().and_then(|day| days.get(day)).copied().map_or(0, u64::from);
            (monday..monday + 7).map(day).sum()
        })
        .collect()
}

/// The median of the busiest four weeks in a row; of all where there are fewer.
fn usual(weeks: &[u64]) -> u64 {
    weeks
        .windows(weeks.len().clamp(1, 4))
        .map(|month| {
            let mut sorted = month.to_vec();
            sorted.sort_unstable();
            // The lower of the two in the middle, so that one great week makes no month busy.
            sorted.get((sorted.len().max(1) - 1) / 2).copied().unwrap_or(0)
        })
        .max()
        .unwrap_or(0)
}

/// Reads the extent of the record, `None` when no ticket has an opened instant.
///
/// # Errors
/// When the record cannot be read.
pub async fn extent(session: &Session, calendar: &Calendar) -> Result<Option<Extent>> {
    let columns = ["opened", "first_response", "resolved", "closed", "as_of"];
    let zone = calendar.clone();
    let spans = scan::<Span, _>(session, "tickets", &columns, move |span, batch| {
        let resolved = instants(batch, "resolved")?;
        for name in columns {
            let values = instants(batch, name)?;
            for row in 0..batch.num_rows() {
                if let Some(ms) = values.get(row) {
                    span.note(ms);
                    match name {
                        "opened" => span.note_opened(zone.local(ms.div_euclid(1000)).0),
                        "resolved" => span.note_ended(ms),
                        "closed" if resolved.get(row).is_none() => span.note_ended(ms),
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    })
    .await?;
    let mut all = Span::default();
    for span in &spans {
        all.merge(span);
    }
    Ok(all.extent())
}

#[cfg(test)]
#[path = "extent_tests.rs"]
mod tests;
