//! Finds out how a delimited text is laid out, from its first bytes.

use super::split::{Found, Shape, quoted};

/// How a delimited text is laid out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub delimiter: u8,
    /// Line feed (with or without a carriage return before it), or a carriage return alone.
    pub line_end: u8,
    /// Bytes before the header line: titles, blank lines, Excel's `sep=;`.
    pub above: usize,
    /// Lines with text among them.
    pub titles: usize,
}

/// Delimiters that are tried, the likeliest first.
const DELIMITERS: [u8; 9] = [b',', b';', b'\t', b'|', b'^', b'~', b'#', 0x1f, 0x01];

/// Records that are looked at.
const LOOK: usize = 100;

/// Title lines that may stand above a header.
const TITLES: usize = 10;

/// Finds the layout; `None` when no delimiter splits the lines. `ended` when the head is all there is.
pub(crate) fn layout(head: &[u8], ended: bool) -> Option<Layout> {
    let line_end = line_end(head);
    let (told, skip) = told(head, line_end);
    let skip = skip + typed(head.get(skip..).unwrap_or_default(), line_end);
    let body = head.get(skip..).unwrap_or_default();
    let candidates = told.as_ref().map_or(DELIMITERS.as_slice(), std::slice::from_ref);
    let mut best: Option<(u64, usize, Layout)> = None;
    for &delimiter in candidates {
        let Some((score, columns, above, titles)) = rate(&records(body, ended, delimiter, line_end)) else { continue };
        if best.as_ref().is_none_or(|(most, width, _)| (score, columns) > (*most, *width)) {
            best = Some((score, columns, Layout { delimiter, line_end, above: skip + above, titles }));
        }
    }
    best.map(|(.., layout)| layout)
}

/// The carriage return alone where it ends more lines than the line feed does, quoted ones left out.
fn line_end(head: &[u8]) -> u8 {
    let (mut quoted, mut feeds, mut returns) = (false, 0_usize, 0_usize);
    for (at, byte) in head.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => feeds += 1,
            b'\r' if !quoted && head.get(at + 1).is_some_and(|next| *next != b'\n') => returns += 1,
            _ => {}
        }
    }
    // Quotes that do not pair hide everything behind them; a plain look then.
    if feeds + returns == 0 {
        return if head.contains(&b'\n') || !head.contains(&b'\r') { b'\n' } else { b'\r' };
    }
    if returns > feeds { b'\r' } else { b'\n' }
}

/// What Excel's first line `sep=;` says, and how long it is.
fn told(head: &[u8], line_end: u8) -> (Option<u8>, usize) {
    let line = head.split(|byte| *byte == line_end).next().unwrap_or_default();
    match line.trim_ascii_end() {
        [s, e, p, b'=', delimiter] if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep" => {
            (Some(*delimiter), line.len() + 1)
        }
        // `sep=` and a tab, which trimming takes away.
        [s, e, p, b'='] if [s, e, p].map(u8::to_ascii_lowercase) == *b"sep" && line.contains(&b'\t') => {
            (Some(b'\t'), line.len() + 1)
        }
        _ => (None, 0),
    }
}

/// How long the line `#TYPE System…` is that PowerShell puts above its header; nothing where there is none.
fn typed(body: &[u8], line_end: u8) -> usize {
    let mark = body.strip_prefix(b"\"").unwrap_or(body);
    if !mark.get(..6).is_some_and(|mark| mark.eq_ignore_ascii_case(b"#type ")) {
        return 0;
    }
    memchr::memchr(line_end, body).map_or(body.len(), |end| end + 1)
}

/// One of the first records.
struct Seen {
    fields: usize,
    /// Fields that are not blank.
    filled: usize,
    /// Where it starts.
    at: usize,
    /// Whether a blank line stands before it.
    apart: bool,
}

