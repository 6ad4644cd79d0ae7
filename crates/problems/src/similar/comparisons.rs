//! What one search compared, kept for the next one.
//!
//! A ticket is compared with those before it only, and weighed against those before it only. So where a record begins
//! with the very tickets of an earlier search, what was found for those holds to the bit: only tickets from the first
//! one on that is new or says something else are compared, and what comes of both is what comes of comparing all.
//! Nothing is guessed: where anything else differs (the weights, how far is looked, the program, the sentence model),
//! all are compared. Weights that links taught are kept along, as long as the same links of the same tickets teach them. What a sentence model said of texts is kept along: it takes longer than everything else.

use std::io::{self, Write};

use rayon::prelude::*;

use super::group::Grouping;
use super::meaning::{Code, Codes};
use super::relearn::Pairs;
use super::ticket::Ticket;
use super::weights::Weights;
use crate::text::tokens::{hash, mix};

/// Form of what is kept; a change of it, or of how tickets are read or compared must raise it.
const FORM: u32 = 1;
/// Begins what is written.
const MAGIC: &[u8; 8] = b"plumbcmp";

/// For each ticket, in order of time, what it says and which earlier ones are alike enough to be of one cause with it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparisons {
    /// What they rest on beside the tickets and the weights.
    rests_on: u64,
    /// The weights that they rest on.
    weighed: u64,
    /// What each ticket says.
    said: Vec<u64>,
    /// Earlier tickets and the probability of one cause, for the first so many tickets.
    pub(super) found: Vec<Vec<(u32, f32)>>,
    /// What a sentence model said of each text, where there is one.
    pub(super) vectors: Codes,
    /// Weights that were learned on links, and what they were learned on: learning takes as long as comparing.
    learned: Option<(u64, Weights)>,
}

/// Whoever keeps comparisons, and what a checkpoint comes to where it is another one than that of the earlier search.
pub type Keep<'a> = &'a mut dyn FnMut(&Comparisons, Option<&[u8]>);

/// What an earlier search kept, and who keeps what this one compares.
pub struct Memory<'a> {
    /// What was kept of an earlier search of the same record, if anything.
    pub earlier: Option<Comparisons>,
    /// What was kept of its checkpoint; empty where nothing was.
    pub checkpoint: Vec<u8>,
    /// What the comparisons rest on that this room does not know: which sentence model, in words.
    pub rests_on: &'a str,
    /// Is handed all comparisons as soon as they are there, and the checkpoint where it is not the earlier one.
    pub keep: Keep<'a>,
}

impl std::fmt::Debug for Memory<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Memory").field("rests_on", &self.rests_on).finish_non_exhaustive()
    }
}

impl Comparisons {
    /// Those of an earlier search, as far as they hold for these tickets.
    pub(crate) fn begin<L: Ticket>(lines: &[L], how: &Grouping, rests_on: &str, earlier: Option<Self>) -> Self {
        let (version, shipped) = (env!("CARGO_PKG_VERSION"), Weights::shipped().write());
        let rests_on = hash(&format!("{FORM} {version} {rests_on} {how:?} {shipped}"));
        let said: Vec<u64> = lines.par_iter().map(said).collect();
        let Some(earlier) = earlier.filter(|earlier| earlier.rests_on == rests_on) else {
            return Self { rests_on, said, ..Self::default() };
        };
        let same = said.iter().zip(&earlier.said).take_while(|(now, before)| now == before).count();
        let mut out = Self { said, ..earlier };
        out.found.truncate(same);
        out
    }

    /// Weights learned on links, given as places among the tickets: those of before where they were learned on the same
    /// links of the same tickets. No later ticket has a say in them.
    pub(crate) fn weights(&mut self, links: &Pairs, learn: impl FnOnce() -> Weights) -> Weights {
        let all = links.same.iter().chain(&links.apart);
        let last = all.map(|pair| pair.0.max(pair.1)).max().unwrap_or(0);
        let tickets = self.said.iter().take(last + 1).fold(0, |sum, said| mix(sum, *said));
        let pair = |sum: u64, pair: &(usize, usize)| mix(mix(sum, pair.0 as u64), pair.1 as u64);
        let same = links.same.iter().fold(tickets, pair);
        let on = links.apart.iter().fold(mix(same, links.same.len() as u64), pair);
        match &self.learned {
            Some((known, weights)) if *known == on => weights.clone(),
            _ => {
                let weights = learn();
                self.learned = Some((on, weights.clone()));
                weights
            }
        }
    }

    /// Lets go what was compared by other weights than these.
    pub(crate) fn under(&mut self, weights: &Weights) {
        let now = hash(&weights.write());
        if self.weighed != now {
            self.weighed = now;
            self.found.clear();
        }
    }

    /// What a checkpoint after so many tickets rests on: them, and how they are compared.
    pub(super) fn mark(&self, place: usize, form: u64) -> u64 {
        let how = mix(mix(self.rests_on, self.weighed), mix(form, place as u64));
        self.said.iter().take(place).fold(how, |mark, &said| mix(mark, said))
    }

