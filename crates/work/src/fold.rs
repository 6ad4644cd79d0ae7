//! Versions of tickets and changes become one row each: field by field, the latest present value wins.
//!
//! "Latest" is by the instant at which a version was true, then by its rank (the source's revision
//! counter), then by the order of import. Because this is decided for each field by itself, and the
//! record keeps the instant and rank of every field that an older version gave, the outcome does not
//! depend on the order in which exports are imported as long as instants or ranks differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::bytes::{NONE, place, text_at};
use crate::fields::{FieldOf, Kind};

/// When a version was true, and its rank among those of the same instant.
pub(crate) type When = (i64, i64);

/// Bit of a field number in the list of older fields: the field is missing on purpose.
const VOID: u8 = 0x80;
/// Bit beside it: of the last version, whose instant and rank need not be told again.
const LAST: u8 = 0x40;

/// What merging a version did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Merged {
    /// Nothing that shows.
    Same,
    /// A value that shows has changed.
    Changed,
    /// A value that shows has changed for another one of the same instant and rank. The file may go
    /// on to change it back, as it does when it is imported again: see [`Entities::settle_ties`].
    Tied,
    /// The first version of this ticket or change.
    First,
}

/// A version: where it came from and which fields it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version<'c> {
    pub(crate) when: When,
    pub(crate) import: i32,
    pub(crate) row: i64,
    /// Bit by field number.
    pub(crate) mask: u64,
    /// Bits of the texts that are missing on purpose.
    pub(crate) voids: u64,
    /// By field number; those without their bit are of no meaning.
    pub(crate) cells: &'c [i64],
}

/// Tickets or changes of a bucket, column by column.
pub(crate) struct Entities {
    pub(crate) fields: &'static [FieldOf],
    /// Places of the key texts.
    pub(crate) sources: Vec<u16>,
    pub(crate) ids: Vec<u64>,
    /// Fields one ticket after the other; text as its place.
    cells: Vec<i64>,
    /// Bits of the fields that are there (also those that are missing on purpose).
    present: Vec<u64>,
    /// The version that came last: when it was true, which import and row.
    pub(crate) whens: Vec<When>,
    pub(crate) imports: Vec<i32>,
    pub(crate) rows: Vec<i64>,
    /// Whether a version was ever seen; a key that only events have named has none.
    pub(crate) real: Vec<bool>,
    /// 1 + place in `field_whens` (in tickets), 0 when all fields are of the last version.
    older: Vec<u32>,
    /// Index into `versions` by field, for tickets whose fields are of several versions.
    field_versions: Vec<u32>,
    versions: Vec<When>,
    /// Bits of the fields that are not text.
    wide: u64,
    /// Bits of the texts that are missing on purpose.
    void: Vec<u64>,
    /// Entities of the record; those after them are new.
    stored: usize,
    /// How entities of the record were before a value changed for one of the same instant and rank.
    before_ties: BTreeMap<usize, Before>,
    /// Whether anything of it must be written anew.
    pub(crate) dirty: bool,
}

/// All of an entity.
struct Before {
    cells: Vec<i64>,
    present: u64,
    whens: Vec<When>,
    last: When,
    import: i32,
    row: i64,
}

