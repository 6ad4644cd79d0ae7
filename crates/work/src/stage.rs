//! Staging: canonical rows on their way from a file to the bucket that they are folded in.
//!
//! Rows are written down as bytes into one of [`PARTS`] parts by the hash of their key. Parts stay in
//! memory while all of them together are small; beyond the budget they are moved to a temporary file,
//! part by part, so that a file larger than memory streams through.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use exports::{ChangeRow, EventRow, Reject, Sink, TicketRow};

use crate::bytes::{CHANGE, EVENT, NONE, TICKET, key_hash, put_maybe, put_number, put_text, put_wide};
use crate::distinct::Distinct;
use crate::encode::{put_change, put_ticket};
use crate::fields::{DERIVABLE, NO_STAGE, stage_number};
use crate::report::{Phase, Progress};

/// Parts that keys are spread over; buckets are runs of parts, so this is also the most buckets.
pub(crate) const PARTS: usize = 256;

/// What a row turned out to be, the larger one winning when a source row gave several rows.
pub(crate) const UNCHANGED: u8 = 0;
pub(crate) const UPDATED: u8 = 1;
pub(crate) const KEPT: u8 = 2;
pub(crate) const REJECTED: u8 = 3;

/// Most state names a source that are remembered with their meaning.
const STATES: usize = 64;

/// What is known of a file while and after it is read.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Latest instant in it that is not after now: it cannot have been written earlier.
    pub(crate) watermark: Option<i64>,
    /// What each source row turned out to be, by row number.
    pub(crate) rows: Vec<u8>,
    /// Rejected rows.
    pub(crate) rejected: u64,
}

impl Tally {
    fn seen(&mut self, row: u64) {
        let row = usize::try_from(row).unwrap_or(usize::MAX);
        if row > self.rows.len() {
            self.rows.resize(row, UNCHANGED);
        }
    }

    /// Notes what a row turned out to be.
    pub(crate) fn note(&mut self, row: u64, outcome: u8) {
        self.seen(row);
        let place = usize::try_from(row).unwrap_or(usize::MAX).wrapping_sub(1);
        if let Some(known) = self.rows.get_mut(place) {
            *known = (*known).max(outcome);
        }
    }

    fn instant(&mut self, now: i64, value: Option<i64>) {
        if let Some(value) = value
            && value <= now
            && self.watermark.is_none_or(|known| known < value)
        {
            self.watermark = Some(value);
        }
    }
}

/// A system that rows came from.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// Which of the derivable fields it gave itself.
    pub(crate) gives: u8,
    states: Vec<(String, u8)>,
    last_state: usize,
}

#[derive(Debug, Clone, Copy)]
struct Chunk {
    offset: u64,
    length: usize,
}

/// Takes rows in.
pub(crate) struct Staging<'p> {
    folder: PathBuf,
    parts: Vec<Vec<u8>>,
    chunks: Vec<Vec<Chunk>>,
    spill: Option<(File, u64)>,
    held: usize,
    spilled: u64,
    budget: usize,
    pub(crate) sources: Vec<Source>,
    source: usize,
    pub(crate) files: Vec<Tally>,
    file: usize,
    entities: Distinct,
    rejects: Option<BufWriter<File>>,
    name: String,
    now: i64,
    last: LastTicket,
    // Progress over all files.
    before: u64,
    total: u64,
    of_file: u64,
    rows: u64,
    file_count: usize,
    progress: &'p mut dyn FnMut(Progress),
}

/// The ticket row before, to give its event the meaning of the state.
#[derive(Default)]
struct LastTicket {
    hash: u64,
    row: u64,
    state: String,
    stage: u8,
}

/// All rows of an import, ready to be folded part by part.
pub(crate) struct Staged {
    parts: Vec<Mutex<Vec<u8>>>,
    chunks: Vec<Vec<Chunk>>,
    spill: Option<Mutex<File>>,
    pub(crate) sources: Vec<Source>,
    pub(crate) files: Vec<Tally>,
    /// About how many tickets and changes there are.
    pub(crate) entities: u64,
    /// Bytes of all rows.
    pub(crate) size: u64,
}

