//! From a path to readers: find the streams, name the format, start the reader.

use std::io;
use std::path::Path;

use encoding_rs::UTF_8;

use crate::delimited::{Delimited, delimiter};
use crate::encoding::{Transcoded, guess};
use crate::json::{Json, is_lines};
use crate::record::{Limits, Reader, Refusal};
use crate::source::{Bytes, Found, Reopen, Seekable, Source, file, find, refusal_of, refuse};
use crate::xlsx::Sheet;
use crate::xml::Xml;

/// A reader and the name of what it reads.
pub type Named = (String, Box<dyn Reader + Send>);

/// Opens a file: unpacks `.gz`, `.xz`, `.zst`, the members of a `.zip` (one reader a member that is
/// an export), finds encoding and format from the bytes.
///
/// # Errors
/// When the file is no export: a picture, empty, a bomb, not text, not there.
pub fn open(path: &Path, limits: Limits) -> Result<Vec<Named>, Refusal> {
    let fail = |error: io::Error| refusal_of(path, &error);
    let total = std::fs::metadata(path).map_err(fail)?.len();
    open_with(path, total, &|| file(path), limits)
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
    let mut readers = Vec::new();
    let mut refused = None;
    let found = find(path, total, reopen, limits)?;
    let several = found.len() > 1;
    for (name, found) in found {
        let reader = match found {
            Found::Workbook { bytes, total } => {
                Sheet::new(path.into(), bytes, total, limits).map(|sheet| -> Box<dyn Reader + Send> { Box::new(sheet) })
            }
            Found::Stream(source) => text(Path::new(&name), source, limits),
        };
        match reader {
            Ok(reader) => readers.push((name, reader)),
            // A note beside the exports in an archive is passed over.
            Err(refusal) if several => refused = Some(refusal),
            Err(refusal) => return Err(refusal),
        }
    }
    match (readers.is_empty(), refused) {
        (true, Some(refusal)) => Err(refusal),
        _ => Ok(readers),
    }
}

/// Names the format of a text and starts its reader.
fn text(path: &Path, source: Source, limits: Limits) -> Result<Box<dyn Reader + Send>, Refusal> {
    const REMEDY: &str = "Give an export of the service desk as CSV, XLSX, JSON, XML or XES";
    let Source { bytes, head, read, total } = source;
    let Some(found) = guess(&head) else {
        return Err(refuse(path, "it is not text", REMEDY));
    };
    let mut bytes: Bytes = bytes;
    let mut mark = vec![0; found.mark];
    bytes.read_exact(&mut mark).map_err(|error| refusal_of(path, &error))?;
    let after_mark = head.get(found.mark..).unwrap_or_default();
    let (head, bytes): (Vec<u8>, Bytes) = if found.encoding == UTF_8 {
        (after_mark.to_vec(), bytes)
    } else {
        let decoded = found.encoding.decode_without_bom_handling(after_mark).0.into_owned();
        (decoded.into_bytes(), Box::new(Transcoded::new(bytes, found.encoding)))
    };
    let notes: Vec<String> = found.note.into_iter().collect();
    let progress = (read, total);
    let trimmed = head.trim_ascii_start();
    match trimmed.first() {
        None => Err(refuse(path, "it holds only blanks", REMEDY)),
        Some(b'{' | b'[') => {
            let lines = is_lines(trimmed);
            Ok(Box::new(Json::new(path.into(), bytes, lines, notes, limits, progress)?))
        }
        Some(b'<') => {
            let start =
                String::from_utf8_lossy(trimmed.get(..trimmed.len().min(16 << 10)).unwrap_or_default()).to_lowercase();
            if start.contains("<html") {
                return Err(refuse(
                    path,
                    "it is a web page (perhaps a sign-in page was saved instead of the export)",
                    REMEDY,
                ));
            }
            let xes = start.contains("<log")
                && (start.contains("xes.") || start.contains("<trace") || start.contains("<extension"));
            Ok(Box::new(Xml::new(path.into(), bytes, xes, notes, limits, progress)))
        }
        Some(_) => match delimiter(&head) {
            Some(delimiter) => Ok(Box::new(Delimited::new(path.into(), bytes, delimiter, notes, limits, progress)?)),
            None => Err(refuse(path, "no delimiter splits its lines into columns", REMEDY)),
        },
    }
}
