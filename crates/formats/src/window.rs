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
    text: String,
    start: usize,
    /// Bytes as they come in; the first ones may be the beginning of a character that is not whole yet.
    raw: Vec<u8>,
    waiting: usize,
    ended: bool,
    /// Bytes that were not UTF-8.
    pub mended: u64,
}

impl Window {
    pub(crate) fn new(bytes: Bytes) -> Self {
        Self { bytes, text: String::new(), start: 0, raw: vec![0; CHUNK], waiting: 0, ended: false, mended: 0 }
    }

    /// What is there to look at.
    pub(crate) fn text(&self) -> &str {
        self.text.get(self.start..).unwrap_or_default()
    }

    /// The same as bytes.
    pub(crate) fn rest(&self) -> &[u8] {
        self.text().as_bytes()
    }

    /// Whether nothing comes behind `rest`.
    pub(crate) const fn ended(&self) -> bool {
        self.ended
    }

    /// Moves on by `n` bytes, and to the end of the character there.
    pub(crate) fn consume(&mut self, n: usize) {
        self.start = (self.start + n).min(self.text.len());
        while !self.text.is_char_boundary(self.start) {
            self.start += 1;
        }
    }

    /// Reads on behind what is there; false at the end. What is there at least doubles, so that
    /// looking again from its start costs no more than twice the bytes.
    pub(crate) fn more(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.text.drain(..self.start);
        self.start = 0;
        let before = self.text.len();
        let target = CHUNK.max(before * 2);
        while self.text.len() < target && !self.ended {
            let room = self.raw.get_mut(self.waiting..).unwrap_or_default();
            match self.bytes.read(room) {
                Ok(0) => self.ended = true,
                Ok(n) => self.waiting += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            self.take();
        }
        Ok(self.text.len() > before)
    }

    /// Takes the bytes that came in behind the text.
    fn take(&mut self) {
        let fresh = self.raw.get(..self.waiting).unwrap_or_default();
        let taken = match std::str::from_utf8(fresh) {
            Ok(text) => {
                self.text.push_str(text);
                fresh.len()
            }
            Err(_) => self.mend(),
        };
        self.raw.copy_within(taken..self.waiting, 0);
        self.waiting -= taken;
    }

    /// Takes what is UTF-8 as such and reads each other byte as Windows-1252; gives how many were taken.
    fn mend(&mut self) -> usize {
        let fresh = self.raw.get(..self.waiting).unwrap_or_default();
        let mut chunks = fresh.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.text.push_str(chunk.valid());
            // The bytes may stop in the middle of a character.
            let cut_off = chunks.peek().is_none()
                && !self.ended
                && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            if cut_off {
                return fresh.len() - chunk.invalid().len();
            }
            if !chunk.invalid().is_empty() {
                self.mended += chunk.invalid().len() as u64;
                self.text.push_str(&as_windows_1252(chunk.invalid()));
            }
        }
        fresh.len()
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
        let text = self.window.text();
        text.get(..text.floor_char_boundary(MOST)).unwrap_or_default().to_owned()
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
