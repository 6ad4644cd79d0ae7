//! A session over Parquet files, with nothing of the engine in its signature.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use futures::{Stream, StreamExt};

use crate::answer::{Answer, QueryError, ask};

/// A table: its name, columns, and the files that it is made of.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name in SQL.
    pub name: &'static str,
    /// Columns.
    pub schema: SchemaRef,
    /// Parquet files, absolute paths; none for an empty table.
    pub files: Vec<PathBuf>,
}

/// An answer that is being worked on.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, QueryError>> + Send + 'a>>;
/// Rows as they come.
pub type Batches = Pin<Box<dyn Stream<Item = Result<RecordBatch, QueryError>> + Send>>;
/// What a function of SQL does: as many rows as its arguments have.
pub type Function = Arc<dyn Fn(&[ArrayRef]) -> Result<ArrayRef, ArrowError> + Send + Sync>;

/// Tables that can be asked in SQL. Cloning shares them.
///
/// The engine is behind a trait object on purpose: whoever holds its types compiles much of it once more.
#[derive(Clone)]
pub struct Session(Arc<dyn Door>);

impl std::fmt::Debug for Session {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Session").finish_non_exhaustive()
    }
}

/// A text as a literal of SQL.
#[must_use]
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

trait Door: Send + Sync {
    fn batches<'a>(&'a self, sql: &'a str) -> Pending<'a, Vec<RecordBatch>>;
    fn stream<'a>(&'a self, sql: &'a str) -> Pending<'a, Batches>;
    fn partitions<'a>(&'a self, sql: &'a str) -> Pending<'a, Vec<Batches>>;
    fn ask<'a>(&'a self, sql: &'a str, limit: usize) -> Pending<'a, Answer>;
    fn has(&self, table: &str) -> Result<bool, QueryError>;
    fn within(&self, memory: usize) -> Result<Session, QueryError>;
    fn apart<'a>(&'a self, tables: &'a [&'a str]) -> Pending<'a, Session>;
    fn add_rows(&self, name: &str, schema: SchemaRef, parts: Vec<RecordBatch>) -> Result<(), QueryError>;
    fn add_table(&self, table: Table) -> Result<(), QueryError>;
    fn add_file<'a>(&'a self, name: &'a str, path: &'a Path) -> Pending<'a, ()>;
    fn add_function(&self, name: &str, arguments: Vec<DataType>, gives: DataType, function: Function);
    fn add_constant(&self, name: &str, value: &ArrayRef) -> Result<(), QueryError>;
}

