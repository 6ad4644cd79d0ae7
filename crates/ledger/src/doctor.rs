//! What `plumb doctor` looks at: each line says what was found and, where something is wrong, what to do.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::Serialize;

use crate::backup::steps;
use crate::chain;
use crate::error::LedgerError;
use crate::ledger::{Ledger, Now};
use crate::migrate;
use crate::sealed;
use crate::store::{Connection, Pool};
use crate::tx::{Random, Tx};

/// Below this the disk is full for every purpose, in bytes.
const DISK_LEAST: u64 = 100 << 20;
/// Below this the disk is worth a note, in bytes.
const DISK_LITTLE: u64 = 1 << 30;
/// Events at the end of the chain that are checked.
const TAIL: i64 = 1_000;
/// How far the clocks of this machine and of the database may differ.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);
/// Days for which mails that could not be sent are told.
const UNSENT_DAYS: i32 = 7;
/// How long the mail server may take to answer.
const MAIL_PATIENCE: Duration = Duration::from_secs(5);

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Good,
    /// It works, and should be known.
    Note,
    /// It does not work.
    Bad,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub about: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, as a sentence.
    pub found: String,
    /// What to do, as a sentence; empty when nothing is to be done.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.state {
            State::Good => "good",
            State::Note => "note",
            State::Bad => "BAD ",
        };
        write!(f, "{mark}  {}: {}", self.about, self.found)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "\n      {}", self.remedy) }
    }
}

fn good(about: &'static str, found: impl Into<String>) -> Finding {
    Finding { about, state: State::Good, found: found.into(), remedy: String::new() }
}

fn note(about: &'static str, found: impl Into<String>, remedy: &str) -> Finding {
    Finding { about, state: State::Note, found: found.into(), remedy: remedy.to_owned() }
}

fn bad(about: &'static str, found: impl Into<String>, remedy: &str) -> Finding {
    Finding { about, state: State::Bad, found: found.into(), remedy: remedy.to_owned() }
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The database, as it was configured.
    pub database: &'a str,
    /// Where people reach the server, as it was configured.
    pub address: Option<&'a str>,
    /// Host and port of the mail server, as it was configured.
    pub mail: Option<&'a str>,
    /// The data folder, where the key of sealed answers lies.
    pub folder: Option<&'a Path>,
}

/// Looks at everything and changes nothing.
pub async fn examine(given: Given<'_>, now: &Now, random: &Random) -> Vec<Finding> {
    let mut out = vec![configuration(given)];
    if let Some(path) = given.database.strip_prefix("sqlite:") {
        out.push(disk(Path::new(path)));
        if !Path::new(path).exists() {
            out.push(note("database", format!("{path} is not there yet."), "plumb serve makes it."));
            out.push(mail(given.mail).await);
            return out;
        }
    }
    match Pool::open(given.database).await {
        Ok(pool) => {
            database(&pool, given.folder, now, random, &mut out).await;
            pool.close().await;
        }
        Err(error) => out.push(bad(
            "database",
            format!("{error}."),
            "Check that the server runs, and that its address, user and password are right.",
        )),
    }
    out.push(mail(given.mail).await);
    out
}

fn configuration(given: Given<'_>) -> Finding {
    const ABOUT: &str = "configuration";
    if !given.database.starts_with("sqlite:") && !given.database.starts_with("postgres") {
        let remedy = "Write sqlite:PATH or postgres://USER@HOST/DATABASE.";
        return bad(ABOUT, "The database's address is of no known kind.", remedy);
    }
    let engine = if given.database.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    match given.address {
        Some(address) if address.starts_with("https://") => good(ABOUT, format!("{engine}; people come by {address}.")),
        Some(address) if address.starts_with("http://127.") || address.starts_with("http://localhost") => {
            good(ABOUT, format!("{engine}; people on this machine come by {address}."))
        }
        Some(address) => note(
            ABOUT,
            format!("{engine}; people come by {address}, which is not encrypted."),
            "Put a proxy with a certificate before it, and give its https:// address.",
        ),
        None => note(ABOUT, format!("{engine}; no address is given."), "Links in mails need one."),
    }
}

