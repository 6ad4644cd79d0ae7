//! How this installation runs: `plumb.toml` in the data folder, written by whoever runs the server. What the
//! owner says of the organisation (rates, calendar) is in `settings.toml` and on the page of settings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger::Ledger;
use serde::Deserialize;

use crate::commands::ambient;
use crate::error::CommandError;

/// Name of the file in the data folder.
pub const FILE: &str = "plumb.toml";
/// Name of the database in the data folder, where no other is configured.
pub const LEDGER: &str = "ledger.sqlite";

/// The configuration. What is absent has a default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where people's data lives: `postgres://user@host/name`, or `sqlite:PATH`. Default: `ledger.sqlite`
    /// in the data folder.
    pub database: Option<String>,
    /// Where people reach the server, for links in mails: `https://plumb.example.org`.
    pub address: Option<String>,
    /// Where the daily mails go out.
    pub mail: Option<Mail>,
    /// The provider at which people may sign in as well.
    pub openid: Option<OpenId>,
}

/// `[mail]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Host and port: `mail.example.org:465`.
    pub host: String,
    /// The sender: `Plumb <plumb@example.org>`.
    pub from: String,
    /// The user at the mail server, where it asks for one.
    pub user: Option<String>,
    /// File whose first line is that user's password.
    pub password_file: Option<PathBuf>,
    /// `tls` (the default) or `none`, for a mail server on this machine.
    pub encryption: Option<Encryption>,
}

/// How the mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// Encrypted from the first byte.
    Tls,
    /// Not at all.
    None,
}

/// `[openid]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenId {
    /// The provider, as it names itself: `https://id.example.org`.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// File whose first line is the secret that both share; none for a public client.
    pub client_secret_file: Option<PathBuf>,
    /// What people call the provider.
    pub name: String,
    /// Whether every address that it gives out is taken as verified.
    #[serde(default)]
    pub addresses_are_verified: bool,
}

/// The first line of a file that holds a secret.
fn secret(path: &Path) -> Result<String, CommandError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

impl Mail {
    /// As the post takes it.
    pub fn post(&self, address: &str) -> Result<post::Config, CommandError> {
        let scheme = if self.encryption == Some(Encryption::None) { "smtp" } else { "smtps" };
        let password = self.password_file.as_deref().map(secret).transpose()?;
        let user = match (&self.user, password) {
            (Some(user), Some(password)) => {
                format!("{}:{}@", web::address::escaped(user), web::address::escaped(&password))
            }
            (Some(user), None) => format!("{}@", web::address::escaped(user)),
            (None, _) => String::new(),
        };
        let server = format!("{scheme}://{user}{}", self.host);
        let config = post::Config { server, from: self.from.clone(), address: address.to_owned() };
        post::Sender::new(&config).map_err(|error| {
            CommandError::refused(format!("[mail] of {FILE}: {error}")).hint("docs/server.md has an example")
        })?;
        Ok(config)
    }
}

impl OpenId {
    /// As the pages take it.
    pub fn provider(&self, address: &str) -> Result<oidc::Provider, CommandError> {
        let client_secret = self.client_secret_file.as_deref().map(secret).transpose()?;
        oidc::Provider::new(oidc::Settings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret,
            name: self.name.clone(),
            back: format!("{address}/signin/openid/back"),
            addresses_are_verified: self.addresses_are_verified,
        })
        .map_err(|error| {
            CommandError::refused(format!("[openid] of {FILE}: {error}")).hint("docs/server.md has an example")
        })
    }
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
        self.database.clone().unwrap_or_else(|| format!("sqlite:{}", data.join(LEDGER).display()))
    }

    /// Opens the ledger of a data folder.
    pub async fn ledger(&self, data: &Path) -> Result<Ledger, CommandError> {
        self.ledger_at(data, Arc::new(ambient::now)).await
    }

    /// Opens the ledger of a data folder with a clock that may differ from the machine's.
    pub async fn ledger_at(&self, data: &Path, now: ledger::Now) -> Result<Ledger, CommandError> {
        std::fs::create_dir_all(data).map_err(|error| CommandError::refused(format!("{}: {error}", data.display())))?;
        let random: ledger::Random = Arc::new(random);
        let ledger = Ledger::open(&self.database(data), now, Arc::clone(&random)).await.map_err(|error| {
            let hint = match error {
                ledger::LedgerError::Newer(_) => {
                    "start that version of Plumb or a later one; to go back, restore a backup made before it into an empty place"
                }
                _ => "plumb doctor says what is wrong; `database` in plumb.toml names the database",
            };
            CommandError::refused(error).hint(hint)
        })?;
        let answers = ledger::AnswerKey::kept(data, &random).map_err(CommandError::refused)?;
        Ok(ledger.with_answers(answers))
    }
}

/// Fills bytes with the machine's randomness. Without it there are no safe sessions: better to stop.
pub fn random(bytes: &mut [u8]) {
    if let Err(error) = ambient::random(bytes) {
        error.print();
        std::process::abort();
    }
}
