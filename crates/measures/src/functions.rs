//! Functions that go with the tables in SQL.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array, TimestampMillisecondArray};
use arrow::datatypes::{DataType, TimeUnit, TimestampMillisecondType};
use arrow::error::ArrowError;
use query::{Function, Session};

use crate::calendar::Calendar;
use crate::derived;
use crate::error::Result as MeasureResult;
use crate::stats::float;

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// Adds `after_hours(instant)`, `business_hours(from, to)`, `record_end()` and the tables `repeat_tickets`,
/// `change_outcomes` and `days` to a session, so that the conditions of every definition run in it.
///
/// # Errors
/// When the record cannot be read.
pub async fn register(session: &Session, calendar: &Calendar) -> MeasureResult<()> {
    register_calendar(session, calendar);
    register_end(session, calendar).await?;
    for name in derived::ASKED {
        register_table(name, session, calendar).await?;
    }
    Ok(())
}

/// Adds `record_end()`.
pub(crate) async fn register_end(session: &Session, calendar: &Calendar) -> MeasureResult<()> {
    let end = crate::extent::extent(session, calendar).await?.map(|extent| extent.end_ms);
    add_end(session, end)
}

/// Adds `record_end()`, the end being known.
pub(crate) fn add_end(session: &Session, end_ms: Option<i64>) -> MeasureResult<()> {
    let end: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![end_ms]).with_timezone("UTC"));
    Ok(session.add_constant("record_end", &end)?)
}

/// Adds one of the tables of [`derived`].
pub(crate) async fn register_table(name: &str, session: &Session, calendar: &Calendar) -> MeasureResult<()> {
    let rows = derived::make(name, session, calendar).await?;
    Ok(session.add_rows(name, rows.schema(), vec![rows])?)
}

/// The functions that need no look into the record.
pub(crate) fn register_calendar(session: &Session, calendar: &Calendar) {
    let calendar = Arc::new(calendar.clone());
    let open = after_hours(Arc::clone(&calendar));
    session.add_function("after_hours", vec![instant()], DataType::Boolean, open);
    let hours = business_hours(calendar);
    session.add_function("business_hours", vec![instant(), instant()], DataType::Float64, hours);
}

fn after_hours(calendar: Arc<Calendar>) -> Function {
    Arc::new(move |arguments: &[ArrayRef]| {
        let [at] = arguments else {
            return Err(ArrowError::InvalidArgumentError("after_hours takes one instant".to_owned()));
        };
        let at = at.as_primitive::<TimestampMillisecondType>();
        let answers: BooleanArray = at.iter().map(|ms| ms.map(|ms| !calendar.is_open(ms.div_euclid(1000)))).collect();
        Ok(Arc::new(answers))
    })
}

fn business_hours(calendar: Arc<Calendar>) -> Function {
    Arc::new(move |arguments: &[ArrayRef]| {
        let [from, to] = arguments else {
            return Err(ArrowError::InvalidArgumentError("business_hours takes two instants".to_owned()));
        };
        let (from, to) =
            (from.as_primitive::<TimestampMillisecondType>(), to.as_primitive::<TimestampMillisecondType>());
        let hours: Float64Array = from
            .iter()
            .zip(to.iter())
            .map(|pair| match pair {
                (Some(from), Some(to)) if from <= to => {
                    let seconds = calendar.business_seconds(from.div_euclid(1000), to.div_euclid(1000));
                    Some(float(u64::try_from(seconds).unwrap_or(0)) / 3600.0)
                }
                _ => None,
            })
            .collect();
        debug_assert_eq!(hours.len(), from.len(), "one answer a row");
        Ok(Arc::new(hours))
    })
}
