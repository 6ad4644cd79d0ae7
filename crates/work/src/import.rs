//! Importing: files are read into staging, staging is folded into the record, one rename commits it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use exports::{Options, Sink};
use formats::{Limits, Reader};
use jiff::Timestamp;

use crate::bucket::{Done, Job, Scratch, first_buckets, process};
use crate::error::{ImportError, RecordError};
use crate::guard;
use crate::manifest::{Bucket, ImportedFile, Manifest, TABLES, staging, sync_folder};
use crate::prefetch;
use crate::report::{FileReport, ImportReport, Phase, Progress};
use crate::stage::{KEPT, Staged, Staging, UPDATED};

/// Bytes of staged rows that stay in memory when nothing else is said.
const MEMORY: usize = 256 << 20;
/// Bytes of staged rows beyond which a bucket is folded in pieces.
const PIECE: u64 = 384 << 20;
/// Most threads that fold buckets: each needs the memory of one.
const WORKERS: usize = 8;

/// What the owner said beside the files.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Profile, mapping, order of dates, zone: how the files are read.
    pub read: Options,
    /// Keep requesters' names as they are instead of a pseudonym. Names of those who handle tickets
    /// are never kept.
    pub keep_names: bool,
    /// Bytes of rows that stay in memory before they are moved to a temporary file; the whole import
    /// needs some four times as much.
    pub memory: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { read: Options::default(), keep_names: false, memory: MEMORY }
    }
}

/// What is known of an export once it was read.
struct Reading {
    path: String,
    profile: String,
    blake3: String,
    zone: Option<String>,
    rows: u64,
    notes: Vec<String>,
}

