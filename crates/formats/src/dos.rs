//! Code page 850: what worksheet programs write as "CSV (MS-DOS)", and old tools still do.

use std::io::{self, Read};

use crate::source::Bytes;

/// The bytes from 0x80 on in Windows-1252; `?` for what it lacks (frames and shades).
const TO_WINDOWS: [u8; 128] = [
    0xc7, 0xfc, 0xe9, 0xe2, 0xe4, 0xe0, 0xe5, 0xe7, 0xea, 0xeb, 0xe8, 0xef, 0xee, 0xec, 0xc4, 0xc5, 0xc9, 0xe6, 0xc6,
    0xf4, 0xf6, 0xf2, 0xfb, 0xf9, 0xff, 0xd6, 0xdc, 0xf8, 0xa3, 0xd8, 0xd7, 0x83, 0xe1, 0xed, 0xf3, 0xfa, 0xf1, 0xd1,
    0xaa, 0xba, 0xbf, 0xae, 0xac, 0xbd, 0xbc, 0xa1, 0xab, 0xbb, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0xc1, 0xc2, 0xc0, 0xa9,
    0x3f, 0x3f, 0x3f, 0x3f, 0xa2, 0xa5, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0x3f, 0xe3, 0xc3, 0x3f, 0x3f, 0x3f, 0x3f,
    0x3f, 0x3f, 0x3f, 0xa4, 0xf0, 0xd0, 0xca, 0xcb, 0xc8, 0x3f, 0xcd, 0xce, 0xcf, 0x3f, 0x3f, 0x3f, 0x3f, 0xa6, 0xcc,
    0x3f, 0xd3, 0xdf, 0xd4, 0xd2, 0xf5, 0xd5, 0xb5, 0xfe, 0xde, 0xda, 0xdb, 0xd9, 0xfd, 0xdd, 0xaf, 0xb4, 0xad, 0xb1,
    0x3f, 0xbe, 0xb6, 0xa7, 0xf7, 0xb8, 0xb0, 0xa8, 0xb7, 0xb9, 0xb3, 0xb2, 0x3f, 0xa0,
];

/// A byte in Windows-1252.
fn turned(byte: u8) -> u8 {
    TO_WINDOWS.get(usize::from(byte).wrapping_sub(128)).copied().unwrap_or(byte)
}

/// Turns bytes of code page 850 into those of Windows-1252.
pub(crate) fn to_windows(bytes: &mut [u8]) {
    for byte in bytes {
        *byte = turned(*byte);
    }
}

/// Whether a byte is a letter beyond ASCII in Windows-1252.
fn letter(byte: u8) -> bool {
    matches!(byte, 0xc0..=0xd6 | 0xd8..=0xf6 | 0xf8..=0xff)
}

/// Whether text that is not UTF-8 is of code page 850: what stands inside of its words are letters there, and often marks
/// in Windows-1252. Quotes, dashes, apostrophes and ligatures of Windows-1252 say nothing.
pub(crate) fn looks_so(head: &[u8]) -> bool {
    let (mut dos, mut none, mut windows) = (0_usize, 0_usize, 0_usize);
    for around in head.windows(3) {
        let &[before, byte, after] = around else { continue };
        let in_word = before.is_ascii_alphabetic() && (after.is_ascii_alphabetic() || after >= 0x80);
        if !in_word || byte <= 0x80 || matches!(byte, 0x85 | 0x8a | 0x8c | 0x8e | 0x91..=0x9f) {
            continue;
        }
        match (letter(turned(byte)), letter(byte)) {
            (true, false) => dos += 1,
            (false, true) => windows += 1,
            (false, false) => none += 1,
            (true, true) => {}
        }
    }
    dos >= 3 && dos > 4 * (windows + none)
}

/// Reads code page 850 as Windows-1252.
pub(crate) struct Dos(pub Bytes);

impl Read for Dos {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(buffer)?;
        to_windows(buffer.get_mut(..n).unwrap_or_default());
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_by_letters_inside_of_words() {
        let dos = b"Data Solu\x87\xc6o;Satisfa\x87\xc6o;Usu\xa0rio;Priorit\x84t";
        assert!(looks_so(dos));
        let mut bytes = dos.to_vec();
        to_windows(&mut bytes);
        assert_eq!(crate::encoding::as_windows_1252(&bytes), "Data Solução;Satisfação;Usuário;Priorität");
        for other in [
            &b"Data Solu\xe7\xe3o;Satisfa\xe7\xe3o;Usu\xe1rio;l\x92imprimante"[..],
            b"na\xefve caf\xe9 \x93quoted\x94 words \x96 and dashes",
            b"plain words",
        ] {
            assert!(!looks_so(other), "{other:?}");
        }
    }
}
