//! What the targets share.

use std::path::Path;

use exports::{ChangeRow, Context, EventRow, Options, Reject, Sink, TicketRow};
use formats::{Limits, Record, open_bytes};

/// Bounds tight enough that a breach shows within a fuzzer's small inputs.
fn limits() -> Limits {
    Limits { record_bytes: 1 << 16, columns: 500, depth: 32, ratio: 120, ratio_after: 1 << 20 }
}

/// Reads all records of whatever the bytes hold.
pub fn read(data: &[u8]) {
    let Ok(readers) = open_bytes("fuzz", data, limits()) else { return };
    for (_, mut reader) in readers {
        let mut record = Record::default();
        while let Ok(Some(row)) = reader.next(&mut record) {
            if row.is_ok() {
                for column in 0..reader.columns().len() {
                    let _ = record.get(column);
                }
            }
        }
    }
}

/// Counts what comes out and forgets it.
#[derive(Default)]
struct Nowhere(u64);

impl Sink for Nowhere {
    fn ticket(&mut self, row: &TicketRow<'_>) -> std::io::Result<()> {
        assert!(!row.id.is_empty(), "a ticket without an id left the mapping");
        self.0 += 1;
        Ok(())
    }
    fn event(&mut self, _: &EventRow<'_>) -> std::io::Result<()> {
        self.0 += 1;
        Ok(())
    }
    fn change(&mut self, _: &ChangeRow<'_>) -> std::io::Result<()> {
        self.0 += 1;
        Ok(())
    }
    fn reject(&mut self, reject: Reject) -> std::io::Result<()> {
        assert!(!reject.reason.is_empty(), "a row was refused without a reason");
        self.0 += 1;
        Ok(())
    }
    fn progress(&mut self, _: u64, _: u64) {}
}

/// Recognises an export and maps it, the whole way to canonical rows.
///
/// # Panics
/// When the rows that were read are not all accounted for.
pub fn map(data: &[u8]) {
    let path = Path::new("fuzz");
    let Ok(readers) = open_bytes("fuzz", data, limits()) else { return };
    let Ok(again) = open_bytes("fuzz", data, limits()) else { return };
    for ((_, mut first), (_, mut second)) in readers.into_iter().zip(again) {
        let Ok(recognised) = exports::recognise(first.as_mut(), path, &Options::default()) else { continue };
        let Ok(mapping) = recognised.settled(path) else { continue };
        let context = Context { path, pseudonym_key: [7; 32], keep_requester_names: false };
        if let Ok(counts) = exports::read(second.as_mut(), mapping, &context, &mut Nowhere::default()) {
            assert_eq!(counts.read, counts.accepted + counts.rejected, "rows were lost");
        }
    }
}
