//! The members of a `.zip`, and the worksheet file that a `.zip` may be.

use std::io::{self, BufReader, Read, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::packed::{Checked, Guarded};
use crate::record::{Limits, Refusal};
use crate::source::{AN_EXPORT, Bytes, Counted, Found, Part, Reopen, Seekable, refusal_of, refuse, unpack};

/// Most entries of an archive, folders and all.
const ENTRIES: usize = 10_000;

/// Most members that are read: each one holds a file open and some buffers.
const MEMBERS: usize = 256;

/// Largest part of a worksheet file that is read as a whole: shared texts and styles, in bytes once unpacked.
const WHOLE_PART: u64 = 256 << 20;

type Archive = zip::ZipArchive<BufReader<Box<dyn Seekable>>>;

fn open(path: &Path, reopen: Reopen<'_>) -> Result<Archive, Refusal> {
    let bytes = reopen().map_err(|error| refusal_of(path, &error))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(bytes)).map_err(|error| damaged(path, &error))?;
    if archive.len() > ENTRIES {
        let reason = format!("the archive has {} entries, more than {ENTRIES}", archive.len());
        return Err(refuse(path, reason, "Unpack it and import what is an export"));
    }
    if archive.has_overlapping_entries().map_err(|error| damaged(path, &error))? {
        return Err(refuse(
            path,
            "the members of the archive lie over one another, as in a bomb",
            "Pack it again with an ordinary tool",
        ));
    }
    Ok(archive)
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Refusal {
    refuse(path, format!("the archive is damaged ({error})"), "Copy or export it again")
}

fn names(archive: &Archive) -> Vec<String> {
    archive.file_names().map(|name| name.map_or_else(|_| String::new(), |name| name.to_string())).collect()
}

fn is_workbook(names: &[String]) -> bool {
    names.iter().any(|name| name == "xl/workbook.xml" || name == "xl\\workbook.xml")
}

/// What of an archive is an office document and no worksheet file that can be read.
fn office(path: &Path, names: &[String]) -> Result<(), Refusal> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("[Content_Types].xml") {
        return Err(refuse(path, "it is an Office document without worksheets", AN_EXPORT));
    }
    if has("content.xml") && has("META-INF/manifest.xml") {
        return Err(refuse(path, "it is an OpenDocument file", "Save it as .xlsx or .csv"));
    }
    Ok(())
}

/// The members that are exports, or the worksheet file that the archive is.
pub(crate) fn parts(path: &Path, total: u64, reopen: Reopen<'_>, limits: Limits) -> Result<Vec<Part>, Refusal> {
    let mut archive = open(path, reopen)?;
    let names = names(&archive);
    if is_workbook(&names) {
        measure(path, &mut archive, reopen, limits)?;
        let bytes = reopen().map_err(|error| refusal_of(path, &error))?;
        return Ok(vec![(path.display().to_string(), Ok(Found::Workbook { bytes, total }))]);
    }
    office(path, &names)?;
    let mut parts: Vec<Part> = Vec::new();
    for index in 0..archive.len() {
        let Some((member, opened)) = member(path, &mut archive, index, reopen)? else { continue };
        let found = opened.and_then(|Opened { bytes, read, packed }| unpack(path, bytes, &read, packed, limits));
        let found = found.map_err(|refusal| {
            let reason = format!("{member}: {}", refusal.reason);
            refuse(path, reason, refusal.remedy)
        });
        parts.push((format!("{}/{member}", path.display()), found));
        if parts.iter().filter(|(_, found)| found.is_ok()).count() > MEMBERS {
            let reason = format!("more than {MEMBERS} files in the archive could be exports");
            return Err(refuse(path, reason, "Unpack it and import them in several steps"));
        }
    }
    if parts.is_empty() {
        return Err(refuse(path, "the archive holds no files", AN_EXPORT));
    }
    Ok(parts)
}

/// The worksheet file that an archive inside of another container is.
pub(crate) fn workbook(path: &Path, total: u64, reopen: Reopen<'_>, limits: Limits) -> Result<Found, Refusal> {
    let mut archive = open(path, reopen)?;
    let names = names(&archive);
    if !is_workbook(&names) {
        office(path, &names)?;
        let reason = "there is an archive inside the archive";
        return Err(refuse(path, reason, "Unpack the outer one and import what is in it"));
    }
    measure(path, &mut archive, reopen, limits)?;
    let bytes = reopen().map_err(|error| refusal_of(path, &error))?;
    Ok(Found::Workbook { bytes, total })
}

/// A member, unpacked as it is read.
struct Opened {
    bytes: Bytes,
    read: Arc<AtomicU64>,
    packed: u64,
}

