//! Bytes from outside: counted, unpacked, bounded.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::{Limits, Refusal};

/// Bytes to read, whatever they came packed in.
pub type Bytes = Box<dyn Read + Send>;

/// Counts what was read of the file as it lies on disk.
pub(crate) struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Stops unpacking when the ratio of unpacked to packed bytes is that of a bomb.
struct Guarded {
    inner: Bytes,
    packed: Arc<AtomicU64>,
    unpacked: u64,
    limits: Limits,
}

/// What `Guarded` says; recognised again by `refusal_of`.
const BOMB: &str = "it unpacks to far more than an export ever does";

impl Guarded {
    fn new(inner: Bytes, packed: &Arc<AtomicU64>, limits: Limits) -> Self {
        Self { inner, packed: Arc::clone(packed), unpacked: 0, limits }
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.unpacked += n as u64;
        let packed = self.packed.load(Ordering::Relaxed).max(1);
        if self.unpacked > self.limits.ratio_after && self.unpacked / packed > self.limits.ratio {
            return Err(io::Error::other(BOMB));
        }
        Ok(n)
    }
}

/// Several Zstandard frames one after the other, as `zstd` and `pzstd` write them.
struct Frames<R: Read> {
    current: Option<ruzstd::decoding::StreamingDecoder<io::BufReader<R>, ruzstd::decoding::FrameDecoder>>,
}

/// Largest window that a Zstandard frame may ask for: what `zstd --long=27` needs.
const ZSTD_WINDOW: u64 = 128 << 20;

impl<R: Read> Frames<R> {
    fn new(inner: R) -> io::Result<Self> {
        Ok(Self { current: Some(Self::frame(io::BufReader::new(inner))?) })
    }

    fn frame(
        inner: io::BufReader<R>,
    ) -> io::Result<ruzstd::decoding::StreamingDecoder<io::BufReader<R>, ruzstd::decoding::FrameDecoder>> {
        ruzstd::decoding::StreamingDecoder::new_with_max_window_size(inner, ZSTD_WINDOW)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut frame) = self.current.take() {
            let n = frame.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                self.current = Some(frame);
                return Ok(n);
            }
            let mut rest = frame.into_inner();
            if io::BufRead::fill_buf(&mut rest)?.is_empty() {
                return Ok(0);
            }
            self.current = Some(Self::frame(rest)?);
        }
        Ok(0)
    }
}

/// What a file's first bytes say that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    Gzip,
    Xz,
    Zstd,
    Zip,
    /// Something that is certainly no export, in words.
    Foreign(&'static str),
    Plain,
}

/// Looks at the first bytes.
pub(crate) fn magic(head: &[u8]) -> Magic {
    const FOREIGN: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a picture (PNG)"),
        (b"\xff\xd8\xff", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"RIFF", "a picture, sound or film"),
        (b"%PDF", "a PDF"),
        (b"\x7fELF", "a program"),
        (b"MZ\x90", "a program"),
        (b"\xd0\xcf\x11\xe0", "an old or an encrypted Office file"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"Rar!", "a RAR archive"),
        (b"BZh", "a bzip2 archive"),
        (b"PAR1", "a Parquet file"),
        (b"SQLite format 3", "a SQLite database"),
    ];
    match head {
        [0x1f, 0x8b, ..] => Magic::Gzip,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Magic::Xz,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Magic::Zstd,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Magic::Zip,
        _ => FOREIGN
            .iter()
            .find(|(start, _)| head.starts_with(start))
            .map_or(Magic::Plain, |(_, what)| Magic::Foreign(what)),
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

const AN_EXPORT: &str = "Give an export of the service desk as CSV, XLSX, JSON, XML or XES";

/// What was found in a file: one stream, or a worksheet file that must be read from anywhere in it.
pub(crate) enum Found {
    Stream(Source),
    Workbook { bytes: Box<dyn Seekable>, total: u64 },
}

/// Finds the streams of a file: itself, unpacked, or the members of a `.zip`.
pub(crate) fn find(
    path: &Path,
    total: u64,
    reopen: Reopen<'_>,
    limits: Limits,
) -> Result<Vec<(String, Found)>, Refusal> {
    let fail = |error: io::Error| refusal_of(path, &error);
    let name = path.display().to_string();
    let read = Arc::new(AtomicU64::new(0));
    let raw: Bytes = Box::new(Counted { inner: reopen().map_err(fail)?, read: Arc::clone(&read) });
    let (head, bytes) = peek(raw).map_err(fail)?;
    if head.is_empty() {
        return Err(refuse(path, "it is empty", AN_EXPORT));
    }
    let unpacked: Bytes = match magic(&head) {
        Magic::Foreign(what) => {
            return Err(refuse(path, format!("it is {what}, not an export"), AN_EXPORT));
        }
        Magic::Zip => return members(path, total, reopen, limits),
        Magic::Plain => {
            return Ok(vec![(name, Found::Stream(Source { bytes, head, read, total }))]);
        }
        Magic::Gzip => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
        Magic::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(bytes, true, 512 << 10)),
        Magic::Zstd => Box::new(Frames::new(bytes).map_err(fail)?),
    };
    let source = unpack(path, unpacked, &read, total, limits)?;
    Ok(vec![(name, Found::Stream(source))])
}

