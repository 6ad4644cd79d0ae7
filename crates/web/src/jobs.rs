//! Uploads and the import: a file is taken into the inbox, looked at, and imported, one import at a
//! time. Progress is a channel that pages and server-sent events follow.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use exports::{Context, Inspection, Mapping, Options};
use formats::Limits;
use serde::Serialize;
use tokio::sync::watch;
use work::{ImportOptions, ImportReport, Phase};

use brief::words;

/// Uploads that are remembered; older ones and their files go.
const REMEMBERED: usize = 20;

/// A file in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its name as it was sent, made harmless.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What a page of progress shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// In words.
    pub told: String,
    /// Done so far.
    pub read: u64,
    /// Of how much; 0 when that is not known.
    pub total: u64,
    /// Whether it has ended, well or not.
    pub finished: bool,
    /// Where to go then.
    pub next: String,
}

/// How a file or one of an archive would be read.
#[derive(Debug, Clone)]
pub struct Look {
    /// Index of the upload.
    pub upload: usize,
    /// How it would be read; or why it cannot be.
    pub inspection: Result<Box<Inspection>, String>,
}

/// How each upload is to be read.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// By upload: mapping, order of dates, zone.
    pub options: Vec<Options>,
    /// Keep requesters' names.
    pub keep_names: bool,
}

/// How far an upload is.
#[derive(Debug, Clone)]
pub enum State {
    /// Being looked at, or imported.
    Busy,
    /// Looked at.
    Looked(Vec<Look>),
    /// Imported.
    Done(Box<Imported>),
    /// Refused or broken.
    Failed(Stopped),
}

/// Why an import stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    /// The reason, in words.
    pub reason: String,
    /// Names of the files that were kept before: files that are read in ways of their own are imported one by one.
    pub kept: Vec<String>,
}

/// What an import did.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Each file; paths as names.
    pub report: ImportReport,
}

/// An upload and what became of it.
#[derive(Debug)]
pub struct Job {
    /// Its name in addresses: 32 hexadecimal digits.
    pub id: String,
    /// Its files.
    pub uploads: Vec<Upload>,
    state: Mutex<(State, Told)>,
    step: watch::Sender<Step>,
}

impl Job {
    /// How far it is, and how it was told to be read.
    #[must_use]
    pub fn state(&self) -> (State, Told) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Follows its progress.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Step> {
        self.step.subscribe()
    }

    fn set(&self, state: State) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0 = state;
    }

    fn tell(&self, told: impl Into<String>, read: u64, total: u64) {
        self.step.send_replace(Step { told: told.into(), read, total, finished: false, next: String::new() });
    }

    fn end(&self, told: &str, next: String) {
        self.step.send_replace(Step { told: told.to_owned(), read: 1, total: 1, finished: true, next });
    }

    /// Marks it as busy, so that the page that is asked for next finds the work begun.
    pub fn begin(&self) {
        self.set(State::Busy);
        self.tell("Beginning", 0, 0);
    }

    /// Looks at its files. Blocking; the whole of each file is read.
    pub fn look(&self, told: Told, key: [u8; 32]) {
        let mut looks = Vec::new();
        for (upload, file) in self.uploads.iter().enumerate() {
            self.tell(format!("Looking at {} ({})", file.name, size(file.bytes)), 0, 0);
            let options = told.options.get(upload).cloned().unwrap_or_default();
            match inspect(file, &options, key, told.keep_names) {
                Ok(members) => looks.extend(members.into_iter().map(|inspection| Look { upload, inspection })),
                Err(reason) => looks.push(Look { upload, inspection: Err(reason) }),
            }
        }
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = (State::Looked(looks), told);
        self.end("Looked at.", format!("/import/{}", self.id));
    }

    /// Imports its files. Blocking.
    pub fn import(&self, data: &Path, told: &Told, now: jiff::Timestamp, entropy: [u8; 32]) {
        match self.run(data, told, now, entropy) {
            Ok(report) => {
                self.set(State::Done(Box::new(Imported { report })));
                self.end("Imported.", format!("/?imported={}", self.id));
            }
            Err(stopped) => {
                self.set(State::Failed(stopped));
                self.end("Refused.", format!("/import/{}", self.id));
            }
        }
        for upload in &self.uploads {
            let _ = std::fs::remove_file(&upload.path);
        }
    }

    fn run(&self, data: &Path, told: &Told, now: jiff::Timestamp, entropy: [u8; 32]) -> Result<ImportReport, Stopped> {
        // One commit for all where they are read alike, else one for each.
        let alike = told
            .options
            .iter()
            .all(|options| options.mapping.is_none() && options.profile.is_none() && options.date_order.is_none())
            && told.options.windows(2).all(|pair| matches!(pair, [one, other] if one.time_zone == other.time_zone));
        let parts: Vec<(Vec<PathBuf>, Options)> = if alike {
            vec![(
                self.uploads.iter().map(|upload| upload.path.clone()).collect(),
                told.options.first().cloned().unwrap_or_default(),
            )]
        } else {
            self.uploads
                .iter()
                .enumerate()
                .map(|(at, upload)| (vec![upload.path.clone()], told.options.get(at).cloned().unwrap_or_default()))
                .collect()
        };
        let mut whole: Option<ImportReport> = None;
        for (paths, read) in parts {
            let options = ImportOptions { read, keep_names: told.keep_names, ..ImportOptions::default() };
            let report = work::import(data, &paths, &options, now, entropy, &mut |progress| self.progress(&progress))
                .map_err(|error| Stopped {
                reason: self.plain(&error.to_string()),
                kept: whole.iter().flat_map(|whole| &whole.files).map(|file| self.plain(&file.path)).collect(),
            })?;
            whole = Some(match whole {
                None => report,
                Some(before) => ImportReport {
                    files: before.files.into_iter().chain(report.files).collect(),
                    changed: before.changed || report.changed,
                    rejects: report.rejects.or(before.rejects),
                    ..report
                },
            });
        }
        let none = || Stopped { reason: "no file was sent".to_owned(), kept: Vec::new() };
        let mut report = whole.ok_or_else(none)?;
        for file in &mut report.files {
            file.path = self.plain(&file.path);
        }
        Ok(report)
    }

    /// A message without the inbox's paths: files under the names that people gave them.
    fn plain(&self, message: &str) -> String {
        self.uploads.iter().fold(message.to_owned(), |message, upload| {
            message.replace(&upload.path.display().to_string(), &upload.name)
        })
    }

    fn progress(&self, progress: &work::Progress) {
        let told = match progress.phase {
            Phase::Waiting => "Another import has the record; this one waits until it is done".to_owned(),
            Phase::Reading => {
                let name = self.uploads.get(progress.file).map_or("the file", |upload| upload.name.as_str());
                format!("Reading {name}: {} rows", words::grouped(progress.rows))
            }
            Phase::Writing => format!("Keeping {} rows", words::grouped(progress.rows)),
            Phase::Committing => "Making it the record".to_owned(),
        };
        self.tell(told, progress.read, progress.total);
    }
}