impl<'p> Staging<'p> {
    /// An empty one that moves to `folder` what exceeds `budget` bytes. `now` is in milliseconds,
    /// `sizes` are the sizes of the files to come.
    pub(crate) fn new(
        folder: PathBuf,
        budget: usize,
        now: i64,
        sizes: &[u64],
        progress: &'p mut dyn FnMut(Progress),
    ) -> Self {
        Self {
            folder,
            parts: vec![Vec::new(); PARTS],
            chunks: vec![Vec::new(); PARTS],
            spill: None,
            held: 0,
            spilled: 0,
            budget,
            sources: Vec::new(),
            source: 0,
            files: Vec::new(),
            file: 0,
            entities: Distinct::new(),
            rejects: None,
            name: String::new(),
            now,
            last: LastTicket::default(),
            before: 0,
            total: sizes.iter().sum(),
            of_file: 0,
            rows: 0,
            file_count: sizes.len(),
            progress,
        }
    }

    /// The rows that follow are those of another export.
    pub(crate) fn begin(&mut self, name: &str) {
        self.files.push(Tally::default());
        self.file = self.files.len() - 1;
        name.clone_into(&mut self.name);
        self.last = LastTicket::default();
    }

    /// The export has been read: it had so many source rows.
    pub(crate) fn finish(&mut self, rows: u64) {
        if let Some(tally) = self.files.get_mut(self.file) {
            tally.seen(rows);
            self.rows += tally.rows.len() as u64;
        }
    }

    /// All exports of a file on disk have been read.
    pub(crate) fn finish_file(&mut self, size: u64) {
        self.before += size;
        self.of_file = 0;
    }

    /// All files have been read.
    ///
    /// # Errors
    /// When the rejected rows cannot be written.
    pub(crate) fn done(mut self) -> io::Result<Staged> {
        if let Some(mut rejects) = self.rejects.take() {
            rejects.flush()?;
            rejects.get_ref().sync_all()?;
        }
        Ok(Staged {
            size: self.spilled + self.held as u64,
            parts: self.parts.into_iter().map(Mutex::new).collect(),
            chunks: self.chunks,
            spill: self.spill.map(|(file, _)| Mutex::new(file)),
            sources: self.sources,
            files: self.files,
            entities: self.entities.count(),
        })
    }

    /// Where the rejected rows are written.
    pub(crate) fn rejects_path(folder: &Path) -> PathBuf {
        folder.join("rejects.csv")
    }

    fn source_of(&mut self, name: &str) -> usize {
        if self.sources.get(self.source).is_some_and(|source| source.name == name) {
            return self.source;
        }
        self.source = self.sources.iter().position(|source| source.name == name).unwrap_or_else(|| {
            self.sources.push(Source { name: name.to_owned(), ..Source::default() });
            self.sources.len() - 1
        });
        self.source
    }

    /// What a state means, as the ticket rows of this source have told so far.
    fn meaning(&self, source: usize, state: &str) -> u8 {
        self.sources
            .get(source)
            .and_then(|source| source.states.iter().find(|(name, _)| name == state))
            .map_or(NO_STAGE, |(_, stage)| *stage)
    }

    fn learn(&mut self, source: usize, word: &str, stage: u8) {
        let Some(source) = self.sources.get_mut(source) else { return };
        if source.states.get(source.last_state).is_some_and(|(name, known)| name == word && *known == stage) {
            return;
        }
        if let Some(place) = source.states.iter().position(|(name, _)| name == word) {
            source.last_state = place;
            if let Some((_, known)) = source.states.get_mut(place) {
                *known = stage;
            }
        } else if source.states.len() < STATES {
            source.last_state = source.states.len();
            source.states.push((word.to_owned(), stage));
        }
    }

    /// The part of a key, with the head of a row already written.
    fn head(&mut self, tag: u8, hash: u64, row: u64, source: usize) -> usize {
        let part = part_of(hash);
        if let Some(out) = self.parts.get_mut(part) {
            self.held -= out.len();
            out.push(tag);
            put_number(out, self.file as u64);
            put_number(out, row);
            put_number(out, source as u64);
        }
        part
    }

