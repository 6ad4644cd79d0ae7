//! Numbers of a file that is read at once: arrays one after the other, in steps of eight bytes, under one sum.

use crate::text::kinds::Kinds;
use crate::text::tokens::{Entity, How, mix};

/// Bytes being written.
pub(super) struct Out(Vec<u8>);

/// Bytes being read; whatever does not fit is `None`.
pub(super) struct In<'a>(&'a [u8]);

/// A number of fixed width, the lowest byte first.
pub(super) trait Number: Copy {
    /// Writes it down.
    fn put(self, out: &mut Vec<u8>);
    /// Reads so many.
    fn get(bytes: &[u8]) -> Vec<Self>;
    /// Bytes of one.
    const BYTES: usize;
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Number for $kind {
            const BYTES: usize = size_of::<$kind>();

            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn get(bytes: &[u8]) -> Vec<Self> {
                let (numbers, _) = bytes.as_chunks::<{ size_of::<$kind>() }>();
                numbers.iter().map(|number| Self::from_le_bytes(*number)).collect()
            }
        }
    )*};
}
number!(u8, u32, u64, f32, f64);

impl Out {
    /// Begins with a mark by which the file is known again.
    pub(super) fn new(mark: u64) -> Self {
        let mut out = Self(Vec::new());
        mark.put(&mut out.0);
        out
    }

    /// One number.
    pub(super) fn one(&mut self, number: u64) {
        number.put(&mut self.0);
    }

    /// So many numbers, with how many they are.
    pub(super) fn all<N: Number>(&mut self, numbers: impl ExactSizeIterator<Item = N>) {
        self.one(numbers.len() as u64);
        self.0.reserve(numbers.len() * N::BYTES + 8);
        for number in numbers {
            number.put(&mut self.0);
        }
        self.0.resize(self.0.len().next_multiple_of(8), 0);
    }

    /// Lists as their lengths and all that is in them.
    pub(super) fn entities<'a>(&mut self, lists: impl ExactSizeIterator<Item = &'a [Entity]> + Clone) {
        self.all(lists.clone().map(|list| u32::try_from(list.len()).unwrap_or(u32::MAX)));
        let all: Vec<Entity> = lists.flatten().copied().collect();
        self.all(all.iter().map(|e| e.kind));
        self.all(all.iter().map(|e| e.value));
        self.all(all.iter().map(|e| match e.how {
            How::Shape => 0_u8,
            How::Number => 1,
            How::Place => 2,
            How::Said => 3,
        }));
    }

    /// A map from hashes, in the order of the hashes, so that the same map is the same bytes.
    pub(super) fn map(&mut self, pairs: impl Iterator<Item = (u64, u32)>) {
        let mut pairs: Vec<(u64, u32)> = pairs.collect();
        pairs.sort_unstable();
        self.all(pairs.iter().map(|pair| pair.0));
        self.all(pairs.iter().map(|pair| pair.1));
    }

    /// What kinds of names are good for.
    pub(super) fn kinds(&mut self, kinds: &Kinds) {
        self.map(kinds.numbers());
    }

    /// Ends with the sum of all.
    pub(super) fn end(mut self) -> Vec<u8> {
        sum(&self.0).put(&mut self.0);
        self.0
    }
}

impl<'a> In<'a> {
    /// What was written under this mark, whole; `None` where it is anything else.
    pub(super) fn new(bytes: &'a [u8], mark: u64) -> Option<Self> {
        let (rest, last) = bytes.split_last_chunk::<8>()?;
        if rest.len() % 8 != 0 || sum(rest) != u64::from_le_bytes(*last) {
            return None;
        }
        let mut out = Self(rest);
        (out.one()? == mark).then_some(out)
    }

    pub(super) fn one(&mut self) -> Option<u64> {
        let (one, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*one))
    }

    pub(super) fn all<N: Number>(&mut self) -> Option<Vec<N>> {
        let bytes = usize::try_from(self.one()?).ok()?.checked_mul(N::BYTES)?;
        let numbers = N::get(self.0.get(..bytes)?);
        self.0 = self.0.get(bytes.checked_next_multiple_of(8)?..)?;
        Some(numbers)
    }

    /// So many numbers as there should be.
    pub(super) fn just<N: Number>(&mut self, count: usize) -> Option<Vec<N>> {
        self.all().filter(|all| all.len() == count)
    }

    pub(super) fn entities<L: for<'e> From<&'e [Entity]>>(&mut self) -> Option<Vec<L>> {
        let lengths: Vec<u32> = self.all()?;
        let kinds: Vec<u64> = self.all()?;
        let (values, hows): (Vec<u64>, Vec<u8>) = (self.just(kinds.len())?, self.just(kinds.len())?);
        let all: Vec<Entity> = kinds
            .into_iter()
            .zip(values)
            .zip(hows)
            .map(|((kind, value), how)| {
                let how = match how {
                    0 => How::Shape,
                    1 => How::Number,
                    2 => How::Place,
                    _ => How::Said,
                };
                Entity { kind, value, how }
            })
            .collect();
        let mut rest = all.as_slice();
        let mut lists = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (list, later) = rest.split_at_checked(length as usize)?;
            lists.push(L::from(list));
            rest = later;
        }
        rest.is_empty().then_some(lists)
    }

    pub(super) fn map(&mut self) -> Option<Vec<(u64, u32)>> {
        let hashes: Vec<u64> = self.all()?;
        let numbers: Vec<u32> = self.just(hashes.len())?;
        Some(hashes.into_iter().zip(numbers).collect())
    }

    pub(super) fn kinds(&mut self) -> Option<Kinds> {
        self.map().map(|numbers| Kinds::of_numbers(numbers.into_iter()))
    }

    /// Whether all was read.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }
}

/// Sums up bytes in four lanes, so that none waits for the one before it.
fn sum(bytes: &[u8]) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let mut lanes = [1, 2, 3, 4];
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane = mix(*lane, u64::from_le_bytes(*word));
        }
    }
    let (words, _) = rest.as_chunks::<8>();
    let rest = words.iter().map(|word| u64::from_le_bytes(*word));
    lanes.into_iter().chain(rest).fold(bytes.len() as u64, mix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_torn_is_not() {
        let thing = |kind| Entity { kind, value: 7, how: How::Place };
        let lists = [vec![thing(1), thing(2)], vec![], vec![thing(3)]];
        let mut out = Out::new(5);
        out.all([1_u8, 2, 3].into_iter());
        out.all([0.5_f32].into_iter());
        out.entities(lists.iter().map(Vec::as_slice));
        out.map([(9, 1), (3, 2)].into_iter());
        let bytes = out.end();
        let mut read = In::new(&bytes, 5).unwrap();
        assert_eq!(read.all::<u8>(), Some(vec![1, 2, 3]));
        assert_eq!(read.just::<f32>(1), Some(vec![0.5]));
        assert_eq!(read.entities::<Vec<Entity>>().as_deref(), Some(&lists[..]));
        assert_eq!(read.map(), Some(vec![(3, 2), (9, 1)]));
        assert!(read.is_over() && read.all::<u8>().is_none());
        assert!(In::new(&bytes, 6).is_none(), "another mark");
        for end in 0..bytes.len() {
            assert!(In::new(&bytes[..end], 5).is_none(), "cut after {end} bytes");
        }
        for at in 0..bytes.len() {
            let mut wrong = bytes.clone();
            wrong[at] ^= 0x10;
            assert!(In::new(&wrong, 5).is_none(), "byte {at} is another one");
        }
    }
}