/// Reads exports and folds them into the record of a data folder, all of them in one commit. The
/// same files again change nothing. When another import has the folder, this one says so
/// ([`Phase::Waiting`]) and waits.
///
/// `now` and `entropy` are the clock and 32 random bytes, from which the key of the pseudonyms is
/// made if the folder has none yet.
///
/// # Errors
/// When a file is no export or cannot be read, or the folder cannot be written. The record is then as
/// it was before.
pub fn import(
    data: &Path,
    files: &[PathBuf],
    options: &ImportOptions,
    now: Timestamp,
    entropy: [u8; 32],
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportReport, ImportError> {
    let sizes: Vec<u64> = files.iter().map(|file| fs::metadata(file).map_or(0, |file| file.len())).collect();
    // Before anything is made or locked: a name that leads nowhere is the likeliest mistake.
    for file in files {
        if let Err(error) = fs::metadata(file) {
            return Err(ImportError::Refused(format!("{}: {error}. Check the name of the file", file.display())));
        }
    }
    run(data, options.memory, now, &sizes, progress, |data, staging| {
        let key = guard::key(data, entropy)?;
        let mut readings = Vec::new();
        for (file, size) in files.iter().zip(&sizes) {
            read_file(file, options, key, staging, &mut readings)?;
            staging.finish_file(*size);
        }
        Ok(readings)
    })
}

/// Folds rows that are already canonical into the record, as one file of that name: for rows that
/// come from somewhere else than a file. `feed` gives them to the sink and returns how many source
/// rows there were.
///
/// # Errors
/// When the folder cannot be written, or `feed` fails.
pub fn import_rows(
    data: &Path,
    name: &str,
    memory: usize,
    now: Timestamp,
    progress: &mut dyn FnMut(Progress),
    feed: &mut dyn FnMut(&mut dyn Sink) -> io::Result<u64>,
) -> Result<ImportReport, ImportError> {
    run(data, memory, now, &[0], progress, |data, staging| {
        staging.begin(name);
        let rows = feed(staging).map_err(RecordError::io(data, "keeping rows"))?;
        staging.finish(rows);
        Ok(vec![Reading {
            path: name.to_owned(),
            profile: "rows".to_owned(),
            blake3: String::new(),
            zone: None,
            rows,
            notes: Vec::new(),
        }])
    })
}

fn read_file(
    file: &Path,
    options: &ImportOptions,
    key: [u8; 32],
    staging: &mut Staging<'_>,
    readings: &mut Vec<Reading>,
) -> Result<(), ImportError> {
    let refused = |refusal: formats::Refusal| ImportError::Refused(refusal.to_string());
    // Recognising reads the beginning, or all of it when dates are ambiguous; then it is opened anew.
    let mut recognised = Vec::new();
    for (member, mut reader) in formats::open(file, Limits::default()).map_err(refused)? {
        let found = exports::recognise(reader.as_mut(), file, &options.read).map_err(refused)?;
        found.settled(file).map_err(refused)?;
        recognised.push((member, found));
    }
    let readers = formats::open(file, Limits::default()).map_err(refused)?;
    if readers.len() != recognised.len() {
        return Err(ImportError::Refused(format!(
            "{}: the file changed while it was read. Import it again",
            file.display()
        )));
    }
    let alone = recognised.len() == 1;
    let before = readings.len();
    let hash = thread::scope(|scope| {
        let hash = scope.spawn(|| hash_of(file));
        for ((member, found), (_, reader)) in recognised.into_iter().zip(readers) {
            let path = if alone { file.display().to_string() } else { format!("{}/{member}", file.display()) };
            staging.begin(&path);
            let mapping = found.settled(file).map_err(refused)?;
            let context = exports::Context { path: file, pseudonym_key: key, keep_requester_names: options.keep_names };
            let (pump, mut ahead) = prefetch::split(reader);
            let pump = scope.spawn(move || pump.run());
            let counts = exports::read(&mut ahead, mapping, &context, staging);
            let mut notes = found.notes.clone();
            notes.extend(found.difficulties.iter().map(worded));
            for note in ahead.notes() {
                if !notes.contains(note) {
                    notes.push(note.clone());
                }
            }
            drop(ahead);
            let _ = pump.join();
            let counts = counts.map_err(|error| match error {
                exports::ReadError::Refused(refusal) => refused(refusal),
                exports::ReadError::Sink(error) => RecordError::io(
                    &crate::manifest::staging(Path::new("")),
                    "keeping what was read of the file",
                )(error)
                .into(),
            })?;
            staging.finish(counts.read);
            // What was seen when the file was recognised is told once, with the count over all of it.
            for difficulty in &counts.difficulties {
                let same =
                    |known: &&exports::Difficulty| known.column == difficulty.column && known.what == difficulty.what;
                if let Some(known) = found.difficulties.iter().find(same) {
                    let before = worded(known);
                    notes.retain(|note| *note != before);
                }
                notes.push(worded(difficulty));
            }
            readings.push(Reading {
                path,
                profile: found.profile.clone().unwrap_or_else(|| found.origin.to_owned()),
                blake3: String::new(),
                zone: mapping.time_zone.clone(),
                rows: counts.read,
                notes,
            });
        }
        Ok::<_, ImportError>(hash.join().unwrap_or_else(|_| Ok(String::new())))
    })?
    .map_err(RecordError::io(file, "reading the file"))?;
    for reading in readings.iter_mut().skip(before) {
        reading.blake3.clone_from(&hash);
    }
    Ok(())
}

fn worded(difficulty: &exports::Difficulty) -> String {
    let of = if difficulty.column.is_empty() { String::new() } else { format!("{}: ", difficulty.column) };
    format!("{of}{} ({} rows). {}", difficulty.what, difficulty.count, difficulty.remedy)
}

fn hash_of(file: &Path) -> io::Result<String> {
    let mut file = File::open(file)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        };
    }
}

