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
        match &error {
            sqlx::Error::Database(told) => {
                let code = told.code().unwrap_or_default();
                match code.as_ref() {
                    // Serialisation failure, deadlock; SQLITE_BUSY and its kinds.
                    "40001" | "40P01" | "5" | "261" | "517" => Self::Again(error.to_string()),
                    // The server shuts down, starts, or has no connection left.
                    "57P01" | "57P02" | "57P03" | "53300" => Self::Away(error.to_string()),
                    _ => Self::Inside(error.to_string()),
                }
            }
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Away(error.to_string()),
            _ => Self::Inside(error.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for LedgerError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
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
