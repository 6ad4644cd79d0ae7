//! Restoring a backup into an empty place: in one transaction, so that a damaged file restores nothing.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read};

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use super::catalog::{self, Kind, Table};
use super::{BackupError, Begins, Copied, Ends, FORMAT, First, LONGEST, Last};
use crate::chain::hex;
use crate::error::LedgerError;
use crate::ledger::{Ledger, Now};
use crate::migrate;
use crate::store::{Arg, Connection, Pool};
use crate::tx::Random;

/// Rows in one statement.
const AT_ONCE: usize = 100;

/// Lines of the unpacked file, counted and hashed.
struct Lines<R: Read> {
    from: BufReader<MultiGzDecoder<R>>,
    hasher: Sha256,
    at: u64,
}

impl<R: Read> Lines<R> {
    fn damaged(&self, what: impl std::fmt::Display) -> BackupError {
        BackupError::Damaged { line: self.at, what: what.to_string() }
    }

    /// The next line without hashing it; `None` at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, BackupError> {
        self.at += 1;
        let mut line = Vec::new();
        let read = (&mut self.from).take(LONGEST).read_until(b'\n', &mut line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) if line.last() == Some(&b'\n') => Ok(Some(line)),
            Ok(_) => Err(self.damaged("it does not end")),
            Err(error) => Err(self.damaged(format_args!("it cannot be unpacked ({error})"))),
        }
    }

    fn parsed<T: DeserializeOwned>(&self, line: &[u8]) -> Result<T, BackupError> {
        serde_json::from_slice(line).map_err(|error| self.damaged(format_args!("it cannot be read ({error})")))
    }

    /// A line that must be there, and counts for the checksum.
    fn must(&mut self) -> Result<Vec<u8>, BackupError> {
        let line = self.next()?.ok_or_else(|| self.damaged("the file ends before its closing line"))?;
        self.hasher.update(&line);
        Ok(line)
    }
}

fn known(first: &First) -> Result<(), BackupError> {
    if first.format > FORMAT {
        return Err(BackupError::Newer(format!("form {}", first.format)));
    }
    let all = migrate::all();
    match first.steps.iter().find(|step| !all.contains(step)) {
        Some(step) => Err(BackupError::Newer(format!("step {step} of its database"))),
        None => Ok(()),
    }
}

/// Refuses a place that holds anything; makes its tables as they were when the backup was made.
async fn prepare(pool: &Pool, first: &First) -> Result<(), BackupError> {
    let mut connection = pool.reading().await?;
    let tables = catalog::tables(&mut connection).await?;
    let taken = catalog::steps(&mut connection).await?;
    if taken.is_empty() {
        if let Some(table) = tables.first() {
            return Err(BackupError::NotEmpty(format!("there is a table {}", table.name)));
        }
    } else {
        if let Some(step) = taken.iter().find(|step| !first.steps.contains(step)) {
            return Err(BackupError::NotEmpty(format!("it was brought to a newer form (step {step}) than the backup")));
        }
        for table in ["event", "person"] {
            if tables.iter().any(|there| there.name == table) {
                let sql = AssertSqlSafe(format!("select 1 as n from {table} limit 1"));
                if !connection.rows(sql, &[]).await?.is_empty() {
                    return Err(BackupError::NotEmpty("somebody's record of leadership is in it".to_owned()));
                }
            }
        }
    }
    drop(connection);
    Ok(pool.migrate(&migrate::migrator(|step| first.steps.contains(&step))).await?)
}

fn arguments(values: Vec<Value>, table: &Table) -> Option<Vec<Arg>> {
    if values.len() != table.columns.len() {
        return None;
    }
    values
        .into_iter()
        .zip(&table.columns)
        .map(|(value, (_, kind))| match (value, kind) {
            (Value::String(text), Kind::Text) => Some(Arg::Text(Some(text))),
            (Value::Null, Kind::Text) => Some(Arg::Text(None)),
            (Value::Null, Kind::Bigint) => Some(Arg::Int(None)),
            (Value::Number(number), Kind::Bigint) => number.as_i64().map(|int| Arg::Int(Some(int))),
            _ => None,
        })
        .collect()
}

async fn insert(connection: &mut Connection, table: &Table, rows: usize, args: &[Arg]) -> Result<(), LedgerError> {
    let width = table.columns.len();
    let row = |at: usize| {
        let places: Vec<String> = (1..=width).map(|column| format!("${}", at * width + column)).collect();
        format!("({})", places.join(", "))
    };
    let places: Vec<String> = (0..rows).map(row).collect();
    let sql = format!("insert into \"{}\" ({}) values {}", table.name, table.columns_quoted(), places.join(", "));
    connection.run(AssertSqlSafe(sql), args).await?;
    Ok(())
}

