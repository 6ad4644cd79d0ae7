//! Settling a bucket once all of its rows are folded: values that did not last, events that are
//! new, what exports have shown of states, the order of events and what they say.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::bytes::{NO_TEXT, text_at};
use crate::fields::NO_STAGE;
use crate::gather::Fold;
use crate::history::{self, Derived, Event, SEEN, STORED, Sight, Words};
use crate::stage::UPDATED;

impl Fold {
    /// Rows whose values did not last have changed nothing.
    pub(crate) fn settle_ties(&mut self) {
        let tickets = self.tickets.settle_ties(&self.bytes);
        let changes = self.changes.settle_ties(&self.bytes);
        for (of_ticket, entity, file, row) in std::mem::take(&mut self.tied) {
            if !(if of_ticket { &tickets } else { &changes }).contains(&entity) {
                self.note(file, row, UPDATED);
            }
        }
    }

    /// Settles the events: which are new, what exports have shown, their order, what they say. Gives
    /// what each ticket's events say and where they lie, by ticket.
    pub(crate) fn settle(&mut self) -> Vec<Option<(Derived, usize, usize)>> {
        let mut settled = vec![None; self.tickets.len()];
        if self.events.is_empty() && self.sights.is_empty() {
            return settled;
        }
        // Stored ones have the largest file number and come first.
        self.events.sort_by_key(|event| (event.ticket, event.file.wrapping_add(1)));
        let kept = history::told_apart(&self.events, &self.bytes);
        let mut logged: HashSet<(u32, u32)> = HashSet::new();
        for event in &self.events {
            if event.file != STORED && self.sighted.contains(&event.ticket) {
                logged.insert((event.ticket, event.file));
            }
        }
        for (event, kept) in self.events.iter().zip(&kept) {
            if *kept && event.file != STORED {
                self.dirty = true;
                self.outcomes.push((event.file, event.row.unsigned_abs(), UPDATED));
            }
        }
        let mut events: Vec<Event> =
            self.events.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(event, _)| *event).collect();
        self.add_seen(&mut events, &logged);
        let mut start = 0;
        while let Some(first) = events.get(start) {
            let ticket = first.ticket;
            let end = start
                + events.get(start..).unwrap_or_default().iter().take_while(|event| event.ticket == ticket).count();
            if let Some(group) = events.get_mut(start..end) {
                history::put_in_order(group, GROUP, &self.bytes);
                let derived = history::derive(group, GROUP, &self.bytes);
                if let Some(settled) = settled.get_mut(ticket as usize) {
                    *settled = Some((derived, start, end));
                }
            }
            start = end;
        }
        self.events = events;
        settled
    }

    /// Adds the changes of state and team between exports of tickets that no log tells of.
    fn add_seen(&mut self, events: &mut Vec<Event>, logged: &HashSet<(u32, u32)>) {
        let mut sights: BTreeMap<u32, Vec<Sight>> = BTreeMap::new();
        for sight in &self.sights {
            if sight.file == STORED || !logged.contains(&(sight.ticket, sight.file)) {
                sights.entry(sight.ticket).or_default().push(*sight);
            }
        }
        sights.retain(|_, sights| sights.iter().any(|sight| sight.file != STORED));
        if sights.is_empty() {
            return;
        }
        let words = Words { state: self.keep(STATE), group: self.keep(GROUP) };
        let mut real: HashMap<u32, Vec<Event>> = HashMap::new();
        let mut seen: HashMap<u32, Vec<Event>> = HashMap::new();
        for event in events.iter().filter(|event| sights.contains_key(&event.ticket)) {
            let by = if event.flags & SEEN == 0 { &mut real } else { &mut seen };
            by.entry(event.ticket).or_default().push(*event);
        }
        let mut fresh: Vec<Event> = Vec::new();
        for (ticket, sights) in &mut sights {
            let before = seen.remove(ticket).unwrap_or_default();
            let rows: Vec<(u32, u64)> = sights
                .iter()
                .filter(|sight| sight.file != STORED)
                .map(|sight| (sight.file, sight.row.unsigned_abs()))
                .collect();
            let mut all: Vec<Sight> = before.iter().flat_map(|event| expand(event, &self.bytes)).collect();
            all.append(sights);
            let real = real.remove(ticket).unwrap_or_default();
            let now = history::seen_changes(&mut all, &real, &words, &self.bytes);
            let same = before.len() == now.len()
                && now.iter().all(|one| before.iter().any(|other| same_event(one, other, &self.bytes)));
            if same {
                fresh.extend(before);
            } else {
                self.dirty = true;
                self.outcomes.extend(rows.into_iter().map(|(file, row)| (file, row, UPDATED)));
                fresh.extend(now);
            }
        }
        events.retain(|event| event.flags & SEEN == 0 || !sights.contains_key(&event.ticket));
        events.append(&mut fresh);
        events.sort_by_key(|event| event.ticket);
    }
}

/// The word for a change of team.
const GROUP: &[u8] = b"group";
/// The word for a change of state.
const STATE: &[u8] = b"state";

/// What an event that was only seen says was seen.
fn expand(event: &Event, bytes: &[u8]) -> [Sight; 2] {
    let of_group = text_at(bytes, event.what) == GROUP;
    let sight = Sight {
        ticket: event.ticket,
        at: event.when,
        state: if of_group { NO_TEXT } else { event.to },
        stage: event.stage,
        team: if of_group { event.to } else { event.team },
        import: event.import,
        row: event.row,
        file: STORED,
    };
    let before = Sight {
        at: event.prior,
        state: if of_group { NO_TEXT } else { event.from },
        stage: NO_STAGE,
        team: if of_group { event.from } else { NO_TEXT },
        ..sight
    };
    [before, sight]
}

fn same_event(one: &Event, other: &Event, bytes: &[u8]) -> bool {
    let same =
        |one: u64, other: u64| (one == NO_TEXT) == (other == NO_TEXT) && text_at(bytes, one) == text_at(bytes, other);
    one.when == other.when
        && one.prior == other.prior
        && same(one.what, other.what)
        && same(one.from, other.from)
        && same(one.to, other.to)
}