    /// Tickets whose comparisons are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Writes them down: some hundred bytes a ticket at most, and with a sentence model its numbers for each text.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        // The last word sums up the others: a file that is cut short or has a wrong bit is not used.
        let mut sum = 0;
        let mut word = |sum: &mut u64, value: u64| {
            *sum = mix(*sum, value);
            out.write_all(&value.to_le_bytes())
        };
        word(&mut sum, u64::from_le_bytes(*MAGIC))?;
        word(&mut sum, self.rests_on)?;
        word(&mut sum, self.weighed)?;
        word(&mut sum, self.found.len() as u64)?;
        for (said, found) in self.said.iter().zip(&self.found) {
            word(&mut sum, *said)?;
            word(&mut sum, found.len() as u64)?;
            for (other, alike) in found {
                word(&mut sum, both(*other, *alike))?;
            }
        }
        // In an order of their own, so that the same search writes the same file.
        let mut texts: Vec<(&u64, &Code)> = self.vectors.iter().collect();
        texts.sort_unstable_by_key(|(text, _)| **text);
        word(&mut sum, texts.len() as u64)?;
        for (text, code) in texts {
            word(&mut sum, *text)?;
            word(&mut sum, both(u32::try_from(code.numbers.len()).unwrap_or(u32::MAX), code.step))?;
            let bytes: Vec<u8> = code.numbers.iter().map(|number| number.cast_unsigned()).collect();
            for eight in bytes.chunks(8) {
                word(&mut sum, packed(eight))?;
            }
        }
        let (on, learned) = self.learned.as_ref().map_or((0, String::new()), |(on, weights)| (*on, weights.write()));
        word(&mut sum, on)?;
        word(&mut sum, learned.len() as u64)?;
        for eight in learned.as_bytes().chunks(8) {
            word(&mut sum, packed(eight))?;
        }
        out.write_all(&sum.to_le_bytes())
    }

    /// Reads what was written; `None` where it is not that, whole.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks::<8>();
        let (last, words) = words.split_last()?;
        let words: Vec<u64> = words.iter().map(|word| u64::from_le_bytes(*word)).collect();
        if !rest.is_empty() || words.iter().fold(0, |sum, word| mix(sum, *word)) != u64::from_le_bytes(*last) {
            return None;
        }
        let mut words = words.into_iter();
        if words.next()? != u64::from_le_bytes(*MAGIC) {
            return None;
        }
        let mut out = Self { rests_on: words.next()?, weighed: words.next()?, ..Self::default() };
        for ticket in 0..words.next()? {
            out.said.push(words.next()?);
            let mates = usize::try_from(words.next()?).ok().filter(|&mates| mates <= words.len())?;
            let mut found = Vec::with_capacity(mates);
            for word in words.by_ref().take(mates) {
                let (other, alike) = apart(word)?;
                if u64::from(other) >= ticket {
                    return None;
                }
                found.push((other, alike));
            }
            out.found.push(found);
        }
        for _ in 0..words.next()? {
            let (text, (width, step)) = (words.next()?, apart(words.next()?)?);
            let bytes = unpacked(&mut words, u64::from(width))?;
            out.vectors.insert(text, Code { numbers: bytes.into_iter().map(u8::cast_signed).collect(), step });
        }
        let (on, length) = (words.next()?, words.next()?);
        let learned = String::from_utf8(unpacked(&mut words, length)?).ok()?;
        if !learned.is_empty() {
            out.learned = Some((on, Weights::read(&learned).ok()?));
        }
        words.next().is_none().then_some(out)
    }
}

/// At most eight bytes in one word.
fn packed(eight: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(eight) {
        *to = *from;
    }
    u64::from_le_bytes(bytes)
}

/// So many bytes out of the next words.
fn unpacked(words: &mut std::vec::IntoIter<u64>, length: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(length).ok()?;
    let count = length.div_ceil(8);
    (count <= words.len()).then(|| words.by_ref().take(count).flat_map(u64::to_le_bytes).take(length).collect())
}

/// A whole number and one with a point in one word.
fn both(whole: u32, point: f32) -> u64 {
    (u64::from(whole) << 32) | u64::from(point.to_bits())
}

fn apart(word: u64) -> Option<(u32, f32)> {
    let point = u32::try_from(word & 0xffff_ffff).ok()?;
    Some((u32::try_from(word >> 32).ok()?, f32::from_bits(point)))
}

/// All of a ticket that is compared. Its id is not.
fn said(ticket: &impl Ticket) -> u64 {
    let words = mix(hash(ticket.title()), hash(ticket.text()));
    let opened = mix(words, u64::from_le_bytes(ticket.opened().to_le_bytes()));
    ticket.values().fold(opened, |said, (name, value)| mix(mix(said, hash(name)), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Comparisons {
        let found = vec![vec![], vec![(0, 0.25)], vec![], vec![(1, 0.5), (2, 0.125)]];
        let vector = |from: i8| Code { numbers: (from..from + 11).collect(), step: 0.5 };
        let vectors = [(9, vector(-5)), (3, vector(100))].into_iter().collect();
        let learned = Some((21, Weights::shipped()));
        Comparisons { rests_on: 7, weighed: 8, said: vec![11, 12, 13, 14], found, vectors, learned }
    }

    fn bytes(of: &Comparisons) -> Vec<u8> {
        let mut out = Vec::new();
        of.write(&mut out).unwrap();
        out
    }

    #[test]
    fn what_is_written_is_read_and_what_is_torn_is_not() {
        let whole = bytes(&some());
        assert_eq!(Comparisons::read(&whole), Some(some()));
        assert_eq!(Comparisons::read(&bytes(&Comparisons::default())), Some(Comparisons::default()));
        for end in 0..whole.len() {
            assert_eq!(Comparisons::read(&whole[..end]), None, "cut after {end} bytes");
        }
        for at in 0..whole.len() {
            let mut wrong = whole.clone();
            wrong[at] ^= 0x10;
            assert_eq!(Comparisons::read(&wrong), None, "byte {at} is another one");
        }
        // A ticket is alike with earlier ones only, whatever a file says.
        let later = Comparisons { found: vec![vec![], vec![(1, 0.5)], vec![], vec![]], ..some() };
        assert_eq!(Comparisons::read(&bytes(&later)), None);
    }
}