/// Guards a decoder and looks at what comes out of it.
fn unpack(path: &Path, decoder: Bytes, read: &Arc<AtomicU64>, total: u64, limits: Limits) -> Result<Source, Refusal> {
    let guarded = Guarded::new(decoder, read, limits);
    let (head, bytes) = peek(Box::new(guarded)).map_err(|error| refusal_of(path, &error))?;
    match magic(&head) {
        Magic::Plain if head.is_empty() => Err(refuse(path, "what is packed in it is empty", AN_EXPORT)),
        Magic::Plain => Ok(Source { bytes, head, read: Arc::clone(read), total }),
        Magic::Foreign(what) => Err(refuse(path, format!("what is packed in it is {what}, not an export"), AN_EXPORT)),
        _ => {
            Err(refuse(path, "there is an archive inside the archive", "Unpack the outer one and import what is in it"))
        }
    }
}

/// The members of a `.zip` that are exports, or the workbook that it is.
fn members(path: &Path, total: u64, reopen: Reopen<'_>, limits: Limits) -> Result<Vec<(String, Found)>, Refusal> {
    let broken = |error: &dyn std::fmt::Display| {
        refuse(path, format!("the archive is damaged ({error})"), "Copy or export it again")
    };
    let io_fail = |error: io::Error| refusal_of(path, &error);
    let mut archive =
        zip::ZipArchive::new(io::BufReader::new(reopen().map_err(io_fail)?)).map_err(|error| broken(&error))?;
    let names: Vec<String> =
        archive.file_names().map(|name| name.map_or_else(|_| String::new(), |name| name.to_string())).collect();
    let workbook = names.iter().any(|name| name == "xl/workbook.xml" || name == "xl\\workbook.xml");
    if !workbook && names.iter().any(|name| name == "[Content_Types].xml") {
        return Err(refuse(path, "it is an Office document without worksheets", AN_EXPORT));
    }
    let mut found = Vec::new();
    let mut refused = None;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| broken(&error))?;
        let member = entry.name().map_err(|error| broken(&error))?.into_owned();
        let is_junk = entry.is_dir() || member.starts_with("__MACOSX") || member.ends_with(".DS_Store");
        let (Some(start), false) = (entry.data_start(), is_junk) else {
            continue;
        };
        if entry.encrypted() {
            let reason = format!("{member} in it is encrypted");
            return Err(refuse(path, reason, "Unpack it with its password first"));
        }
        let (packed, method) = (entry.compressed_size(), entry.compression());
        drop(entry);
        let mut file = reopen().map_err(io_fail)?;
        file.seek(SeekFrom::Start(start)).map_err(io_fail)?;
        let read = Arc::new(AtomicU64::new(0));
        let raw: Bytes = Box::new(Counted { inner: file.take(packed), read: Arc::clone(&read) });
        let Some(decoder) = decoder(raw, method) else {
            let reason = format!("{member} is packed in a way that is not known ({method:?})");
            refused = Some(refuse(path, reason, "Pack it as an ordinary .zip, or unpack it"));
            continue;
        };
        if workbook {
            // Every part is unpacked once with the guard on, because the worksheet reader has none.
            let mut guarded = Guarded::new(decoder, &read, limits);
            io::copy(&mut guarded, &mut io::sink()).map_err(io_fail)?;
            continue;
        }
        match unpack(path, decoder, &read, packed, limits) {
            Ok(source) => {
                let name = format!("{}/{member}", path.display());
                found.push((name, Found::Stream(source)));
            }
            Err(refusal) => {
                let reason = format!("{member}: {}", refusal.reason);
                refused = Some(refuse(path, reason, refusal.remedy));
            }
        }
    }
    if workbook {
        let bytes = reopen().map_err(io_fail)?;
        return Ok(vec![(path.display().to_string(), Found::Workbook { bytes, total })]);
    }
    // A picture beside the export is passed over; a nested archive alone is told.
    if found.is_empty() {
        return Err(refused.unwrap_or_else(|| refuse(path, "the archive holds no files", AN_EXPORT)));
    }
    Ok(found)
}

/// What unpacks a member; `None` for methods that are not known.
fn decoder(raw: Bytes, method: zip::CompressionMethod) -> Option<Bytes> {
    match method {
        zip::CompressionMethod::Stored => Some(raw),
        zip::CompressionMethod::Deflated => Some(Box::new(flate2::read::DeflateDecoder::new(raw))),
        _ => None,
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
