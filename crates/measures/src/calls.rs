//! Tickets by day and by what they are about, for pages that tell one day.

use query::Session;

use crate::calendar::Calendar;
use crate::columns::{instants, scan, text};
use crate::error::Result;
use crate::names::Names;

/// Tickets opened by day and by the value of one column; about 12 bytes for each day and value that has any.
#[derive(Debug)]
pub struct Calls {
    /// The column.
    pub by: &'static str,
    names: Names,
    /// Day since 1970, number of the name, tickets; sorted.
    counts: Vec<(i64, u32, u32)>,
}

impl Calls {
    /// Names and their tickets opened on a day, in no order that means anything but always the same.
    pub fn on(&self, day: i64) -> impl Iterator<Item = (&str, u32)> {
        let from = self.counts.partition_point(|(of, ..)| *of < day);
        let to = self.counts.partition_point(|(of, ..)| *of <= day);
        let counts = self.counts.get(from..to).unwrap_or_default();
        counts.iter().map(|(_, name, n)| (self.names.name(*name), *n))
    }
}

#[derive(Debug, Default)]
struct Part {
    names: Names,
    calls: Vec<(i64, u32)>,
}

/// Counts tickets by the first of these columns that any ticket fills; `None` when none does.
///
/// # Errors
/// When the record cannot be read.
pub async fn calls(session: &Session, columns: &[&'static str], calendar: &Calendar) -> Result<Option<Calls>> {
    for by in columns.iter().copied() {
        let zone = calendar.clone();
        let parts = scan::<Part, _>(session, "tickets", &["opened", by], move |part, batch| {
            let (opened, name) = (instants(batch, "opened")?, text(batch, by)?);
            for row in 0..batch.num_rows() {
                let (Some(ms), Some(name)) = (opened.get(row), name.get(row).filter(|name| !name.is_empty())) else {
                    continue;
                };
                part.calls.push((zone.local(ms.div_euclid(1000)).0, part.names.number(name)));
            }
            Ok(())
        })
        .await?;
        if parts.iter().any(|part| !part.calls.is_empty()) {
            return Ok(Some(tokio::task::spawn_blocking(move || counted(by, parts)).await?));
        }
    }
    Ok(None)
}

/// Puts what the partitions saw together. Names are numbered in their own order, so that the partitions' does not show.
fn counted(by: &'static str, parts: Vec<Part>) -> Calls {
    let mut all: Vec<&str> =
        parts.iter().flat_map(|part| (0_u32..).take(part.names.len()).map(|number| part.names.name(number))).collect();
    all.sort_unstable();
    let mut names = Names::default();
    for name in all {
        names.number(name);
    }
    let mut calls: Vec<(i64, u32)> = Vec::with_capacity(parts.iter().map(|part| part.calls.len()).sum());
    for part in parts {
        let places: Vec<u32> =
            (0_u32..).take(part.names.len()).map(|number| names.number(part.names.name(number))).collect();
        calls.extend(part.calls.iter().filter_map(|(day, name)| Some((*day, *places.get(*name as usize)?))));
    }
    calls.sort_unstable();
    let mut counts: Vec<(i64, u32, u32)> = Vec::new();
    for (day, name) in calls {
        match counts.last_mut().filter(|last| (last.0, last.1) == (day, name)) {
            Some(last) => last.2 += 1,
            None => counts.push((day, name, 1)),
        }
    }
    Calls { by, names, counts }
}