fn records(body: &[u8], ended: bool, delimiter: u8, line_end: u8) -> Vec<Seen> {
    let (mut out, mut spans, mut seen, mut at) = (Vec::new(), Vec::new(), Vec::new(), 0);
    let mut apart = false;
    while seen.len() < LOOK && at < body.len() {
        out.clear();
        spans.clear();
        let rest = body.get(at..).unwrap_or_default();
        match quoted(rest, ended, (delimiter, line_end, usize::MAX), &mut out, &mut spans) {
            Found::Record(Shape { used, torn: false, .. }) => {
                let filled = spans
                    .iter()
                    .filter(|(from, to)| {
                        out.get(*from as usize..*to as usize).is_some_and(|value| !value.trim_ascii().is_empty())
                    })
                    .count();
                if filled > 0 {
                    seen.push(Seen { fields: spans.len(), filled, at, apart });
                }
                apart = filled == 0;
                at += used;
            }
            // The head ends inside this record; when it is the only one, it is the header of a huge line.
            Found::More => {
                if seen.is_empty() {
                    let line = memchr::memchr(line_end, rest).and_then(|end| rest.get(..end)).unwrap_or(rest);
                    let fields = memchr::memchr_iter(delimiter, line).count() + 1;
                    seen.push(Seen { fields, filled: fields, at, apart });
                }
                break;
            }
            Found::Record(_) | Found::Unclosed => {
                at += memchr::memchr(line_end, rest).map_or(rest.len(), |line| line + 1);
            }
        }
    }
    seen
}

/// How well a delimiter splits: (score, columns, bytes above the header, title lines).
fn rate(seen: &[Seen]) -> Option<(u64, usize, usize, usize)> {
    let mut columns: Vec<usize> = seen.iter().map(|record| record.fields).filter(|fields| *fields > 1).collect();
    columns.sort_unstable();
    // The most frequent number of columns, the larger one of two as frequent.
    let (often, most) = columns.chunk_by(|a, b| a == b).filter_map(|same| Some((same.len(), *same.first()?))).max()?;
    // A title is one cell, or much narrower than the table, or narrower and set apart by a blank line.
    let is_title = |nth: usize, record: &Seen| {
        let apart = seen.get(nth + 1).is_some_and(|next| next.apart);
        record.filled < 2 || record.fields * 2 < most || (apart && record.fields + 1 < most)
    };
    let header = seen.iter().enumerate().take(TITLES + 1).position(|(nth, record)| !is_title(nth, record))?;
    let first = seen.get(header)?;
    let share = 1000 * often as u64 / (seen.len() - header).max(often) as u64;
    let score = share + if first.fields == most { 1000 } else { 0 };
    // Lines above the header are rare: a delimiter that splits the first line is likelier.
    let score = if header > 0 { score.saturating_sub(250) } else { score };
    // What stands above a table has to be more even to be believed.
    (score >= if header > 0 { 400 } else { 100 }).then_some((score, most, first.at, header))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(char, usize)> {
        layout(text.as_bytes(), true).map(|layout| (char::from(layout.delimiter), layout.above))
    }

    #[test]
    fn delimiters() {
        assert_eq!(found("a,b\n1,2\n"), Some((',', 0)));
        assert_eq!(found("a;b;c\n1,5;2,5;x\n3,5;4,5;y\n"), Some((';', 0)));
        assert_eq!(found("id|text\n1|a, b, c\n2|d, e, f\n"), Some(('|', 0)));
        assert_eq!(found("a\tb\n1,2\t3\n"), Some(('\t', 0)));
        assert_eq!(found("\"a;b\",\"c\"\n\"1;2\",\"3\"\n"), Some((',', 0)));
        assert_eq!(found("sep=|\r\na;x|b\r\n1|2\r\n"), Some(('|', 7)));
        assert_eq!(found("#TYPE System.Data.DataRow\r\na,b\r\n1,2\r\n"), Some((',', 27)));
        assert_eq!(found("#TYPE System.Data.DataRow;;\na;b;c\n1;2;3\n"), Some((';', 28)));
        assert_eq!(found("just words\nand more of them\n"), None);
    }

    #[test]
    fn titles_above_the_header() {
        assert_eq!(found("All incidents, 2024, by month\n\na;b;c\n1;2;3\n4;5;6\n7;8;9\n"), Some((';', 31)));
        assert_eq!(found("Incidents\na,b\n1,2\n"), Some((',', 10)));
        assert_eq!(found("Report, made 2024-03-01\n\na,b,c,d\n1,2,3,4\n5,6,7,8\n"), Some((',', 25)));
        assert_eq!(found("a,b,c\n1,2,3,\n4,5,6,\n"), Some((',', 0)), "a delimiter too many at the end of rows");
    }

    #[test]
    fn line_ends() {
        for (text, end) in [("a,b\r1,2\r", b'\r'), ("a,b\r\n1,2\r\n", b'\n'), ("a,b\r1,\"x\ny\nz\"\r2,3\r", b'\r')] {
            assert_eq!(layout(text.as_bytes(), true).unwrap().line_end, end, "{text:?}");
        }
    }
}