impl Entities {
    /// An empty one that keeps its fields in `cells`, whose content is of no meaning.
    pub(crate) fn new(fields: &'static [FieldOf], capacity: usize, mut cells: Vec<i64>) -> Self {
        cells.clear();
        cells.reserve(capacity * fields.len());
        Self {
            fields,
            sources: Vec::with_capacity(capacity),
            ids: Vec::with_capacity(capacity),
            cells,
            present: Vec::with_capacity(capacity),
            whens: Vec::with_capacity(capacity),
            imports: Vec::with_capacity(capacity),
            rows: Vec::with_capacity(capacity),
            real: Vec::with_capacity(capacity),
            older: Vec::with_capacity(capacity),
            field_versions: Vec::new(),
            versions: Vec::new(),
            wide: fields
                .iter()
                .enumerate()
                .filter(|(_, field)| field.kind != Kind::Text)
                .fold(0, |mask, (number, _)| mask | 1 << number),
            void: Vec::with_capacity(capacity),
            stored: 0,
            before_ties: BTreeMap::new(),
            dirty: false,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Gives the memory of the fields back, to be used again.
    pub(crate) fn into_cells(self) -> Vec<i64> {
        self.cells
    }

    /// Adds a key without a version.
    pub(crate) fn add(&mut self, source: u16, id: u64) -> usize {
        self.sources.push(source);
        self.ids.push(id);
        self.cells.resize(self.cells.len() + self.fields.len(), 0);
        self.present.push(0);
        self.whens.push((NONE, NONE));
        self.imports.push(0);
        self.rows.push(0);
        self.real.push(false);
        self.older.push(0);
        self.void.push(0);
        self.ids.len() - 1
    }

    /// A field's value; `None` when it is missing.
    pub(crate) fn get(&self, entity: usize, field: usize) -> Option<i64> {
        let present = self.present.get(entity)? >> field & 1 == 1;
        let cell = *self.cells.get(entity * self.fields.len() + field)?;
        (present && cell != NONE).then_some(cell)
    }

    /// Reads one field of one entity after the other.
    pub(crate) fn column(&self, field: usize) -> impl Fn(u32) -> Option<i64> + '_ {
        let width = self.fields.len();
        let (cells, present) = (self.cells.as_slice(), self.present.as_slice());
        move |entity| {
            let entity = entity as usize;
            if present.get(entity)? >> field & 1 == 0 {
                return None;
            }
            cells.get(entity * width + field).copied().filter(|cell| *cell != NONE)
        }
    }

    /// When the value of a field was true.
    pub(crate) fn when_of(&self, entity: usize, field: usize) -> When {
        let last = self.whens.get(entity).copied().unwrap_or((NONE, NONE));
        match self.older.get(entity) {
            Some(&older) if older > 0 => self
                .field_versions
                .get((older as usize - 1) * self.fields.len() + field)
                .and_then(|version| self.versions.get(*version as usize))
                .copied()
                .unwrap_or(last),
            _ => last,
        }
    }

    fn is_text(&self, field: usize) -> bool {
        self.fields.get(field).is_some_and(|field| field.kind == Kind::Text)
    }

    fn same(&self, field: usize, one: i64, other: i64, bytes: &[u8]) -> bool {
        one == other
            || (self.is_text(field) && text_at(bytes, one.cast_unsigned()) == text_at(bytes, other.cast_unsigned()))
    }

    /// Whether a version says nothing but what the entity holds, field by field.
    pub(crate) fn equals(&self, entity: usize, version: &Version<'_>, bytes: &[u8]) -> bool {
        let present = self.present.get(entity).copied().unwrap_or_default();
        // Absent and missing on purpose look the same.
        let mask = version.mask & !(version.voids & !present);
        present == mask
            && (0..self.fields.len()).filter(|field| mask >> field & 1 == 1).all(|field| {
                match (self.cells.get(entity * self.fields.len() + field), version.cells.get(field)) {
                    (Some(one), Some(other)) => self.same(field, *one, *other, bytes),
                    _ => false,
                }
            })
    }

    /// Folds a version in. Versions must come in the order of import: on a tie the later one wins.
    pub(crate) fn merge(&mut self, entity: usize, version: &Version<'_>, bytes: &[u8]) -> Merged {
        let width = self.fields.len();
        if !self.real.get(entity).copied().unwrap_or_default() {
            self.replace(entity, version);
            self.dirty = true;
            return Merged::First;
        }
        let last = self.whens.get(entity).copied().unwrap_or((NONE, NONE));
        let present = self.present.get(entity).copied().unwrap_or_default();
        let whole = present & !version.mask == 0 && version.when >= last;
        if whole && self.older.get(entity) == Some(&0) {
            // The usual case: a newer version that has every field that is there.
            let changed = !self.equals(entity, version, bytes);
            let tied = changed && version.when == last && entity < self.stored;
            if tied {
                self.remember(entity);
            }
            if changed || version.when > last {
                self.replace(entity, version);
                self.dirty |= !tied;
            }
            return match (changed, tied) {
                (false, _) => Merged::Same,
                (true, false) => Merged::Changed,
                (true, true) => Merged::Tied,
            };
        }
        let block = self.versions_of(entity) * width;
        let mut own = None;
        let mut changed = false;
        let mut tied = false;
        for field in (0..width).filter(|field| version.mask >> field & 1 == 1) {
            let there = present >> field & 1 == 1;
            let known = self
                .field_versions
                .get(block + field)
                .and_then(|version| self.versions.get(*version as usize))
                .copied()
                .unwrap_or((NONE, NONE));
            if there && version.when < known {
                continue;
            }
            let (Some(&new), Some(&old)) = (version.cells.get(field), self.cells.get(entity * width + field)) else {
                continue;
            };
            let same = there && self.same(field, old, new, bytes);
            if same && version.when == known {
                continue;
            }
            if there && version.when == known && entity < self.stored {
                if !tied {
                    self.remember(entity);
                }
                tied = true;
                self.note_text(entity, version, 1 << field);
                if let Some(cell) = self.cells.get_mut(entity * width + field) {
                    *cell = new;
                }
                continue;
            }
            if !same {
                // Going from absent to missing on purpose does not show.
                changed |= there || new != NONE;
                if let Some(cell) = self.cells.get_mut(entity * width + field) {
                    *cell = new;
                }
            }
            let own = *own.get_or_insert_with(|| {
                self.versions.push(version.when);
                u32::try_from(self.versions.len() - 1).unwrap_or(u32::MAX)
            });
            if let Some(known) = self.field_versions.get_mut(block + field) {
                *known = own;
            }
            self.dirty = true;
            self.note_text(entity, version, 1 << field);
        }
        if let Some(present) = self.present.get_mut(entity) {
            *present |= version.mask;
        }
        if version.when > last || (version.when == last && (changed || tied)) {
            self.set_last(entity, version);
            self.dirty |= version.when > last || changed;
        }
        match (changed, tied) {
            (true, _) => Merged::Changed,
            (false, true) => Merged::Tied,
            (false, false) => Merged::Same,
        }
    }

    /// All that was added so far is of the record.
    pub(crate) fn all_stored(&mut self) {
        self.stored = self.len();
    }

    /// Notes which of some fields are texts that are missing on purpose.
    fn note_text(&mut self, entity: usize, version: &Version<'_>, fields: u64) {
        if let Some(void) = self.void.get_mut(entity) {
            *void = *void & !fields | version.voids & fields;
        }
    }

    /// Fields that are there, without the texts that are missing on purpose.
    fn shown(&self, entity: usize) -> u64 {
        let of = |list: &[u64]| list.get(entity).copied().unwrap_or_default();
        of(&self.present) & !of(&self.void)
    }

    fn remember(&mut self, entity: usize) {
        if self.before_ties.contains_key(&entity) {
            return;
        }
        let width = self.fields.len();
        let before = Before {
            cells: self.cells.get(entity * width..(entity + 1) * width).unwrap_or_default().to_vec(),
            present: self.shown(entity),
            whens: (0..width).map(|field| self.when_of(entity, field)).collect(),
            last: self.whens.get(entity).copied().unwrap_or((NONE, NONE)),
            import: self.imports.get(entity).copied().unwrap_or_default(),
            row: self.rows.get(entity).copied().unwrap_or_default(),
        };
        self.before_ties.insert(entity, before);
    }

    /// Looks at what became of values that changed for others of the same instant and rank: an entity
    /// that is in the end as it was has not changed. Gives those that are as they were.
    pub(crate) fn settle_ties(&mut self, bytes: &[u8]) -> BTreeSet<usize> {
        let mut same = BTreeSet::new();
        for (entity, before) in std::mem::take(&mut self.before_ties) {
            let width = self.fields.len();
            let as_before = self.shown(entity) == before.present
                && self.whens.get(entity) == Some(&before.last)
                && (0..width).filter(|field| before.present >> field & 1 == 1).all(|field| {
                    let now = self.cells.get(entity * width + field).copied().unwrap_or_default();
                    let then = before.cells.get(field).copied().unwrap_or_default();
                    self.same(field, now, then, bytes) && before.whens.get(field) == Some(&self.when_of(entity, field))
                });
            if !as_before {
                self.dirty = true;
                continue;
            }
            same.insert(entity);
            if let (Some(import), Some(row)) = (self.imports.get_mut(entity), self.rows.get_mut(entity)) {
                (*import, *row) = (before.import, before.row);
            }
        }
        same
    }

    fn replace(&mut self, entity: usize, version: &Version<'_>) {
        let width = self.fields.len();
        if let Some(cells) = self.cells.get_mut(entity * width..(entity + 1) * width)
            && let Some(new) = version.cells.get(..width)
        {
            cells.copy_from_slice(new);
        }
        if let Some(present) = self.present.get_mut(entity) {
            *present = version.mask;
        }
        if let Some(older) = self.older.get_mut(entity) {
            *older = 0;
        }
        self.note_text(entity, version, u64::MAX);
        if let Some(real) = self.real.get_mut(entity) {
            *real = true;
        }
        self.set_last(entity, version);
    }

    fn set_last(&mut self, entity: usize, version: &Version<'_>) {
        if let (Some(when), Some(import), Some(row)) =
            (self.whens.get_mut(entity), self.imports.get_mut(entity), self.rows.get_mut(entity))
        {
            *when = version.when;
            *import = version.import;
            *row = version.row;
        }
    }

    /// The block of field versions of an entity, made when it has none yet.
    fn versions_of(&mut self, entity: usize) -> usize {
        let Some(older) = self.older.get_mut(entity) else { return 0 };
        if *older == 0 {
            let version = u32::try_from(self.versions.len()).unwrap_or(u32::MAX);
            self.versions.push(self.whens.get(entity).copied().unwrap_or((NONE, NONE)));
            let block = self.field_versions.len() / self.fields.len();
            self.field_versions.resize(self.field_versions.len() + self.fields.len(), version);
            *older = u32::try_from(block + 1).unwrap_or(u32::MAX);
        }
        *older as usize - 1
    }

    /// Puts a row of the record back as it was: its last version, and what [`Entities::older`] had
    /// written of the fields that are of older versions.
    pub(crate) fn restore(&mut self, entity: usize, version: &Version<'_>, older: &[u8]) {
        self.replace(entity, version);
        let mut rest = older;
        while let Some((&head, after)) = rest.split_first() {
            let of_last = head & LAST != 0;
            let when = if of_last {
                rest = after;
                self.whens.get(entity).copied().unwrap_or((NONE, NONE))
            } else {
                let (Some(at), Some(rank)) = (wide(after, 0), wide(after, 8)) else { return };
                rest = after.get(16..).unwrap_or_default();
                (at, rank)
            };
            let field = usize::from(head & !(VOID | LAST));
            if field >= self.fields.len() {
                continue;
            }
            if head & VOID != 0
                && let (Some(present), Some(cell)) =
                    (self.present.get_mut(entity), self.cells.get_mut(entity * self.fields.len() + field))
            {
                *present |= 1 << field;
                *cell = NONE;
                if let Some(void) = self.void.get_mut(entity) {
                    *void |= 1 << field & !self.wide;
                }
            }
            if !of_last {
                let block = self.versions_of(entity) * self.fields.len();
                self.versions.push(when);
                let index = u32::try_from(self.versions.len() - 1).unwrap_or(u32::MAX);
                if let Some(known) = self.field_versions.get_mut(block + field) {
                    *known = index;
                }
            }
        }
    }

    /// Which fields are of an older version than the last, and which are missing on purpose, in the
    /// form that the record keeps: the number, and where it is not the last version its instant and rank (8 bytes
    /// each). Empty when there are none.
    pub(crate) fn older(&self, entity: usize) -> Vec<u8> {
        let last = self.whens.get(entity).copied().unwrap_or((NONE, NONE));
        let present = self.present.get(entity).copied().unwrap_or_default();
        let mut out = Vec::new();
        // Nearly all tickets are of one version; then only what is missing on purpose is to be told.
        let whole = self.older.get(entity) == Some(&0);
        let void = self.void.get(entity).copied().unwrap_or_default();
        let mut rest = if whole { present & (self.wide | void) } else { present };
        while rest != 0 {
            let field = rest.trailing_zeros() as usize;
            let number = u8::try_from(field).unwrap_or_default();
            rest &= rest - 1;
            let when = self.when_of(entity, field);
            let void = self.get(entity, field).is_none();
            let of_void = if void { VOID } else { 0 };
            if when != last {
                out.push(number | of_void);
                out.extend_from_slice(&when.0.to_le_bytes());
                out.extend_from_slice(&when.1.to_le_bytes());
            } else if void {
                out.push(number | VOID | LAST);
            }
        }
        out
    }
}

fn wide(bytes: &[u8], at: usize) -> Option<i64> {
    bytes.get(at..at + 8)?.try_into().ok().map(i64::from_le_bytes)
}

/// Finds keys: open addressing over hashes that are computed once.
pub(crate) struct Keys {
    slots: Vec<u32>,
    hashes: Vec<u64>,
}

impl Keys {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { slots: vec![0; (capacity * 2).next_power_of_two().max(16)], hashes: Vec::with_capacity(capacity) }
    }

