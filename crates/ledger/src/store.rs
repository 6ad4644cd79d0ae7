//! The door to the two databases: one SQL text for both. Placeholders are `$1`, identifiers and instants
//! are text (instants as in `2026-01-31T08:00:00.000Z`, so that they sort), truth is 0 or 1, whole numbers
//! are 64 bits; no type and no function of one engine alone.

use std::str::FromStr;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use jiff::civil::Date;
use leadership::Id;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Executor as _, Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite, Type};

use crate::error::LedgerError;

/// Readers of SQLite at once; writers take turns whatever this says.
const SQLITE_READERS: u32 = 8;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a request waits for a connection before it says that the database is away.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);
/// Page cache of one connection to SQLite, in KiB (negative, as its pragma asks): with all readers at work
/// the caches hold 36 MiB at most.
const SQLITE_CACHE: &str = "-4096";
/// What is left of the write-ahead log after a checkpoint, in bytes: a long reader lets it grow, and it
/// shrinks again.
const SQLITE_LOG: &str = "16777216";
/// An act waits this long for its turn on PostgreSQL, then it is tried again.
const POSTGRES_TURN: &str = "10s";
/// A connection that was forgotten in the middle of an act does not hold up the others for longer.
const POSTGRES_FORGOTTEN: &str = "300s";

/// A question to the database that is under way. Boxed, so that its type shows nothing of the engines: every page and
/// every act awaits some, and their types would hold those of both engines, which the compiler then walks once for each.
pub type Asked<'a, T> = BoxFuture<'a, Result<T, LedgerError>>;

/// Connections to one of the two engines.
#[derive(Debug, Clone)]
pub(crate) enum Pool {
    Sqlite { readers: sqlx::SqlitePool, writer: sqlx::SqlitePool },
    Postgres(sqlx::PgPool),
}

impl Pool {
    /// Opens `sqlite:PATH`, made when it is missing, or `postgres://…`.
    pub(crate) async fn open(url: &str) -> Result<Self, LedgerError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let options = SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                // In WAL mode a commit that was answered survives a killed process and a lost power line.
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(PATIENCE)
                .pragma("cache_size", SQLITE_CACHE)
                .pragma("journal_size_limit", SQLITE_LOG)
                // What is deleted is overwritten: answers that are written anew leave no older copy in free pages.
                .pragma("secure_delete", "1");
            let pool = |most: u32| SqlitePoolOptions::new().max_connections(most).acquire_timeout(PATIENCE);
            let writer = pool(1).connect_with(options.clone()).await?;
            let readers = pool(SQLITE_READERS).connect_with(options.pragma("query_only", "1")).await?;
            Ok(Self::Sqlite { readers, writer })
        } else {
            let options = PgConnectOptions::from_str(url)?.application_name("plumb").options([
                ("lock_timeout", POSTGRES_TURN),
                ("idle_in_transaction_session_timeout", POSTGRES_FORGOTTEN),
            ]);
            let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(PATIENCE);
            Ok(Self::Postgres(pool.connect_with(options).await?))
        }
    }

    pub(crate) async fn migrate(&self, migrator: &sqlx::migrate::Migrator) -> Result<(), LedgerError> {
        match self {
            Self::Sqlite { writer, .. } => migrator.run(writer).await?,
            Self::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    pub(crate) fn reading(&self) -> Asked<'_, Connection> {
        Box::pin(async move {
            Ok(match self {
                Self::Sqlite { readers, .. } => Connection::Sqlite(readers.begin().await?),
                // One snapshot for the whole page.
                Self::Postgres(pool) => {
                    Connection::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
                }
            })
        })
    }

    pub(crate) fn writing(&self) -> Asked<'_, Connection> {
        Box::pin(async move {
            Ok(match self {
                Self::Sqlite { writer, .. } => Connection::Sqlite(writer.begin_with("begin immediate").await?),
                Self::Postgres(pool) => Connection::Postgres(pool.begin().await?),
            })
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// One open transaction.
#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A value handed to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Text, also identifiers, days and instants; `None` is null.
    Text(Option<String>),
    /// A whole number or a truth; `None` is null.
    Int(Option<i64>),
}

macro_rules! args_from {
    ($($from:ty => |$value:ident| $arg:expr;)*) => {$(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self { $arg }
        }
    )*};
}
args_from! {
    &str => |value| Self::Text(Some(value.to_owned()));
    String => |value| Self::Text(Some(value));
    &String => |value| Self::Text(Some(value.clone()));
    Option<String> => |value| Self::Text(value);
    &Option<String> => |value| Self::Text(value.clone());
    Option<&str> => |value| Self::Text(value.map(str::to_owned));
    i64 => |value| Self::Int(Some(value));
    u32 => |value| Self::Int(Some(i64::from(value)));
    Option<i64> => |value| Self::Int(value);
    bool => |value| Self::Int(Some(i64::from(value)));
    Option<bool> => |value| Self::Int(value.map(i64::from));
    Timestamp => |value| Self::Text(Some(instant(value)));
    Option<Timestamp> => |value| Self::Text(value.map(instant));
    Date => |value| Self::Text(Some(value.to_string()));
    Option<Date> => |value| Self::Text(value.map(|day| day.to_string()));
}
impl<T> From<Id<T>> for Arg {
    fn from(id: Id<T>) -> Self {
        Self::Text(Some(id.to_string()))
    }
}
impl<T> From<Option<Id<T>>> for Arg {
    fn from(id: Option<Id<T>>) -> Self {
        Self::Text(id.map(|id| id.to_string()))
    }
}

/// An instant as it is kept: always UTC, always three digits of a second, so that text sorts as time.
#[must_use]
pub fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// `args![a, b]`: values for `$1`, `$2`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::Arg::from($value)),*] };
}

