//! From a path to readers: find the streams, name the format, start the reader.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use encoding_rs::UTF_8;

use crate::delimited::{Delimited, layout};
use crate::encoding::{Transcoded, guess};
use crate::json::{Json, is_json};
use crate::notes::Notes;
use crate::record::{Format, Limits, Reader, Record, Refusal, RowError};
use crate::source::{AN_EXPORT, Bytes, Found, HEAD, Reopen, Seekable, Source, file, find, refusal_of, refuse};
use crate::window::{Input, Window};
use crate::xlsx::Sheet;
use crate::xml::{Events, Xml};

/// A reader and the name of what it reads.
pub type Named = (String, Box<dyn Reader + Send>);

/// Opens a file: unpacks `.gz`, `.xz`, `.zst`, the members of a `.zip` (one reader a member that is
/// an export), finds encoding and format from the bytes.
///
/// # Errors
/// When the file is no export: a picture, empty, a bomb, not text, not there.
pub fn open(path: &Path, limits: Limits) -> Result<Vec<Named>, Refusal> {
    let fail = |error: io::Error| refusal_of(path, &error);
    let known = std::fs::metadata(path).map_err(fail)?;
    // A file is opened again and again: what was read of a pipe is gone, and the rest would be taken for another file.
    if !known.is_file() && !known.is_dir() {
        return Err(refuse(path, "it is a pipe or a device, which can be read only once", "Write it to a file first"));
    }
    open_with(path, known.len(), &|| file(path), limits)
}

/// The same for bytes in memory, under a name.
///
/// # Errors
/// When the bytes are no export.
pub fn open_bytes(name: &str, bytes: &[u8], limits: Limits) -> Result<Vec<Named>, Refusal> {
    let owned: std::sync::Arc<[u8]> = bytes.into();
    let reopen = || -> io::Result<Box<dyn Seekable>> { Ok(Box::new(io::Cursor::new(std::sync::Arc::clone(&owned)))) };
    open_with(Path::new(name), bytes.len() as u64, &reopen, limits)
}

fn open_with(path: &Path, total: u64, reopen: Reopen<'_>, limits: Limits) -> Result<Vec<Named>, Refusal> {
    let mut readers: Vec<Named> = Vec::new();
    let mut refused = Vec::new();
    for (name, found) in find(path, total, reopen, limits)? {
        let reader = found.and_then(|found| match found {
            Found::Workbook { bytes, total } => {
                Sheet::new(path.into(), bytes, total, limits).map(|sheet| -> Box<dyn Reader + Send> { Box::new(sheet) })
            }
            Found::Stream(source) => text(Path::new(&name), source, limits),
        });
        match reader {
            Ok(reader) => readers.push((name, reader)),
            Err(refusal) if may_be_an_export(&refusal) => return Err(refusal),
            Err(refusal) => refused.push((name, refusal)),
        }
    }
    if readers.is_empty() {
        let refusal = refused.into_iter().next().map(|(_, refusal)| refusal);
        return Err(refusal.unwrap_or_else(|| refuse(path, "the archive holds no files", AN_EXPORT)));
    }
    // A note beside the exports in an archive is passed over, and told by name.
    if !refused.is_empty() {
        let passed = refused.into_iter().map(|(name, refusal)| {
            let member = name.strip_prefix(&format!("{}/", path.display())).unwrap_or(&name).to_owned();
            let reason = refusal.reason.strip_prefix(&format!("{member}: ")).unwrap_or(&refusal.reason).to_owned();
            format!("{member} in the archive was passed over: {reason}")
        });
        let (name, first) = readers.remove(0);
        readers.insert(0, (name, Box::new(Beside::new(first, passed.collect()))));
    }
    Ok(readers)
}

/// Whether a refused member may have been an export that was lost on the way: such a one is never passed over.
fn may_be_an_export(refusal: &Refusal) -> bool {
    ["damaged", "encrypted", "packed in a way", "unpacks to far more", "cannot be read", "in the middle", "longer than"]
        .iter()
        .any(|words| refusal.reason.contains(words))
}

