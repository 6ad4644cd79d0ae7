//! From whatever encoding to UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::source::Bytes;

/// What the first bytes say about the encoding.
pub(crate) struct Guess {
    pub encoding: &'static Encoding,
    /// Length of the byte-order mark to pass over.
    pub mark: usize,
    /// What to tell, when it was not plain UTF-8.
    pub note: Option<String>,
}

/// Finds the encoding from the first bytes; `None` when they are no text.
pub(crate) fn guess(head: &[u8]) -> Option<Guess> {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        let note = (encoding != UTF_8).then(|| format!("read as {}", encoding.name()));
        return Some(Guess { encoding, mark, note });
    }
    let sample = head.get(..4096.min(head.len())).unwrap_or(head);
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = sample.len() / 2;
    if even + odd > 0 {
        // Western text in UTF-16 has a zero in almost every second byte, and in the others none.
        let encoding = if odd * 10 > half * 7 && even * 20 < half {
            UTF_16LE
        } else if even * 10 > half * 7 && odd * 20 < half {
            UTF_16BE
        } else {
            return None;
        };
        return Some(Guess {
            encoding,
            mark: 0,
            note: Some(format!("no byte-order mark; read as {}", encoding.name())),
        });
    }
    let controls = sample.iter().filter(|byte| **byte < 9 || (14..32).contains(*byte) && **byte != 27).count();
    if controls * 50 > sample.len() {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(_) => Some(Guess { encoding: UTF_8, mark: 0, note: None }),
        // The head may end in the middle of a character.
        Err(error) if error.error_len().is_none() => Some(Guess { encoding: UTF_8, mark: 0, note: None }),
        Err(_) => Some(Guess { encoding: WINDOWS_1252, mark: 0, note: Some("not UTF-8; read as Windows-1252".into()) }),
    }
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
}

impl Transcoded {
    pub(crate) fn new(inner: Bytes, encoding: &'static Encoding) -> Self {
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
            let (result, consumed, written, _) = self.decoder.decode_to_utf8(raw, room, self.ended);
            self.raw_at += consumed;
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

/// Text that is not UTF-8 after all, read as Windows-1252 (a record that was pasted together).
pub(crate) fn as_windows_1252(bytes: &[u8]) -> String {
    WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}
