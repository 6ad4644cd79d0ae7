//! Where a delimited record ends and where its fields lie.

/// What was found at the start of the bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A whole record.
    Record(Shape),
    /// The record may go on behind these bytes.
    More,
    /// The bytes end inside quotes.
    Unclosed,
}

/// How a record was found to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Its bytes, the line end included.
    pub used: usize,
    /// A quoted field runs over lines.
    pub lines: bool,
    /// Text stands right behind a closing quote.
    pub stray: bool,
    /// Text stands right behind the closing quote of a field that runs over lines: then that quote is
    /// most likely the opening one of a later field, and the first one was never closed.
    pub torn: bool,
}

/// Splits a line without quotes.
pub(crate) fn plain(line: &[u8], delimiter: u8, spans: &mut Vec<(u32, u32)>) {
    let mut start = 0;
    for end in memchr::memchr_iter(delimiter, line) {
        spans.push(crate::columns::span_of(start, end));
        start = end + 1;
    }
    spans.push(crate::columns::span_of(start, line.len()));
}

/// Takes one record with quotes apart: `out` gets the values one after the other, `spans` where each
/// lies. A quote opens only at the start of a field; inside, a doubled quote stands for one. A record over
/// lines of far more than `most` fields is given up.
pub(crate) fn quoted(
    input: &[u8],
    ended: bool,
    (delimiter, line_end, most): (u8, u8, usize),
    out: &mut Vec<u8>,
    spans: &mut Vec<(u32, u32)>,
) -> Found {
    let (mut at, mut stray, mut torn, mut lines) = (0, false, false, false);
    let after = |at: usize| input.get(at..).unwrap_or_default();
    // Searched once a record: nearly all fields lie in the first line.
    let first_end = memchr::memchr(line_end, input).unwrap_or(input.len());
    let over_lines = |from: usize, to: usize| {
        if from <= first_end {
            to > first_end
        } else {
            memchr::memchr(line_end, input.get(from..to).unwrap_or_default()).is_some()
        }
    };
    loop {
        let start = out.len();
        let opened = at;
        let mut closed = false;
        // A mark glued in front of a quote must not hide it.
        let mark = if input.get(at) == Some(&0xef) && after(at).starts_with("\u{feff}\"".as_bytes()) { 3 } else { 0 };
        if input.get(at + mark) == Some(&b'"') {
            at += mark + 1;
            let mut from = at;
            loop {
                let Some(quote) = memchr::memchr(b'"', after(at)) else {
                    return if ended { Found::Unclosed } else { Found::More };
                };
                at += quote + 1;
                match input.get(at) {
                    Some(b'"') => {
                        out.extend_from_slice(input.get(from..at).unwrap_or_default());
                        at += 1;
                        from = at;
                    }
                    None if !ended => return Found::More,
                    _ => break,
                }
            }
            out.extend_from_slice(input.get(from..at - 1).unwrap_or_default());
            closed = true;
            if input.get(at) == Some(&delimiter) {
                lines |= over_lines(opened, at);
                // So many fields over lines are quotes that open where others should close.
                if lines && spans.len() > most {
                    return Found::Unclosed;
                }
                spans.push(crate::columns::span_of(start, out.len()));
                at += 1;
                continue;
            }
        }
        let rest = after(at);
        let found = memchr::memchr2(delimiter, line_end, rest);
        if found.is_none() && !ended {
            return Found::More;
        }
        let last = found.is_none_or(|found| rest.get(found) == Some(&line_end));
        let mut literal = rest.get(..found.unwrap_or(rest.len())).unwrap_or_default();
        let used = at + literal.len() + usize::from(found.is_some());
        if last && line_end == b'\n' {
            while let [front @ .., b'\r'] = literal {
                literal = front;
            }
        }
        if closed {
            let over_lines = over_lines(opened, at);
            let glued = literal.iter().any(|byte| !byte.is_ascii_whitespace());
            lines |= over_lines;
            stray |= glued;
            torn |= glued && over_lines;
        }
        out.extend_from_slice(literal);
        spans.push(crate::columns::span_of(start, out.len()));
        at = used;
        if last {
            return Found::Record(Shape { used, lines, stray, torn });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All records by this splitter; `None` when a quote is torn or unclosed.
    fn ours(input: &[u8]) -> Option<Vec<Vec<Vec<u8>>>> {
        let (mut at, mut records) = (0, Vec::new());
        while at < input.len() {
            let (mut out, mut spans) = (Vec::new(), Vec::new());
            match quoted(&input[at..], true, (b',', b'\n', 99), &mut out, &mut spans) {
                Found::Record(Shape { used, torn: false, .. }) => {
                    at += used;
                    let fields: Vec<Vec<u8>> =
                        spans.iter().map(|(from, to)| out[*from as usize..*to as usize].to_vec()).collect();
                    if fields != [Vec::<u8>::new()] {
                        records.push(fields);
                    }
                }
                _ => return None,
            }
        }
        Some(records)
    }

    fn csv_core(mut input: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv_core::Reader::new();
        let (mut output, mut ends) = (vec![0; input.len() + 1], vec![0; input.len() + 2]);
        let mut records = Vec::new();
        loop {
            // An empty input says that nothing more will come.
            let (mut written, mut fields) = (0, 0);
            let result = loop {
                let (result, used, wrote, ended) =
                    reader.read_record(input, &mut output[written..], &mut ends[fields..]);
                input = &input[used..];
                written += wrote;
                fields += ended;
                if result != csv_core::ReadRecordResult::InputEmpty {
                    break result;
                }
            };
            if result == csv_core::ReadRecordResult::End {
                return records;
            }
            let mut from = 0;
            records.push(
                ends[..fields]
                    .iter()
                    .map(|to| {
                        let field = output[from..*to].to_vec();
                        from = *to;
                        field
                    })
                    .collect(),
            );
        }
    }

    proptest! {
        #[test]
        fn splits_as_csv_core_does(text in "[a,\"\n]{0,40}") {
            if let Some(records) = ours(text.as_bytes()) {
                let mut theirs = csv_core(text.as_bytes());
                theirs.retain(|fields| *fields != [Vec::<u8>::new()]);
                prop_assert_eq!(records, theirs);
            }
        }

        /// However the bytes arrive, the same record comes out: `More` never lies.
        #[test]
        fn never_ends_a_record_early(text in "[ab,\"\n\r]{1,40}", cut in 0_usize..40) {
            let whole = text.as_bytes();
            let part = &whole[..cut.min(whole.len())];
            let (mut out, mut spans) = (Vec::new(), Vec::new());
            let early = quoted(part, false, (b',', b'\n', 99), &mut out, &mut spans);
            if early != Found::More {
                let (mut out2, mut spans2) = (Vec::new(), Vec::new());
                prop_assert_eq!(&early, &quoted(whole, true, (b',', b'\n', 99), &mut out2, &mut spans2));
                prop_assert_eq!((out, spans), (out2, spans2));
            }
        }
    }

    #[test]
    fn a_quote_that_swallows_lines_is_seen() {
        let (mut out, mut spans) = (Vec::new(), Vec::new());
        let found = quoted(b"1,\"x,3\n4,5,6\n7,\"8\",9\n", true, (b',', b'\n', 99), &mut out, &mut spans);
        assert!(matches!(found, Found::Record(Shape { torn: true, .. })), "{found:?}");
    }
}
