//! A record as it was joined at its checkpoint, kept for the next search.
//!
//! Joining all wordings at once and finding themes rest on all tickets, so they would have to be done anew for every
//! ticket more. They are done for the first so many tickets ([`place`]), and those that came later join one by one
//! ([`super::live`]). Where the checkpoint lies depends on the tickets alone: the same record is joined in the same way,
//! in however many imports it came, and a search that finds the checkpoint of an earlier one kept ([`Checkpoint::read`])
//! gives to the bit what a search without it gives.
//!
//! What is kept rests on the first tickets, how they are compared, and what people said; anything else, a file of
//! another version or a damaged one is passed over, and all is done anew.

use std::collections::BTreeMap;

use super::batch::Wordings;
use super::comparisons::Comparisons;
use super::fields::{Fields, Role};
use super::flat::{In, Out};
use super::space::{ByHash, Count, Posting, Space, Sums};
use super::ticket::Ticket;
use super::{Similar, Tally};
use crate::clock::DAY;
use crate::text::language::LANGUAGES;
use crate::text::tokens::{Entity, hash};
use crate::verdicts::Verdicts;

/// Form of what is kept; a change of it, or of how wordings are joined or themes found, must raise it.
const FORM: u64 = 1;
/// Tickets from which on a record has a checkpoint: fewer are joined at once in less than a second.
const FROM: usize = 4_096;
/// Checkpoints in each doubling of a record: the later it lies, the less is joined one by one, and the more often all
/// is joined anew.
const STEPS: usize = 8;
/// Days within which people still change the fields of a ticket: younger ones are left out of a checkpoint, so that it
/// does not fall with every export.
const CHANGED_WITHIN_DAYS: i64 = 14;
/// Most tickets that are left out for that, as a part of all.
const LEFT_OUT: usize = 32;

/// Tickets that are joined at once, the first in order of time; the instants (seconds since 1970) are sorted. At most
/// an eighth and a thirty-second of a record come later, and none of one below 4,096 tickets.
pub(crate) fn place(opened: &[i64]) -> usize {
    let all = opened.len();
    let young = opened.last().map_or(0, |last| last.saturating_sub(CHANGED_WITHIN_DAYS * DAY));
    let settled = opened.partition_point(|&at| at < young).max(all - all / LEFT_OUT);
    if settled < FROM {
        return all;
    }
    let step = (1 << settled.ilog2()) / STEPS;
    settled / step * step
}

/// Whether a checkpoint at this place is worth keeping.
pub(crate) fn has(place: usize) -> bool {
    place >= FROM
}

/// Wordings of the first tickets, joined under what people said.
pub(crate) struct Grouped {
    pub(super) wordings: Wordings,
    /// Problem of each wording.
    pub(super) of: Vec<u32>,
    /// How strongly each wording is tied to the others of its problem, in millionths of a mate.
    pub(super) strength: Vec<u64>,
    /// Theme of each problem.
    pub(crate) themes: BTreeMap<u32, u32>,
}

/// What was kept of the first tickets.
pub(crate) struct Checkpoint;

impl Checkpoint {
    /// What it rests on: the first so many tickets and how they are compared.
    pub(crate) fn mark(known: &Comparisons, place: usize) -> u64 {
        known.mark(place, FORM)
    }

    /// Writes down an index and how its wordings were joined, each under [`said`].
    pub(crate) fn write(mark: u64, similar: &Similar, grouped: &[(u64, &Grouped)]) -> Vec<u8> {
        let mut out = Out::new(mark);
        out.all(similar.tally.0.iter().copied());
        put_space(&mut out, &similar.words);
        put_space(&mut out, &similar.grams);
        put_space(&mut out, &similar.fields.space);
        out.one(similar.fields.names.len() as u64);
        for name in &similar.fields.names {
            out.all(name.bytes().collect::<Vec<u8>>().into_iter());
        }
        out.all(similar.fields.slots.iter().copied());
        out.all(similar.fields.known.iter().copied());
        out.kinds(&similar.kinds);
        out.entities(similar.named.iter().map(AsRef::as_ref));
        out.all(similar.rest.iter().copied());
        out.all(similar.wording.iter().copied());
        out.map(similar.wordings.iter().map(|(&key, &doc)| (key, doc)));
        out.one(grouped.len() as u64);
        for (said, grouped) in grouped {
            out.one(*said);
            put_grouped(&mut out, grouped);
        }
        out.end()
    }

