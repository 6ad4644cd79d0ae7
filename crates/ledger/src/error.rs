//! What can go wrong, by who has to do something about it.

use leadership::Wrongs;

/// The database could not do its part.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LedgerError {
    /// It cannot be reached, or is too busy: nothing was changed, try again.
    #[error("the ledger's database cannot be reached: {0}")]
    Away(String),
    /// Two changes met and one must be done again; [`crate::Ledger::perform`] does so by itself.
    #[error("two changes met: {0}")]
    Again(String),
    /// The connection was lost while a change was being kept, and stayed away, so that nobody can say yet
    /// whether it was kept: look before doing it again.
    #[error("the database was lost while a change was being kept: {0}")]
    Unknown(String),
    /// A newer program was at work: it has brought the database to a form that this one does not know.
    #[error("a newer Plumb has been at work on this database (it took step {0}, which this one does not know)")]
    Newer(i64),
    /// What is kept cannot be read, or a rule of the database was broken: a fault of ours.
    #[error("the ledger is not as it should be: {0}")]
    Inside(String),
}

/// Why an act was not done. Nothing was changed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refused {
    /// What was typed cannot be used; field by field.
    #[error("{0}")]
    Wrong(#[from] Wrongs),
    /// There is no such thing, or it is not this person's to see: both are told alike.
    #[error("there is no such thing here")]
    NotFound,
    /// It may be seen, but this act is somebody else's to do.
    #[error("{0}")]
    NotYours(String),
    /// It cannot be done as things stand now.
    #[error("{what} {remedy}")]
    Conflict {
        /// What stands against it, as a sentence.
        what: String,
        /// What to do, as a sentence.
        remedy: String,
    },
    /// The database could not do its part.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Refused {
    /// It cannot be done as things stand now.
    pub fn conflict(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Conflict { what: what.into(), remedy: remedy.into() }
    }

    /// One field is wrong.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Wrong(Wrongs::one(field, message))
    }
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        match &error {
            sqlx::Error::Database(told) => match kind(&told.code().unwrap_or_default()) {
                Kind::Again => Self::Again(text),
                Kind::Away => Self::Away(text),
                Kind::Inside => Self::Inside(text),
            },
            // A connection that ends while it is being opened is told as a breach of the protocol.
            sqlx::Error::Io(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Away(text),
            _ => Self::Inside(text),
        }
    }
}

/// What is to be done about a code of an engine: as [`LedgerError`] of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Do it again.
    Again,
    /// Try again later.
    Away,
    /// A fault of ours.
    Inside,
}

/// What an engine's code asks for. PostgreSQL's have five places (its manual, appendix A); SQLite's are
/// numbers whose last eight bits are the kind (sqlite.org/rescode.html).
#[must_use]
pub fn kind(code: &str) -> Kind {
    if code.len() == 5 {
        return match code {
            // Serialisation failure, deadlock; no turn within the time.
            "40001" | "40P01" | "55P03" => Kind::Again,
            // Ended while it was keeping a change; became read only under us; shuts down, starts, was ended.
            "40003" | "25006" | "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Kind::Away,
            // Connection exceptions; no connection, memory or disk left.
            _ if code.starts_with("08") || code.starts_with("53") => Kind::Away,
            _ => Kind::Inside,
        };
    }
    match code.parse::<u32>().map(|code| code & 0xff) {
        // Busy, locked.
        Ok(5 | 6) => Kind::Again,
        // Read only, disk trouble, disk full, cannot be opened.
        Ok(8 | 10 | 13 | 14) => Kind::Away,
        _ => Kind::Inside,
    }
}

impl From<sqlx::migrate::MigrateError> for LedgerError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            sqlx::migrate::MigrateError::VersionMissing(step) => Self::Newer(step),
            other => Self::Inside(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for LedgerError {
    fn from(error: serde_json::Error) -> Self {
        Self::Inside(error.to_string())
    }
}

impl From<leadership::id::NoId> for LedgerError {
    fn from(error: leadership::id::NoId) -> Self {
        Self::Inside(error.to_string())
    }
}
