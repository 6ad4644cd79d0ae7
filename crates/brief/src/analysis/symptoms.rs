//! Tickets as symptoms: what the search for problems reads.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, TimestampMillisecondType};
use arrow::record_batch::RecordBatch;
use futures::StreamExt;
use problems::{Field, Symptoms};
use query::QueryError;
use work::Record;

use super::AnalysisError;

/// Coded fields that are looked at, by their column of the record.
const FIELDS: [&str; 9] =
    ["item", "service", "category", "symptom", "resolution", "location", "department", "client", "team"];

/// Symptoms, and which ticket each of them is.
#[derive(Debug, Default)]
pub struct SymptomTickets {
    /// What is looked at.
    pub symptoms: Symptoms,
    /// Bytes of each key that are the source; the id begins one byte later.
    source_len: Vec<u32>,
}

impl SymptomTickets {
    /// Source and id of a ticket.
    #[must_use]
    pub fn ticket(&self, index: u32) -> Option<(&str, &str)> {
        let key = self.symptoms.keys.get(index as usize)?;
        let cut = *self.source_len.get(index as usize)? as usize;
        Some((key.get(..cut)?, key.get(cut + 1..)?))
    }
}

#[cfg(test)]
impl SymptomTickets {
    /// A ticket by its key alone.
    pub(super) fn push_key(&mut self, source: &str, id: &str) {
        self.symptoms.keys.push(format!("{source}/{id}"));
        self.source_len.push(u32::try_from(source.len()).unwrap());
    }
}

/// A coded field being read.
struct Coding {
    field: Field,
    numbers: HashMap<String, u32>,
}

impl Coding {
    fn new(name: &'static str) -> Self {
        Self { field: Field { name, values: vec![String::new()], codes: Vec::new() }, numbers: HashMap::new() }
    }

    fn push(&mut self, value: Option<&str>) {
        let code = match value.map(str::trim).filter(|v| !v.is_empty()) {
            None => 0,
            Some(value) => self.code(value),
        };
        self.field.codes.push(code);
    }

    fn code(&mut self, value: &str) -> u32 {
        if let Some(code) = self.numbers.get(value) {
            return *code;
        }
        let code = u32::try_from(self.field.values.len()).unwrap_or(0);
        self.field.values.push(value.to_owned());
        self.numbers.insert(value.to_owned(), code);
        code
    }
}

/// What people linked: key of the other one, or of a problem record that may not be in the record itself.
#[derive(Default)]
struct Links(Vec<(u32, String)>);

impl Links {
    fn take(&mut self, batch: &RecordBatch, first: usize) -> Result<(), AnalysisError> {
        let sources = words(batch, "source")?;
        for column in ["linked_problem", "linked_incident"] {
            let linked = words(batch, column)?;
            for row in (0..batch.num_rows()).filter(|&row| linked.is_valid(row)) {
                // A cell may hold several.
                for id in linked.value(row).split([',', ';']).map(str::trim).filter(|id| !id.is_empty()) {
                    let ticket = u32::try_from(first + row).unwrap_or(u32::MAX);
                    self.0.push((ticket, format!("{}/{id}", sources.value(row))));
                }
            }
        }
        Ok(())
    }

    /// Pairs of tickets: one and what it is linked to, or two that are linked to the same.
    fn pairs(self, keys: &[String]) -> Vec<(u32, u32)> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let number: HashMap<&str, u32> = (0_u32..).zip(keys).map(|(number, key)| (key.as_str(), number)).collect();
        let mut latest: HashMap<String, u32> = HashMap::new();
        let mut pairs = Vec::new();
        for (ticket, key) in self.0 {
            let before = latest.insert(key.clone(), ticket).or_else(|| number.get(key.as_str()).copied());
            pairs.extend(before.filter(|&before| before != ticket).map(|before| (before, ticket)));
        }
        pairs
    }
}