    /// Reads what was written under this mark into an empty index, which then holds these tickets, and gives how their
    /// wordings were joined. `None` where it is not that, whole: the index is then as empty as it was.
    pub(crate) fn read<L: Ticket>(
        bytes: &[u8],
        mark: u64,
        lines: &[L],
        similar: &mut Similar,
    ) -> Option<Vec<(u64, Grouped)>> {
        let docs = lines.len();
        let mut from = In::new(bytes, mark)?;
        let tally = Tally(<[u64; LANGUAGES]>::try_from(from.all::<u64>()?).ok()?);
        let words = space(&mut from, similar.look.words, docs)?;
        let grams = space(&mut from, similar.look.grams, docs)?;
        let mut fields = Fields::new(similar.look.field.max(1));
        fields.space = space(&mut from, similar.look.field.max(1), docs)?;
        for _ in 0..from.one()? {
            let name = String::from_utf8(from.all()?).ok()?;
            fields.roles.push(Role::of(&name));
            fields.names.push(name);
        }
        fields.slots = from.all()?;
        fields.known = from.just(docs)?;
        let kinds = from.kinds()?;
        let named: Vec<Box<[Entity]>> = from.entities().filter(|named: &Vec<Box<[Entity]>>| named.len() == docs)?;
        let rest = from.just(docs)?;
        let wording = from.just(docs)?;
        let wordings = from.map()?.into_iter().collect();
        let mut grouped = Vec::new();
        for _ in 0..from.one()? {
            grouped.push((from.one()?, group(&mut from, docs)?));
        }
        if !from.is_over() {
            return None;
        }
        (similar.tally, similar.words, similar.grams, similar.fields) = (tally, words, grams, fields);
        (similar.kinds, similar.named, similar.rest) = (kinds, named, rest);
        (similar.wording, similar.wordings) = (wording, wordings);
        similar.ids = lines.iter().map(|line| line.id().into()).collect();
        similar.opened = lines.iter().map(Ticket::opened).collect();
        for (line, code) in lines.iter().zip(similar.meanings.read(lines)) {
            similar.meanings.add(line, &code);
        }
        Some(grouped)
    }
}

/// What people said, as far as wordings are joined or held apart by it.
pub(crate) fn said(verdicts: &Verdicts) -> u64 {
    hash(&format!("{:?} {:?}", verdicts.together, verdicts.apart))
}

fn put_space(out: &mut Out, space: &Space) {
    let mut hashes = vec![0_u64; space.lists.len()];
    for (&hash, &term) in &space.numbers {
        hashes[term as usize] = hash;
    }
    out.all(hashes.into_iter());
    let lists = || space.lists.iter().map(|list| &list[list.len().saturating_sub(space.keep)..]);
    out.all(lists().map(|list| u32::try_from(list.len()).unwrap_or(u32::MAX)));
    let postings: Vec<Posting> = lists().flatten().copied().collect();
    out.all(postings.iter().map(|posting| posting.doc));
    out.all(postings.iter().map(|posting| posting.sat));
    out.all(space.found.iter().copied());
    out.all(space.starts.iter().map(|&start| start as u64));
    out.all(space.terms.iter().copied());
    out.all(space.counts.iter().map(|count| count.byte()));
    let sums = space.sums.iter().flat_map(|s| [s.whole, s.norm, s.head, s.level, s.terms]);
    out.all(sums.collect::<Vec<f32>>().into_iter());
    out.all([space.length].into_iter());
}

