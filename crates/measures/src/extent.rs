//! From when to when the record tells something.

use datafusion::prelude::SessionContext;

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
    /// First day of the part that is whole: the Monday of the first week with at least half the median
    /// week's tickets, or `first_day` when that is later.
    pub whole_from: i64,
    /// Last day of that part: the Sunday of the last such week, or `last_day` when that is earlier.
    pub whole_to: i64,
}

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
        let Ok(day) = usize::try_from(day) else { return };
        if day >= DAYS {
            return;
        }
        if self.opened.is_empty() {
            self.opened.resize(DAYS, 0);
        }
        if let Some(count) = self.opened.get_mut(day) {
            *count += 1;
        }
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
        if self.opened.is_empty() {
            self.opened.clone_from(&other.opened);
        } else {
            for (mine, theirs) in self.opened.iter_mut().zip(&other.opened) {
                *mine += theirs;
            }
        }
    }

    /// The extent, `None` when no ticket has an opened instant.
    pub(crate) fn extent(&self) -> Option<Extent> {
        let end_ms = self.end()?;
        let last_possible = usize::try_from(end_ms.div_euclid(DAY * 1000) + 1).ok()?;
        let days: Vec<usize> = self
            .opened
            .iter()
            .enumerate()
            .filter(|(day, count)| **count > 0 && *day <= last_possible)
            .map(|(day, _)| day)
            .collect();
        let (first, last) = (*days.first()?, *days.last()?);
        let (first_day, last_day) = (i64::try_from(first).ok()?, i64::try_from(last).ok()?);
        let mut weeks: Vec<(i64, u64)> = Vec::new();
        for day in days {
            let count = self.opened.get(day).copied().map_or(0, u64::from);
            let day = i64::try_from(day).ok()?;
            let monday = day - weekday(day);
            match weeks.last_mut() {
                Some((week, sum)) if *week == monday => *sum += count,
                _ => weeks.push((monday, count)),
            }
        }
        let mut counts: Vec<u64> = weeks.iter().map(|(_, count)| *count).collect();
        counts.sort_unstable();
        let median = counts.get(counts.len() / 2).copied()?;
        let full = |(_, count): &&(i64, u64)| *count * 2 >= median;
        let from = weeks.iter().find(full).map(|(week, _)| *week)?;
        let to = weeks.iter().rev().find(full).map(|(week, _)| *week + 6)?;
        Some(Extent { end_ms, first_day, last_day, whole_from: from.max(first_day), whole_to: to.min(last_day) })
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

/// Reads the extent of the record, `None` when no ticket has an opened instant.
///
/// # Errors
/// When the record cannot be read.
pub async fn extent(context: &SessionContext, calendar: &Calendar) -> Result<Option<Extent>> {
    let columns = ["opened", "first_response", "resolved", "closed", "as_of"];
    let zone = calendar.clone();
    let spans = scan::<Span, _>(context, "tickets", &columns, move |span, batch| {
        for name in columns {
            let values = instants(batch, name)?;
            for row in 0..batch.num_rows() {
                if let Some(ms) = values.get(row) {
                    span.note(ms);
                    if name == "opened" {
                        span.note_opened(zone.local(ms.div_euclid(1000)).0);
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
