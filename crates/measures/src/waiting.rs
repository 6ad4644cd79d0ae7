//! What waited for others at an earlier instant, as the history of the tickets tells it.

use std::collections::BTreeMap;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use jiff::Timestamp;
use query::Session;

use crate::columns::text;
use crate::definitions::definition;
use crate::error::{MeasureError, Result};
use crate::figures::{part, told};
use crate::rows::open_at;
use crate::value::MeasureValue;

/// The measure `backlog_waiting` of every team as it was at an instant, by name of team.
///
/// A ticket tells only the state that it has now, so that [`crate::compute`] cannot rewind it. Here the state is that
/// of the last event before the instant that tells one. Population: tickets open at the instant whose events tell
/// a state by then; n may be less than the backlog. The share has Wilson's interval. Empty where no event of such
/// a ticket tells a state.
///
/// # Errors
/// When the record cannot be read.
pub async fn waiting(session: &Session, at: Timestamp) -> Result<Vec<MeasureValue>> {
    let definition =
        definition("backlog_waiting").ok_or_else(|| MeasureError::Request("no measure `backlog_waiting`".into()))?;
    // Few tickets are open, many have events: the join comes before the order.
    let sql = format!(
        "select team, count(*) as told, count(case when state = 'waiting' then 1 end) as waiting from \
         (select tickets.team as team, events.stage as state, row_number() over \
         (partition by tickets.source, tickets.id order by events.position desc) as place from \
         (select source, id, team from tickets where {open}) as tickets join events \
         on events.source = tickets.source and events.ticket = tickets.id \
         where events.stage is not null and events.\"when\" < {until}) as states where place = 1 group by team",
        open = open_at(None, Some(at)),
        until = crate::rows::instant(at),
    );
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for batch in session.batches(&sql).await? {
        let team = text(&batch, "team")?;
        let count = |name: &str, row: usize| {
            let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
            column.map_or(0, |column| u64::try_from(column.value(row)).unwrap_or(0))
        };
        for row in 0..batch.num_rows() {
            let (waiting, all) = counts.entry(team.get(row).unwrap_or_default().to_owned()).or_default();
            *waiting += count("waiting", row);
            *all += count("told", row);
        }
    }
    let values = counts.into_iter().flat_map(|(team, (waiting, all))| {
        part(waiting, all).into_iter().map(move |figure| told(definition, Some(team.clone()), figure))
    });
    Ok(values.collect())
}
