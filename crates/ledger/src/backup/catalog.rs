//! Which tables there are, as each engine tells it.

use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::error::LedgerError;
use crate::store::Connection;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Text,
    Bigint,
}

/// A table with its columns in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub name: String,
    pub columns: Vec<(String, Kind)>,
}

impl Table {
    /// Its columns as SQL lists them.
    pub(crate) fn columns_quoted(&self) -> String {
        self.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }
}

/// All tables but the engine's and the migrator's own, by name.
pub(crate) async fn tables(connection: &mut Connection) -> Result<Vec<Table>, LedgerError> {
    let (tables, columns) = match connection {
        Connection::Sqlite(_) => (
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%' \
             and name <> '_sqlx_migrations' order by name",
            "select name, lower(type) as kind from pragma_table_info($1) order by cid",
        ),
        Connection::Postgres(_) => (
            "select cast(table_name as text) as name from information_schema.tables \
             where table_schema = current_schema() and table_type = 'BASE TABLE' \
             and table_name <> '_sqlx_migrations' order by 1",
            "select cast(column_name as text) as name, cast(data_type as text) as kind \
             from information_schema.columns where table_schema = current_schema() and table_name = $1 \
             order by ordinal_position",
        ),
    };
    let mut out = Vec::new();
    for row in connection.rows(tables, &[]).await? {
        let name = row.text("name")?;
        let mut found = Vec::new();
        for column in connection.rows(columns, args![&name]).await? {
            let (column, kind) = (column.text("name")?, column.text("kind")?);
            let kind = match kind.as_str() {
                "text" => Kind::Text,
                "bigint" => Kind::Bigint,
                other => {
                    return Err(LedgerError::Inside(format!("{name}.{column} is {other}, and no backup knows it")));
                }
            };
            found.push((column, kind));
        }
        out.push(Table { name, columns: found });
    }
    Ok(out)
}

/// The steps that a database has taken; none where there is nothing.
pub(crate) async fn steps(connection: &mut Connection) -> Result<Vec<i64>, LedgerError> {
    let there = match connection {
        Connection::Sqlite(_) => "select name from sqlite_master where type = 'table' and name = '_sqlx_migrations'",
        Connection::Postgres(_) => {
            "select cast(table_name as text) as name from information_schema.tables \
             where table_schema = current_schema() and table_name = '_sqlx_migrations'"
        }
    };
    if connection.rows(there, &[]).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows = connection.rows("select version from _sqlx_migrations order by version", &[]).await?;
    rows.iter().map(|row| row.int("version")).collect()
}

/// A rule that rows of one table point to rows of another, as PostgreSQL writes it.
#[derive(Debug)]
pub(crate) struct Points {
    table: String,
    name: String,
    rule: String,
}

/// Lets rows come in any order until [`tighten`]: SQLite waits with its checks until the commit by itself;
/// PostgreSQL's rules are taken away and put back in the same transaction.
pub(crate) async fn loosen(connection: &mut Connection) -> Result<Vec<Points>, LedgerError> {
    if matches!(connection, Connection::Sqlite(_)) {
        connection.run("pragma defer_foreign_keys = on", &[]).await?;
        return Ok(Vec::new());
    }
    let rows = connection
        .rows(
            "select cast(cast(c.conrelid as regclass) as text) as tab, cast(quote_ident(c.conname) as text) as name, \
             pg_get_constraintdef(c.oid) as rule from pg_constraint c join pg_namespace n on n.oid = c.connamespace \
             where c.contype = 'f' and n.nspname = current_schema() order by 1, 2",
            &[],
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let points = Points { table: row.text("tab")?, name: row.text("name")?, rule: row.text("rule")? };
        let Points { table, name, .. } = &points;
        connection.run(AssertSqlSafe(format!("alter table {table} drop constraint {name}")), &[]).await?;
        out.push(points);
    }
    Ok(out)
}

/// Checks that every row points to one that is there. The message names the table that does not.
pub(crate) async fn tighten(
    connection: &mut Connection,
    taken: Vec<Points>,
) -> Result<Result<(), String>, LedgerError> {
    if matches!(connection, Connection::Sqlite(_)) {
        let wrong = connection.rows("select \"table\" as name from pragma_foreign_key_check limit 1", &[]).await?;
        return Ok(match wrong.first() {
            Some(row) => Err(format!("a row of {} points to one that is missing", row.text("name")?)),
            None => Ok(()),
        });
    }
    for Points { table, name, rule } in taken {
        let sql = format!("alter table {table} add constraint {name} {rule}");
        match connection.run(AssertSqlSafe(sql), &[]).await {
            Ok(_) => {}
            Err(LedgerError::Inside(_)) => return Ok(Err(format!("a row of {table} points to one that is missing"))),
            Err(error) => return Err(error),
        }
    }
    Ok(Ok(()))
}
