//! A sliding window over a stream of text, and what every reader of text carries with it.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::encoding::as_windows_1252;
use crate::notes::Notes;
use crate::record::{Limits, Refusal, RowError};
use crate::source::{Bytes, refusal_of, refuse};

/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// How many times the longest record may be passed over in search of the end of one that is too long.
/// What goes on beyond is no record that went wrong, it is no table at all.
const PATIENCE: u64 = 64;

/// The text that was read and not yet used. It is UTF-8 always: a byte that is not is read as
/// Windows-1252 where it stands, and counted, so that one bad byte costs one character.
pub(crate) struct Window {
    bytes: Bytes,
    chunk: Vec<u8>,
    start: usize,
    /// Up to here the bytes are known to be UTF-8.
    valid: usize,
    end: usize,
    ended: bool,
    /// Bytes that were not UTF-8.
    pub mended: u64,
}

impl Window {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self { bytes, chunk: Vec::new(), start: 0, valid: 0, end: 0, ended: false, mended: 0 }
    }

    /// What is there to look at.
    pub(crate) fn rest(&self) -> &[u8] {
        self.chunk.get(self.start..self.valid).unwrap_or_default()
    }

    /// Whether nothing comes behind `rest`.
    pub(crate) const fn ended(&self) -> bool {
        self.ended
    }

    /// Moves on by `n` bytes.
    pub(crate) fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.valid);
    }

    /// Reads on behind what is there; false at the end. What is there at least doubles, so that
    /// looking again from its start costs no more than twice the bytes.
    pub(crate) fn more(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.chunk.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.valid -= self.start;
        self.start = 0;
        let before = self.valid;
        let target = CHUNK.max(self.end * 2);
        if self.chunk.len() < target {
            self.chunk.resize(target, 0);
        }
        while self.end < target && !self.ended {
            let room = self.chunk.get_mut(self.end..target).unwrap_or_default();
            match self.bytes.read(room) {
                Ok(0) => self.ended = true,
                Ok(n) => self.end += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let fresh = self.chunk.get(self.valid..self.end).unwrap_or_default();
        match std::str::from_utf8(fresh) {
            Ok(_) => self.valid = self.end,
            // The bytes may stop in the middle of a character.
            Err(error) if error.error_len().is_none() && !self.ended => self.valid += error.valid_up_to(),
            Err(_) => self.mend(),
        }
        Ok(self.valid > before)
    }

    /// Reads each byte that is not UTF-8 as Windows-1252.
    #[cold]
    fn mend(&mut self) {
        let fresh = self.chunk.get(self.valid..self.end).unwrap_or_default().to_vec();
        let mut text = String::with_capacity(fresh.len() + fresh.len() / 2);
        let mut rest = Vec::new();
        let mut chunks = fresh.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let cut_off = chunks.peek().is_none()
                && !self.ended
                && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            if cut_off {
                rest.extend_from_slice(chunk.invalid());
            } else if !chunk.invalid().is_empty() {
                self.mended += chunk.invalid().len() as u64;
                text.push_str(&as_windows_1252(chunk.invalid()));
            }
        }
        self.chunk.truncate(self.valid);
        self.chunk.extend_from_slice(text.as_bytes());
        self.valid = self.chunk.len();
        self.chunk.extend_from_slice(&rest);
        self.end = self.chunk.len();
    }
}

/// A text to be read: its bytes, its bounds, its name, and what there is to say about it.
pub(crate) struct Input {
    pub path: PathBuf,
    pub window: Window,
    pub limits: Limits,
    pub notes: Notes,
    /// Bytes of the file on disk that were read.
    pub read: Arc<AtomicU64>,
    /// Size of the file on disk.
    pub total: u64,
    /// Characters that the declared encoding does not have, read as U+FFFD.
    pub unreadable: Arc<AtomicU64>,
}

impl Input {
    /// Reads on; false at the end.
    pub(crate) fn more(&mut self) -> Result<bool, Refusal> {
        self.window.more().map_err(|error| refusal_of(&self.path, &error))
    }

    /// Whether the bytes waiting are more than one record may have.
    pub(crate) fn too_long(&self) -> bool {
        self.window.rest().len() > self.limits.record_bytes
    }

    /// Most bytes that are passed over in search of the end of a record.
    pub(crate) fn patience(&self) -> u64 {
        (self.limits.record_bytes as u64).saturating_mul(PATIENCE)
    }

    pub(crate) fn refuse(&self, reason: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        refuse(&self.path, reason, remedy)
    }

    /// The refusal of a record whose end is not found within all patience.
    pub(crate) fn endless(&self, row: u64) -> Refusal {
        self.refuse(
            format!("the record after row {row} is longer than {} and no end of it was found", self.longest()),
            "It may be no export; look at that place, or export records without attachments",
        )
    }

    /// Why a single record that is too long is rejected.
    pub(crate) fn overlong(&self) -> String {
        format!("it is longer than {}. Export it without attachments, or shorten its texts", self.longest())
    }

    fn longest(&self) -> String {
        let most = self.limits.record_bytes;
        if most >= 1 << 20 { format!("{} MB", most >> 20) } else { format!("{} kB", most >> 10) }
    }

    /// The refusal of values that lie too deep.
    pub(crate) fn too_deep(&self, what: &str) -> Refusal {
        self.refuse(format!("its {what} are nested deeper than {} levels", self.limits.depth), "Export plain records")
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Says at the end what was counted on the way.
    pub(crate) fn settle(&mut self) {
        let mended = self.window.mended;
        let unreadable = self.unreadable.load(Ordering::Relaxed);
        self.notes.settle(mended, unreadable);
    }

    /// The first bytes that wait, as text for a reject.
    pub(crate) fn glimpse(&self) -> String {
        const MOST: usize = 8 << 10;
        String::from_utf8_lossy(self.window.rest().get(..MOST).unwrap_or(self.window.rest())).into_owned()
    }
}

/// What the next record is: none, a good one, a bad one.
pub(crate) type Row = Option<Result<(), RowError>>;

/// One bad record, for the caller of `next`.
#[expect(clippy::unnecessary_wraps, reason = "it is what every reader returns")]
pub(crate) fn bad(row: u64, reason: impl Into<String>, raw: &str) -> Row {
    Some(Err(RowError { row, reason: reason.into(), raw: crate::columns::cut(raw) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Slow(Vec<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = buffer.len().min(3).min(self.0.len() - self.1);
            buffer[..n].copy_from_slice(&self.0[self.1..self.1 + n]);
            self.1 += n;
            Ok(n)
        }
    }

    #[test]
    fn a_bad_byte_costs_one_character() {
        let mut text = "größe ".repeat(60_000).into_bytes();
        text.insert(300_000, 0xe9);
        text.push(0xc3);
        let mut window = Window::new(Box::new(Slow(text, 0)));
        let mut all = Vec::new();
        while window.more().unwrap() {
            all.extend_from_slice(window.rest());
            let n = window.rest().len();
            window.consume(n);
        }
        let all = String::from_utf8(all).unwrap();
        assert_eq!(window.mended, 2);
        assert!(all.contains('é') && all.ends_with("größe Ã"));
        assert!(all.matches("größe").count() >= 59_999);
    }
}