impl Session {
    /// A session over exactly these files. File footers and statistics that one query has read are there
    /// for the next.
    ///
    /// # Errors
    /// When a path cannot be an address.
    pub fn new(tables: Vec<Table>) -> Result<Self, QueryError> {
        Ok(Self(Arc::new(open(tables)?)))
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// The future gives one when the query does not fit the tables or fails while running.
    #[must_use]
    pub fn batches<'a>(&'a self, sql: &'a str) -> Pending<'a, Vec<RecordBatch>> {
        self.0.batches(sql)
    }

    /// The rows of a query as they come, so that an answer need not fit the memory.
    ///
    /// # Errors
    /// As [`Session::batches`].
    #[must_use]
    pub fn stream<'a>(&'a self, sql: &'a str) -> Pending<'a, Batches> {
        self.0.stream(sql)
    }

    /// The rows of a query in parts that can be read at the same time. Which rows a part gets is not fixed.
    ///
    /// # Errors
    /// As [`Session::batches`].
    #[must_use]
    pub fn partitions<'a>(&'a self, sql: &'a str) -> Pending<'a, Vec<Batches>> {
        self.0.partitions(sql)
    }

    /// Asks what somebody typed: a single `SELECT`, `WITH`, `VALUES`, `EXPLAIN`, `SHOW` or `DESCRIBE`; at
    /// most `limit` rows of the answer are read.
    ///
    /// # Errors
    /// The future gives one when the statement is none of these, does not fit the tables, or fails while
    /// running.
    #[must_use]
    pub fn ask<'a>(&'a self, sql: &'a str, limit: usize) -> Pending<'a, Answer> {
        self.0.ask(sql, limit)
    }

    /// Whether there is a table of this name.
    ///
    /// # Errors
    /// When the name cannot be one.
    pub fn has(&self, table: &str) -> Result<bool, QueryError> {
        self.0.has(table)
    }

    /// A session over the same tables whose questions keep at most `memory` bytes beside what they read and answer: what
    /// is sorted or counted goes on on the disk then, and what cannot is refused.
    ///
    /// # Errors
    /// When there is no place for temporary files.
    pub fn within(&self, memory: usize) -> Result<Self, QueryError> {
        self.0.within(memory)
    }

    /// A session of its own over those of these tables that are there: what is added to it is not seen by
    /// others.
    ///
    /// # Errors
    /// The future gives one when a table cannot be found.
    #[must_use]
    pub fn apart<'a>(&'a self, tables: &'a [&'a str]) -> Pending<'a, Self> {
        self.0.apart(tables)
    }

    /// Adds a table of rows in memory, each batch a part of it.
    ///
    /// # Errors
    /// When a batch does not have these columns or there is a table of that name.
    pub fn add_rows(&self, name: &str, schema: SchemaRef, parts: Vec<RecordBatch>) -> Result<(), QueryError> {
        self.0.add_rows(name, schema, parts)
    }

    /// Adds a table of files that are not looked at before they are asked.
    ///
    /// # Errors
    /// When a path cannot be an address or there is a table of that name.
    pub fn add_table(&self, table: Table) -> Result<(), QueryError> {
        self.0.add_table(table)
    }

    /// Adds a Parquet file as a table.
    ///
    /// # Errors
    /// The future gives one when the file cannot be read or there is a table of that name.
    #[must_use]
    pub fn add_file<'a>(&'a self, name: &'a str, path: &'a Path) -> Pending<'a, ()> {
        self.0.add_file(name, path)
    }

    /// Adds a function that depends on its arguments alone.
    pub fn add_function(&self, name: &str, arguments: Vec<DataType>, gives: DataType, function: Function) {
        self.0.add_function(name, arguments, gives, function);
    }

    /// Adds a function without arguments that always gives the first value of this array.
    ///
    /// # Errors
    /// When the array is empty.
    pub fn add_constant(&self, name: &str, value: &ArrayRef) -> Result<(), QueryError> {
        self.0.add_constant(name, value)
    }
}

impl Door for SessionContext {
    fn batches<'a>(&'a self, sql: &'a str) -> Pending<'a, Vec<RecordBatch>> {
        Box::pin(async move { Ok(self.sql(sql).await?.collect().await?) })
    }

    fn stream<'a>(&'a self, sql: &'a str) -> Pending<'a, Batches> {
        Box::pin(async move { Ok(plain(self.sql(sql).await?.execute_stream().await?)) })
    }

    fn partitions<'a>(&'a self, sql: &'a str) -> Pending<'a, Vec<Batches>> {
        Box::pin(async move {
            let streams = self.sql(sql).await?.execute_stream_partitioned().await?;
            Ok(streams.into_iter().map(plain).collect())
        })
    }

    fn ask<'a>(&'a self, sql: &'a str, limit: usize) -> Pending<'a, Answer> {
        Box::pin(ask(self, sql, limit))
    }

    fn has(&self, table: &str) -> Result<bool, QueryError> {
        Ok(self.table_exist(table)?)
    }

    fn within(&self, memory: usize) -> Result<Session, QueryError> {
        let runtime = RuntimeEnvBuilder::from_runtime_env(&self.runtime_env()).with_memory_limit(memory, 1.0);
        let state = SessionStateBuilder::new_from_existing(self.state()).with_runtime_env(runtime.build_arc()?).build();
        Ok(Session(Arc::new(SessionContext::new_with_state(state))))
    }

