//! Gathers the rows of a bucket: those of the record and those that an import staged, folded ticket
//! by ticket and change by change.

use std::collections::HashSet;
use std::ops::Range;

use crate::bucket::{ENTITIES, Job, Scratch};
use crate::bytes::{CHANGE, Cursor, EVENT, NO_TEXT, NONE, TICKET as TICKET_TAG, key_hash, text_at};
use crate::fields::{CHANGE as CHANGE_FIELDS, FieldOf, Kind, NO_STAGE, TICKET as TICKET_FIELDS, change, ticket};
use crate::fold::{Entities, Keys, Merged, Version, append};
use crate::history::{Event, GIVEN_FROM, STORED, Sight};
use crate::stage::{KEPT, UNCHANGED, UPDATED, part_of};

/// Most fields that a table has.
const WIDTH: usize = TICKET_FIELDS.len();

/// The rows of a bucket while they are folded.
pub(crate) struct Fold {
    /// The parts that its keys fall into.
    pub(crate) parts: Range<usize>,
    /// Staged rows, then texts of the record; places point into it.
    pub(crate) bytes: Vec<u8>,
    pub(crate) tickets: Entities,
    keys: Keys,
    /// The file that brought a ticket first, [`STORED`] when it was there.
    origin: Vec<u32>,
    pub(crate) events: Vec<Event>,
    pub(crate) changes: Entities,
    change_keys: Keys,
    pub(crate) items: Vec<u64>,
    /// Which one of several rows of the same change and item.
    pub(crate) copies: Vec<i32>,
    next: Vec<u32>,
    matched: Vec<u32>,
    pub(crate) sights: Vec<Sight>,
    pub(crate) sighted: HashSet<u32>,
    pub(crate) outcomes: Vec<(u32, u64, u8)>,
    /// Rows that changed a value for another one of the same instant: ticket or not, entity, file, row.
    pub(crate) tied: Vec<(bool, usize, u32, u64)>,
    pub(crate) dirty: bool,
}

impl Fold {
    pub(crate) fn new(parts: Range<usize>, bytes: Vec<u8>, cells: Vec<i64>, stored: [u64; 3]) -> Self {
        // A staged row has seldom less than a hundred bytes.
        let guess = (bytes.len() / 300).min(2 * ENTITIES);
        let capacity = |rows: u64| usize::try_from(rows).unwrap_or_default() + guess;
        let [tickets, events, changes] = stored.map(capacity);
        let no_changes = stored[2] == 0;
        Self {
            parts,
            bytes,
            tickets: Entities::new(&TICKET_FIELDS, tickets, cells),
            keys: Keys::new(tickets),
            origin: Vec::with_capacity(tickets),
            events: Vec::with_capacity(if stored[1] == 0 { 0 } else { events }),
            changes: Entities::new(&CHANGE_FIELDS, if no_changes { 0 } else { changes }, Vec::new()),
            change_keys: Keys::new(if no_changes { 0 } else { changes }),
            items: Vec::new(),
            copies: Vec::new(),
            next: Vec::new(),
            matched: Vec::new(),
            sights: Vec::new(),
            sighted: HashSet::new(),
            outcomes: Vec::new(),
            tied: Vec::new(),
            dirty: false,
        }
    }

    /// The place of a text in the bucket's bytes, which it is added to.
    pub(crate) fn keep(&mut self, text: &[u8]) -> u64 {
        append(&mut self.bytes, text)
    }

    /// The ticket with a key, and whether it is new.
    fn ticket_of(&mut self, source: u16, name: &[u8], id: u64, file: u32) -> (usize, bool) {
        let hash = key_hash(name, text_at(&self.bytes, id));
        let (tickets, bytes) = (&self.tickets, &self.bytes);
        let found = self.keys.find(hash, |ticket| {
            tickets.sources.get(ticket) == Some(&source)
                && tickets.ids.get(ticket).is_some_and(|known| text_at(bytes, *known) == text_at(bytes, id))
        });
        if let Some(ticket) = found {
            return (ticket, false);
        }
        self.keys.push(hash);
        self.origin.push(file);
        (self.tickets.add(source, id), true)
    }

