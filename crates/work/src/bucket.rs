//! One bucket: what the record held of it, and what an import brought, become what it holds next.

use std::path::Path;

use crate::error::RecordError;
use crate::gather::Fold;
use crate::manifest::{Bucket, DataFile};
use crate::stage::Staged;
use crate::{load, write};

/// Tickets or changes that a bucket should hold; twice as many and it is written as two. Large, since each file is
/// opened for whatever is asked of a day.
pub(crate) const ENTITIES: usize = 160_000;
/// Bytes of staged rows that a bucket of a new record should have.
const STAGED: u64 = 192 << 20;

/// Memory that one bucket leaves to the next: touching fresh pages costs more than the folding.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) bytes: Vec<u8>,
    pub(crate) cells: Vec<i64>,
}

/// What all buckets of an import share.
pub(crate) struct Job<'a> {
    pub(crate) data: &'a Path,
    pub(crate) staged: &'a Staged,
    /// All sources by name; rows name them by their place here.
    pub(crate) sources: Vec<String>,
    /// The place of each staged source in `sources`.
    pub(crate) staged_sources: Vec<u16>,
    /// Which derivable fields each source gave itself, before this import and with it.
    pub(crate) gave: Vec<u8>,
    pub(crate) gives: Vec<u8>,
    /// Index of the first file of this import in the record's list of imports.
    pub(crate) first_import: i32,
    pub(crate) generation: u64,
    /// Write every bucket anew, because what is derived has to be derived anew.
    pub(crate) all: bool,
}

/// What became of a bucket.
pub(crate) struct Done {
    pub(crate) buckets: Vec<Bucket>,
    /// Whether these are other files than before.
    pub(crate) changed: bool,
    /// File, row and outcome of the rows that brought something.
    pub(crate) outcomes: Vec<(u32, u64, u8)>,
}

/// How the keys of a record that is still empty are spread.
pub(crate) fn first_buckets(staged: &Staged) -> Vec<Bucket> {
    let parts = crate::stage::PARTS as u64;
    let wanted = (staged.size / STAGED).max(staged.entities / ENTITIES as u64) + 1;
    // Two at least where it is worth it: one for each core.
    let wanted = if staged.entities > 20_000 { wanted.max(2) } else { wanted };
    let count = wanted.next_power_of_two().min(parts);
    (0..count)
        .map(|bucket| Bucket {
            from: usize::try_from(bucket * parts / count).unwrap_or_default(),
            to: usize::try_from((bucket + 1) * parts / count).unwrap_or_default(),
            files: [None, None, None],
        })
        .collect()
}

/// Folds one bucket and writes it anew where it changed. `parent` is the bucket of the record whose
/// files hold its rows, the same or a larger one.
///
/// # Errors
/// When files cannot be read or written.
pub(crate) fn process(
    job: &Job<'_>,
    parent: &Bucket,
    from: usize,
    to: usize,
    scratch: &mut Scratch,
) -> Result<Done, RecordError> {
    let whole = parent.from == from && parent.to == to;
    let untouched = || Done { buckets: vec![parent.clone()], changed: false, outcomes: Vec::new() };
    if whole && !job.all && !job.staged.any(from..to) {
        return Ok(untouched());
    }
    let bytes = job
        .staged
        .take(from..to, std::mem::take(&mut scratch.bytes))
        .map_err(RecordError::io(&crate::manifest::staging(job.data), "reading back what was read of the files"))?;
    let end = bytes.len();
    let stored = [0, 1, 2]
        .map(|table: usize| parent.files.get(table).and_then(Option::as_ref).map_or(0, |file: &DataFile| file.rows));
    let mut fold = Fold::new(from..to, bytes, std::mem::take(&mut scratch.cells), stored);
    load::bucket(job, parent, from..to, &mut fold)?;
    fold.tickets.all_stored();
    fold.changes.all_stored();
    fold.staged(job, end);
    fold.settle_ties();
    if fold.bytes.len() > u32::MAX as usize {
        return Err(RecordError::Refused(
            "too many rows for one import: more than four gigabytes fall into one part. Split the file and import the pieces one after the other".into(),
        ));
    }
    let settled = fold.settle();
    let changed = fold.dirty || fold.tickets.dirty || fold.changes.dirty || job.all || !whole;
    let outcomes = std::mem::take(&mut fold.outcomes);
    if !changed {
        fold.leave(scratch);
        return Ok(Done { outcomes, ..untouched() });
    }
    // A bucket that has grown is written as several.
    let size = fold.tickets.len().max(fold.changes.len());
    let mut pieces = 1;
    while size / pieces > 2 * ENTITIES && pieces * 2 <= to - from {
        pieces *= 2;
    }
    let step = (to - from) / pieces;
    let mut buckets = Vec::with_capacity(pieces);
    for piece in 0..pieces {
        let start = from + piece * step;
        let end = if piece + 1 == pieces { to } else { start + step };
        buckets.push(write::bucket(job, &fold, &settled, start..end)?);
    }
    fold.leave(scratch);
    Ok(Done { buckets, changed: true, outcomes })
}