    fn apart<'a>(&'a self, tables: &'a [&'a str]) -> Pending<'a, Session> {
        Box::pin(async move {
            let own = SessionContext::new_with_config_rt(self.copied_config(), self.runtime_env());
            for &name in tables {
                if self.table_exist(name)? {
                    own.register_table(name, self.table_provider(name).await?)?;
                }
            }
            Ok(Session(Arc::new(own)))
        })
    }

    fn add_rows(&self, name: &str, schema: SchemaRef, parts: Vec<RecordBatch>) -> Result<(), QueryError> {
        let parts = parts.into_iter().map(|batch| vec![batch]).collect();
        self.register_table(name, Arc::new(MemTable::try_new(schema, parts)?))?;
        Ok(())
    }

    fn add_table(&self, table: Table) -> Result<(), QueryError> {
        Ok(register(self, table)?)
    }

    fn add_file<'a>(&'a self, name: &'a str, path: &'a Path) -> Pending<'a, ()> {
        Box::pin(async move {
            let path = path.to_string_lossy();
            Ok(self.register_parquet(name, path.as_ref(), ParquetReadOptions::default()).await?)
        })
    }

    fn add_function(&self, name: &str, arguments: Vec<DataType>, gives: DataType, function: Function) {
        let call = move |values: &[ColumnarValue]| {
            let arrays = ColumnarValue::values_to_arrays(values)?;
            Ok(ColumnarValue::Array(function(&arrays)?))
        };
        self.register_udf(create_udf(name, arguments, gives, Volatility::Immutable, Arc::new(call)));
    }

    fn add_constant(&self, name: &str, value: &ArrayRef) -> Result<(), QueryError> {
        let value = ScalarValue::try_from_array(value, 0)?;
        let gives = value.data_type();
        let call = move |_: &[ColumnarValue]| Ok(ColumnarValue::Scalar(value.clone()));
        self.register_udf(create_udf(name, Vec::new(), gives, Volatility::Immutable, Arc::new(call)));
        Ok(())
    }
}

fn plain(stream: SendableRecordBatchStream) -> Batches {
    Box::pin(stream.map(|batch| Ok(batch?)))
}

fn open(tables: Vec<Table>) -> Result<SessionContext, DataFusionError> {
    let partitions = std::thread::available_parallelism().map_or(2, usize::from);
    let mut config = SessionConfig::new()
        .with_target_partitions(partitions)
        .with_information_schema(true)
        .with_collect_statistics(true)
        .with_parquet_pruning(true);
    // Measured at a million tickets: one ticket by its number 15 ms instead of 100, a search in
    // texts 5 instead of 104, the latest fifty 42 instead of 94; a filter that keeps a twentieth
    // of the rows takes as long either way.
    config.options_mut().execution.parquet.pushdown_filters = true;
    config.options_mut().execution.parquet.reorder_filters = true;
    let context = SessionContext::new_with_config(config);
    for table in tables {
        register(&context, table)?;
    }
    Ok(context)
}

fn register(context: &SessionContext, table: Table) -> Result<(), DataFusionError> {
    let Table { name, schema, files } = table;
    if files.is_empty() {
        context.register_table(name, Arc::new(EmptyTable::new(schema)))?;
        return Ok(());
    }
    let urls = files.iter().map(|file| ListingTableUrl::parse(url(file))).collect::<Result<Vec<_>, _>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()));
    let listing = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options).with_schema(schema);
    let provider =
        ListingTable::try_new(listing)?.with_cache(context.runtime_env().cache_manager.get_file_statistic_cache());
    context.register_table(name, Arc::new(provider))?;
    Ok(())
}

/// A path as a `file:` address, so that no character of it is taken for a pattern.
fn url(path: &Path) -> String {
    let mut url = String::from("file://");
    let text = path.to_string_lossy().replace('\\', "/");
    if !text.starts_with('/') {
        url.push('/');
    }
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte) {
            url.push(char::from(byte));
        } else {
            use std::fmt::Write;
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}