    /// A ticket of the record.
    pub(crate) fn stored_ticket(&mut self, source: u16, name: &[u8], id: &[u8], version: &Version<'_>, older: &[u8]) {
        let id = self.keep(id);
        let (ticket, _) = self.ticket_of(source, name, id, STORED);
        self.tickets.restore(ticket, version, older);
    }

    /// An event of the record; `ticket` of the event is filled here.
    pub(crate) fn stored_event(&mut self, source: u16, name: &[u8], ticket: &[u8], mut event: Event) {
        let id = self.keep(ticket);
        let (ticket, _) = self.ticket_of(source, name, id, STORED);
        event.ticket = index(ticket);
        self.events.push(event);
    }

    fn change_chain(&mut self, source: u16, name: &[u8], id: u64, item: u64) -> (u64, Option<usize>) {
        let item_text = text_at(&self.bytes, item);
        let hash = key_hash(name, text_at(&self.bytes, id)).rotate_left(17)
            ^ key_hash(&[u8::from(item == NO_TEXT)], item_text);
        let (changes, items, bytes) = (&self.changes, &self.items, &self.bytes);
        let found = self.change_keys.find(hash, |change| {
            changes.sources.get(change) == Some(&source)
                && changes.ids.get(change).is_some_and(|known| text_at(bytes, *known) == text_at(bytes, id))
                && items.get(change).is_some_and(|known| {
                    (*known == NO_TEXT) == (item == NO_TEXT) && text_at(bytes, *known) == item_text
                })
        });
        (hash, found)
    }

    fn add_change(&mut self, source: u16, id: u64, item: u64, hash: u64, before: Option<usize>) -> usize {
        let change = self.changes.add(source, id);
        self.items.push(item);
        self.next.push(0);
        self.matched.push(STORED);
        let copy = before.and_then(|before| self.copies.get(before).copied()).map_or(0, |copy| copy + 1);
        self.copies.push(copy);
        // Every row takes a place among the keys, but only the first of a chain is found by them.
        self.change_keys.push(if copy == 0 { hash } else { hash.wrapping_add(u64::from(copy.unsigned_abs())) });
        if let Some(next) = before.and_then(|before| self.next.get_mut(before)) {
            *next = index(change);
        }
        change
    }

    /// A change of the record; rows of the same change and item must come in the order of their copies.
    pub(crate) fn stored_change(
        &mut self,
        (source, name): (u16, &[u8]),
        (id, item): (&[u8], Option<&[u8]>),
        version: &Version<'_>,
        older: &[u8],
    ) {
        let id = self.keep(id);
        let item = item.map_or(NO_TEXT, |item| append(&mut self.bytes, item));
        let (hash, first) = self.change_chain(source, name, id, item);
        let mut last = first;
        while let Some(next) = last.and_then(|last| self.next.get(last)).filter(|next| **next != 0) {
            last = Some(*next as usize);
        }
        let change = self.add_change(source, id, item, hash, last);
        self.changes.restore(change, version, older);
    }

    pub(crate) fn note(&mut self, file: u32, row: u64, outcome: u8) {
        if outcome != UNCHANGED {
            self.outcomes.push((file, row, outcome));
        }
    }

    /// Folds the staged rows in.
    pub(crate) fn staged(&mut self, job: &Job<'_>, end: usize) {
        let mut cells = [0_i64; WIDTH];
        let mut at = 0;
        while at < end {
            let mut cursor = Cursor::new(&self.bytes, at);
            let tag = cursor.byte();
            let file = u32::try_from(cursor.number()).unwrap_or_default();
            let row = cursor.number();
            let staged_source = usize::try_from(cursor.number()).unwrap_or_default();
            let source = job.staged_sources.get(staged_source).copied().unwrap_or_default();
            let name = job.sources.get(usize::from(source)).map(String::as_bytes).unwrap_or_default();
            let id = cursor.text();
            let import = job.first_import + i32::try_from(file).unwrap_or_default();
            let signed_row = i64::try_from(row).unwrap_or_default();
            match tag {
                TICKET_TAG => {
                    let revision = cursor.wide();
                    let mask = cursor.wide().cast_unsigned();
                    let voids = fields(&mut cursor, mask, &TICKET_FIELDS, &mut cells);
                    at = cursor.at();
                    let version =
                        Version { when: (NONE, revision), import, row: signed_row, mask, voids, cells: &cells };
                    self.ticket(job, (source, name), id, version, file, row);
                }
                EVENT => {
                    let when = cursor.wide();
                    let revision = cursor.wide();
                    let what = cursor.text();
                    let from = cursor.maybe();
                    let to = cursor.maybe();
                    let team = cursor.maybe();
                    let stage = cursor.byte();
                    at = cursor.at();
                    let (ticket, new) = self.ticket_of(source, name, id, file);
                    if new {
                        self.note(file, row, KEPT);
                    }
                    let flags = if from == NO_TEXT { 0 } else { GIVEN_FROM };
                    self.events.push(Event {
                        ticket: index(ticket),
                        when,
                        revision,
                        what,
                        from,
                        to,
                        team,
                        stage,
                        flags,
                        prior: NONE,
                        import,
                        row: signed_row,
                        file,
                    });
                }
                CHANGE => {
                    let item = cursor.maybe();
                    let mask = cursor.wide().cast_unsigned();
                    let voids = fields(&mut cursor, mask, &CHANGE_FIELDS, &mut cells);
                    at = cursor.at();
                    let version = Version { when: (NONE, NONE), import, row: signed_row, mask, voids, cells: &cells };
                    self.change(job, (source, name), (id, item), version, file, row);
                }
                _ => return,
            }
        }
    }