/// The rows of one table, to the line that ends it.
async fn fill<R: Read>(
    connection: &mut Connection,
    lines: &mut Lines<R>,
    table: &Table,
    step: &mut impl FnMut(&str, u64),
) -> Result<u64, BackupError> {
    connection.run(AssertSqlSafe(format!("delete from \"{}\"", table.name)), &[]).await?;
    let (mut rows, mut waiting, mut args) = (0, 0, Vec::new());
    loop {
        let line = lines.must()?;
        let ended = line.first() != Some(&b'[');
        if !ended {
            let values = lines.parsed(&line)?;
            let row = arguments(values, table);
            args.extend(row.ok_or_else(|| lines.damaged(format_args!("it is no row of {}", table.name)))?);
            waiting += 1;
            rows += 1;
        }
        if waiting == AT_ONCE || (ended && waiting > 0) {
            match insert(connection, table, waiting, &args).await {
                Ok(()) => {}
                Err(LedgerError::Inside(cause)) => {
                    return Err(lines.damaged(format_args!(
                        "one of the {waiting} rows of {} that end here is refused ({cause})",
                        table.name
                    )));
                }
                Err(error) => return Err(error.into()),
            }
            waiting = 0;
            args.clear();
            step(&table.name, rows);
        }
        if ended {
            let ends: Ends = lines.parsed(&line)?;
            if ends.end != table.name || ends.rows != rows {
                return Err(lines.damaged(format_args!(
                    "{} has {rows} rows, and should have {} of {}",
                    table.name, ends.rows, ends.end
                )));
            }
            return Ok(rows);
        }
    }
}

/// Restores a backup into an empty place: a file of SQLite that is not there yet, or a database without
/// tables (`sqlite:PATH`, `postgres://…`). All of it, or nothing; then the place is brought to the present
/// form. `step` is told of each table and how many of its rows were read.
///
/// # Errors
/// When the place is not empty, the file is damaged or of a newer Plumb, or the database is away.
pub async fn restore<R: Read>(
    url: &str,
    now: Now,
    random: Random,
    from: R,
    mut step: impl FnMut(&str, u64),
) -> Result<(Ledger, Copied), BackupError> {
    let mut lines = Lines { from: BufReader::new(MultiGzDecoder::new(from)), hasher: Sha256::new(), at: 0 };
    let line = lines.must()?;
    let first: First = lines.parsed(&line)?;
    if first.plumb != "backup" {
        return Err(lines.damaged("this is no backup of Plumb"));
    }
    known(&first)?;
    let pool = Pool::open(url).await?;
    prepare(&pool, &first).await?;

    let mut connection = pool.writing().await?;
    let tables = catalog::tables(&mut connection).await?;
    let mut awaited: BTreeMap<&str, &Table> = tables.iter().map(|table| (table.name.as_str(), table)).collect();
    let taken = catalog::loosen(&mut connection).await?;
    let mut copied = Copied { tables: 0, rows: 0, events: first.seq, head: first.hash.clone() };
    let closing = loop {
        let so_far = lines.hasher.clone();
        let line = lines.must()?;
        if !line.starts_with(b"{\"table\"") {
            break (line, so_far);
        }
        let begins: Begins = lines.parsed(&line)?;
        let table = awaited.remove(begins.table.as_str()).filter(|table| table.columns == begins.columns);
        let table = table.ok_or_else(|| lines.damaged(format_args!("no table {} is awaited here", begins.table)))?;
        copied.rows += fill(&mut connection, &mut lines, table, &mut step).await?;
        copied.tables += 1;
    };
    let last: Last = lines.parsed(&closing.0)?;
    let right = last.tables == copied.tables && last.rows == copied.rows && awaited.is_empty();
    if !right || last.sha256 != hex(&closing.1.finalize()) {
        return Err(lines.damaged("the checksum does not fit what came before"));
    }
    if lines.next()?.is_some() {
        return Err(lines.damaged("something follows the closing line"));
    }
    if let Err(what) = catalog::tighten(&mut connection, taken).await? {
        return Err(lines.damaged(what));
    }
    let sql = "select seq from chain where one = 1 and seq = $1 and hash = $2";
    if connection.rows(sql, args![first.seq, &first.hash]).await?.is_empty() {
        return Err(lines.damaged("the chain's head is not the one of the first line"));
    }
    connection.commit().await?;
    pool.migrate(&migrate::migrator(|_| true)).await?;
    Ok((Ledger::over(pool, now, random), copied))
}
