//! What a ticket's text gives to look it up by: stems and identifiers, 4-grams of the title, named things.

use super::space::Count;
use crate::text::kinds;
use crate::text::language::{self, Votes};
use crate::text::tokens::{Entity, Reader, hash, is_date};

/// Characters of a title (or of the beginning of a description without title) that are cut into grams.
const GRAM_CHARS: usize = 160;
/// Characters of a gram.
const GRAM: usize = 4;
/// Distinct words of one ticket that are kept: what comes later is logs.
const WORDS: usize = 400;

/// What is looked up of one ticket.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// Hashes of stems and identifiers with their counts, ascending, each once.
    pub words: Vec<(u64, Count)>,
    /// Hashes of 4-grams with their counts, ascending, each once.
    pub grams: Vec<(u64, Count)>,
    /// Specific things that it names, sorted, each once.
    pub named: Vec<Entity>,
    /// The words of its title without what it names (see [`kinds::Rest`]).
    pub rest: u64,
}

/// Which language the texts of a record are in so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally(pub(super) [u64; language::LANGUAGES]);

impl Tally {
    /// Adds a ticket: one vote each, however long.
    pub fn add(&mut self, votes: &Votes) {
        let most = votes.iter().copied().max().unwrap_or(0);
        for (sum, &count) in self.0.iter_mut().zip(votes) {
            *sum += u64::from(most > 0 && count == most);
        }
    }

    /// The language with the most votes; the first of them in a tie.
    #[must_use]
    pub fn language(&self) -> usize {
        let most = self.0.iter().copied().max().unwrap_or(0);
        self.0.iter().position(|&c| c == most).unwrap_or(0)
    }
}

/// Reads one ticket in a language (a number of [`language::NAMES`]).
#[must_use]
pub fn read(reader: &mut Reader, title: &str, text: &str, language: usize) -> Terms {
    let mut words: Vec<(u64, Count)> = Vec::new();
    let mut named: Vec<Entity> = Vec::new();
    let mut rest = kinds::Rest::default();
    reader.read(
        title,
        text,
        language,
        |t| {
            words.push((t.hash, Count::new(u8::from(t.title), u8::from(!t.title), t.identifier)));
            rest.add(&t);
        },
        |e| named.push(e),
    );
    merge(&mut words);
    if words.len() > WORDS {
        // Those of the title stay, then the most frequent; by hash where equal, so order plays no part.
        words.sort_by(|a, b| {
            let rank = |c: Count| (c.title() > 0, c.text());
            rank(b.1).cmp(&rank(a.1)).then(a.0.cmp(&b.0))
        });
        words.truncate(WORDS);
        words.sort_unstable_by_key(|&(hash, _)| hash);
    }
    named.sort_unstable();
    named.dedup();
    let mut grams = grams(if title.trim().is_empty() { text } else { title });
    merge(&mut grams);
    Terms { words, grams, named, rest: rest.hash() }
}

fn merge(terms: &mut Vec<(u64, Count)>) {
    terms.sort_unstable_by_key(|&(hash, _)| hash);
    terms.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.and(next.1);
        }
        same
    });
}

/// Runs of four characters over lower-case letters and digits, one blank between words and at both ends;
/// dates and times are left out.
fn grams(title: &str) -> Vec<(u64, Count)> {
    let mut line: Vec<char> = vec![' '];
    for chunk in title.split_whitespace() {
        if is_date(chunk) {
            continue;
        }
        for c in chunk.chars() {
            if c.is_alphanumeric() {
                line.extend(c.to_lowercase());
            } else if line.last() != Some(&' ') {
                line.push(' ');
            }
        }
        if line.last() != Some(&' ') {
            line.push(' ');
        }
        if line.len() >= GRAM_CHARS {
            line.truncate(GRAM_CHARS);
            break;
        }
    }
    let mut bytes = String::with_capacity(GRAM * 4);
    line.windows(GRAM)
        .map(|gram| {
            bytes.clear();
            bytes.extend(gram);
            (hash(&bytes), Count::new(1, 0, false))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_keeps_most_grams() {
        let of = |t: &str| grams(t).into_iter().map(|(h, _)| h).collect::<std::collections::BTreeSet<_>>();
        let (right, wrong) = (of("Outlook calendar invitation"), of("Outlok calender invitation"));
        assert!(right.intersection(&wrong).count() * 2 > right.len());
        assert!(of("").is_empty() && of("10/26/2016 05:17:00").is_empty());
        assert_eq!(of("BPCC_7"), of("bpcc 7"));
    }

    #[test]
    fn title_and_text_are_counted_apart() {
        let terms = read(&mut Reader::default(), "Printer BPCC_7", "The printer, printer fails", 0);
        let counts: Vec<(u8, u8, bool)> =
            terms.words.iter().map(|(_, c)| (c.title(), c.text(), c.is_identifier())).collect();
        assert!(counts.contains(&(1, 2, false)) && counts.contains(&(1, 0, true)) && counts.contains(&(0, 1, false)));
        assert_eq!(terms.named.len(), 2);
    }
}
