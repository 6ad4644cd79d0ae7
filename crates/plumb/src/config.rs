//! How this installation runs: `plumb.toml` in the data folder, written by whoever runs the server. What the
//! owner says of the organisation (rates, calendar) is in `settings.toml` and on the page of settings.

use std::path::Path;
use std::sync::Arc;

use ledger::Ledger;
use serde::Deserialize;

use crate::commands::ambient;
use crate::error::CommandError;

/// Name of the file in the data folder.
pub const FILE: &str = "plumb.toml";

/// The configuration. What is absent has a default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where people's data lives: `postgres://user@host/name`, or `sqlite:PATH`. Default: `ledger.sqlite`
    /// in the data folder.
    pub database: Option<String>,
    /// Where people reach the server, for links in mails: `https://plumb.example.org`.
    pub address: Option<String>,
}

impl Config {
    /// Reads `plumb.toml` of a data folder; without that file everything is a default.
    pub fn load(data: &Path) -> Result<Self, CommandError> {
        let path = data.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(CommandError::refused(format!("{}: {error}", path.display()))),
        };
        toml::from_str(&text).map_err(|error| {
            CommandError::refused(format!("{}: {error}", path.display()))
                .hint("docs/server.md has every key; delete the line to begin with the default")
        })
    }

    /// The address of the database.
    pub fn database(&self, data: &Path) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", data.join("ledger.sqlite").display()))
    }

    /// Opens the ledger of a data folder.
    pub async fn ledger(&self, data: &Path) -> Result<Ledger, CommandError> {
        std::fs::create_dir_all(data).map_err(|error| CommandError::refused(format!("{}: {error}", data.display())))?;
        Ledger::open(&self.database(data), Arc::new(ambient::now), Arc::new(random)).await.map_err(|error| {
            CommandError::refused(error)
                .hint("plumb doctor says what is wrong; `database` in plumb.toml names the database")
        })
    }
}

/// Fills bytes with the machine's randomness. Without it there are no safe sessions: better to stop.
pub fn random(bytes: &mut [u8]) {
    if let Err(error) = ambient::random(bytes) {
        error.print();
        std::process::abort();
    }
}
