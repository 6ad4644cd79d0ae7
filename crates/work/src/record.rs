//! The record as readers see it: one generation, three tables.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use query::{Answer, QueryError, Session};
use serde::Serialize;

use crate::error::RecordError;
use crate::manifest::{self, ImportedFile, Manifest, TABLES};
use crate::{guard, schema};

/// How many rows each table has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Tickets.
    pub tickets: u64,
    /// Events.
    pub events: u64,
    /// Changes: rows, one a change and item.
    pub changes: u64,
}

/// One generation of the record, open for reading. Cloning is cheap and shares what was cached.
///
/// An import makes a new generation; this one stays readable until the import after that.
#[derive(Clone)]
pub struct Record {
    inner: Arc<Inner>,
}

struct Inner {
    data: PathBuf,
    manifest: Manifest,
    session: OnceLock<Session>,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Record")
            .field("data", &self.inner.data)
            .field("generation", &self.inner.manifest.generation)
            .finish_non_exhaustive()
    }
}

impl Record {
    /// Opens the record of a data folder. A folder that is empty or not there is an empty record.
    ///
    /// # Errors
    /// When the folder cannot be read, or what lies there is no record of this version of Plumb.
    pub fn open(data: &Path) -> Result<Self, RecordError> {
        let data = std::path::absolute(data).map_err(RecordError::io(data, "finding the data folder"))?;
        let manifest = Manifest::read(&data)?;
        Ok(Self { inner: Arc::new(Inner { data, manifest, session: OnceLock::new() }) })
    }

    /// The newest generation of the same folder: this very record, with all that it has cached, when
    /// nothing was imported since. For a server that is asked again and again.
    ///
    /// # Errors
    /// As [`Record::open`].
    pub fn refreshed(&self) -> Result<Self, RecordError> {
        let manifest = Manifest::read(&self.inner.data)?;
        if manifest == self.inner.manifest {
            return Ok(self.clone());
        }
        Ok(Self { inner: Arc::new(Inner { data: self.inner.data.clone(), manifest, session: OnceLock::new() }) })
    }

    /// The data folder, as an absolute path.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.inner.data
    }

    /// Number of the generation: 0 for an empty record, one more with every import that changed it.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.inner.manifest.generation
    }

    /// Whether nothing was ever kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        (0..TABLES.len()).all(|table| self.inner.manifest.rows(table) == 0)
    }

    /// How many rows each table has.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let manifest = &self.inner.manifest;
        Counts { tickets: manifest.rows(0), events: manifest.rows(1), changes: manifest.rows(2) }
    }

    /// Everything that was imported, in order; the column `import` of every table is an index into it.
    #[must_use]
    pub fn imports(&self) -> &[ImportedFile] {
        &self.inner.manifest.imports
    }

    /// A session with the tables `tickets`, `events` and `changes` over exactly the files of this
    /// generation, empty ones where there are none. Made once a generation: file footers and
    /// statistics that one query has read are there for the next.
    ///
    /// # Errors
    /// When the files cannot be registered.
    pub fn session(&self) -> Result<&Session, RecordError> {
        if let Some(session) = self.inner.session.get() {
            return Ok(session);
        }
        let schemas = [schema::tickets(), schema::events(), schema::changes()];
        let tables = TABLES.into_iter().zip(schemas).enumerate().map(|(place, (name, schema))| query::Table {
            name,
            schema,
            files: self.inner.manifest.files(place).map(|file| self.inner.data.join(&file.path)).collect(),
        });
        let session = Session::new(tables.collect())?;
        Ok(self.inner.session.get_or_init(|| session))
    }

    /// A folder for results computed from this generation, made when it is not there. The next import removes those of
    /// earlier generations but the latest.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn derived_dir(&self) -> Result<PathBuf, RecordError> {
        let folder = self.inner.data.join("derived").join(format!("g{:06}", self.generation()));
        std::fs::create_dir_all(&folder).map_err(RecordError::io(&folder, "making the folder for computed results"))?;
        Ok(folder)
    }
}

/// Takes the whole record of a data folder away, and what was computed from it. The key of its pseudonyms stays, so that
/// the same exports give the same ones. Readers that have a generation open lose it.
///
/// # Errors
/// When another import cannot be waited for, or the folder cannot be written.
pub fn take_away(data: &Path) -> Result<(), RecordError> {
    let data = std::path::absolute(data).map_err(RecordError::io(data, "finding the data folder"))?;
    let _alone = guard::lock(&data, &mut || ())?;
    let gone = |path: &Path, removed: std::io::Result<()>| match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(RecordError::io(path, "taking the record away")(error))
        }
        _ => Ok(()),
    };
    // Without the manifest nothing of it exists: what a death after this leaves behind is read by nobody.
    let manifest = data.join(manifest::NAME);
    gone(&manifest, std::fs::remove_file(&manifest))?;
    for folder in TABLES.into_iter().chain(["derived"]).map(|name| data.join(name)) {
        gone(&folder, std::fs::remove_dir_all(&folder))?;
    }
    Ok(())
}

/// Memory of one question, in bytes.
const MEMORY: usize = 2 << 30;

/// Asks the record, in at most 2 GB of memory: a single `SELECT`, `WITH`, `VALUES`, `EXPLAIN`, `SHOW` or `DESCRIBE`.
/// Tables and columns are those of [`crate::schema`].
///
/// # Errors
/// When the statement is none of these, does not fit the tables, takes more memory, or fails while running.
pub async fn sql(record: &Record, text: &str, limit: usize) -> Result<Answer, RecordError> {
    record.session()?.within(MEMORY)?.ask(text, limit).await.map_err(|error| match error {
        QueryError::Refused(reason) => RecordError::Refused(reason),
        failed @ QueryError::Failed(_) => RecordError::Query(failed),
    })
}
