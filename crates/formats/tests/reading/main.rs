//! Any file becomes records: round trips, refusals, and the real files beside the project.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests say what is wrong by panicking")]

mod containers;
mod json;
mod matrix;
mod pack;
mod quotes;
mod real;
mod refusals;
mod round_trip;
mod xml;

use formats::{Limits, Record, open_bytes};

/// All records of all members, as (column, value) pairs; bad rows as `Err(reason)`.
type Rows = Vec<Result<Vec<(String, String)>, String>>;

/// Reads everything that the bytes hold.
fn read_all(bytes: &[u8]) -> Result<(Rows, Vec<String>), String> {
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    for (_, mut reader) in open_bytes("table", bytes, Limits::default()).map_err(|refusal| refusal.to_string())? {
        let mut record = Record::default();
        while let Some(row) = reader.next(&mut record).map_err(|refusal| refusal.to_string())? {
            rows.push(match row {
                Ok(()) => Ok(reader
                    .columns()
                    .iter()
                    .enumerate()
                    .filter_map(|(column, name)| Some((name.clone(), record.get(column)?.to_owned())))
                    .collect()),
                Err(error) => Err(error.reason),
            });
        }
        notes.extend(reader.notes().to_vec());
    }
    Ok((rows, notes))
}

/// The rows when none is bad.
fn good(bytes: &[u8]) -> Vec<Vec<(String, String)>> {
    read_all(bytes).unwrap().0.into_iter().map(Result::unwrap).collect()
}

/// Number and raw text of the bad rows.
fn rejects(bytes: &[u8]) -> Vec<(u64, String)> {
    let mut bad = Vec::new();
    for (_, mut reader) in open_bytes("table", bytes, Limits::default()).unwrap() {
        let mut record = Record::default();
        while let Some(row) = reader.next(&mut record).unwrap() {
            if let Err(error) = row {
                bad.push((error.row, error.raw));
            }
        }
    }
    bad
}
