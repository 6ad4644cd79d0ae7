//! SQL for whoever wants it: one statement, read-only, a bounded answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Decimal128Type, Fields, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Schema,
    SchemaRef, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use serde_json::{Map, Value};

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It was not understood, or asks for more than reading.
    #[error("{0}")]
    Refused(String),
    /// The engine gave up.
    #[error("the record could not be asked: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ArrowError> for QueryError {
    fn from(error: ArrowError) -> Self {
        Self::Failed(error.into())
    }
}

/// Most rows that an answer has when nothing else is said.
pub const DEFAULT_ROWS: usize = 10_000;

/// The answer to a query.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Names and types of its columns.
    pub schema: SchemaRef,
    /// Its rows.
    pub batches: Vec<RecordBatch>,
    /// How many rows there are.
    pub rows: usize,
    /// Whether there were more, cut off at the limit.
    pub cut: bool,
}

/// Asks a session; see [`crate::Session::ask`].
pub(crate) async fn ask(context: &SessionContext, text: &str, limit: usize) -> Result<Answer, QueryError> {
    let refused = |error: DataFusionError| {
        QueryError::Refused(format!("the query was not understood: {}", error.strip_backtrace()))
    };
    let plan = context.state().create_logical_plan(text).await.map_err(refused)?;
    let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    read_only.verify_plan(&plan).map_err(|error| {
        QueryError::Refused(format!(
            "only reading is allowed: one SELECT, WITH, EXPLAIN, SHOW or DESCRIBE ({})",
            error.strip_backtrace()
        ))
    })?;
    if let LogicalPlan::Ddl(_) | LogicalPlan::Dml(_) | LogicalPlan::Copy(_) | LogicalPlan::Statement(_) = plan {
        return Err(QueryError::Refused("only reading is allowed".into()));
    }
    let frame = context.execute_logical_plan(plan).await.map_err(refused)?;
    let mut stream = frame.execute_stream().await.map_err(stopped)?;
    let schema = distinct(&stream.schema());
    let mut answer = Answer { schema, batches: Vec::new(), rows: 0, cut: false };
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(stopped)?;
        let room = limit - answer.rows;
        if batch.num_rows() > room {
            answer.cut = true;
            if room > 0 {
                answer.batches.push(batch.slice(0, room));
                answer.rows += room;
            }
            break;
        }
        answer.rows += batch.num_rows();
        if batch.num_rows() > 0 {
            answer.batches.push(batch);
        }
    }
    Ok(answer)
}

/// Why a question that was understood was not answered to its end.
fn stopped(error: DataFusionError) -> QueryError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => QueryError::Refused(
            "the question takes more memory than a question may: ask of fewer rows, or join on columns that tell rows apart"
                .to_owned(),
        ),
        _ => error.into(),
    }
}

/// A schema in which every name stands once: a repeated one (`select a.id, b.id …`) is `id`, then `id_2`, so that in an
/// object by name no value hides another.
fn distinct(schema: &SchemaRef) -> SchemaRef {
    let mut taken: BTreeSet<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
    if taken.len() == schema.fields().len() {
        return Arc::clone(schema);
    }
    let mut seen = BTreeSet::new();
    let fields = schema.fields().iter().map(|field| {
        if seen.insert(field.name().clone()) {
            return Arc::clone(field);
        }
        let mut copy = 2_usize;
        while !taken.insert(format!("{}_{copy}", field.name())) {
            copy += 1;
        }
        Arc::new(field.as_ref().clone().with_name(format!("{}_{copy}", field.name())))
    });
    Arc::new(Schema::new(fields.collect::<Fields>()))
}

/// What a terminal would act upon instead of showing it: a title may hold more than letters.
fn harmless(cell: &str) -> String {
    cell.chars()
        .map(|letter| match letter {
            '\n' | '\r' | '\t' => ' ',
            letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
            letter => letter,
        })
        .collect()
}

