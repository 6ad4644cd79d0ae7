//! From whatever encoding to UTF-8.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::source::Bytes;

/// What the first bytes say about the encoding.
pub(crate) struct Guess {
    pub encoding: &'static Encoding,
    /// Whether the bytes are of code page 850, which has to become Windows-1252 first.
    pub dos: bool,
    /// Length of the byte-order mark to pass over.
    pub mark: usize,
    /// What to tell, when it was not plain UTF-8.
    pub note: Option<String>,
}

/// Finds the encoding from the first bytes; `None` when they are no text.
pub(crate) fn guess(head: &[u8]) -> Option<Guess> {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        let note = (encoding != UTF_8).then(|| format!("read as {}", encoding.name()));
        return Some(Guess { encoding, dos: false, mark, note });
    }
    let sample = head.get(..4096.min(head.len())).unwrap_or(head);
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = sample.len() / 2;
    if even + odd > 0 {
        // Digits, blanks, delimiters and tags have a zero in every second byte of UTF-16, whatever the script.
        let encoding = if odd > 3 && odd * 5 > half && even * 50 < odd {
            UTF_16LE
        } else if even > 3 && even * 5 > half && odd * 50 < even {
            UTF_16BE
        } else {
            return None;
        };
        return Some(Guess {
            encoding,
            dos: false,
            mark: 0,
            note: Some(format!("no byte-order mark; read as {}", encoding.name())),
        });
    }
    let control = |byte: u8| (2..9).contains(&byte) || (14..31).contains(&byte) && byte != 27 && byte != 26;
    let controls = sample.iter().filter(|byte| control(**byte)).count();
    if controls * 50 > sample.len() {
        return None;
    }
    let (good, bad) = characters(head);
    if let Some(encoding) = declared(head).filter(|encoding| *encoding != UTF_8) {
        return Some(if good > 0 && bad == 0 {
            let note = format!("declared as {}, but its bytes are UTF-8; read as UTF-8", encoding.name());
            Guess { encoding: UTF_8, dos: false, mark: 0, note: Some(note) }
        } else {
            Guess { encoding, dos: false, mark: 0, note: Some(format!("read as {}, as declared", encoding.name())) }
        });
    }
    // What is UTF-8 but for a few bytes stays UTF-8: the window mends the bytes one by one.
    if bad == 0 || good * 4 >= bad {
        return Some(Guess { encoding: UTF_8, dos: false, mark: 0, note: None });
    }
    let dos = crate::dos::looks_so(head);
    let name = if dos { "code page 850 of DOS" } else { "Windows-1252" };
    Some(Guess { encoding: WINDOWS_1252, dos, mark: 0, note: Some(format!("not UTF-8; read as {name}")) })
}

/// Counts the characters beyond ASCII that are UTF-8, and the places that are not.
fn characters(head: &[u8]) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    let mut chunks = head.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        // The head may end in the middle of a character.
        let cut_off = chunks.peek().is_none()
            && std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        bad += usize::from(!chunk.invalid().is_empty() && !cut_off);
    }
    (good, bad)
}

/// The encoding that an XML declaration names, when it is one that has ASCII in it: what looks like
/// ASCII cannot be the UTF-16 that it says to be.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let start = head.trim_ascii_start();
    if !start.starts_with(b"<?xml") {
        return None;
    }
    let declaration = start.get(..memchr::memchr(b'>', start)?.min(512))?;
    let text = std::str::from_utf8(declaration).ok()?;
    let (_, value) = text.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let label = value.get(1..)?.split(quote).next()?;
    Encoding::for_label(label.trim().as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

/// Decodes to UTF-8 as it reads.
pub(crate) struct Transcoded {
    inner: Bytes,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    ended: bool,
    finished: bool,
    spill: Vec<u8>,
    spill_at: usize,
    unreadable: Arc<AtomicU64>,
}

impl Transcoded {
    /// `unreadable` counts what stood for no character.
    pub(crate) fn new(inner: Bytes, encoding: &'static Encoding, unreadable: Arc<AtomicU64>) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; 1 << 16],
            raw_at: 0,
            raw_end: 0,
            ended: false,
            finished: false,
            spill: Vec::new(),
            spill_at: 0,
            unreadable,
        }
    }
}

impl Transcoded {
    /// Decodes into `room`; 0 only at the end.
    fn decode(&mut self, room: &mut [u8]) -> io::Result<usize> {
        while !self.finished {
            if self.raw_at == self.raw_end && !self.ended {
                self.raw_end = self.inner.read(&mut self.raw)?;
                self.raw_at = 0;
                self.ended = self.raw_end == 0;
            }
            let raw = self.raw.get(self.raw_at..self.raw_end).unwrap_or_default();
            let (result, consumed, written, faults) = self.decoder.decode_to_utf8(raw, room, self.ended);
            self.raw_at += consumed;
            if faults {
                self.unreadable.fetch_add(1, Ordering::Relaxed);
            }
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

impl Read for Transcoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A decoder needs room for one character at least: a small buffer is served from a spill.
        if self.spill_at == self.spill.len() {
            if buffer.len() >= 16 {
                return self.decode(buffer);
            }
            let mut room = [0_u8; 64];
            let written = self.decode(&mut room)?;
            self.spill = room.get(..written).unwrap_or_default().to_vec();
            self.spill_at = 0;
        }
        let rest = self.spill.get(self.spill_at..).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        self.spill_at += n;
        Ok(n)
    }
}

/// Bytes that are not UTF-8, read as Windows-1252.
pub(crate) fn as_windows_1252(bytes: &[u8]) -> String {
    WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}
