//! Commands over the server and people's data.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Data, Output};

/// `plumb serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port. Anything but this machine itself needs a password (`plumb password`).
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7070")]
    pub bind: SocketAddr,
    /// File whose first line is the password, instead of the one that `plumb password` set.
    #[arg(long, value_name = "FILE", env = "PLUMB_PASSWORD_FILE")]
    pub password_file: Option<PathBuf>,
    /// File whose first line is a token of at least 20 characters, with which a service desk may ask
    /// /api/similar where a password is set.
    #[arg(long, value_name = "FILE", env = "PLUMB_API_TOKEN_FILE")]
    pub api_token_file: Option<PathBuf>,
    /// Let people sign in without encryption; without it the session's cookie needs HTTPS.
    #[arg(long)]
    pub plain_http: bool,
    /// Days that the server's clock is ahead, to rehearse what will be due.
    #[arg(long, value_name = "DAYS", default_value_t = 0, hide = true)]
    pub days_ahead: u16,
    /// Largest file that may be dropped, in megabytes.
    #[arg(long, value_name = "MB", default_value_t = 20_480)]
    pub max_upload_mb: u64,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb begin`.
#[derive(Debug, Args)]
pub struct Begin {
    /// Name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub organisation: String,
    /// Your name.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Your address for mail; you sign in with it. The password is typed unseen, or the first line of
    /// standard input.
    #[arg(long, value_name = "ADDRESS")]
    pub email: String,
    /// Your time zone, such as Europe/Berlin.
    #[arg(long, value_name = "IANA", default_value = "UTC")]
    pub time_zone: String,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb ledger`.
#[derive(Debug, Args)]
pub struct Ledger {
    /// What to do.
    #[command(subcommand)]
    pub command: LedgerCommand,
}

/// The commands over the chain of events.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Walk the chain and name the first broken link; exit code 3 when there is one.
    Verify {
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        data: Data,
    },
    /// Sign the end of the chain, to be kept elsewhere.
    Head {
        /// File to write; without it, standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        data: Data,
    },
    /// Whether the chain still contains a signed end; exit code 3 when it does not.
    CheckHead {
        /// What `plumb ledger head` wrote.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        data: Data,
    },
}

/// `plumb badge`.
#[derive(Debug, Args)]
pub struct Badge {
    /// What to do.
    #[command(subcommand)]
    pub command: BadgeCommand,
}

/// The commands over badges.
#[derive(Debug, Subcommand)]
pub enum BadgeCommand {
    /// Whether a badge is what was signed, and still holds; exit code 3 when not. Opens no database and no network.
    Check {
        /// The badge, as it was downloaded.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The public key of who is said to have given it; without it, that of the data folder where there is one.
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        data: Data,
    },
    /// Print the public key with which this installation signs badges, to be published.
    Key {
        #[command(flatten)]
        data: Data,
    },
}

/// `plumb person`.
#[derive(Debug, Args)]
pub struct Person {
    /// What to do.
    #[command(subcommand)]
    pub command: PersonCommand,
}

/// The commands over one person's data.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Erase a person: the key of their own words is discarded, the rest blanked; the chain still verifies.
    Erase {
        /// Their address for mail.
        #[arg(value_name = "ADDRESS")]
        email: String,
        /// It cannot be undone: without this nothing is done.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        data: Data,
    },
}

/// `plumb backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// File to write; it has its name when it is whole.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// What `plumb backup` wrote.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Take the sample away: all of it, and nothing else.
    #[arg(long)]
    pub remove: bool,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub data: Data,
}

/// `plumb password`.
#[derive(Debug, Args)]
pub struct Password {
    /// Forget the password: the pages can then be served on this machine only.
    #[arg(long)]
    pub clear: bool,
    #[command(flatten)]
    pub data: Data,
}