/// Bytes that are free where a folder is.
fn free(folder: &Path) -> rustix::io::Result<u64> {
    rustix::fs::statvfs(folder).map(|stat| stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// What is free, held against what is needed; `more` is said after it.
fn room(free: u64, more: &str, remedy: &str) -> Finding {
    const ABOUT: &str = "disk";
    let told = format!("{} MiB are free where the database is{more}.", free >> 20);
    match free {
        ..DISK_LEAST => bad(ABOUT, told, remedy),
        DISK_LEAST..DISK_LITTLE => note(ABOUT, told, remedy),
        _ => good(ABOUT, told),
    }
}

fn disk(path: &Path) -> Finding {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match free(folder) {
        Ok(free) => room(free, "", "Free some space, or move the data folder to a larger disk."),
        Err(error) => bad("disk", format!("{}: {error}.", folder.display()), "Make the folder, or give another one."),
    }
}

/// What a server of PostgreSQL takes, and the free space of its disk where that can be seen: when the server is on
/// this machine and tells where its files are.
async fn served(tx: &mut Tx) -> Result<Finding, LedgerError> {
    let size = tx.count("select pg_database_size(current_database()) as n", &[]).await?;
    let told = format!("the database takes {} MiB", size >> 20);
    // Only who may read all settings is told of the folder; a server elsewhere has one of that name elsewhere.
    let place = tx
        .one(
            "select setting from pg_settings where name = 'data_directory' and (inet_server_addr() is null \
             or inet_server_addr() = inet_client_addr())",
            &[],
        )
        .await?;
    let place = place.map(|row| row.text("setting")).transpose()?;
    let seen = place.as_deref().map(Path::new).filter(|folder| folder.is_dir()).and_then(|folder| free(folder).ok());
    Ok(match seen {
        Some(free) => {
            let remedy =
                "Free some space, or move PostgreSQL's data folder to a larger disk: it stops when its disk is full.";
            room(free, &format!("; {told}"), remedy)
        }
        None => note(
            "disk",
            format!("The disk of the database's machine cannot be seen from here; {told}."),
            "Watch the free space of that machine: PostgreSQL stops when its disk is full.",
        ),
    })
}

/// Whether a change could be written; nothing is.
async fn writable(pool: &Pool) -> Result<(), LedgerError> {
    let mut connection = pool.writing().await?;
    connection.lock_head().await?;
    connection.run("update chain set seq = seq where one = 1", &[]).await?;
    connection.rollback().await
}

async fn database(pool: &Pool, folder: Option<&Path>, now: &Now, random: &Random, out: &mut Vec<Finding>) {
    const ABOUT: &str = "database";
    let asked = async {
        let mut connection = pool.reading().await?;
        let version = match &connection {
            Connection::Sqlite(_) => "select 'SQLite ' || sqlite_version() as version",
            Connection::Postgres(_) => "select version() as version",
        };
        let version = connection.rows(version, &[]).await?.first().map(|row| row.text("version")).transpose()?;
        Ok::<_, LedgerError>((version.unwrap_or_default(), steps(&mut connection).await?))
    };
    let taken = match asked.await {
        Ok((version, taken)) => {
            out.push(good(ABOUT, format!("It answers: {version}.")));
            taken
        }
        Err(error) => {
            out.push(bad(ABOUT, format!("{error}."), "Check that this is Plumb's database, and that it may be read."));
            return;
        }
    };
    let all = migrate::all();
    let (missing, unknown) = (
        all.iter().filter(|step| !taken.contains(step)).count(),
        taken.iter().filter(|step| !all.contains(step)).count(),
    );
    out.push(match (missing, unknown) {
        (0, 0) => good("migrations", format!("All {} steps are taken.", all.len())),
        (_, 0) => {
            note("migrations", format!("{missing} of {} steps are to be taken.", all.len()), "plumb serve takes them.")
        }
        _ => bad(
            "migrations",
            format!("{unknown} steps are unknown here: a newer Plumb was at work."),
            "Use that version or a later one; this one would not understand what is kept.",
        ),
    });
    if unknown > 0 || !taken.contains(&1) {
        return;
    }
    out.push(match writable(pool).await {
        Ok(()) => good("writing", "The database can be written to."),
        Err(error) => {
            bad("writing", format!("{error}."), "Check who owns the files, the rights of its user, and the disk.")
        }
    });
    let ledger = Ledger::over(pool.clone(), now.clone(), random.clone());
    match ledger.read().await {
        Ok(mut tx) => {
            if matches!(tx.connection, Connection::Postgres(_)) {
                out.push(served(&mut tx).await.unwrap_or_else(|error| {
                    note("disk", format!("{error}."), "Watch the disk of the database's machine yourself.")
                }));
            }
            out.push(
                clock(&mut tx)
                    .await
                    .unwrap_or_else(|error| bad("clock", format!("{error}."), "Mend the database first.")),
            );
            out.push(
                tail(&mut tx)
                    .await
                    .unwrap_or_else(|error| bad("chain", format!("{error}."), "Run plumb ledger verify.")),
            );
        }
        Err(error) => out.push(bad("chain", format!("{error}."), "Mend the database first.")),
    }
    if missing == 0
        && let Ok(mut tx) = ledger.read().await
        && let Ok(Some(finding)) = unsent(&mut tx).await
    {
        out.push(finding);
    }
    if let Some(folder) = folder
        && missing == 0
        && let Ok(mut tx) = ledger.read().await
        && let Ok(Some(finding)) = answers(&mut tx, folder).await
    {
        out.push(finding);
    }
}

/// Mails of the last days that were given up; nothing where there are none.
async fn unsent(tx: &mut Tx) -> Result<Option<Finding>, LedgerError> {
    const REMEDY: &str = "Administrators see all of them under Today, How you are told. Mend what the mail server said; the next day's mail is tried anew.";
    let since = tx.now().to_zoned(TimeZone::UTC).date().saturating_sub(UNSENT_DAYS.days());
    let rows = tx
        .rows("select error from mailing where state = 'failed' and day >= $1 order by told_at desc", args![since])
        .await?;
    let Some(last) = rows.first() else { return Ok(None) };
    let said = last.text("error")?;
    let found = format!(
        "{} of the last {UNSENT_DAYS} days could not be sent; the mail server said last: {}.",
        if rows.len() == 1 { "One mail".to_owned() } else { format!("{} mails", rows.len()) },
        said.trim_end_matches('.')
    );
    Ok(Some(note("mails", found, REMEDY)))
}

/// Whether the key of the data folder opens what answers are sealed with; nothing where none are there.
async fn answers(tx: &mut Tx, folder: &Path) -> Result<Option<Finding>, LedgerError> {
    const ABOUT: &str = "answers";
    const REMEDY: &str =
        "Bring answers.key back from where it was kept: without it nobody answers, and no report is worked out.";
    Ok(match sealed::opens(tx, folder).await? {
        None => None,
        Some(true) => Some(good(ABOUT, format!("{} opens the sealed answers.", sealed::FILE))),
        Some(false) => Some(bad(ABOUT, format!("{} does not open the sealed answers.", sealed::FILE), REMEDY)),
    })
}

async fn clock(tx: &mut Tx) -> Result<Finding, LedgerError> {
    const ABOUT: &str = "clock";
    const REMEDY: &str = "Set this machine's clock, best by a time service.";
    let now = tx.now();
    let last =
        tx.one("select at from event order by seq desc limit 1", &[]).await?.map(|row| row.at("at")).transpose()?;
    if let Some(last) = last
        && last > now
    {
        return Ok(bad(ABOUT, format!("It shows {now}, and the last event was at {last}, which is later."), REMEDY));
    }
    if matches!(tx.connection, Connection::Postgres(_)) {
        let theirs = tx.count("select cast(extract(epoch from clock_timestamp()) as bigint) as n", &[]).await?;
        let theirs = Timestamp::from_second(theirs).unwrap_or_default();
        if theirs.duration_since(now).abs() > CLOCKS_APART {
            return Ok(note(ABOUT, format!("It shows {now}, and the database's {theirs}."), REMEDY));
        }
    }
    Ok(good(ABOUT, format!("It shows {now}; no event is later.")))
}

async fn tail(tx: &mut Tx) -> Result<Finding, LedgerError> {
    let length = tx.count("select seq as n from chain where one = 1", &[]).await?;
    let from = (length - TAIL).max(0);
    let walked = chain::walk_from(tx, from, |_| ()).await?;
    Ok(match walked.broken {
        None => good("chain", format!("The last {} of {length} events hold.", length - from)),
        Some((place, what)) => bad(
            "chain",
            format!("It is broken at event {place}: {what}."),
            "Run plumb ledger verify; compare with a signed head and restore the last backup that holds.",
        ),
    })
}

async fn mail(server: Option<&str>) -> Finding {
    const ABOUT: &str = "mail";
    let Some(server) = server else {
        return note(ABOUT, "No mail server is configured.", "Without one nobody is reminded by mail; the pages work.");
    };
    let remedy = "Check the host and port of the mail server, and that this machine may reach it.";
    match tokio::time::timeout(MAIL_PATIENCE, tokio::net::TcpStream::connect(server)).await {
        Ok(Ok(_)) => good(ABOUT, format!("{server} answers.")),
        Ok(Err(error)) => bad(ABOUT, format!("{server}: {error}."), remedy),
        Err(_) => bad(ABOUT, format!("{server} does not answer within {} s.", MAIL_PATIENCE.as_secs()), remedy),
    }
}
