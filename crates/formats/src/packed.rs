//! Packed bytes: told from their first ones, unpacked, bounded, checked.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use crate::record::Limits;
use crate::source::Bytes;

/// Stops unpacking when the ratio of unpacked to packed bytes is that of a bomb.
pub(crate) struct Guarded {
    inner: Bytes,
    packed: Arc<AtomicU64>,
    unpacked: u64,
    limits: Limits,
}

/// What `Guarded` says; recognised again by `refusal_of`.
pub(crate) const BOMB: &str = "it unpacks to far more than an export ever does";

impl Guarded {
    pub(crate) fn new(inner: Bytes, packed: &Arc<AtomicU64>, limits: Limits) -> Self {
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

/// Holds what was unpacked against the length and the checksum that the archive states.
pub(crate) struct Checked {
    inner: Bytes,
    crc: flate2::Crc,
    stated: (u32, u64),
    length: u64,
}

impl Checked {
    /// `stated` is the checksum (CRC-32) and the length.
    pub(crate) fn new(inner: Bytes, stated: (u32, u64)) -> Self {
        Self { inner, crc: flate2::Crc::new(), stated, length: 0 }
    }
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..n).unwrap_or_default());
        self.length += n as u64;
        if n == 0 && !buffer.is_empty() && (self.crc.sum(), self.length) != self.stated {
            let damaged = "what is packed in it is damaged: its checksum does not fit";
            return Err(io::Error::new(io::ErrorKind::InvalidData, damaged));
        }
        Ok(n)
    }
}

/// A stream whose next bytes were looked at.
struct Looked<R> {
    front: [u8; 8],
    at: usize,
    end: usize,
    inner: BufReader<R>,
}

impl<R: Read> Looked<R> {
    fn new(inner: BufReader<R>) -> Self {
        Self { front: [0; 8], at: 0, end: 0, inner }
    }

    /// Looks at up to `most` (8 at most) of the next bytes.
    fn look(&mut self, most: usize) -> io::Result<&[u8]> {
        while self.end - self.at < most {
            let Some(room) = self.front.get_mut(self.end..most.min(8)) else { break };
            match self.inner.read(room) {
                Ok(0) => break,
                Ok(n) => self.end += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.front.get(self.at..self.end).unwrap_or_default())
    }

    /// Passes over what was looked at.
    fn pass(&mut self) {
        (self.at, self.end) = (0, 0);
    }
}

impl<R: Read> Read for Looked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at < self.end {
            let front = self.front.get(self.at..self.end).unwrap_or_default();
            let n = front.len().min(buffer.len());
            if let (Some(to), Some(from)) = (buffer.get_mut(..n), front.get(..n)) {
                to.copy_from_slice(from);
            }
            self.at += n;
            if self.at == self.end {
                self.pass();
            }
            return Ok(n);
        }
        self.inner.read(buffer)
    }
}

/// Several Zstandard frames one after the other, as `zstd` and `pzstd` write them, the ones that are
/// to be skipped among them.
struct Frames<R: Read> {
    waiting: Option<Looked<R>>,
    current: Option<StreamingDecoder<Looked<R>, FrameDecoder>>,
}

/// Largest window that a Zstandard frame may ask for: what `zstd --long=27` needs.
const ZSTD_WINDOW: u64 = 128 << 20;

impl<R: Read> Frames<R> {
    fn new(inner: R) -> Self {
        Self { waiting: Some(Looked::new(BufReader::new(inner))), current: None }
    }

    /// Begins the next frame; false at the end.
    fn begin(&mut self) -> io::Result<bool> {
        let Some(mut rest) = self.waiting.take() else { return Ok(false) };
        loop {
            match *rest.look(4)? {
                [] => return Ok(false),
                // RFC 8878, 3.1.2: magic number, length, that many bytes of anything.
                [0x50..=0x5f, 0x2a, 0x4d, 0x18] => {
                    let length = match *rest.look(8)? {
                        [_, _, _, _, a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
                        _ => return Err(io::ErrorKind::UnexpectedEof.into()),
                    };
                    rest.pass();
                    if io::copy(&mut rest.by_ref().take(length), &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                _ => break,
            }
        }
        let frame = StreamingDecoder::new_with_max_window_size(rest, ZSTD_WINDOW)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
        self.current = Some(frame);
        Ok(true)
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(mut frame) = self.current.take() {
                let n = frame.read(buffer)?;
                if n > 0 || buffer.is_empty() {
                    self.current = Some(frame);
                    return Ok(n);
                }
                self.waiting = Some(frame.into_inner());
            }
            if !self.begin()? {
                return Ok(0);
            }
        }
    }
}

/// Several members of a `.gz` one after the other. Zeros behind the last one are padding, as tapes and disks leave it.
struct Members<R: Read> {
    current: Option<flate2::bufread::GzDecoder<BufReader<R>>>,
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut member) = self.current.take() {
            let n = member.read(buffer)?;
            if n > 0 || buffer.is_empty() {
                self.current = Some(member);
                return Ok(n);
            }
            let mut rest = member.into_inner();
            loop {
                let ahead = rest.fill_buf()?;
                let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
                if ahead.is_empty() {
                    return Ok(0);
                }
                if zeros < ahead.len() {
                    rest.consume(zeros);
                    break;
                }
                rest.consume(zeros);
            }
            self.current = Some(flate2::bufread::GzDecoder::new(rest));
        }
        Ok(0)
    }
}

/// What unpacks a stream that begins so; `None` for what is not packed, or is an archive.
pub(crate) fn unpacker(magic: Magic, bytes: Bytes) -> Option<Bytes> {
    Some(match magic {
        Magic::Gzip => Box::new(Members {
            current: Some(flate2::bufread::GzDecoder::new(BufReader::with_capacity(1 << 16, bytes))),
        }),
        Magic::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(bytes, true, 512 << 10)),
        Magic::Zstd => Box::new(Frames::new(bytes)),
        Magic::Zip | Magic::Foreign(_) | Magic::Plain => return None,
    })
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
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Magic::Zstd,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Magic::Zip,
        // Behind the name and the rights of its first file.
        _ if head.get(257..262).is_some_and(|mark| mark == b"ustar") => Magic::Foreign("a tar archive"),
        _ => FOREIGN
            .iter()
            .find(|(start, _)| head.starts_with(start))
            .map_or(Magic::Plain, |(_, what)| Magic::Foreign(what)),
    }
}
