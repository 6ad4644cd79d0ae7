//! The file in which entries were kept before they were kept in the ledger: one JSON object a line. It is read
//! once, to be taken over, and then set aside under another name.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use crate::entry::{Act, Entry};

/// Name of the file in the data folder.
pub const FILE: &str = "casebook.jsonl";
/// Name under which it is kept once it was taken over.
pub const TAKEN: &str = "casebook.taken.jsonl";
/// Name of the file to which a line goes that was cut short.
pub const TORN: &str = "casebook.torn";
const LOCK: &str = "casebook.lock";
/// Version of its lines. Lines of a later version are refused, not guessed.
const VERSION: u32 = 1;

/// Why the file could not be read or set aside.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
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
    #[error("{path}: line {line}: {reason}; put back the line from a copy, or move the file aside to go on without it")]
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

/// A line of the file.
#[derive(Deserialize)]
struct Line {
    number: u64,
    at: Timestamp,
    #[serde(default)]
    by: String,
    #[serde(flatten)]
    act: Act,
}

/// The file of a data folder, held against others until this is dropped.
#[derive(Debug)]
pub struct Earlier {
    path: PathBuf,
    /// All entries, in order.
    pub entries: Vec<Entry>,
    /// What was wrong with it and mended, as a sentence.
    pub note: Option<String>,
    /// The system lets go of it when the process dies.
    _lock: File,
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> EarlierError {
    let path = path.to_path_buf();
    move |source| EarlierError::Io { path, doing, source }
}

impl Earlier {
    /// The file of a data folder, waiting while another process has it; `None` where there is none, and then
    /// nothing is made. A line that was cut short when a process died is set aside into [`TORN`].
    ///
    /// # Errors
    /// When it cannot be read, a line cannot be understood, or was written by a later version.
    pub fn open(data: &Path) -> Result<Option<Self>, EarlierError> {
        let path = data.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(data.join(LOCK));
        let lock = opened.map_err(failed(&path, "taking the right to move it"))?;
        lock.lock().map_err(failed(&path, "waiting for the right to move it"))?;
        let mut file = match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => file,
            // Another process took it over meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path, "opening what people wrote")(error)),
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed(&path, "reading what people wrote"))?;
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let (whole, torn) = bytes.split_at(end);
        let mut entries = Vec::new();
        for line in whole.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            entries.push(parse(&path, line, entries.len() as u64 + 1)?);
        }
        let note = if torn.is_empty() {
            None
        } else {
            set_aside(data, &mut file, torn, end as u64)
                .map_err(failed(&path, "setting a line aside that was cut short"))?;
            Some(format!(
                "A line of {} bytes that was cut short, when the program or the machine stopped while writing, was \
                 set aside in {TORN}. Entries before it are whole.",
                torn.len()
            ))
        };
        Ok(Some(Self { path, entries, note, _lock: lock }))
    }

    /// Gives the file the name under which it is kept once it was taken over; nothing of it is deleted.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn keep_aside(self) -> Result<PathBuf, EarlierError> {
        let named = |n: u32| if n == 1 { TAKEN.to_owned() } else { TAKEN.replace(".jsonl", &format!(".{n}.jsonl")) };
        let mut n = 1;
        while self.path.with_file_name(named(n)).exists() {
            n += 1;
        }
        let aside = self.path.with_file_name(named(n));
        std::fs::rename(&self.path, &aside).map_err(failed(&self.path, "giving it the name of what was taken over"))?;
        if cfg!(unix)
            && let Some(folder) = self.path.parent()
        {
            // Only Unix lets a folder be opened as a file.
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(failed(&self.path, "making the folder safe on disk"))?;
        }
        Ok(aside)
    }
}

fn parse(path: &Path, line: &[u8], number: u64) -> Result<Entry, EarlierError> {
    let wrong = |reason: String| EarlierError::Line { path: path.to_path_buf(), line: number, reason };
    let value: serde_json::Value =
        serde_json::from_slice(line).map_err(|error| wrong(format!("this is no entry ({error})")))?;
    let version = value.get("v").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if version > u64::from(VERSION) {
        let found = u32::try_from(version).unwrap_or(u32::MAX);
        return Err(EarlierError::Later { path: path.to_path_buf(), line: number, found });
    }
    let line: Line = serde_json::from_value(value).map_err(|error| wrong(format!("this is no entry ({error})")))?;
    if line.number == number {
        Ok(Entry { number, at: line.at, person: None, by: line.by, act: line.act })
    } else {
        Err(wrong(format!("entry {} stands where {number} should be", line.number)))
    }
}

fn set_aside(data: &Path, file: &mut File, torn: &[u8], end: u64) -> io::Result<()> {
    let mut aside = OpenOptions::new().append(true).create(true).open(data.join(TORN))?;
    aside.write_all(torn)?;
    aside.write_all(b"\n")?;
    aside.sync_all()?;
    file.seek(SeekFrom::Start(end))?;
    file.set_len(end)?;
    file.sync_all()
}
