//! Problems, found once a generation and kept: `problems.json` for the words and numbers,
//! `problem_tickets.parquet` for which ticket belongs to which.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use casebook::Entry;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use problems::similar::Weights;
use problems::together::{Company, Group, Look, Together, together};
use problems::{Before, Comparisons, Findings, Memory, Problem, Progress, Theme, Under, Verdicts, find_under};
use serde::{Deserialize, Serialize};
use work::Record;

use super::effect::changes;
use super::meaning::Meaning;
use super::symptoms::{SymptomTickets, symptoms};
use super::under::{Shaped, moves, shaped};
use super::{AnalysisError, keep};
use crate::settings::Settings;

/// Name of the table `(problem, source, id)`, one row a ticket that belongs to a problem.
pub const PROBLEM_TICKETS: &str = "problem_tickets";

/// Name of the table `(theme, source, id)`, one row a ticket that belongs to a theme.
pub const THEME_TICKETS: &str = "theme_tickets";

/// Name of the table `(problem, source, id)` of the groups under people's merges and splits ([`Shaped`]).
pub(super) const SHAPED_TICKETS: &str = "shaped_tickets";

/// What the search compared, kept for the search of a newer export: see [`problems::Comparisons`].
const COMPARED: &str = "compared.bin";

/// How the first tickets were joined, kept along: it stays the same over many exports.
const CHECKPOINT: &str = "checkpoint.bin";

/// Form of the kept files; a change of the search or of the files must raise it.
const FORM: u32 = 6;

/// What was found in a generation of the record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Form of this file and version of the program that made it.
    form: (u32, String),
    /// The sentence model that it rests on, if any.
    #[serde(default)]
    model: Option<String>,
    /// Problems, the heaviest first. Their `members` and `examples` are empty here: the members are the
    /// table [`PROBLEM_TICKETS`], the examples are in `examples`.
    pub problems: Vec<Problem>,
    /// For each problem its telling tickets as `(source, id)`.
    pub examples: Vec<Vec<(String, String)>>,
    /// Themes, those with the most tickets first; their members are the table [`THEME_TICKETS`].
    #[serde(default)]
    pub themes: Vec<Theme>,
    /// For each theme its telling tickets as `(source, id)`.
    #[serde(default)]
    pub theme_examples: Vec<Vec<(String, String)>>,
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
    /// The last entry of people that the search knew of.
    #[serde(default)]
    pub heard: u64,
    /// Groups as they are under people's merges and splits, beside those of `problems`, which are without.
    #[serde(default)]
    pub shaped: Vec<Shaped>,
    /// The weights that were learned again on links of this record, as TOML.
    #[serde(default)]
    weights: Option<String>,
}

impl Found {
    /// The problem of this id.
    #[must_use]
    pub fn problem(&self, id: &str) -> Option<&Problem> {
        self.problems.iter().find(|p| p.id == id)
    }

    /// The theme of this id.
    #[must_use]
    pub fn theme(&self, id: &str) -> Option<&Theme> {
        self.themes.iter().find(|t| t.id == id)
    }

    /// How alike tickets of one cause are: as learned on the links of this record, where there were enough.
    #[must_use]
    pub fn weights(&self) -> Weights {
        let own = self.weights.as_deref().and_then(|text| Weights::read(text).ok());
        own.unwrap_or_else(Weights::shipped)
    }

    /// Telling tickets of a problem or a theme as `(source, id)`.
    #[must_use]
    pub fn examples_of(&self, id: &str) -> &[(String, String)] {
        let problem = self.problems.iter().position(|p| p.id == id).and_then(|i| self.examples.get(i));
        let theme = || self.themes.iter().position(|t| t.id == id).and_then(|i| self.theme_examples.get(i));
        problem.or_else(theme).map_or(&[], Vec::as_slice)
    }
}

fn form() -> (u32, String) {
    (FORM, env!("CARGO_PKG_VERSION").to_owned())
}