/// A statement that holds as many placeholders as there are values: `{}` in `template` becomes
/// `$first, …, $n`. Both parts are written in the program, never typed by a person.
#[must_use]
pub fn listed(template: &'static str, first: usize, count: usize) -> AssertSqlSafe<String> {
    let places = if count == 0 {
        "null".to_owned()
    } else {
        (first..first + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
    };
    AssertSqlSafe(template.replace("{}", &places))
}

/// One row of an answer, read by column name.
#[derive(Debug)]
pub struct Row(Inner);

#[derive(Debug)]
enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    fn get<T>(&self, column: &str) -> Result<T, LedgerError>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>,
        for<'c> &'c str: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    {
        Ok(match &self.0 {
            Inner::Sqlite(row) => row.try_get(column)?,
            Inner::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A text.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn text(&self, column: &str) -> Result<String, LedgerError> {
        self.get(column)
    }

    /// A text or null.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn text_or_null(&self, column: &str) -> Result<Option<String>, LedgerError> {
        self.get(column)
    }

    /// A whole number. `count(*)` is one; `sum(…)` is one only as `cast(sum(…) as bigint)`.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn int(&self, column: &str) -> Result<i64, LedgerError> {
        self.get(column)
    }

    /// A whole number or null.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn int_or_null(&self, column: &str) -> Result<Option<i64>, LedgerError> {
        self.get(column)
    }

    /// A truth.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn truth(&self, column: &str) -> Result<bool, LedgerError> {
        Ok(self.int(column)? != 0)
    }

    /// An identifier.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn id<T>(&self, column: &str) -> Result<Id<T>, LedgerError> {
        Ok(self.text(column)?.parse()?)
    }

    /// An identifier or null.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn id_or_null<T>(&self, column: &str) -> Result<Option<Id<T>>, LedgerError> {
        Ok(self.text_or_null(column)?.map(|text| text.parse()).transpose()?)
    }

    /// An instant.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn at(&self, column: &str) -> Result<Timestamp, LedgerError> {
        self.at_or_null(column)?.ok_or_else(|| LedgerError::Inside(format!("{column} holds no instant")))
    }

    /// An instant or null.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn at_or_null(&self, column: &str) -> Result<Option<Timestamp>, LedgerError> {
        self.parsed(column)
    }

    /// A day.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn day(&self, column: &str) -> Result<Date, LedgerError> {
        self.day_or_null(column)?.ok_or_else(|| LedgerError::Inside(format!("{column} holds no day")))
    }

    /// A day or null.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn day_or_null(&self, column: &str) -> Result<Option<Date>, LedgerError> {
        self.parsed(column)
    }

    /// What was kept as JSON.
    ///
    /// # Errors
    /// When it is not what is asked for.
    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, LedgerError> {
        Ok(serde_json::from_str(&self.text(column)?)?)
    }

    /// The value of a column, whatever of the two kinds it is.
    pub(crate) fn value(&self, at: usize) -> Result<Arg, LedgerError> {
        use sqlx::{TypeInfo as _, ValueRef as _};
        macro_rules! value {
            ($row:expr) => {{
                let kind = $row.try_get_raw(at)?.type_info().name().to_owned();
                match kind.as_str() {
                    "TEXT" => Arg::Text($row.try_get(at)?),
                    "INTEGER" | "INT8" => Arg::Int($row.try_get(at)?),
                    "NULL" => Arg::Text(None),
                    _ => {
                        return Err(LedgerError::Inside(format!(
                            "column {at} holds {kind}, neither text nor a whole number"
                        )));
                    }
                }
            }};
        }
        Ok(match &self.0 {
            Inner::Sqlite(row) => value!(row),
            Inner::Postgres(row) => value!(row),
        })
    }

    fn parsed<T: FromStr>(&self, column: &str) -> Result<Option<T>, LedgerError>
    where
        T::Err: std::fmt::Display,
    {
        self.text_or_null(column)?
            .map(|text| text.parse().map_err(|error| LedgerError::Inside(format!("{column}: {error}"))))
            .transpose()
    }
}

