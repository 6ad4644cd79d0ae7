//! Small records in memory.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int8Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, SchemaRef};
use measures::MeasureValue;
use query::Session;

/// A row: names of columns and their values as text; what is not named is missing.
pub type Row = Vec<(&'static str, String)>;

/// `row!("id" => "1", "opened" => "2024-01-01T00:00:00Z")`.
#[macro_export]
macro_rules! row {
    ($($name:literal => $value:expr),* $(,)?) => { vec![$(($name, $value.to_string())),*] };
}

fn batch(schema: &SchemaRef, rows: &[Row]) -> RecordBatch {
    for (name, _) in rows.iter().flatten() {
        assert!(schema.column_with_name(name).is_some(), "no column {name}");
    }
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| {
            let given = |row: &Row| row.iter().find(|(name, _)| name == field.name()).map(|(_, value)| value.clone());
            let value = |row: &Row| given(row).or_else(|| (!field.is_nullable()).then(|| default(field.data_type())));
            let values: Vec<Option<String>> = rows.iter().map(value).collect();
            array(field.data_type(), &values)
        })
        .collect();
    RecordBatch::try_new(Arc::clone(schema), columns).unwrap()
}

fn default(kind: &DataType) -> String {
    if kind == &DataType::Utf8 { "s".to_owned() } else { "0".to_owned() }
}

fn array(kind: &DataType, values: &[Option<String>]) -> ArrayRef {
    fn parsed<T: std::str::FromStr>(values: &[Option<String>]) -> Vec<Option<T>> {
        let parse = |value: &String| value.parse().unwrap_or_else(|_| panic!("{value} does not fit its column"));
        values.iter().map(|value| value.as_ref().map(parse)).collect()
    }
    match kind {
        DataType::Utf8 => Arc::new(StringArray::from(values.to_vec())),
        DataType::Int8 => Arc::new(Int8Array::from(parsed(values))),
        DataType::Int32 => Arc::new(Int32Array::from(parsed(values))),
        DataType::Int64 => Arc::new(Int64Array::from(parsed(values))),
        DataType::Float64 => Arc::new(Float64Array::from(parsed(values))),
        DataType::Boolean => Arc::new(BooleanArray::from(parsed(values))),
        DataType::Timestamp(..) => {
            let instants = parsed::<jiff::Timestamp>(values);
            let millis: Vec<Option<i64>> =
                instants.into_iter().map(|at| at.map(jiff::Timestamp::as_millisecond)).collect();
            Arc::new(TimestampMillisecondArray::from(millis).with_timezone("UTC"))
        }
        other => panic!("no values of {other}"),
    }
}

/// These rows in two parts.
pub fn batches(schema: &SchemaRef, rows: &[Row]) -> Vec<RecordBatch> {
    let (one, two) = rows.split_at(rows.len() / 2);
    vec![batch(schema, one), batch(schema, two)]
}

/// A session over these rows, cut into two partitions.
pub fn session(tickets: &[Row], changes: &[Row]) -> Session {
    let session = Session::new(Vec::new()).unwrap();
    for (name, schema, rows) in
        [("tickets", work::schema::tickets(), tickets), ("changes", work::schema::changes(), changes)]
    {
        session.add_rows(name, Arc::clone(&schema), batches(&schema, rows)).unwrap();
    }
    session
}

/// The one value of that name and statistic, of the whole or of a group.
pub fn find<'a>(values: &'a [MeasureValue], name: &str, statistic: &str, group: Option<&str>) -> &'a MeasureValue {
    let mut fitting = values
        .iter()
        .filter(|value| value.name == name && value.statistic == statistic && value.group.as_deref() == group);
    let value = fitting.next().unwrap_or_else(|| panic!("no {name} {statistic} {group:?}"));
    assert!(fitting.next().is_none(), "{name} {statistic} {group:?} twice");
    value
}
