//! Problems, found once a generation and kept: `problems.json` for the words and numbers,
//! `problem_tickets.parquet` for which ticket belongs to which.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::StringArray;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::ParquetReadOptions;
use problems::together::{Company, Group, Look, Together, together};
use problems::{Findings, Problem, Progress, Settings, find};
use serde::{Deserialize, Serialize};
use work::Record;

use super::effect::changes;
use super::symptoms::{SymptomTickets, symptoms};
use super::{AnalysisError, keep};

/// Name of the table `(problem, source, id)`, one row a ticket that belongs to a problem.
pub const PROBLEM_TICKETS: &str = "problem_tickets";

/// Form of the kept files; a change of the search or of the files must raise it.
const FORM: u32 = 2;

/// What was found in a generation of the record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Form of this file and version of the program that made it.
    form: (u32, String),
    /// Problems, the heaviest first. Their `members` and `examples` are empty here: the members are the
    /// table [`PROBLEM_TICKETS`], the examples are in `examples`.
    pub problems: Vec<Problem>,
    /// For each problem its telling tickets as `(source, id)`.
    pub examples: Vec<Vec<(String, String)>>,
    /// What a reader should know about how this was found.
    pub notes: Vec<String>,
    /// Tickets that were looked at.
    pub tickets: u64,
    /// Tickets that belong to no problem.
    pub noise: u64,
    /// First and last instant (seconds since 1970) of the weeks in which the desk was recorded fully.
    pub observed: Option<(i64, i64)>,
    /// What problems are seen together with, over all of them: each scope and kind of change, and the days.
    #[serde(default)]
    pub pooled: Vec<Together>,
}

impl Found {
    /// The problem of this id.
    #[must_use]
    pub fn problem(&self, id: &str) -> Option<&Problem> {
        self.problems.iter().find(|p| p.id == id)
    }

    /// Telling tickets of a problem as `(source, id)`.
    #[must_use]
    pub fn examples_of(&self, id: &str) -> &[(String, String)] {
        self.problems.iter().position(|p| p.id == id).and_then(|i| self.examples.get(i)).map_or(&[], Vec::as_slice)
    }
}

fn form() -> (u32, String) {
    (FORM, env!("CARGO_PKG_VERSION").to_owned())
}

/// The problems of the record: read where they were kept, else found and kept. Registers the table
/// [`PROBLEM_TICKETS`] with the record's session either way.
///
/// # Errors
/// When the record cannot be read or the result cannot be kept.
pub async fn problems(
    record: &Record,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
) -> Result<Arc<Found>, AnalysisError> {
    let folder = record.derived_dir()?;
    let (words, tickets) = (folder.join("problems.json"), folder.join("problem_tickets.parquet"));
    let kept = std::fs::read(&words).ok().and_then(|bytes| serde_json::from_slice::<Found>(&bytes).ok());
    if let Some(found) = kept.filter(|found| found.form == form() && tickets.is_file()) {
        register_problem_tickets(record).await?;
        return Ok(Arc::new(found));
    }
    let read = symptoms(record).await?;
    let changes = if record.counts().changes > 0 { changes(record).await? } else { Vec::new() };
    let found = tokio::task::spawn_blocking(move || -> Result<Found, AnalysisError> {
        let mut findings = find(&read.symptoms, &Settings::default(), &*progress);
        let company = accompany(&mut findings, &read, &changes, &*progress);
        // The table first: the words are the sign that both are there.
        keep(&tickets, |path| write_tickets(path, &findings, &read))?;
        let found = gather(findings, &read, company);
        keep(&words, |path| {
            let bytes = serde_json::to_vec(&found).map_err(|e| e.to_string())?;
            std::fs::write(path, bytes).map_err(|e| e.to_string())
        })?;
        Ok(found)
    })
    .await??;
    register_problem_tickets(record).await?;
    Ok(Arc::new(found))
}

/// Makes the table [`PROBLEM_TICKETS`] known to the record's session, where it was kept.
///
/// # Errors
/// When the file is there and cannot be registered.
pub async fn register_problem_tickets(record: &Record) -> Result<(), AnalysisError> {
    let path = record.derived_dir()?.join("problem_tickets.parquet");
    let context = record.context().await?;
    if !path.is_file() || context.table_exist(PROBLEM_TICKETS)? {
        return Ok(());
    }
    let registered =
        context.register_parquet(PROBLEM_TICKETS, path.to_string_lossy().as_ref(), ParquetReadOptions::default()).await;
    // Another request may have come first.
    if context.table_exist(PROBLEM_TICKETS)? { Ok(()) } else { Ok(registered?) }
}

/// Looks for what the problems are seen together with and writes it into them.
fn accompany(
    findings: &mut Findings,
    read: &SymptomTickets,
    changes: &[problems::together::Change],
    progress: &(dyn Fn(Progress) + Sync),
) -> Company {
    let total = findings.problems.len() as u64;
    progress(Progress { stage: "Looking for what is seen together", done: 0, total });
    let groups: Vec<Group> = findings
        .problems
        .iter()
        .map(|problem| Group {
            members: problem.members.clone(),
            by_resolution: problem.shared.iter().any(|(field, _)| field == "resolution"),
        })
        .collect();
    let mut company = together(&groups, &read.symptoms, changes, findings.observed, &Look::default());
    for (problem, single) in findings.problems.iter_mut().zip(std::mem::take(&mut company.single)) {
        problem.seen_together = single;
    }
    if !company.families.is_empty() {
        findings.notes.push(company.sentence.clone());
    }
    progress(Progress { stage: "Looking for what is seen together", done: total, total });
    company
}

fn gather(findings: Findings, read: &SymptomTickets, company: Company) -> Found {
    let examples = findings
        .problems
        .iter()
        .map(|p| {
            p.examples.iter().filter_map(|i| read.ticket(*i)).map(|(s, id)| (s.to_owned(), id.to_owned())).collect()
        })
        .collect();
    let tickets = read.symptoms.keys.len() as u64;
    let problems = findings
        .problems
        .into_iter()
        .map(|mut problem| {
            problem.members = Vec::new();
            problem.examples = Vec::new();
            problem
        })
        .collect();
    Found {
        form: form(),
        problems,
        examples,
        notes: findings.notes,
        tickets,
        noise: findings.noise,
        observed: findings.observed,
        pooled: company.pooled,
    }
}

fn write_tickets(path: &Path, findings: &Findings, read: &SymptomTickets) -> Result<(), String> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("problem", DataType::Utf8, false),
        Field::new("source", DataType::Utf8, false),
        Field::new("id", DataType::Utf8, false),
    ]));
    let file = std::fs::File::create(path).map_err(|e| e.to_string())?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(|e| e.to_string())?;
    for problem in &findings.problems {
        let tickets: Vec<(&str, &str)> = problem.members.iter().filter_map(|i| read.ticket(*i)).collect();
        let columns: [StringArray; 3] = [
            tickets.iter().map(|_| Some(problem.id.as_str())).collect(),
            tickets.iter().map(|t| Some(t.0)).collect(),
            tickets.iter().map(|t| Some(t.1)).collect(),
        ];
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns.into_iter().map(|c| Arc::new(c) as _).collect())
            .map_err(|e| e.to_string())?;
        writer.write(&batch).map_err(|e| e.to_string())?;
    }
    writer.close().map_err(|e| e.to_string())?;
    Ok(())
}
