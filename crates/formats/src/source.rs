//! Bytes from outside: counted, looked at, unpacked.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive;
use crate::packed::{BOMB, Guarded, Magic, magic, unpacker};
use crate::record::{Limits, Refusal};

/// Bytes to read, whatever they came packed in.
pub type Bytes = Box<dyn Read + Send>;

/// Counts what was read of the file as it lies on disk.
pub(crate) struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    pub(crate) fn new(inner: R, read: &Arc<AtomicU64>) -> Self {
        Self { inner, read: Arc::clone(read) }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// A stream whose first bytes were looked at.
pub(crate) struct Source {
    /// The bytes, the ones looked at included.
    pub bytes: Bytes,
    /// The first bytes, at most `HEAD`.
    pub head: Vec<u8>,
    /// Bytes read of the file on disk.
    pub read: Arc<AtomicU64>,
    /// Size of the file on disk.
    pub total: u64,
}

/// How many bytes are looked at before a format is named.
pub(crate) const HEAD: usize = 1 << 18;

/// Reads up to `HEAD` bytes and puts them back in front.
fn peek(mut bytes: Bytes) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = vec![0; HEAD];
    let mut filled = 0;
    while let Some(rest) = head.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match bytes.read(rest) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    head.truncate(filled);
    let all = io::Cursor::new(head.clone()).chain(bytes);
    Ok((head, Box::new(all)))
}

/// Something that can be read from anywhere in it: a file, or bytes in memory.
pub trait Seekable: Read + Seek + Send {}
impl<T: Read + Seek + Send> Seekable for T {}

/// Opens the same bytes again, from the start.
pub type Reopen<'a> = &'a dyn Fn() -> io::Result<Box<dyn Seekable>>;

/// Turns an error of reading into a refusal that says what to do.
pub(crate) fn refusal_of(path: &Path, error: &io::Error) -> Refusal {
    let text = error.to_string();
    let (reason, remedy) = if text.contains(BOMB) {
        (text, "Unpack it yourself and look at what is in it; if it is an export, import the unpacked file".into())
    } else if text.contains("is damaged") {
        (text, "Copy or export it again".into())
    } else {
        match error.kind() {
            io::ErrorKind::NotFound => ("there is no such file".into(), "Check the name".to_owned()),
            io::ErrorKind::PermissionDenied => {
                ("it may not be read".into(), "Give yourself the right to read it".into())
            }
            io::ErrorKind::IsADirectory => ("it is a folder".into(), "Name the files that are in it".into()),
            io::ErrorKind::UnexpectedEof => ("it ends in the middle".into(), "Copy or export it again".into()),
            _ => (format!("it cannot be read ({text})"), "Export or copy it again".into()),
        }
    };
    Refusal { path: path.into(), reason, remedy }
}

pub(crate) fn refuse(path: &Path, reason: impl Into<String>, remedy: impl Into<String>) -> Refusal {
    Refusal { path: path.into(), reason: reason.into(), remedy: remedy.into() }
}

pub(crate) const AN_EXPORT: &str = "Give an export of the service desk as CSV, XLSX, JSON, XML or XES";

/// What was found in a file: one stream, or a worksheet file that must be read from anywhere in it.
pub(crate) enum Found {
    Stream(Source),
    Workbook { bytes: Box<dyn Seekable>, total: u64 },
}

/// A stream or a member by its name; what cannot be one, with the reason.
pub(crate) type Part = (String, Result<Found, Refusal>);

/// Finds the streams of a file: itself, unpacked, or the members of a `.zip`.
pub(crate) fn find(path: &Path, total: u64, reopen: Reopen<'_>, limits: Limits) -> Result<Vec<Part>, Refusal> {
    let fail = |error: io::Error| refusal_of(path, &error);
    let name = path.display().to_string();
    let read = Arc::new(AtomicU64::new(0));
    let raw: Bytes = Box::new(Counted::new(reopen().map_err(fail)?, &read));
    let (head, bytes) = peek(raw).map_err(fail)?;
    if head.is_empty() {
        return Err(refuse(path, "it is empty", AN_EXPORT));
    }
    let magic = magic(&head);
    match magic {
        Magic::Foreign(what) => return Err(refuse(path, format!("it is {what}, not an export"), AN_EXPORT)),
        Magic::Zip => return archive::parts(path, total, reopen, limits),
        Magic::Plain => return Ok(vec![(name, Ok(Found::Stream(Source { bytes, head, read, total })))]),
        Magic::Gzip | Magic::Xz | Magic::Zstd => {}
    }
    let Some(unpacked) = unpacker(magic, bytes) else {
        return Err(refuse(path, "it is packed in a way that is not known", AN_EXPORT));
    };
    Ok(vec![(name, Ok(unpack(path, unpacked, &read, total, limits)?))])
}

/// Largest worksheet file that is unpacked into memory, because it lies in another container.
const WORKBOOK: u64 = 256 << 20;

/// Guards a decoder and looks at what comes out of it.
pub(crate) fn unpack(
    path: &Path,
    decoder: Bytes,
    read: &Arc<AtomicU64>,
    total: u64,
    limits: Limits,
) -> Result<Found, Refusal> {
    let fail = |error: io::Error| refusal_of(path, &error);
    let guarded = Guarded::new(decoder, read, limits);
    let (head, bytes) = peek(Box::new(guarded)).map_err(fail)?;
    match magic(&head) {
        Magic::Plain if head.is_empty() => Err(refuse(path, "what is packed in it is empty", AN_EXPORT)),
        Magic::Plain => Ok(Found::Stream(Source { bytes, head, read: Arc::clone(read), total })),
        Magic::Foreign(what) => Err(refuse(path, format!("what is packed in it is {what}, not an export"), AN_EXPORT)),
        Magic::Zip => {
            let mut whole = Vec::new();
            bytes.take(WORKBOOK + 1).read_to_end(&mut whole).map_err(fail)?;
            if whole.len() as u64 > WORKBOOK {
                let reason = format!("what is packed in it is an archive of more than {} MB", WORKBOOK >> 20);
                return Err(refuse(path, reason, "Unpack it and import what is in it"));
            }
            let whole: Arc<[u8]> = whole.into();
            let length = whole.len() as u64;
            let reopen = || -> io::Result<Box<dyn Seekable>> { Ok(Box::new(io::Cursor::new(Arc::clone(&whole)))) };
            archive::workbook(path, length, &reopen, limits)
        }
        Magic::Gzip | Magic::Xz | Magic::Zstd => {
            Err(refuse(path, "there is an archive inside the archive", "Unpack the outer one and import what is in it"))
        }
    }
}

/// Opens a file for reading from anywhere in it.
pub(crate) fn file(path: &Path) -> io::Result<Box<dyn Seekable>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    Ok(Box::new(file))
}