/// Everything around reading: lock, staging, folding, commit, cleaning up.
fn run(
    data: &Path,
    memory: usize,
    now: Timestamp,
    sizes: &[u64],
    progress: &mut dyn FnMut(Progress),
    read: impl FnOnce(&Path, &mut Staging<'_>) -> Result<Vec<Reading>, ImportError>,
) -> Result<ImportReport, ImportError> {
    fs::create_dir_all(data).map_err(RecordError::io(data, "making the data folder"))?;
    let data = &std::path::absolute(data).map_err(RecordError::io(data, "finding the data folder"))?;
    let total = sizes.iter().sum();
    let step = |phase, read, total| Progress { phase, file: 0, files: sizes.len(), read, total, rows: 0 };
    let _guard = guard::lock(data, &mut || progress(step(Phase::Waiting, 0, total)))?;
    let manifest = Manifest::read(data)?;
    manifest.clean(data);
    let folder = staging(data);
    let result = fs::create_dir_all(&folder)
        .map_err(|error| RecordError::io(&folder, "making a folder for what is read")(error).into())
        .and_then(|()| {
            let mut stage = Staging::new(folder.clone(), memory, now.as_millisecond(), sizes, progress);
            let readings = read(data, &mut stage)?;
            let staged = stage.done().map_err(RecordError::io(&folder, "keeping what was read"))?;
            keep(data, &manifest, staged, readings, now, progress, step)
        });
    // Whatever became of it: what the valid manifest does not name is of no use.
    Manifest::read(data).unwrap_or(manifest).clean(data);
    result
}

/// Folds what was staged into the record and commits it.
fn keep(
    data: &Path,
    old: &Manifest,
    staged: Staged,
    readings: Vec<Reading>,
    now: Timestamp,
    progress: &mut dyn FnMut(Progress),
    step: impl Fn(Phase, u64, u64) -> Progress,
) -> Result<ImportReport, ImportError> {
    let job = job(data, old, &staged)?;
    let empty = old.buckets.is_empty();
    let buckets = if empty { first_buckets(&staged) } else { old.buckets.clone() };
    let pieces = pieces(&buckets, &staged);
    let count = pieces.len() as u64;
    progress(step(Phase::Writing, 0, count));
    let done = fold_all(&job, &pieces, |done| progress(step(Phase::Writing, done, count)))?;
    let changed = done.iter().any(|done| done.changed);
    let sources = job.sources.iter().cloned().zip(job.gives.iter().copied()).collect::<BTreeMap<_, _>>();
    let generation = job.generation;
    drop(job);

    let mut tallies = staged.files;
    for (file, row, outcome) in done.iter().flat_map(|done| &done.outcomes) {
        if let Some(tally) = tallies.get_mut(*file as usize) {
            tally.note(*row, *outcome);
        }
    }
    let mut files = Vec::new();
    let mut imports = Vec::new();
    for (reading, tally) in readings.into_iter().zip(&tallies) {
        let (mut kept, mut updated) = (0, 0);
        for row in &tally.rows {
            kept += u64::from(*row == KEPT);
            updated += u64::from(*row == UPDATED);
        }
        let rejected = tally.rejected;
        let unchanged = reading.rows.saturating_sub(kept + updated + rejected);
        imports.push(ImportedFile {
            name: reading.path.clone(),
            blake3: reading.blake3,
            profile: reading.profile.clone(),
            at: now,
            zone: reading.zone,
            generation,
            rows: reading.rows,
            kept,
            updated,
            unchanged,
            rejected,
        });
        files.push(FileReport {
            path: reading.path,
            profile: reading.profile,
            rows: reading.rows,
            kept,
            updated,
            unchanged,
            rejected,
            notes: reading.notes,
        });
    }
    let rejects = tallies.iter().any(|tally| tally.rejected > 0);
    let manifest = if changed {
        progress(step(Phase::Committing, 0, 1));
        let mut manifest = Manifest {
            form: old.form,
            generation,
            buckets: done.into_iter().flat_map(|done| done.buckets).collect(),
            previous: Vec::new(),
            sources,
            imports: old.imports.iter().cloned().chain(imports).collect(),
        };
        manifest.previous = old.paths().difference(&manifest.paths()).map(|path| (*path).to_owned()).collect();
        for table in TABLES {
            let folder = data.join(table);
            if folder.exists() {
                sync_folder(&folder)?;
            }
        }
        rejects_ready(data, generation, rejects)?;
        manifest.commit(data)?;
        manifest
    } else {
        rejects_ready(data, old.generation, rejects)?;
        old.clone()
    };
    rejects_shown(data, manifest.generation, rejects)?;
    Ok(ImportReport {
        files,
        tickets: manifest.rows(0),
        events: manifest.rows(1),
        changes: manifest.rows(2),
        generation: manifest.generation,
        changed,
        rejects: rejects.then(|| data.join("rejects.csv")),
    })
}

/// What all buckets share.
fn job<'a>(data: &'a Path, old: &Manifest, staged: &'a Staged) -> Result<Job<'a>, ImportError> {
    let mut sources: BTreeMap<String, (u8, u8)> =
        old.sources.iter().map(|(name, gave)| (name.clone(), (*gave, *gave))).collect();
    for source in &staged.sources {
        sources.entry(source.name.clone()).or_default().1 |= source.gives;
    }
    if sources.len() > usize::from(u16::MAX) {
        return Err(ImportError::Refused(
            "the rows name more than 65,535 different sources: the column mapped to `source` is another thing".into(),
        ));
    }
    let names: Vec<String> = sources.keys().cloned().collect();
    let staged_sources = staged
        .sources
        .iter()
        .map(|source| {
            names.binary_search(&source.name).ok().and_then(|place| u16::try_from(place).ok()).unwrap_or_default()
        })
        .collect();
    // What was derived for want of a source's own word is derived anew once it has one.
    let all = old.sources.iter().any(|(name, gave)| sources.get(name).is_some_and(|(_, gives)| gives != gave));
    Ok(Job {
        data,
        staged,
        sources: names,
        staged_sources,
        gave: sources.values().map(|(gave, _)| *gave).collect(),
        gives: sources.values().map(|(_, gives)| *gives).collect(),
        first_import: i32::try_from(old.imports.len()).unwrap_or(i32::MAX),
        generation: old.generation + 1,
        all,
    })
}

/// A piece of work: a bucket of the record, and the parts of it to fold.
type Piece<'b> = (&'b Bucket, usize, usize);