fn space(from: &mut In<'_>, keep: usize, docs: usize) -> Option<Space> {
    let hashes: Vec<u64> = from.all()?;
    let lengths: Vec<u32> = from.just(hashes.len())?;
    let places: Vec<u32> = from.all()?;
    let sats: Vec<f32> = from.just(places.len())?;
    let mut postings = places.into_iter().zip(sats).map(|(doc, sat)| Posting { doc, sat });
    let lists = lengths.iter().map(|&length| postings.by_ref().take(length as usize).collect()).collect();
    let found = from.just(hashes.len())?;
    let starts: Vec<u64> = from.just(docs + 1)?;
    let starts: Vec<usize> = starts.into_iter().map(usize::try_from).collect::<Result<_, _>>().ok()?;
    let terms: Vec<u32> = from.all()?;
    let counts: Vec<u8> = from.just(terms.len())?;
    let sums: Vec<f32> = from.just(docs * 5)?;
    let length: Vec<f64> = from.just(1)?;
    let fits = starts.is_sorted()
        && starts.last() == Some(&terms.len())
        && terms.iter().all(|&term| (term as usize) < hashes.len());
    let (sums, _) = sums.as_chunks::<5>();
    fits.then(|| Space {
        numbers: hashes.into_iter().zip(0..).collect::<ByHash<u32>>(),
        lists,
        found,
        starts,
        terms,
        counts: counts.into_iter().map(Count::of_byte).collect(),
        sums: sums.iter().map(|&[whole, norm, head, level, terms]| Sums { whole, norm, head, level, terms }).collect(),
        length: length.into_iter().sum(),
        keep: keep.max(1),
    })
}

fn put_grouped(out: &mut Out, grouped: &Grouped) {
    let wordings = &grouped.wordings;
    out.all(wordings.node.iter().map(|node| node.unwrap_or(u32::MAX)));
    out.entities(wordings.named.iter().map(Vec::as_slice));
    out.map(wordings.known.iter().map(|(&key, &node)| (key, node)));
    out.kinds(&wordings.kinds);
    let mut fates: Vec<(&u64, &Vec<Entity>)> = wordings.fate.iter().collect();
    fates.sort_unstable();
    out.all(fates.iter().map(|(key, _)| **key));
    out.entities(fates.iter().map(|(_, sides)| sides.as_slice()));
    out.all(grouped.of.iter().copied());
    out.all(grouped.strength.iter().copied());
    out.all(grouped.themes.keys().copied());
    out.all(grouped.themes.values().copied());
}

fn group(from: &mut In<'_>, docs: usize) -> Option<Grouped> {
    let node: Vec<u32> = from.just(docs)?;
    let named: Vec<Vec<Entity>> = from.entities()?;
    let known = from.map()?;
    let fits = |node: u32| (node as usize) < named.len();
    if !node.iter().all(|&node| node == u32::MAX || fits(node)) || !known.iter().all(|&(_, node)| fits(node)) {
        return None;
    }
    let kinds = from.kinds()?;
    let fates: Vec<u64> = from.all()?;
    let sides: Vec<Vec<Entity>> = from.entities().filter(|sides: &Vec<Vec<Entity>>| sides.len() == fates.len())?;
    let of: Vec<u32> = from.just(named.len())?;
    if !of.iter().all(|&root| fits(root)) {
        return None;
    }
    let strength = from.just(named.len())?;
    let roots: Vec<u32> = from.all()?;
    let themes: Vec<u32> = from.just(roots.len())?;
    let wordings = Wordings {
        node: node.into_iter().map(|node| (node != u32::MAX).then_some(node)).collect(),
        named,
        known: known.into_iter().collect(),
        kinds,
        fate: fates.into_iter().zip(sides).collect(),
        ids: std::collections::HashMap::new(),
    };
    Some(Grouped { wordings, of, strength, themes: roots.into_iter().zip(themes).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_lies_in_steps_and_before_the_tickets_that_are_still_changed() {
        let at = |count: i64, hours: i64| place(&(0..count).map(|n| n * hours * 3_600).collect::<Vec<i64>>());
        assert_eq!([at(0, 1), at(1, 1), at(4_000, 1), at(4_100, 1)], [0, 1, 4_000, 4_100], "too few");
        // Of 5,000 the last fourteen days at a ticket an hour are 336, and no more than a thirty-second is left out.
        assert_eq!([at(4_800, 1), at(5_000, 1), at(10_000, 24)], [4_608, 4_608, 9_216]);
        for count in (5_000..40_000).step_by(313) {
            let joined = count - i64::try_from(at(count, 2)).unwrap();
            assert!(joined * 32 <= count * 5 + 32, "{joined} of {count} join one by one");
            assert!(at(count, 2) <= at(count + 1, 2));
        }
        assert_eq!((at(196_000, 1), at(198_000, 1), at(213_400, 1)), (180_224, 196_608, 212_992));
    }
}