/// What is in a file and how each part would be read.
fn inspect(
    file: &Upload,
    options: &Options,
    key: [u8; 32],
    keep_names: bool,
) -> Result<Vec<Result<Box<Inspection>, String>>, String> {
    let plain = |message: String| message.replace(&file.path.display().to_string(), &file.name);
    let refused = |refusal: formats::Refusal| plain(refusal.to_string());
    let first = formats::open(&file.path, Limits::default()).map_err(refused)?;
    let again = formats::open(&file.path, Limits::default()).map_err(refused)?;
    let context = Context { path: &file.path, pseudonym_key: key, keep_requester_names: keep_names };
    let mut parts = Vec::new();
    for ((member, mut reader), (_, mut rest)) in first.into_iter().zip(again) {
        let look = exports::recognise(reader.as_mut(), &file.path, options)
            .map_err(|refusal| plain(refusal.to_string()))
            .and_then(|recognised| {
                exports::inspect(&recognised, &context, Some(rest.as_mut())).map_err(|error| plain(error.to_string()))
            })
            .map(|mut inspection| {
                inspection.path = if member.is_empty() { file.name.clone() } else { plain(member) };
                inspection.refused = inspection.refused.map(plain);
                inspection.notes = inspection.notes.into_iter().map(plain).collect();
                Box::new(inspection)
            });
        parts.push(look);
    }
    Ok(parts)
}

/// All uploads of this run of the server.
#[derive(Debug, Default)]
pub struct Jobs {
    all: Mutex<BTreeMap<String, (u64, Arc<Job>)>>,
    importing: Arc<AtomicBool>,
}

/// Held while an import runs; dropping it lets the next one begin.
#[derive(Debug)]
pub struct Turn(Arc<AtomicBool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Jobs {
    /// Remembers an upload. The oldest beyond some go, and their files with them.
    pub fn add(&self, id: String, uploads: Vec<Upload>) -> Arc<Job> {
        let job = Arc::new(Job {
            id: id.clone(),
            uploads,
            state: Mutex::new((State::Busy, Told::default())),
            step: watch::Sender::new(Step::default()),
        });
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let number = all.values().map(|(number, _)| number + 1).max().unwrap_or(0);
        all.insert(id, (number, Arc::clone(&job)));
        while all.len() > REMEMBERED {
            let oldest = all
                .iter()
                .filter(|(_, (_, job))| !matches!(job.state().0, State::Busy))
                .min_by_key(|(_, (number, _))| *number)
                .map(|(id, _)| id.clone());
            let Some((_, old)) = oldest.and_then(|id| all.remove(&id)) else { break };
            for upload in &old.uploads {
                let _ = std::fs::remove_file(&upload.path);
                let _ = upload.path.parent().map(std::fs::remove_dir);
            }
        }
        job
    }

    /// The upload of this name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Job>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).get(id).map(|(_, job)| Arc::clone(job))
    }

    /// The turn to import; `None` while another import runs.
    #[must_use]
    pub fn turn(&self) -> Option<Turn> {
        self.importing
            .compare_exchange(false, true, Ordering::AcqRel, Ordering::Acquire)
            .ok()
            .map(|_| Turn(Arc::clone(&self.importing)))
    }
}

