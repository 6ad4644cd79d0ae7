//! Dates with words in them: names of months, and the year that stands behind the time.

/// Month by its name in English, German, French, Spanish, Dutch, Italian or Portuguese, whole or cut short.
pub(crate) fn month(word: &[u8]) -> Option<u32> {
    if word.len() < 3 || word.len() > 12 {
        return None;
    }
    let mut low = [0_u8; 12];
    for (to, from) in low.iter_mut().zip(word) {
        *to = from.to_ascii_lowercase();
    }
    let low = low.get(..word.len())?;
    let whole = |names: &[&str]| names.iter().any(|name| name.as_bytes().starts_with(low) && low.len() >= 3);
    // `mar` is March, `mai` is May; `juin` and `juil` need four letters, `jun` and `jul` do not.
    let table: [(u32, &[&str]); 12] = [
        (1, &["january", "januar", "janvier", "enero", "januari", "gennaio", "janeiro", "jänner"]),
        (2, &["february", "februar", "février", "fevrier", "febrero", "februari", "febbraio", "fevereiro"]),
        (3, &["march", "märz", "maerz", "mrz", "mars", "marzo", "maart", "mrt", "março", "marco"]),
        (4, &["april", "avril", "abril", "aprile"]),
        (5, &["may", "mai", "mayo", "mei", "maggio", "maio"]),
        (6, &["june", "juni", "juin", "junio", "giugno", "junho"]),
        (7, &["july", "juli", "juillet", "julio", "luglio", "julho"]),
        (8, &["august", "août", "aout", "agosto", "augustus"]),
        (9, &["september", "sept", "septembre", "septiembre", "settembre", "setembro"]),
        (10, &["october", "oktober", "octobre", "octubre", "ottobre", "outubro"]),
        (11, &["november", "novembre", "noviembre", "novembro"]),
        (12, &["december", "dezember", "décembre", "decembre", "diciembre", "dicembre", "dezembro"]),
    ];
    table.iter().find(|(_, names)| whole(names)).map(|&(number, _)| number)
}

/// Bytes that a date with its year behind the time may have, and a year.
const LONGEST: usize = 40;

/// `Fri Oct 04 10:59:40 CEST 2013`, as Java and the C library write it, with the year before the time; and how many
/// bytes that are. `None` where it is not written so.
pub(crate) fn year_before_time(text: &str) -> Option<([u8; LONGEST], usize)> {
    let begins = text.as_bytes().first()?.is_ascii_alphabetic();
    if !begins || !(20..=LONGEST).contains(&text.len()) {
        return None;
    }
    let (front, year) = text.rsplit_once(' ')?;
    if year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let gap = front.get(..front.find(':')?)?.rfind(' ')?;
    let (day, time) = front.split_at_checked(gap)?;
    let mut turned = [0; LONGEST];
    let mut length = 0;
    for byte in [day, " ", year, time].into_iter().flat_map(str::bytes) {
        *turned.get_mut(length)? = byte;
        length += 1;
    }
    Some((turned, length))
}
