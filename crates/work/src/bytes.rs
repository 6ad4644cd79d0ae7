//! The form of a canonical row between the file that it was read from and the bucket that it is
//! folded in: bytes one after the other, so that writing one down is a copy and nothing is allocated.
//!
//! A row is a tag, its file and row number, its key, then what the tag says. Lengths are LEB128.

/// Tag of a version of a ticket.
pub(crate) const TICKET: u8 = 0;
/// Tag of an event.
pub(crate) const EVENT: u8 = 1;
/// Tag of a version of a change.
pub(crate) const CHANGE: u8 = 2;
/// An instant or number that is absent.
pub(crate) const NONE: i64 = i64::MIN;
/// A text that is absent.
pub(crate) const NO_TEXT: u64 = u64::MAX;

/// Appends a length or number.
pub(crate) fn put_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_byte(value) | 0x80);
        value >>= 7;
    }
    out.push(low_byte(value));
}

fn low_byte(value: u64) -> u8 {
    value.to_le_bytes()[0]
}

/// Appends a text with its length.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Appends a text that may be absent: length plus one, 0 for none.
pub(crate) fn put_maybe(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            put_number(out, text.len() as u64 + 1);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Appends eight bytes.
pub(crate) fn put_wide(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Place of a text in a bucket's bytes: where it begins and how long it is.
pub(crate) fn place(start: usize, length: usize) -> u64 {
    ((start as u64) << 32) | length as u64
}

/// The text at a place.
pub(crate) fn text_at(bytes: &[u8], place: u64) -> &[u8] {
    let start = (place >> 32) as usize;
    let length = (place & 0xffff_ffff) as usize;
    bytes.get(start..start + length).unwrap_or_default()
}

/// Reads a bucket's bytes from front to back.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where it stands.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let value = self.bytes.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        value
    }

    pub(crate) fn number(&mut self) -> u64 {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 || shift > 63 {
                return value;
            }
        }
    }

    pub(crate) fn wide(&mut self) -> i64 {
        let value = self
            .bytes
            .get(self.at..self.at + 8)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(NONE, i64::from_le_bytes);
        self.at += 8;
        value
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.number()).unwrap_or(usize::MAX)
    }

    /// The place of the text that begins here.
    pub(crate) fn text(&mut self) -> u64 {
        let length = self.length();
        let start = self.at;
        self.at += length;
        place(start, length)
    }

    /// The place of the text that begins here, `None` when it is empty.
    pub(crate) fn filled(&mut self) -> Option<u64> {
        let place = self.text();
        (place & 0xffff_ffff != 0).then_some(place)
    }

    /// The place of the text that begins here, [`NO_TEXT`] when there is none.
    pub(crate) fn maybe(&mut self) -> u64 {
        match self.length() {
            0 => NO_TEXT,
            length => {
                let length = length - 1;
                let start = self.at;
                self.at += length;
                place(start, length)
            }
        }
    }
}

/// Hash of a key: decides its bucket, so it is part of the record's form and never changes.
pub(crate) fn key_hash(source: &[u8], id: &[u8]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in source.iter().chain(&[0]).chain(id) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    }
    // The mixing end of MurmurHash3: FNV alone leaves the upper bits of short keys alike.
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read_back() {
        let mut out = Vec::new();
        put_number(&mut out, 300);
        put_text(&mut out, "grün");
        put_maybe(&mut out, None);
        put_maybe(&mut out, Some(""));
        put_wide(&mut out, -5);
        let mut cursor = Cursor::new(&out, 0);
        assert_eq!(cursor.number(), 300);
        assert_eq!(text_at(&out, cursor.text()), "grün".as_bytes());
        assert_eq!(cursor.maybe(), NO_TEXT);
        assert_eq!(text_at(&out, cursor.maybe()), b"");
        assert_eq!(cursor.wide(), -5);
        assert_eq!(cursor.at(), out.len());
    }

    #[test]
    fn the_hash_of_a_key_never_changes() {
        assert_eq!(key_hash(b"servicenow", b"INC0000045"), 0x0e99_6b87_d9ea_9208);
    }
}