    /// A row has been written: count it, and make room when there is too much.
    fn tail(&mut self, part: usize, row: u64) -> io::Result<()> {
        self.held += self.parts.get(part).map_or(0, Vec::len);
        if let Some(tally) = self.files.get_mut(self.file) {
            tally.seen(row);
        }
        if self.held > self.budget { self.make_room() } else { Ok(()) }
    }

    fn make_room(&mut self) -> io::Result<()> {
        let (file, offset) = match &mut self.spill {
            Some(spill) => spill,
            none => {
                fs::create_dir_all(&self.folder)?;
                let file = File::options()
                    .read(true)
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .open(self.folder.join("rows"))?;
                none.insert((file, 0))
            }
        };
        for (part, chunks) in self.parts.iter_mut().zip(&mut self.chunks) {
            if part.is_empty() {
                continue;
            }
            file.write_all(part)?;
            chunks.push(Chunk { offset: *offset, length: part.len() });
            *offset += part.len() as u64;
            self.spilled += part.len() as u64;
            part.clear();
        }
        self.held = 0;
        Ok(())
    }
}

/// The part of a key by its hash.
pub(crate) fn part_of(hash: u64) -> usize {
    usize::try_from(hash >> 56).unwrap_or_default()
}

impl Sink for Staging<'_> {
    fn ticket(&mut self, row: &TicketRow<'_>) -> io::Result<()> {
        let source = self.source_of(row.source);
        let stage = row.stage.map_or(NO_STAGE, stage_number);
        if let Some(state) = row.state
            && stage != NO_STAGE
        {
            self.learn(source, state, stage);
        }
        let hash = key_hash(row.source.as_bytes(), row.id.as_bytes());
        self.last.hash = hash;
        self.last.row = row.row;
        self.last.stage = stage;
        self.last.state.clear();
        self.last.state.push_str(row.state.unwrap_or_default());
        let now = self.now;
        if let Some(tally) = self.files.get_mut(self.file) {
            for value in [row.as_of, row.opened, row.first_response, row.resolved, row.closed] {
                tally.instant(now, value);
            }
        }
        let part = self.head(TICKET, hash, row.row, source);
        let mut gives = 0;
        if let Some(out) = self.parts.get_mut(part) {
            put_text(out, row.id);
            put_wide(out, row.revision.unwrap_or(NONE));
            let mask = put_ticket(out, row, stage);
            for (bit, field) in DERIVABLE.into_iter().enumerate() {
                gives |= u8::from(mask >> field & 1 == 1) << bit;
            }
            // Put down as missing on purpose is not given.
            if row.resolved.is_none() {
                gives &= !(1 << 2);
            }
            if row.closed.is_none() {
                gives &= !(1 << 3);
            }
        }
        if let Some(source) = self.sources.get_mut(source) {
            source.gives |= gives;
        }
        self.entities.see(hash);
        self.tail(part, row.row)
    }

    fn event(&mut self, row: &EventRow<'_>) -> io::Result<()> {
        let source = self.source_of(row.source);
        let hash = key_hash(row.source.as_bytes(), row.ticket.as_bytes());
        let stage = match row.to {
            Some(to) if self.last.row == row.row && self.last.hash == hash && self.last.state == to => self.last.stage,
            Some(to) => self.meaning(source, to),
            None => NO_STAGE,
        };
        let part = self.head(EVENT, hash, row.row, source);
        if let Some(out) = self.parts.get_mut(part) {
            put_text(out, row.ticket);
            put_wide(out, row.when.unwrap_or(NONE));
            put_wide(out, row.revision.unwrap_or(NONE));
            put_text(out, row.what);
            put_maybe(out, row.from);
            put_maybe(out, row.to);
            put_maybe(out, row.group);
            out.push(stage);
        }
        self.tail(part, row.row)
    }

    fn change(&mut self, row: &ChangeRow<'_>) -> io::Result<()> {
        let source = self.source_of(row.source);
        let hash = key_hash(row.source.as_bytes(), row.id.as_bytes());
        let now = self.now;
        if let Some(tally) = self.files.get_mut(self.file) {
            for value in [row.opened, row.closed, row.actual_start, row.actual_end] {
                tally.instant(now, value);
            }
        }
        let part = self.head(CHANGE, hash, row.row, source);
        if let Some(out) = self.parts.get_mut(part) {
            put_text(out, row.id);
            put_maybe(out, row.item);
            put_change(out, row);
        }
        self.entities.see(hash);
        self.tail(part, row.row)
    }

    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        if let Some(tally) = self.files.get_mut(self.file) {
            tally.note(reject.row, REJECTED);
            tally.rejected += 1;
        }
        let rejects = match &mut self.rejects {
            Some(rejects) => rejects,
            none => {
                fs::create_dir_all(&self.folder)?;
                let mut rejects = BufWriter::new(File::create(Self::rejects_path(&self.folder))?);
                rejects.write_all(REJECTS_HEADER)?;
                none.insert(rejects)
            }
        };
        let row = reject.row.to_string();
        for (place, value) in
            [self.name.as_str(), &row, &reject.column, &reject.reason, &reject.raw].into_iter().enumerate()
        {
            if place > 0 {
                rejects.write_all(b",")?;
            }
            put_csv(rejects, value)?;
        }
        rejects.write_all(b"\n")
    }

    fn progress(&mut self, read: u64, _total: u64) {
        self.of_file = read;
        let rows = self.rows + self.files.get(self.file).map_or(0, |tally| tally.rows.len() as u64);
        (self.progress)(Progress {
            phase: Phase::Reading,
            file: self.file.min(self.file_count.saturating_sub(1)),
            files: self.file_count,
            read: self.before + self.of_file,
            total: self.total,
            rows,
        });
    }
}