/// The member of this index, with its name; `None` for folders and what systems leave in archives.
#[expect(clippy::type_complexity, reason = "a name, and the member or why it cannot be read")]
fn member(
    path: &Path,
    archive: &mut Archive,
    index: usize,
    reopen: Reopen<'_>,
) -> Result<Option<(String, Result<Opened, Refusal>)>, Refusal> {
    let io_fail = |error: io::Error| refusal_of(path, &error);
    let entry = archive.by_index_raw(index).map_err(|error| damaged(path, &error))?;
    let name = entry.name().map_err(|error| damaged(path, &error))?.into_owned();
    let is_junk = entry.is_dir() || name.starts_with("__MACOSX") || name.ends_with(".DS_Store");
    let (Some(start), false) = (entry.data_start(), is_junk) else { return Ok(None) };
    if entry.encrypted() {
        let refusal = refuse(path, "it is encrypted", "Unpack it with its password first");
        return Ok(Some((name, Err(refusal))));
    }
    let (packed, method, stated) = (entry.compressed_size(), entry.compression(), (entry.crc32(), entry.size()));
    drop(entry);
    let mut file = reopen().map_err(io_fail)?;
    file.seek(SeekFrom::Start(start)).map_err(io_fail)?;
    let read = Arc::new(AtomicU64::new(0));
    let raw: Bytes = Box::new(Counted::new(file.take(packed), &read));
    let decoder: Bytes = match method {
        zip::CompressionMethod::Stored => raw,
        zip::CompressionMethod::Deflated => Box::new(flate2::read::DeflateDecoder::new(raw)),
        _ => {
            let reason = format!("it is packed in a way that is not known ({method:?})");
            return Ok(Some((name, Err(refuse(path, reason, "Pack it as an ordinary .zip, or unpack it")))));
        }
    };
    let bytes: Bytes = Box::new(Checked::new(decoder, stated));
    Ok(Some((name, Ok(Opened { bytes, read, packed }))))
}

/// Unpacks every part of a worksheet file once, with all guards on, because the worksheet reader has none.
fn measure(path: &Path, archive: &mut Archive, reopen: Reopen<'_>, limits: Limits) -> Result<(), Refusal> {
    for index in 0..archive.len() {
        let Some((name, opened)) = member(path, archive, index, reopen)? else { continue };
        let opened = opened?;
        let mut guarded = Guarded::new(opened.bytes, &opened.read, limits);
        let lower = name.to_lowercase().replace('\\', "/");
        let mut sizes = Sizes::default();
        io::copy(&mut guarded, &mut sizes).map_err(|error| refusal_of(path, &error))?;
        if lower.contains("/media/") {
            continue;
        }
        let sheet = lower.contains("/worksheets/");
        if !sheet && sizes.all > WHOLE_PART {
            let reason = format!("{name} in it is longer than {} MB once unpacked", WHOLE_PART >> 20);
            return Err(refuse(path, reason, "Save it as .csv: that can be read at any length"));
        }
        if sizes.longest > limits.record_bytes as u64 {
            let reason = format!("a cell in {name} is longer than {} MB", limits.record_bytes >> 20);
            return Err(refuse(path, reason, "Shorten it, or save the table without it"));
        }
    }
    Ok(())
}

/// Measures XML: its length, and the longest stretch in it without a tag.
#[derive(Default)]
struct Sizes {
    all: u64,
    longest: u64,
    current: u64,
}

impl Write for Sizes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.all += bytes.len() as u64;
        let mut last = 0;
        for at in memchr::memchr_iter(b'<', bytes) {
            self.longest = self.longest.max(self.current + (at - last) as u64);
            (self.current, last) = (0, at);
        }
        self.current += (bytes.len() - last) as u64;
        self.longest = self.longest.max(self.current);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_stretch_without_a_tag() {
        let mut sizes = Sizes::default();
        for part in [&b"<a>12345</a><b>"[..], b"67", b"89</b>"] {
            sizes.write_all(part).unwrap();
        }
        assert_eq!((sizes.all, sizes.longest), (23, 8));
    }

    #[test]
    fn shared_texts_are_bounded() {
        // 300 MB of texts, packed a thousand to one.
        let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("xl/workbook.xml", options).unwrap();
        archive.write_all(b"<workbook/>").unwrap();
        archive.start_file("xl/sharedStrings.xml", options).unwrap();
        let block = b"<si><t>x</t></si>".repeat(60_000);
        for _ in 0..300 {
            archive.write_all(&block).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        let limits = Limits { ratio: u64::MAX, ..Limits::default() };
        let refused = crate::open_bytes("book.xlsx", &bytes, limits).err().unwrap().to_string();
        assert!(refused.contains("sharedStrings.xml in it is longer than 256 MB"), "{refused}");
    }
}