fn for_sqlite(args: &[Arg]) -> Result<SqliteArguments, LedgerError> {
    use sqlx::Arguments as _;
    let mut out = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Text(text) => out.add(text.clone()),
            Arg::Int(int) => out.add(*int),
        }
        .map_err(|error| LedgerError::Inside(error.to_string()))?;
    }
    Ok(out)
}

fn for_postgres(args: &[Arg]) -> Result<PgArguments, LedgerError> {
    use sqlx::Arguments as _;
    let mut out = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Text(text) => out.add(text.clone()),
            Arg::Int(int) => out.add(*int),
        }
        .map_err(|error| LedgerError::Inside(error.to_string()))?;
    }
    Ok(out)
}

impl Connection {
    /// The head of the chain, held until the end of the transaction, so that writers take turns. On SQLite
    /// the transaction itself is the only writer; elsewhere the row is locked.
    pub(crate) async fn lock_head(&mut self) -> Result<Row, LedgerError> {
        let sql = match self {
            Self::Sqlite(_) => "select seq, hash from chain where one = 1",
            Self::Postgres(_) => "select seq, hash from chain where one = 1 for update",
        };
        let row = self.rows(sql, &[]).await?.into_iter().next();
        row.ok_or_else(|| LedgerError::Inside("the chain has no head".to_owned()))
    }

    /// Rows one after another, never all of them in memory; `each` is told of every row.
    pub(crate) async fn each_row<E: From<LedgerError>>(
        &mut self,
        sql: impl SqlSafeStr,
        mut each: impl FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        use futures::TryStreamExt as _;
        match self {
            Self::Sqlite(tx) => {
                let mut rows = tx.fetch(sqlx::query(sql));
                while let Some(row) = rows.try_next().await.map_err(LedgerError::from)? {
                    each(&Row(Inner::Sqlite(row)))?;
                }
            }
            Self::Postgres(tx) => {
                let mut rows = tx.fetch(sqlx::query(sql));
                while let Some(row) = rows.try_next().await.map_err(LedgerError::from)? {
                    each(&Row(Inner::Postgres(row)))?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn run<'a>(&'a mut self, sql: impl SqlSafeStr, args: &'a [Arg]) -> Asked<'a, u64> {
        self.run_one(sql.into_sql_str(), args)
    }

    fn run_one<'a>(&'a mut self, sql: SqlStr, args: &'a [Arg]) -> Asked<'a, u64> {
        Box::pin(async move {
            Ok(match self {
                Self::Sqlite(tx) => tx.execute(sqlx::query_with(sql, for_sqlite(args)?)).await?.rows_affected(),
                Self::Postgres(tx) => tx.execute(sqlx::query_with(sql, for_postgres(args)?)).await?.rows_affected(),
            })
        })
    }

    pub(crate) fn rows<'a>(&'a mut self, sql: impl SqlSafeStr, args: &'a [Arg]) -> Asked<'a, Vec<Row>> {
        self.rows_of(sql.into_sql_str(), args)
    }

    fn rows_of<'a>(&'a mut self, sql: SqlStr, args: &'a [Arg]) -> Asked<'a, Vec<Row>> {
        Box::pin(async move {
            Ok(match self {
                Self::Sqlite(tx) => {
                    let rows = tx.fetch_all(sqlx::query_with(sql, for_sqlite(args)?)).await?;
                    rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect()
                }
                Self::Postgres(tx) => {
                    let rows = tx.fetch_all(sqlx::query_with(sql, for_postgres(args)?)).await?;
                    rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect()
                }
            })
        })
    }

    pub(crate) fn commit(self) -> Asked<'static, ()> {
        Box::pin(async move {
            match self {
                Self::Sqlite(tx) => tx.commit().await?,
                Self::Postgres(tx) => tx.commit().await?,
            }
            Ok(())
        })
    }

    /// Undoes everything. A connection that is dropped does so as well, a little later.
    pub(crate) async fn rollback(self) -> Result<(), LedgerError> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}
