//! The file: one JSON object a line, only ever added to.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::entry::{Act, Entry, VERSION};

/// Name of the file in the data folder.
pub const FILE: &str = "casebook.jsonl";
/// Name of the file to which a line goes that was cut short.
pub const TORN: &str = "casebook.torn";
const LOCK: &str = "casebook.lock";

/// Why the casebook could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The disk said no.
    #[error("{path}: {doing}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// A line cannot be understood.
    #[error("{path}: line {line}: {reason}; put back the line from a copy, or move the file aside to begin anew")]
    Line {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// Why.
        reason: String,
    },
    /// A line of a later version.
    #[error(
        "{path}: line {line} was written by a later version of Plumb (form {found}, this one knows {VERSION}); use that version"
    )]
    Later {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: u64,
        /// Its version.
        found: u32,
    },
}

/// The casebook of a data folder, as far as it has been read.
#[derive(Debug)]
pub struct Book {
    data: PathBuf,
    entries: Vec<Entry>,
    /// Bytes that are read: always the end of a line.
    read: u64,
    notes: Vec<String>,
}

/// A book that is being written: nobody else writes while it lives.
#[derive(Debug)]
pub struct Writer<'a> {
    book: &'a mut Book,
    file: File,
    /// Holds the lock; the system lets go of it when the process dies.
    _lock: File,
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> BookError {
    let path = path.to_path_buf();
    move |source| BookError::Io { path, doing, source }
}

impl Book {
    /// Reads the casebook of a data folder; where there is none it is empty, and nothing is made.
    ///
    /// # Errors
    /// When the file cannot be read, a line cannot be understood, or was written by a later version.
    pub fn open(data: &Path) -> Result<Self, BookError> {
        let mut book = Self { data: data.to_path_buf(), entries: Vec::new(), read: 0, notes: Vec::new() };
        book.refresh()?;
        Ok(book)
    }

    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of this number.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        let place = self.entries.binary_search_by_key(&number, |entry| entry.number).ok()?;
        self.entries.get(place)
    }

    /// Number of the last entry; 0 where there is none.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.number)
    }

    /// What a reader should know about the file, one sentence each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    fn path(&self) -> PathBuf {
        self.data.join(FILE)
    }

    /// Reads what was added since. A line that does not end yet is left: somebody may be writing it.
    ///
    /// # Errors
    /// As [`Book::open`].
    pub fn refresh(&mut self) -> Result<(), BookError> {
        let path = self.path();
        let length = match std::fs::metadata(&path) {
            Ok(file) => file.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(failed(&path, "looking at what people wrote")(error)),
        };
        if length < self.read {
            // Moved aside or put back from a copy: what is there counts.
            self.entries.clear();
            self.read = 0;
        }
        if length == self.read {
            return Ok(());
        }
        let mut file = File::open(&path).map_err(failed(&path, "reading what people wrote"))?;
        file.seek(SeekFrom::Start(self.read)).map_err(failed(&path, "reading what people wrote"))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed(&path, "reading what people wrote"))?;
        self.take(&bytes)
    }

    /// Takes whole lines in.
    fn take(&mut self, bytes: &[u8]) -> Result<(), BookError> {
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let whole = bytes.get(..end).unwrap_or_default();
        let mut fresh = Vec::new();
        for line in whole.split_inclusive(|byte| *byte == b'\n') {
            let number = self.last().max(fresh.last().map_or(0, |entry: &Entry| entry.number)) + 1;
            if !line.trim_ascii().is_empty() {
                fresh.push(self.parse(line, number)?);
            }
        }
        self.entries.extend(fresh);
        self.read += end as u64;
        Ok(())
    }

    fn parse(&self, line: &[u8], number: u64) -> Result<Entry, BookError> {
        let wrong = |reason: String| BookError::Line { path: self.path(), line: number, reason };
        let value: serde_json::Value =
            serde_json::from_slice(line).map_err(|error| wrong(format!("this is no entry ({error})")))?;
        let version = value.get("v").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if version > u64::from(VERSION) {
            let found = u32::try_from(version).unwrap_or(u32::MAX);
            return Err(BookError::Later { path: self.path(), line: number, found });
        }
        let entry: Entry =
            serde_json::from_value(value).map_err(|error| wrong(format!("this is no entry ({error})")))?;
        if entry.number == number {
            Ok(entry)
        } else {
            Err(wrong(format!("entry {} stands where {number} should be", entry.number)))
        }
    }

    /// Takes the right to write, waiting while another process has it, and reads what that one wrote. A line
    /// that was cut short when a process died is set aside into [`TORN`], with a note.
    ///
    /// # Errors
    /// When the folder cannot be written to, or as [`Book::open`].
    pub fn writer(&mut self) -> Result<Writer<'_>, BookError> {
        let path = self.path();
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(self.data.join(LOCK));
        let lock = opened.map_err(failed(&path, "taking the right to write"))?;
        lock.lock().map_err(failed(&path, "waiting for the right to write"))?;
        self.refresh()?;
        let fresh = !path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(failed(&path, "opening what people wrote"))?;
        if fresh && cfg!(unix) {
            // Only Unix lets a folder be opened as a file.
            File::open(&self.data)
                .and_then(|folder| folder.sync_all())
                .map_err(failed(&path, "making the folder safe on disk"))?;
        }
        self.set_aside(&mut file).map_err(failed(&path, "setting a line aside that was cut short"))?;
        Ok(Writer { book: self, file, _lock: lock })
    }

    fn set_aside(&mut self, file: &mut File) -> io::Result<()> {
        if file.metadata()?.len() <= self.read {
            return Ok(());
        }
        let mut torn = Vec::new();
        file.seek(SeekFrom::Start(self.read))?;
        file.read_to_end(&mut torn)?;
        let mut aside = OpenOptions::new().append(true).create(true).open(self.data.join(TORN))?;
        aside.write_all(&torn)?;
        aside.write_all(b"\n")?;
        aside.sync_all()?;
        file.set_len(self.read)?;
        file.sync_all()?;
        self.notes.push(format!(
            "A line of {} bytes that was cut short, when the program or the machine stopped while writing, was set \
             aside in {TORN}. Entries before it are whole.",
            torn.len()
        ));
        Ok(())
    }
}

impl Writer<'_> {
    /// All entries so far, those of others included.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.book.entries()
    }

    /// Adds an entry. When this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written; the file is then as it was before.
    pub fn add(&mut self, at: Timestamp, by: &str, act: Act) -> Result<u64, BookError> {
        let number = self.book.last() + 1;
        let entry = Entry { v: VERSION, number, at, by: by.trim().to_owned(), act };
        let io = |source| BookError::Io { path: self.book.path(), doing: "writing an entry", source };
        let mut line = serde_json::to_vec(&entry).map_err(|error| io(error.into()))?;
        line.push(b'\n');
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_all());
        if let Err(error) = written {
            let _ = self.file.set_len(self.book.read);
            return Err(io(error));
        }
        self.book.read += line.len() as u64;
        self.book.entries.push(entry);
        Ok(number)
    }
}