/// Buckets one by one; one that far too much was staged for is folded in pieces, and stays split.
fn pieces<'b>(buckets: &'b [Bucket], staged: &Staged) -> Vec<Piece<'b>> {
    let mut pieces = Vec::new();
    for bucket in buckets {
        let mut width = bucket.to - bucket.from;
        while width > 1 && staged.size_of(bucket.from..bucket.to) / ((bucket.to - bucket.from) / width) as u64 > PIECE {
            width /= 2;
        }
        let mut from = bucket.from;
        while from < bucket.to {
            let to = (from + width).min(bucket.to);
            pieces.push((bucket, from, to));
            from = to;
        }
    }
    pieces
}

/// Folds all buckets, several at a time.
fn fold_all(job: &Job<'_>, buckets: &[Piece<'_>], mut told: impl FnMut(u64)) -> Result<Vec<Done>, RecordError> {
    let workers = thread::available_parallelism().map_or(2, usize::from).min(WORKERS).min(buckets.len());
    let next = AtomicUsize::new(0);
    let mut done: Vec<Option<Done>> = buckets.iter().map(|_| None).collect();
    thread::scope(|scope| {
        let (out, results) = channel();
        for _ in 0..workers {
            let out = out.clone();
            let next = &next;
            scope.spawn(move || {
                let mut scratch = Scratch::default();
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some((bucket, from, to)) = buckets.get(place) else { return };
                    let result = process(job, bucket, *from, *to, &mut scratch);
                    let failed = result.is_err();
                    if out.send((place, result)).is_err() || failed {
                        // The others need not go on either.
                        next.fetch_add(buckets.len(), Ordering::Relaxed);
                        return;
                    }
                }
            });
        }
        drop(out);
        let mut count = 0;
        for (place, result) in results {
            if let Some(slot) = done.get_mut(place) {
                *slot = Some(result?);
            }
            count += 1;
            told(count);
        }
        Ok::<_, RecordError>(())
    })?;
    Ok(done.into_iter().flatten().collect())
}

fn rejects_name(generation: u64) -> String {
    format!("rejects-g{generation:06}.csv")
}

/// Puts the rejected rows beside the record before the commit, so that a kill after it loses none.
fn rejects_ready(data: &Path, generation: u64, any: bool) -> Result<(), RecordError> {
    let from = Staging::rejects_path(&staging(data));
    let to = data.join(rejects_name(generation));
    if any { fs::rename(&from, &to).map_err(RecordError::io(&to, "keeping the rejected rows")) } else { Ok(()) }
}

/// Shows the rejected rows of the import that has just been done; none when it had none.
fn rejects_shown(data: &Path, generation: u64, any: bool) -> Result<(), RecordError> {
    let shown = data.join("rejects.csv");
    let result = if any { fs::rename(data.join(rejects_name(generation)), &shown) } else { fs::remove_file(&shown) };
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(RecordError::io(&shown, "keeping the rejected rows")),
    }
}

/// Finishes what an import that was killed after its commit had still to do.
pub(crate) fn finish_rejects(data: &Path, generation: u64) {
    let Ok(entries) = fs::read_dir(data) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if name == rejects_name(generation) {
            let _ = fs::rename(entry.path(), data.join("rejects.csv"));
        } else if name.strip_prefix("rejects-g").is_some_and(|rest| rest.strip_suffix(".csv").is_some()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