    /// When a version without an instant of its own counts as having been true.
    ///
    /// Its file was not written before the latest instant in it. When the ticket's row was true later
    /// than that, the file is either older or only a part of an export; then it is taken for newer
    /// exactly when its row knows of nothing less than the record does.
    fn when(
        job: &Job<'_>,
        file: u32,
        entities: &Entities,
        entity: usize,
        version: &Version<'_>,
        evidence: &[usize],
    ) -> (i64, i64) {
        let watermark = job.staged.files.get(file as usize).and_then(|file| file.watermark).unwrap_or(NONE);
        let own = (watermark, version.when.1);
        if !entities.real.get(entity).copied().unwrap_or_default() {
            return own;
        }
        let theirs = evidence
            .iter()
            .filter(|field| version.mask >> **field & 1 == 1)
            .filter_map(|field| version.cells.get(*field).copied())
            .max();
        let ours = evidence.iter().filter_map(|field| entities.get(entity, *field)).max();
        if theirs >= ours { own.max(entities.whens.get(entity).copied().unwrap_or(own)) } else { own }
    }

    fn ticket(
        &mut self,
        job: &Job<'_>,
        (source, name): (u16, &[u8]),
        id: u64,
        mut version: Version<'_>,
        file: u32,
        row: u64,
    ) {
        const EVIDENCE: [usize; 4] = [ticket::OPENED, ticket::FIRST_RESPONSE, ticket::RESOLVED, ticket::CLOSED];
        let (ticket, _) = self.ticket_of(source, name, id, file);
        let present =
            |field: usize| (version.mask >> field & 1 == 1).then(|| version.cells.get(field).copied()).flatten();
        version.when = match present(ticket::AS_OF) {
            Some(as_of) => (as_of, version.when.1),
            None => Self::when(job, file, &self.tickets, ticket, &version, &EVIDENCE),
        };
        let there = self.tickets.real.get(ticket).copied().unwrap_or_default();
        if there && self.origin.get(ticket) != Some(&file) {
            self.sight(ticket, &version, file);
        }
        let outcome = match self.tickets.merge(ticket, &version, &self.bytes) {
            Merged::Tied => {
                self.tied.push((true, ticket, file, row));
                UNCHANGED
            }
            Merged::Same => UNCHANGED,
            Merged::Changed => UPDATED,
            Merged::First => KEPT,
        };
        if outcome == KEPT
            && let Some(origin) = self.origin.get_mut(ticket)
        {
            *origin = file;
        }
        self.note(file, row, outcome);
    }

