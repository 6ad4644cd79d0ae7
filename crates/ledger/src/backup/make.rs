//! Writing a backup.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use super::catalog::{self, Kind};
use super::{BackupError, Begins, Copied, Ends, FORMAT, First, LONGEST, Last};
use crate::chain::hex;
use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::store::{Arg, Row, instant};

/// Lines, hashed and packed as they go.
struct Lines<W: Write> {
    out: GzEncoder<BufWriter<W>>,
    hasher: Sha256,
    buffer: Vec<u8>,
}

impl<W: Write> Lines<W> {
    fn write(&mut self, line: &impl Serialize) -> Result<(), BackupError> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, line).map_err(LedgerError::from)?;
        self.buffer.push(b'\n');
        if self.buffer.len() as u64 > LONGEST {
            return Err(LedgerError::Inside("a row is too long for a backup".to_owned()).into());
        }
        self.hasher.update(&self.buffer);
        Ok(self.out.write_all(&self.buffer)?)
    }
}

fn values(row: &Row, columns: &[(String, Kind)]) -> Result<Vec<Value>, LedgerError> {
    let value = |at: usize, kind: Kind| {
        Ok(match (row.value(at)?, kind) {
            (Arg::Text(Some(text)), Kind::Text) => Value::String(text),
            (Arg::Int(Some(int)), Kind::Bigint) => Value::from(int),
            (Arg::Text(None) | Arg::Int(None), _) => Value::Null,
            _ => return Err(LedgerError::Inside(format!("column {at} does not hold what it should"))),
        })
    };
    columns.iter().enumerate().map(|(at, (_, kind))| value(at, *kind)).collect()
}

impl Ledger {
    /// Writes a backup of one instant, while others go on working. `step` is told of each table and, every
    /// ten thousand rows, how many were written.
    ///
    /// # Errors
    /// When the database is away, holds what no backup knows, or `to` cannot be written.
    pub async fn backup<W: Write>(&self, to: W, mut step: impl FnMut(&str, u64)) -> Result<Copied, BackupError> {
        let mut tx = self.read().await?;
        let mut copied = Copied { tables: 0, rows: 0, events: 0, head: String::new() };
        let head = tx.one("select seq, hash from chain where one = 1", &[]).await?;
        let head = head.ok_or_else(|| LedgerError::Inside("the chain has no head".to_owned()))?;
        (copied.events, copied.head) = (head.int("seq")?, head.text("hash")?);
        let mut lines = Lines {
            out: GzEncoder::new(BufWriter::new(to), Compression::fast()),
            hasher: Sha256::new(),
            buffer: Vec::new(),
        };
        lines.write(&First {
            plumb: "backup".to_owned(),
            format: FORMAT,
            made_at: instant(tx.now()),
            steps: catalog::steps(&mut tx.connection).await?,
            seq: copied.events,
            hash: copied.head.clone(),
        })?;
        for table in catalog::tables(&mut tx.connection).await? {
            let sql = format!("select {} from \"{}\"", table.columns_quoted(), table.name);
            lines.write(&Begins { table: table.name.clone(), columns: table.columns.clone() })?;
            let mut rows = 0;
            let each = |row: &Row| -> Result<(), BackupError> {
                lines.write(&values(row, &table.columns)?)?;
                rows += 1;
                if rows % 10_000 == 0 {
                    step(&table.name, rows);
                }
                Ok(())
            };
            tx.connection.each_row(AssertSqlSafe(sql), each).await?;
            step(&table.name, rows);
            lines.write(&Ends { end: table.name, rows })?;
            copied.tables += 1;
            copied.rows += rows;
        }
        let sha256 = hex(&lines.hasher.finalize_reset());
        lines.write(&Last { tables: copied.tables, rows: copied.rows, sha256 })?;
        lines.out.finish()?.flush()?;
        Ok(copied)
    }

    /// As [`Ledger::backup`], into a new file for its owner's eyes only. It has its name when it is whole; a
    /// backup that did not end leaves `PATH.part`.
    ///
    /// # Errors
    /// As there; also when the file exists.
    pub async fn backup_file(&self, path: &Path, step: impl FnMut(&str, u64)) -> Result<Copied, BackupError> {
        if path.exists() {
            let told = format!("{}: there is a file already", path.display());
            return Err(std::io::Error::new(std::io::ErrorKind::AlreadyExists, told).into());
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part)?;
        let copied = self.backup(&file, step).await?;
        file.sync_all()?;
        std::fs::rename(&part, path)?;
        Ok(copied)
    }
}