/// The problems of the record as the search finds them: read where they were kept, else found and kept. Ids
/// are carried over from the generation before. What people said of which tickets belong together (`entries`)
/// teaches the search and binds it: it runs under their merges and splits, and what comes of that is kept
/// beside what comes without them ([`Found::shaped`]), so that whatever they undo is undone at once.
/// [`super::seen`] puts both together. Titles and what is no problem follow tickets there and change no group.
/// Registers the tables [`PROBLEM_TICKETS`] and [`THEME_TICKETS`] with the record's session either way.
///
/// # Errors
/// When the record cannot be read or the result cannot be kept.
pub async fn problems(
    record: &Record,
    entries: &[Entry],
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
) -> Result<Arc<Found>, AnalysisError> {
    let folder = record.derived_dir()?;
    let words = folder.join("problems.json");
    let [tickets, theme_tickets, shaped_tickets] = files(&folder);
    let meaning = Settings::load(record.data())?.model.map(|folder| Meaning::of(record.data(), &folder));
    let mark = meaning.as_ref().map(Meaning::mark);
    let kept = std::fs::read(&words).ok().and_then(|bytes| serde_json::from_slice::<Found>(&bytes).ok());
    if let Some(found) = kept
        .filter(|found| found.form == form() && found.model == mark)
        .filter(|_| tickets.is_file() && theme_tickets.is_file() && shaped_tickets.is_file())
    {
        register_problem_tickets(record).await?;
        return Ok(Arc::new(found));
    }
    let read = symptoms(record).await?;
    let (said, entries) = (said(entries), entries.to_vec());
    let changes = if record.counts().changes > 0 { changes(record).await? } else { Vec::new() };
    let found = tokio::task::spawn_blocking(move || -> Result<Found, AnalysisError> {
        let (model, unread) = match meaning.as_ref().map(Meaning::read) {
            Some(Err(why)) => (None, Some(format!("The sentence model of the settings was not used: {why}."))),
            Some(Ok(model)) => (Some(model), None),
            None => (None, None),
        };
        let how = problems::Settings::default();
        let mut kept = Ok(());
        let from = compared_in(&folder);
        let bytes = |name: &str| from.as_ref().and_then(|from| std::fs::read(from.join(name)).ok()).unwrap_or_default();
        let memory = Memory {
            earlier: Comparisons::read(&bytes(COMPARED)),
            checkpoint: bytes(CHECKPOINT),
            rests_on: mark.as_deref().unwrap_or_default(),
            keep: &mut |all, checkpoint| kept = keep_for_next(&folder, from.as_deref(), all, checkpoint),
        };
        let Under { findings, without, weights } =
            find_under(&read.symptoms, &said, &how, model.as_ref(), Some(memory), &*progress);
        kept?;
        let (mut findings, under) = match without {
            Some(without) => (without, findings),
            None => (findings, Findings::default()),
        };
        findings.notes.extend(unread);
        if let Some(before) = before(&folder) {
            before.carry(&mut findings, &read.symptoms.keys);
        }
        let company = accompany(&mut findings, &read, &changes, &*progress);
        let shaped =
            if under.problems.is_empty() { Vec::new() } else { beside(&under, &findings, &entries, &read, &changes) };
        // The tables first: the words are the sign that all are there.
        let of = findings.problems.iter().map(|p| (p.id.as_str(), p.members.as_slice()));
        keep(&tickets, |path| write_tickets(path, "problem", of, &read))?;
        let of = findings.themes.iter().map(|t| (t.id.as_str(), t.whole.members.as_slice()));
        keep(&theme_tickets, |path| write_tickets(path, "theme", of, &read))?;
        let of = shaped.iter().flat_map(|s| &s.groups).map(|p| (p.id.as_str(), p.members.as_slice()));
        keep(&shaped_tickets, |path| write_tickets(path, "problem", of, &read))?;
        let found = Found {
            model: mark,
            heard: entries.last().map_or(0, |entry| entry.number),
            shaped: shaped.into_iter().map(Shaped::bare).collect(),
            weights: weights.as_ref().map(Weights::write),
            ..gather(findings, &read, company)
        };
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

/// What people said of which tickets belong together, as the search takes it. Titles and what is no problem are
/// left to [`super::ruled()`]: they follow tickets, and have to be gone as soon as they are undone.
fn said(entries: &[Entry]) -> Verdicts {
    let casebook::Verdicts { together, apart, .. } = casebook::verdicts(entries);
    Verdicts { together, apart, ..Verdicts::default() }
}

/// The groups under people's acts, described as far as the others are, by the acts that they hang on.
fn beside(
    under: &Findings,
    without: &Findings,
    entries: &[Entry],
    read: &SymptomTickets,
    changes: &[problems::together::Change],
) -> Vec<Shaped> {
    let mut shaped = shaped(&moves(entries), without, under, &read.symptoms.keys);
    let groups: Vec<Group> = shaped.iter().flat_map(|shaped| &shaped.groups).map(group_of).collect();
    let single = together(&groups, &read.symptoms, changes, under.observed, &Look::default()).single;
    for (problem, single) in shaped.iter_mut().flat_map(|shaped| &mut shaped.groups).zip(single) {
        problem.seen_together = single;
    }
    shaped
}

fn group_of(problem: &Problem) -> Group {
    Group {
        members: problem.members.clone(),
        by_resolution: problem.shared.iter().any(|(field, _)| field == "resolution"),
    }
}

/// The tables of problems, of themes and of the groups under people's acts in a folder of computed results.
fn files(folder: &Path) -> [PathBuf; 3] {
    [PROBLEM_TICKETS, THEME_TICKETS, SHAPED_TICKETS].map(|name| folder.join(format!("{name}.parquet")))
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
    let groups: Vec<Group> = findings.problems.iter().map(group_of).collect();
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

/// The latest generation before this one of which something was kept.
fn earlier(folder: &Path, kept: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let own = folder.file_name()?.to_owned();
    let others = std::fs::read_dir(folder.parent()?).ok()?.flatten().map(|entry| entry.path());
    let earlier = |path: &PathBuf| path.file_name().is_some_and(|name| name < own.as_os_str());
    others.filter(|path| earlier(path) && kept(path)).max()
}

/// The folder with what was compared in a search of this generation, or of the latest one before that was searched;
/// `None` where nothing was kept: then all tickets are compared, and so they are where it is no such file.
fn compared_in(folder: &Path) -> Option<PathBuf> {
    let there = |folder: &Path| folder.join(COMPARED).is_file();
    if there(folder) { Some(folder.to_owned()) } else { earlier(folder, there) }
}

/// Keeps what the next search can use; `from` has the checkpoint where it is still that of an earlier search.
fn keep_for_next(
    folder: &Path,
    from: Option<&Path>,
    all: &Comparisons,
    checkpoint: Option<&[u8]>,
) -> Result<(), AnalysisError> {
    let place = folder.join(CHECKPOINT);
    let old = from.filter(|from| *from != folder).map(|from| from.join(CHECKPOINT)).filter(|old| old.is_file());
    match (checkpoint, old) {
        (Some(bytes), _) => keep(&place, |path| std::fs::write(path, bytes).map_err(|e| e.to_string()))?,
        // It is never written again under its name, so that two generations may share one file.
        (None, Some(old)) => keep(&place, |path| {
            let linked = std::fs::hard_link(&old, path);
            linked.or_else(|_| std::fs::copy(&old, path).map(drop)).map_err(|e| e.to_string())
        })?,
        (None, None) => (),
    }
    keep(&folder.join(COMPARED), |path| write_compared(path, all))
}

fn write_compared(path: &Path, all: &Comparisons) -> Result<(), String> {
    let mut out = BufWriter::new(std::fs::File::create(path).map_err(|e| e.to_string())?);
    all.write(&mut out).and_then(|()| out.flush()).map_err(|e| e.to_string())
}

/// The groups of the latest generation that was looked through before this one; `None` where there is none or
/// it cannot be read: then ids are made from what the groups rest on.
fn before(folder: &Path) -> Option<Before> {
    let [problems, themes, _] = files(&earlier(folder, |folder| files(folder).iter().take(2).all(|f| f.is_file()))?);
    Some(Before { problems: read_tickets(&problems)?, themes: read_tickets(&themes)? })
}

fn read_tickets(path: &Path) -> Option<Vec<(String, Vec<String>)>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).ok()?).ok()?.build().ok()?;
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    for batch in reader {
        let batch = batch.ok()?;
        let text = |column: usize| batch.column(column).as_any().downcast_ref::<StringArray>();
        let (ids, sources, tickets) = (text(0)?, text(1)?, text(2)?);
        for row in 0..batch.num_rows() {
            let key = format!("{}/{}", sources.value(row), tickets.value(row));
            match out.last_mut().filter(|(id, _)| id == ids.value(row)) {
                Some((_, keys)) => keys.push(key),
                None => out.push((ids.value(row).to_owned(), vec![key])),
            }
        }
    }
    Some(out)
}

/// Makes the tables [`PROBLEM_TICKETS`] and [`THEME_TICKETS`] known to the record's session, where they were kept.
///
/// # Errors
/// When a file is there and cannot be registered.
pub async fn register_problem_tickets(record: &Record) -> Result<(), AnalysisError> {
    let session = record.session()?;
    for (name, path) in [PROBLEM_TICKETS, THEME_TICKETS, SHAPED_TICKETS].into_iter().zip(files(&record.derived_dir()?))
    {
        if !path.is_file() || session.has(name)? {
            continue;
        }
        let registered = session.add_file(name, &path).await;
        // Another request may have come first.
        if !session.has(name)? {
            registered?;
        }
    }
    Ok(())
}

fn gather(findings: Findings, read: &SymptomTickets, company: Company) -> Found {
    let told = |examples: &[u32]| -> Vec<(String, String)> {
        examples.iter().filter_map(|i| read.ticket(*i)).map(|(s, id)| (s.to_owned(), id.to_owned())).collect()
    };
    let bare = |mut problem: Problem| {
        problem.members = Vec::new();
        problem.examples = Vec::new();
        problem
    };
    Found {
        form: form(),
        model: None,
        examples: findings.problems.iter().map(|p| told(&p.examples)).collect(),
        problems: findings.problems.into_iter().map(bare).collect(),
        theme_examples: findings.themes.iter().map(|t| told(&t.whole.examples)).collect(),
        themes: findings.themes.into_iter().map(|t| Theme { whole: bare(t.whole), ..t }).collect(),
        notes: findings.notes,
        tickets: read.symptoms.keys.len() as u64,
        noise: findings.noise,
        observed: findings.observed,
        pooled: company.pooled,
        ..Found::default()
    }
}

fn write_tickets<'a>(
    path: &Path,
    group: &str,
    groups: impl Iterator<Item = (&'a str, &'a [u32])>,
    read: &SymptomTickets,
) -> Result<(), String> {
    let schema = Arc::new(Schema::new(vec![
        Field::new(group, DataType::Utf8, false),
        Field::new("source", DataType::Utf8, false),
        Field::new("id", DataType::Utf8, false),
    ]));
    let file = std::fs::File::create(path).map_err(|e| e.to_string())?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(|e| e.to_string())?;
    for (name, members) in groups {
        let tickets: Vec<(&str, &str)> = members.iter().filter_map(|i| read.ticket(*i)).collect();
        let columns: [StringArray; 3] = [
            tickets.iter().map(|_| Some(name)).collect(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_of_the_latest_earlier_generation_are_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let derived = |name: &str| folder.path().join(name);
        let mut read = SymptomTickets::default();
        for id in ["1", "2", "x/3"] {
            read.push_key("desk", id);
        }
        for (name, id) in [("g000001", "a"), ("g000002", "b"), ("g000004", "later")] {
            std::fs::create_dir(derived(name)).unwrap();
            let [problems, themes, _] = files(&derived(name));
            write_tickets(&problems, "problem", [(id, &[0, 2][..]), ("z", &[1])].into_iter(), &read).unwrap();
            write_tickets(&themes, "theme", [("t", &[0, 1, 2][..])].into_iter(), &read).unwrap();
        }
        let told = |keys: &[&str]| keys.iter().map(|&k| k.to_owned()).collect::<Vec<_>>();
        let found = before(&derived("g000003")).unwrap();
        assert_eq!(
            found.problems,
            [("b".to_owned(), told(&["desk/1", "desk/x/3"])), ("z".to_owned(), told(&["desk/2"]))]
        );
        assert_eq!(found.themes, [("t".to_owned(), told(&["desk/1", "desk/2", "desk/x/3"]))]);
        assert_eq!(before(&derived("g000001")), None);
    }
}