/// First line of `rejects.csv`.
pub(crate) const REJECTS_HEADER: &[u8] = b"file,row,column,reason,raw\n";

fn put_csv(out: &mut impl Write, value: &str) -> io::Result<()> {
    if !value.contains(['"', ',', '\n', '\r']) {
        return out.write_all(value.as_bytes());
    }
    write!(out, "\"{}\"", value.replace('"', "\"\""))
}

impl Staged {
    /// Whether any row lies in these parts.
    pub(crate) fn any(&self, parts: std::ops::Range<usize>) -> bool {
        let in_memory = self.parts.get(parts.clone()).unwrap_or_default().iter().any(|part| !locked(part).is_empty());
        in_memory || self.chunks.get(parts).unwrap_or_default().iter().any(|chunks| !chunks.is_empty())
    }

    /// Bytes of the rows of these parts.
    pub(crate) fn size_of(&self, parts: std::ops::Range<usize>) -> u64 {
        let held = self.parts.get(parts.clone()).unwrap_or_default().iter().map(|part| locked(part).len() as u64);
        let chunks = self.chunks.get(parts).unwrap_or_default().iter().flatten().map(|chunk| chunk.length as u64);
        held.sum::<u64>() + chunks.sum::<u64>()
    }

    /// Takes the rows of these parts out, within a part in the order in which they came, into `all`.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub(crate) fn take(&self, parts: std::ops::Range<usize>, mut all: Vec<u8>) -> io::Result<Vec<u8>> {
        let chunks = self.chunks.get(parts.clone()).unwrap_or_default();
        let held = self.parts.get(parts).unwrap_or_default();
        let size = chunks.iter().flatten().map(|chunk| chunk.length).sum::<usize>()
            + held.iter().map(|part| locked(part).len()).sum::<usize>();
        all.clear();
        all.reserve(size);
        for (chunks, held) in chunks.iter().zip(held) {
            if let Some(spill) = &self.spill {
                for chunk in chunks {
                    let start = all.len();
                    all.resize(start + chunk.length, 0);
                    let mut file = spill.lock().unwrap_or_else(PoisonError::into_inner);
                    file.seek(SeekFrom::Start(chunk.offset))?;
                    file.read_exact(all.get_mut(start..).unwrap_or_default())?;
                }
            }
            all.append(&mut std::mem::take(&mut *locked(held)));
        }
        Ok(all)
    }
}

fn locked(part: &Mutex<Vec<u8>>) -> std::sync::MutexGuard<'_, Vec<u8>> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}
