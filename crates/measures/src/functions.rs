//! Functions that go with the tables in SQL.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array};
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampMillisecondType};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;

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
pub async fn register(context: &SessionContext, calendar: &Calendar) -> MeasureResult<()> {
    register_calendar(context, calendar);
    register_end(context, calendar).await?;
    for name in [derived::REPEAT_TICKETS, derived::CHANGE_OUTCOMES, derived::DAYS] {
        register_table(name, context, calendar).await?;
    }
    Ok(())
}

/// Adds `record_end()`.
pub(crate) async fn register_end(context: &SessionContext, calendar: &Calendar) -> MeasureResult<()> {
    let end = crate::extent::extent(context, calendar).await?.map(|extent| extent.end_ms);
    context.register_udf(record_end(end));
    Ok(())
}

/// Adds one of the tables of [`derived`].
pub(crate) async fn register_table(name: &str, context: &SessionContext, calendar: &Calendar) -> MeasureResult<()> {
    context.register_batch(name, derived::make(name, context, calendar).await?)?;
    Ok(())
}

/// The functions that need no look into the record.
pub(crate) fn register_calendar(context: &SessionContext, calendar: &Calendar) {
    let calendar = Arc::new(calendar.clone());
    context.register_udf(after_hours(Arc::clone(&calendar)));
    context.register_udf(business_hours(calendar));
}

pub(crate) fn record_end(end_ms: Option<i64>) -> ScalarUDF {
    let value = ScalarValue::TimestampMillisecond(end_ms, Some("UTC".into()));
    let give = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(value.clone()));
    create_udf("record_end", Vec::new(), instant(), Volatility::Immutable, Arc::new(give))
}

fn after_hours(calendar: Arc<Calendar>) -> ScalarUDF {
    let look = move |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let [at] = arrays.as_slice() else {
            return datafusion::common::exec_err!("after_hours takes one instant");
        };
        let at = at.as_primitive::<TimestampMillisecondType>();
        let answers: BooleanArray = at.iter().map(|ms| ms.map(|ms| !calendar.is_open(ms.div_euclid(1000)))).collect();
        Ok(ColumnarValue::Array(Arc::new(answers)))
    };
    create_udf("after_hours", vec![instant()], DataType::Boolean, Volatility::Immutable, Arc::new(look))
}

fn business_hours(calendar: Arc<Calendar>) -> ScalarUDF {
    let look = move |arguments: &[ColumnarValue]| -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let [from, to] = arrays.as_slice() else {
            return datafusion::common::exec_err!("business_hours takes two instants");
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
        let hours: ArrayRef = Arc::new(hours);
        Ok(ColumnarValue::Array(hours))
    };
    create_udf("business_hours", vec![instant(), instant()], DataType::Float64, Volatility::Immutable, Arc::new(look))
}
