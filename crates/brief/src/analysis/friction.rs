//! Tickets counted by client, department, service …, as far as what they cost rests on it.

use std::collections::BTreeMap;

use arrow::array::AsArray;
use arrow::datatypes::{Float64Type, Int64Type};
use arrow::record_batch::RecordBatch;
use measures::By;
use problems::Tally;
use problems::friction::Lot;
use query::QueryError;
use work::Record;

use super::symptoms::words;
use super::touched;
use super::{AnalysisError, PROBLEM_TICKETS, Ruled};

/// What the cost of tickets can be told by: those whom IT serves first, then what they use.
pub const LOST_BY: [By; 5] = [By::Client, By::Department, By::Service, By::Location, By::Category];

/// Which of [`LOST_BY`] the record knows, with the number of tickets that name a value.
///
/// # Errors
/// When the record cannot be asked.
pub async fn lost_by(record: &Record) -> Result<Vec<(By, u64)>, AnalysisError> {
    let counts = LOST_BY.map(|by| format!("count(nullif(trim({0}), '')) as {0}", by.column())).join(", ");
    let batches = record.session()?.batches(&format!("select {counts} from tickets")).await?;
    let mut out = Vec::new();
    for by in LOST_BY {
        let mut named = 0;
        for batch in &batches {
            named += whole(batch, by.column())?.iter().sum::<u64>();
        }
        if named > 0 {
            out.push((by, named));
        }
    }
    Ok(out)
}

/// The first of what is known that names at least half of the tickets, else the one that names the most.
#[must_use]
pub fn first_by(known: &[(By, u64)], tickets: u64) -> Option<By> {
    let half = known.iter().find(|(_, named)| named * 2 >= tickets);
    // Of equals the first.
    half.or_else(|| known.iter().rev().max_by_key(|(_, named)| *named)).map(|(by, _)| *by)
}

/// The tickets of the record by the values of a field, problems as people see them.
///
/// # Errors
/// When the record cannot be asked.
pub async fn lots(record: &Record, seen: &Ruled, by: By) -> Result<Vec<Lot>, AnalysisError> {
    let column = by.column();
    let session = touched::overruled(record, seen.overruled()).await?;
    // A ticket that people have acted on has the problem that they gave it, or none.
    let grouped = format!(
        "select coalesce(trim(t.{column}), '') as value, \
         coalesce(case when r.key is null then p.problem else r.problem end, '') as problem, \
         count(*) as n, count(nullif(trim(t.requester), '')) as named, \
         count(distinct nullif(trim(t.requester), '')) as people, \
         count(case when t.touch_minutes >= 0 then 1 end) as booked, \
         sum(case when t.touch_minutes >= 0 then t.touch_minutes else 0.0 end) as minutes \
         from tickets t left join {PROBLEM_TICKETS} p on p.source = t.source and p.id = t.id \
         left join overruled r on r.key = concat(t.source, '/', t.id) \
         group by 1, 2"
    );
    let mut lots: BTreeMap<String, Lot> = BTreeMap::new();
    for batch in session.batches(&grouped).await? {
        let (value, problem) = (words(&batch, "value")?, words(&batch, "problem")?);
        let [n, named, people, booked] = ["n", "named", "people", "booked"].map(|name| whole(&batch, name));
        let (n, named, people, booked) = (n?, named?, people?, booked?);
        let minutes = batch
            .column_by_name("minutes")
            .and_then(|column| column.as_primitive_opt::<Float64Type>())
            .ok_or_else(|| QueryError::Failed("no column minutes".into()))?;
        for row in 0..batch.num_rows() {
            let at = |counts: &[u64]| counts.get(row).copied().unwrap_or(0);
            let lot = lots.entry(value.value(row).to_owned()).or_default();
            let (sum, on) = lot.tally.touch_minutes.unwrap_or_default();
            let touch = (sum + minutes.value(row), on + at(&booked));
            let id = problem.value(row);
            lot.tally = Tally {
                tickets: lot.tally.tickets + at(&n),
                touch_minutes: (touch.1 > 0).then_some(touch),
                // Outside of any problem every ticket is an occasion of its own.
                people: lot.tally.people + if id.is_empty() { at(&named) } else { at(&people) },
                named: lot.tally.named + at(&named),
            };
            if !id.is_empty() {
                lot.in_problems += at(&n);
                let best = lot.heaviest.as_ref().map_or((0, ""), |(best, n)| (*n, best.as_str()));
                if at(&n) > best.0 || (at(&n) == best.0 && id < best.1) {
                    lot.heaviest = Some((id.to_owned(), at(&n)));
                }
            }
        }
    }
    let people = format!(
        "select coalesce(trim({column}), '') as value, count(distinct nullif(trim(requester), '')) as people \
         from tickets group by 1"
    );
    for batch in session.batches(&people).await? {
        let (value, people) = (words(&batch, "value")?, whole(&batch, "people")?);
        for (row, people) in people.into_iter().enumerate() {
            if let Some(lot) = lots.get_mut(value.value(row)) {
                lot.people = people;
            }
        }
    }
    Ok(lots.into_iter().map(|(value, lot)| Lot { value, ..lot }).collect())
}

fn whole(batch: &RecordBatch, column: &str) -> Result<Vec<u64>, AnalysisError> {
    let array = batch
        .column_by_name(column)
        .and_then(|array| array.as_primitive_opt::<Int64Type>())
        .ok_or_else(|| QueryError::Failed(format!("no counts {column}").into()))?;
    Ok(array.iter().map(|n| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0)).collect())
}