    /// The index of the key with this hash for which `same` holds.
    pub(crate) fn find(&self, hash: u64, mut same: impl FnMut(usize) -> bool) -> Option<usize> {
        let mask = self.slots.len() - 1;
        // The upper bits chose the bucket, so they are alike in here.
        let mut slot = fold_hash(hash) & mask;
        loop {
            match self.slots.get(slot) {
                None | Some(0) => return None,
                Some(&index) => {
                    let index = index as usize - 1;
                    if self.hashes.get(index) == Some(&hash) && same(index) {
                        return Some(index);
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds the next key; its index is the number of keys before.
    pub(crate) fn push(&mut self, hash: u64) {
        self.hashes.push(hash);
        if self.hashes.len() * 2 > self.slots.len() {
            self.slots = vec![0; self.slots.len() * 2];
            for index in 0..self.hashes.len() {
                self.put(index);
            }
        } else {
            self.put(self.hashes.len() - 1);
        }
    }

    fn put(&mut self, index: usize) {
        let mask = self.slots.len() - 1;
        let hash = self.hashes.get(index).copied().unwrap_or_default();
        let mut slot = fold_hash(hash) & mask;
        while self.slots.get(slot).is_some_and(|taken| *taken != 0) {
            slot = (slot + 1) & mask;
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = u32::try_from(index + 1).unwrap_or(u32::MAX);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only the lower bits choose a slot")]
fn fold_hash(hash: u64) -> usize {
    hash as usize
}

/// The place of a text appended to a bucket's bytes.
pub(crate) fn append(bytes: &mut Vec<u8>, text: &[u8]) -> u64 {
    let start = bytes.len();
    bytes.extend_from_slice(text);
    place(start, text.len())
}