/// Reads the tickets with a known instant of opening, in the order of `(opened, source, id)`.
///
/// # Errors
/// When the record cannot be read.
pub async fn symptoms(record: &Record) -> Result<SymptomTickets, AnalysisError> {
    let session = record.session()?;
    let columns = FIELDS.join(", ");
    // A ticket that is open again has an old resolved instant, which is no end.
    let mut stream = session
        .stream(&format!(
            "select source, id, opened, case when closed is null and coalesce(stage in ('new', 'active', 'waiting'), false) \
             then null else coalesce(resolved, closed) end as ended, touch_minutes, requester, title, text, \
             linked_problem, linked_incident, {columns} \
             from tickets where opened is not null order by opened, source, id"
        ))
        .await?;
    let mut out = SymptomTickets::default();
    let mut fields: Vec<Coding> = FIELDS.into_iter().map(Coding::new).collect();
    let mut requesters = Coding::new("requester");
    let mut links = Links::default();
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        links.take(&batch, out.symptoms.len())?;
        take(&batch, &mut out, &mut fields, &mut requesters)?;
    }
    out.symptoms.links = links.pairs(&out.symptoms.keys);
    out.symptoms.requester = requesters.field.codes;
    out.symptoms.fields = fields.into_iter().map(|c| c.field).filter(|f| f.values.len() > 1).collect();
    Ok(out)
}

pub(super) fn words(batch: &RecordBatch, column: &str) -> Result<StringArray, AnalysisError> {
    let array = batch.column_by_name(column).ok_or_else(|| QueryError::Failed(format!("no column {column}").into()))?;
    let array = cast(array, &DataType::Utf8).map_err(QueryError::from)?;
    Ok(array.as_string::<i32>().clone())
}

pub(super) fn instants(
    batch: &RecordBatch,
    column: &str,
) -> Result<arrow::array::TimestampMillisecondArray, AnalysisError> {
    let array = batch.column_by_name(column).ok_or_else(|| QueryError::Failed(format!("no column {column}").into()))?;
    let plain = DataType::Timestamp(arrow::datatypes::TimeUnit::Millisecond, None);
    let array = cast(array, &plain).map_err(QueryError::from)?;
    Ok(array.as_primitive::<TimestampMillisecondType>().clone())
}

fn take(
    batch: &RecordBatch,
    out: &mut SymptomTickets,
    fields: &mut [Coding],
    requesters: &mut Coding,
) -> Result<(), AnalysisError> {
    let (sources, ids) = (words(batch, "source")?, words(batch, "id")?);
    let (opened, ended) = (instants(batch, "opened")?, instants(batch, "ended")?);
    let minutes = batch
        .column_by_name("touch_minutes")
        .and_then(|a| a.as_primitive_opt::<Float64Type>())
        .ok_or_else(|| QueryError::Failed("no column touch_minutes".into()))?;
    let (requester, title, text) = (words(batch, "requester")?, words(batch, "title")?, words(batch, "text")?);
    let symptoms = &mut out.symptoms;
    let told =
        |array: &StringArray, row: usize| if array.is_valid(row) { array.value(row).to_owned() } else { String::new() };
    for row in 0..batch.num_rows() {
        let source = sources.value(row);
        symptoms.keys.push(format!("{source}/{}", ids.value(row)));
        out.source_len.push(u32::try_from(source.len()).unwrap_or(u32::MAX));
        let from = opened.value(row);
        symptoms.opened.push(from.div_euclid(1000));
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "hours need no more than seven digits"
        )]
        let hours = if ended.is_valid(row) && ended.value(row) >= from {
            ((ended.value(row) - from) as f64 / 3_600_000.0) as f32
        } else {
            f32::NAN
        };
        symptoms.hours_open.push(hours);
        #[expect(clippy::cast_possible_truncation, reason = "minutes need no more than seven digits")]
        symptoms.touch_minutes.push(if minutes.is_valid(row) { minutes.value(row) as f32 } else { f32::NAN });
        symptoms.title.push(told(&title, row));
        symptoms.text.push(told(&text, row));
        requesters.push(requester.is_valid(row).then(|| requester.value(row)));
    }
    for coding in fields {
        let values = words(batch, coding.field.name)?;
        for row in 0..batch.num_rows() {
            coding.push(values.is_valid(row).then(|| values.value(row)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_that_are_linked_to_the_same_are_a_pair() {
        let keys: Vec<String> = ["d/1", "d/2", "d/3", "d/4"].map(str::to_owned).to_vec();
        let links = Links(vec![(1, "d/1".into()), (2, "d/P9".into()), (3, "d/P9".into()), (3, "d/4".into())]);
        assert_eq!(links.pairs(&keys), [(0, 1), (2, 3)]);
    }
}