impl Answer {
    /// The answer as a table of text, columns aligned, numbers to the right.
    ///
    /// # Errors
    /// When a value cannot be put in words.
    pub fn to_text(&self) -> Result<String, QueryError> {
        let options = FormatOptions::default();
        let names: Vec<&str> = self.schema.fields().iter().map(|field| field.name().as_str()).collect();
        let right: Vec<bool> = self.schema.fields().iter().map(|field| field.data_type().is_numeric()).collect();
        let mut widths: Vec<usize> = names.iter().map(|name| name.chars().count()).collect();
        let mut rows: Vec<Vec<String>> = Vec::with_capacity(self.rows);
        for batch in &self.batches {
            let columns = batch
                .columns()
                .iter()
                .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
                .collect::<Result<Vec<_>, ArrowError>>()?;
            for row in 0..batch.num_rows() {
                let mut cells = Vec::with_capacity(columns.len());
                for (column, width) in columns.iter().zip(&mut widths) {
                    let cell = harmless(&column.value(row).try_to_string()?);
                    *width = (*width).max(cell.chars().count());
                    cells.push(cell);
                }
                rows.push(cells);
            }
        }
        let mut out = String::new();
        let heading: Vec<String> = names.iter().map(ToString::to_string).collect();
        line(&mut out, &heading, &widths, &right);
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        line(&mut out, &rule, &widths, &right);
        for row in &rows {
            line(&mut out, row, &widths, &right);
        }
        if self.cut {
            out.push_str("… more rows follow; ask for fewer columns or rows, or raise the limit\n");
        }
        Ok(out)
    }

    /// The answer as one JSON value: `{"columns": […], "rows": [{column: value}], "cut": bool}`.
    /// Instants are RFC 3339 in UTC, missing values `null`.
    ///
    /// # Errors
    /// When a value cannot be put in words.
    pub fn to_json(&self) -> Result<Value, QueryError> {
        let columns: Vec<Value> =
            self.schema.fields().iter().map(|field| Value::String(field.name().clone())).collect();
        let mut rows = Vec::with_capacity(self.rows);
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                let mut object = Map::new();
                for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
                    object.insert(field.name().clone(), value(column.as_ref(), row)?);
                }
                rows.push(Value::Object(object));
            }
        }
        let mut whole = Map::new();
        whole.insert("columns".into(), Value::Array(columns));
        whole.insert("rows".into(), Value::Array(rows));
        whole.insert("cut".into(), Value::Bool(self.cut));
        Ok(Value::Object(whole))
    }
}

fn line(out: &mut String, cells: &[String], widths: &[usize], right: &[bool]) {
    let last = cells.len().saturating_sub(1);
    for (place, ((cell, width), right)) in cells.iter().zip(widths).zip(right).enumerate() {
        let blanks = " ".repeat(width.saturating_sub(cell.chars().count()));
        if *right {
            out.push_str(&blanks);
        }
        out.push_str(cell);
        if place < last {
            if !*right {
                out.push_str(&blanks);
            }
            out.push_str("  ");
        }
    }
    out.push('\n');
}

fn value(column: &dyn Array, row: usize) -> Result<Value, QueryError> {
    if column.is_null(row) {
        return Ok(Value::Null);
    }
    Ok(match column.data_type() {
        DataType::Boolean => column.as_boolean().value(row).into(),
        DataType::Int8 => column.as_primitive::<Int8Type>().value(row).into(),
        DataType::Int16 => column.as_primitive::<Int16Type>().value(row).into(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt8 => column.as_primitive::<UInt8Type>().value(row).into(),
        DataType::UInt16 => column.as_primitive::<UInt16Type>().value(row).into(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float32 => f64::from(column.as_primitive::<Float32Type>().value(row)).into(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into(),
        DataType::Decimal128(_, _) => {
            let text = column.as_primitive::<Decimal128Type>().value_as_string(row);
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(column, &options)?;
            Value::String(formatter.value(row).try_to_string()?)
        }
    })
}
