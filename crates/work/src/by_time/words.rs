//! What tickets say, one after the other in their places and folded as `lower` of SQL folds it, so that a search looks
//! through plain bytes.
//!
//! ```text
//! tickets   of each: id FIELD [title FIELD] [text FIELD] TICKET
//! starts    where each block of BLOCK tickets starts, and where the last one ends: u64, little-endian
//! ends      the number of tickets: u64, little-endian
//! ```
//!
//! Neither mark is a byte of UTF-8, so that no words reach over the end of a text.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use arrow::array::{Array, AsArray, RecordBatch};
use memchr::memmem::Finder;
use query::Places;

use crate::error::RecordError;
use crate::write;

const FIELD: u8 = 0xFF;
const TICKET: u8 = 0xFE;
/// Tickets of a block: what is read at once.
const BLOCK: u64 = 1024;
/// The columns that are looked through.
const SEARCHED: [&str; 3] = ["id", "title", "text"];
const WRITING: &str = "laying the words of tickets beside them";
const READING: &str = "looking for words";

/// Writes the file, batch by batch.
pub(super) struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    starts: Vec<u64>,
    at: u64,
    tickets: u64,
}

impl Writer {
    pub(super) fn new(path: &Path) -> Result<Self, RecordError> {
        let file = File::create(path).map_err(RecordError::io(path, WRITING))?;
        let out = BufWriter::with_capacity(1 << 20, file);
        Ok(Self { path: path.to_path_buf(), out, starts: Vec::new(), at: 0, tickets: 0 })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), RecordError> {
        let columns = SEARCHED.iter().map(|name| {
            let column = rows.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
            column.ok_or_else(|| RecordError::damaged(&self.path, format!("there is no text `{name}`")))
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let mut ticket = Vec::new();
        for row in 0..rows.num_rows() {
            ticket.clear();
            for text in columns.iter().filter(|text| text.is_valid(row)) {
                // Whole texts: a Σ at the end of a word folds otherwise than inside it.
                ticket.extend_from_slice(text.value(row).to_lowercase().as_bytes());
                ticket.push(FIELD);
            }
            ticket.push(TICKET);
            if self.tickets.is_multiple_of(BLOCK) {
                self.starts.push(self.at);
            }
            self.tickets += 1;
            self.at += ticket.len() as u64;
            self.out.write_all(&ticket).map_err(RecordError::io(&self.path, WRITING))?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), RecordError> {
        self.starts.push(self.at);
        let tail: Vec<u8> = self.starts.iter().chain([&self.tickets]).flat_map(|number| number.to_le_bytes()).collect();
        let written = self.out.write_all(&tail).and_then(|()| self.out.into_inner().map_err(io::Error::from));
        let file = written.map_err(RecordError::io(&self.path, WRITING))?;
        write::sync(&file, &self.path)
    }
}

/// The file, open for searches.
#[derive(Debug)]
pub(super) struct Words {
    path: PathBuf,
    /// Where each block starts and the last ends.
    starts: Vec<u64>,
    tickets: usize,
}

impl Words {
    pub(super) fn open(path: PathBuf) -> Result<Self, RecordError> {
        let mut file = File::open(&path).map_err(RecordError::io(&path, READING))?;
        let number = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_le_bytes);
        let mut read_back = |bytes: u64| {
            let mut tail = vec![0; usize::try_from(bytes).unwrap_or(usize::MAX)];
            file.seek(SeekFrom::End(-bytes.cast_signed()))?;
            file.read_exact(&mut tail).map(|()| tail)
        };
        let end = read_back(8).map_err(RecordError::io(&path, READING))?;
        let tickets = number(&end);
        let size = std::fs::metadata(&path).map_err(RecordError::io(&path, READING))?.len();
        let tail = tickets.div_ceil(BLOCK).saturating_mul(8).saturating_add(16);
        if tail > size {
            return Err(RecordError::damaged(&path, "it ends too early"));
        }
        let tail = read_back(tail).map_err(RecordError::io(&path, READING))?;
        let mut starts: Vec<u64> = tail.chunks_exact(8).map(number).collect();
        starts.pop();
        if !starts.is_sorted() || starts.last().is_none_or(|end| *end > size) {
            return Err(RecordError::damaged(&path, "its parts overlap"));
        }
        Ok(Self { path, starts, tickets: usize::try_from(tickets).unwrap_or(usize::MAX) })
    }

    /// The tickets that say these words, which are folded.
    pub(super) fn holding(&self, folded: &str) -> Result<Places, RecordError> {
        let finder = Finder::new(folded.as_bytes());
        let next = AtomicUsize::new(0);
        let look = || -> io::Result<Vec<u32>> {
            let (mut file, mut block, mut found) = (File::open(&self.path)?, Vec::new(), Vec::new());
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(&[from, to]) = self.starts.get(at..at + 2) else { return Ok(found) };
                block.resize(usize::try_from(to - from).unwrap_or(usize::MAX), 0);
                file.seek(SeekFrom::Start(from))?;
                file.read_exact(&mut block)?;
                let first = (at as u64).saturating_mul(BLOCK);
                each(&finder, &block, |row| found.extend(u32::try_from(first + row)));
            }
        };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let found = thread::scope(|scope| {
            let workers: Vec<_> = (1..cores).map(|_| scope.spawn(look)).collect();
            let mine = look();
            let theirs = workers.into_iter().map(|worker| {
                worker.join().unwrap_or_else(|_| Err(io::Error::other("a thread that looked for them ended early")))
            });
            theirs.chain([mine]).collect::<io::Result<Vec<_>>>()
        });
        let mut places = Places::none(self.tickets);
        found.map_err(RecordError::io(&self.path, READING))?.iter().flatten().for_each(|place| places.insert(*place));
        Ok(places)
    }
}

/// Tells the tickets of a block in which the words are, each once.
fn each(finder: &Finder<'_>, block: &[u8], mut found: impl FnMut(u64)) {
    let (mut at, mut row) = (0, 0_u64);
    while let Some(rest) = block.get(at..)
        && let Some(hit) = finder.find(rest)
    {
        let (before, after) = rest.split_at(hit);
        row += memchr::memchr_iter(TICKET, before).count() as u64;
        found(row);
        let Some(end) = memchr::memchr(TICKET, after) else { return };
        at += hit + end + 1;
        row += 1;
    }
}