    /// Notes the state and team that another export shows a ticket in, and first those that it had.
    fn sight(&mut self, ticket: usize, version: &Version<'_>, file: u32) {
        let known = index(ticket);
        if self.sighted.insert(known) {
            let base = Sight {
                ticket: known,
                at: NONE,
                state: NO_TEXT,
                stage: NO_STAGE,
                team: NO_TEXT,
                import: self.tickets.imports.get(ticket).copied().unwrap_or_default(),
                row: self.tickets.rows.get(ticket).copied().unwrap_or_default(),
                file: STORED,
            };
            let state_at = self.tickets.when_of(ticket, ticket::STATE).0;
            let team_at = self.tickets.when_of(ticket, ticket::TEAM).0;
            let team = self.tickets.get(ticket, ticket::TEAM).map_or(NO_TEXT, i64::cast_unsigned);
            if let Some(state) = self.tickets.get(ticket, ticket::STATE) {
                let stage = self.tickets.get(ticket, ticket::STAGE).and_then(|stage| u8::try_from(stage).ok());
                self.sights.push(Sight {
                    at: state_at,
                    state: state.cast_unsigned(),
                    stage: stage.unwrap_or(NO_STAGE),
                    team: if team_at == state_at { team } else { NO_TEXT },
                    ..base
                });
            }
            if team != NO_TEXT {
                self.sights.push(Sight { at: team_at, team, ..base });
            }
        }
        let present =
            |field: usize| (version.mask >> field & 1 == 1).then(|| version.cells.get(field).copied()).flatten();
        let text = |field| present(field).map_or(NO_TEXT, i64::cast_unsigned);
        self.sights.push(Sight {
            ticket: known,
            at: version.when.0,
            state: text(ticket::STATE),
            stage: present(ticket::STAGE).and_then(|stage| u8::try_from(stage).ok()).unwrap_or(NO_STAGE),
            team: text(ticket::TEAM),
            import: version.import,
            row: version.row,
            file,
        });
    }

    fn change(
        &mut self,
        job: &Job<'_>,
        (source, name): (u16, &[u8]),
        (id, item): (u64, u64),
        mut version: Version<'_>,
        file: u32,
        row: u64,
    ) {
        const EVIDENCE: [usize; 4] = [change::OPENED, change::CLOSED, change::ACTUAL_START, change::ACTUAL_END];
        let (hash, first) = self.change_chain(source, name, id, item);
        let mut last = None;
        let mut next = first;
        while let Some(known) = next {
            if self.matched.get(known) == Some(&file) {
                if self.changes.equals(known, &version, &self.bytes) {
                    return;
                }
            } else {
                if let Some(matched) = self.matched.get_mut(known) {
                    *matched = file;
                }
                version.when = Self::when(job, file, &self.changes, known, &version, &EVIDENCE);
                match self.changes.merge(known, &version, &self.bytes) {
                    Merged::Changed => self.note(file, row, UPDATED),
                    Merged::Tied => self.tied.push((false, known, file, row)),
                    Merged::Same | Merged::First => {}
                }
                return;
            }
            last = Some(known);
            next = self.next.get(known).filter(|next| **next != 0).map(|next| *next as usize);
        }
        let added = self.add_change(source, id, item, hash, last);
        if let Some(matched) = self.matched.get_mut(added) {
            *matched = file;
        }
        version.when = Self::when(job, file, &self.changes, added, &version, &EVIDENCE);
        self.changes.merge(added, &version, &self.bytes);
        self.note(file, row, KEPT);
    }
}

pub(crate) fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Reads the cells of the fields in `mask`; gives the bits of the texts that are missing on purpose.
fn fields(cursor: &mut Cursor<'_>, mask: u64, fields: &[FieldOf], cells: &mut [i64; WIDTH]) -> u64 {
    let mut voids = 0;
    for (number, (field, cell)) in fields.iter().zip(cells.iter_mut()).enumerate() {
        if mask >> number & 1 == 1 {
            *cell = if field.kind != Kind::Text {
                cursor.wide()
            } else if let Some(place) = cursor.filled() {
                place.cast_signed()
            } else {
                voids |= 1 << number;
                NONE
            };
        }
    }
    voids
}

impl Fold {
    /// Leaves its memory to the next bucket.
    pub(crate) fn leave(self, scratch: &mut Scratch) {
        *scratch = Scratch { bytes: self.bytes, cells: self.tickets.into_cells() };
    }

    /// The part of a ticket or change.
    pub(crate) fn part(&self, job: &Job<'_>, entities: &Entities, entity: usize) -> usize {
        let name = entities.sources.get(entity).and_then(|source| job.sources.get(usize::from(*source)));
        let id = entities.ids.get(entity).map_or(&[][..], |id| text_at(&self.bytes, *id));
        part_of(key_hash(name.map(String::as_bytes).unwrap_or_default(), id))
    }
}