/// A size as people say it.
#[must_use]
pub fn size(bytes: u64) -> String {
    let mut value = bytes;
    let mut rest = 0;
    let mut unit = "bytes";
    for larger in ["kB", "MB", "GB", "TB"] {
        if value < 1000 {
            break;
        }
        (value, rest, unit) = (value / 1000, value % 1000 / 100, larger);
    }
    if unit == "bytes" || value >= 10 {
        format!("{} {unit}", words::grouped(value))
    } else {
        format!("{value}.{rest} {unit}")
    }
}

/// A mapping with other columns for some fields; an empty column takes the field away.
#[must_use]
pub fn corrected(mapping: &Mapping, choices: &[(exports::Field, String)]) -> Mapping {
    let mut mapping = mapping.clone();
    for (field, column) in choices {
        let before = mapping.fields.get(field);
        let same = match before {
            Some(map) => {
                map.from.first().is_some_and(|from| from == column) || (map.from.is_empty() && column.is_empty())
            }
            None => column.is_empty(),
        };
        if same {
            continue;
        }
        if column.is_empty() {
            mapping.fields.remove(field);
        } else {
            // How the old column was written says nothing of the new one.
            let words = before.map(|map| map.words.clone()).unwrap_or_default();
            mapping.fields.insert(
                *field,
                exports::FieldMap { from: vec![column.clone()], words, ..exports::FieldMap::default() },
            );
        }
    }
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_do() {
        for (bytes, said) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_234, "1.2 kB"),
            (45_678, "45 kB"),
            (3_200_000, "3.2 MB"),
            (20_480_000_000, "20 GB"),
        ] {
            assert_eq!(size(bytes), said);
        }
    }

    #[test]
    fn what_was_kept_before_an_import_stopped_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let upload = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Upload { name: name.to_owned(), path, bytes: text.len() as u64 }
        };
        let uploads = vec![
            upload("one.csv", "number,opened_at,short_description\nINC1,13/04/2026 08:00,one\n"),
            upload("two.csv", "number,opened_at,short_description\nINC2,03/04/2026 08:00,two\n"),
        ];
        let job = Jobs::default().add("a".to_owned(), uploads);
        // Read in two ways, so one after the other; the order of the second is left open.
        let order = Options { date_order: Some(exports::DateKind::Dmy), ..Options::default() };
        let told = Told { options: vec![order, Options::default()], keep_names: false };
        let now = "2026-05-01T00:00:00Z".parse().unwrap();
        job.import(&folder.path().join("record"), &told, now, [7; 32]);
        let (State::Failed(stopped), _) = job.state() else { panic!("{:?}", job.state().0) };
        assert!(stopped.reason.contains("two.csv") && !stopped.reason.contains("/two.csv"), "{stopped:?}");
        assert_eq!(stopped.kept, ["one.csv"]);
    }

    #[test]
    fn one_import_at_a_time() {
        let jobs = Jobs::default();
        let turn = jobs.turn().unwrap();
        assert!(jobs.turn().is_none());
        drop(turn);
        assert!(jobs.turn().is_some());
    }

    #[test]
    fn a_corrected_field_reads_the_new_column_and_others_stay() {
        use exports::{Field, FieldMap};
        let mut mapping = Mapping::default();
        mapping.fields.insert(Field::Id, FieldMap { from: vec!["number".to_owned()], ..FieldMap::default() });
        mapping.fields.insert(Field::Title, FieldMap { from: vec!["notes".to_owned()], ..FieldMap::default() });
        let after = corrected(
            &mapping,
            &[(Field::Id, "number".to_owned()), (Field::Title, "short".to_owned()), (Field::Group, "team".to_owned())],
        );
        assert_eq!(after.fields[&Field::Id], mapping.fields[&Field::Id]);
        assert_eq!(after.fields[&Field::Title].from, ["short"]);
        assert_eq!(after.fields[&Field::Group].from, ["team"]);
        assert!(!corrected(&mapping, &[(Field::Title, String::new())]).fields.contains_key(&Field::Title));
    }
}