/// A reader with notes on what lies beside its file.
struct Beside {
    inner: Box<dyn Reader + Send>,
    passed: Vec<String>,
    notes: Vec<String>,
}

impl Beside {
    fn new(inner: Box<dyn Reader + Send>, passed: Vec<String>) -> Self {
        let notes = inner.notes().iter().chain(&passed).cloned().collect();
        Self { inner, passed, notes }
    }
}

impl Reader for Beside {
    fn format(&self) -> Format {
        self.inner.format()
    }

    fn columns(&self) -> &[String] {
        self.inner.columns()
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        let next = self.inner.next(record);
        if self.inner.notes().len() + self.passed.len() > self.notes.len() {
            self.notes = self.inner.notes().iter().chain(&self.passed).cloned().collect();
        }
        next
    }

    fn bytes_read(&self) -> u64 {
        self.inner.bytes_read()
    }

    fn bytes_total(&self) -> u64 {
        self.inner.bytes_total()
    }

    fn blank(&self) -> u64 {
        self.inner.blank()
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Names the format of a text and starts its reader.
fn text(path: &Path, source: Source, limits: Limits) -> Result<Box<dyn Reader + Send>, Refusal> {
    let Source { mut bytes, head, read, total } = source;
    let whole = head.len() < HEAD;
    let Some(found) = guess(&head) else {
        return Err(refuse(path, "it is not text", AN_EXPORT));
    };
    let mut mark = vec![0; found.mark];
    bytes.read_exact(&mut mark).map_err(|error| refusal_of(path, &error))?;
    let after_mark = head.get(found.mark..).unwrap_or_default();
    let unreadable = Arc::new(AtomicU64::new(0));
    let (head, bytes): (String, Bytes) = if found.encoding == UTF_8 {
        (String::from_utf8_lossy(after_mark).into_owned(), bytes)
    } else {
        let mut start = after_mark.to_vec();
        if found.dos {
            crate::dos::to_windows(&mut start);
            bytes = Box::new(crate::dos::Dos(bytes));
        }
        let decoded = found.encoding.decode_without_bom_handling(&start).0.into_owned();
        (decoded, Box::new(Transcoded::new(bytes, found.encoding, Arc::clone(&unreadable))))
    };
    let mut notes = Notes::default();
    if let Some(note) = found.note {
        notes.say(note);
    }
    let input = Input { path: path.into(), window: Window::new(bytes), limits, notes, read, total, unreadable };
    let trimmed = head.trim_ascii_start();
    match trimmed.bytes().next() {
        None => Err(refuse(path, "it holds only blanks", AN_EXPORT)),
        Some(b'{' | b'[') if is_json(trimmed) || layout(head.as_bytes(), whole).is_none() => {
            Ok(Box::new(Json::new(input, &head)?))
        }
        Some(b'<') => {
            let start = trimmed.get(..trimmed.floor_char_boundary(16 << 10)).unwrap_or_default().to_lowercase();
            let table = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xls"));
            if table && start.contains("<html") {
                let reason = "it is a web page under the name of a worksheet, as some tools export tables";
                return Err(refuse(
                    path,
                    reason,
                    "Open it in a worksheet program and save it as .xlsx or .csv, or export CSV",
                ));
            }
            if start.contains("<html") {
                return Err(refuse(
                    path,
                    "it is a web page (perhaps a sign-in page was saved instead of the export)",
                    AN_EXPORT,
                ));
            }
            let xes = start.contains("<log")
                && (start.contains("xes.") || start.contains("<trace") || start.contains("<extension"));
            Ok(if xes { Box::new(Events::new(input)) } else { Box::new(Xml::new(input, &head)?) })
        }
        Some(_) => match layout(head.as_bytes(), whole) {
            Some(layout) => Ok(Box::new(Delimited::new(input, &layout)?)),
            None => Err(refuse(path, "no delimiter splits its lines into columns", AN_EXPORT)),
        },
    }
}
