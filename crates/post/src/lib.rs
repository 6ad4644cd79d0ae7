//! Today as one mail a day over SMTP. The ledger's book of mails says whose mail is due and who claimed it, so
//! that several servers, or one that is started anew, send each once; this crate writes it, hands it over, and
//! books how that ended.

mod message;

use std::time::{Duration, SystemTime};

use ledger::post::{Book, Claim, Due, Ended};
use ledger::{Ledger, LedgerError, Refused, people, today};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use tokio::sync::watch;

pub use message::{Mail, write};

/// How often it is looked whether somebody's hour has come.
const PULSE: Duration = Duration::from_mins(1);
/// How long a server for mail may take over one dialogue.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where mails go out, and what they say of themselves.
#[derive(Clone)]
pub struct Config {
    /// The server for mail: `smtps://user:password@host`, `smtp://host:25?tls=opportunistic`, `smtp://host:25`.
    pub server: String,
    /// The sender, as in `Plumb <plumb@example.org>`.
    pub from: String,
    /// Where people reach the pages, without a slash at the end.
    pub address: String,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address of the server may hold a password.
        f.debug_struct("Config").field("from", &self.from).field("address", &self.address).finish_non_exhaustive()
    }
}

/// The configuration cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ConfigError {
    /// The address of the server for mail is none.
    #[error("the server for mail is given as smtp://HOST:PORT or smtps://USER:PASSWORD@HOST: {0}")]
    Server(String),
    /// The sender is no address.
    #[error("the sender of mails is given as NAME <ADDRESS>: {0}")]
    From(String),
}

/// Hands mails over to a server.
#[derive(Debug, Clone)]
pub struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    address: String,
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no machine answers a machine.
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Sender {
    /// Reads the configuration; connects to nobody yet.
    ///
    /// # Errors
    /// When the server's address or the sender's is none.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.server)
            .map_err(|error| ConfigError::Server(error.to_string()))?
            .timeout(Some(PATIENCE))
            .build();
        let from =
            config.from.parse().map_err(|error: lettre::address::AddressError| ConfigError::From(error.to_string()))?;
        Ok(Self { transport, from, address: config.address.clone() })
    }

    /// Whether the server for mail answers as one.
    ///
    /// # Errors
    /// What it said, or why it could not be reached.
    pub async fn test(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("it does not answer as a server for mail".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Hands one mail over. Its identifier depends on the person and the day alone: a mail that went out twice
    /// all the same, because a process died between sending and booking, is shown once by most programs.
    async fn send(&self, due: &Due, mail: Mail, at: SystemTime) -> Result<(), String> {
        let address = due.email.parse().map_err(|error| format!("{}: {error}", due.email))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(due.name.clone()), address))
            .subject(mail.subject)
            .date(at)
            .message_id(Some(format!("<{}.{}@plumb>", due.day, due.person)))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
            .map_err(|error| error.to_string())?;
        self.transport.send(message).await.map(drop).map_err(|error| error.to_string())
    }
}

impl Sender {
    /// Hands over a mail that somebody waits for, as plain text. `id` tells it from every other one.
    ///
    /// # Errors
    /// What the server for mail said, or why it could not be reached.
    pub async fn letter(
        &self,
        (name, email): (&str, &str),
        (subject, text): (&str, String),
        id: &str,
        at: SystemTime,
    ) -> Result<(), String> {
        let address = email.parse().map_err(|error| format!("{email}: {error}"))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(name.to_owned()), address))
            .subject(subject)
            .date(at)
            .message_id(Some(format!("<{id}@plumb>")))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|error| error.to_string())?;
        self.transport.send(message).await.map(drop).map_err(|error| error.to_string())
    }
}

/// How a round went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Round {
    /// Mails handed over.
    pub sent: usize,
    /// Persons with nothing to be told.
    pub nothing: usize,
    /// Mails that could not be handed over now.
    pub failed: usize,
}

/// Writes and sends every mail whose hour has come. What fails is booked and tried again in a later round.
///
/// # Errors
/// When the database is away.
pub async fn round(ledger: &Ledger, sender: &Sender) -> Result<Round, LedgerError> {
    let nobody = people::Begin::nobody();
    let mut round = Round::default();
    loop {
        let due = ledger.perform(&nobody, &Claim).await.map_err(inside)?;
        if due.is_empty() {
            return Ok(round);
        }
        for due in due {
            let ended = one(ledger, sender, &due).await?;
            match &ended {
                Ended::Sent => round.sent += 1,
                Ended::Nothing => round.nothing += 1,
                Ended::Failed(error) => {
                    round.failed += 1;
                    tracing::warn!(person = %due.person, day = %due.day, tried = due.tried, error, "a mail could not be sent");
                }
            }
            ledger.perform(&nobody, &Book { person: due.person, day: due.day, ended }).await.map_err(inside)?;
        }
    }
}

fn inside(refused: Refused) -> LedgerError {
    match refused {
        Refused::Ledger(error) => error,
        other => LedgerError::Inside(other.to_string()),
    }
}

async fn one(ledger: &Ledger, sender: &Sender, due: &Due) -> Result<Ended, LedgerError> {
    let mut tx = ledger.read().await?;
    let Some(actor) = people::actor(&mut tx, due.person).await? else { return Ok(Ended::Nothing) };
    let today = today::gather(&mut tx, &actor, &due.zone).await?;
    // Not held while a server far away takes its time.
    drop(tx);
    let Some(mail) = write(&today, &due.wishes, &due.name, &sender.address) else { return Ok(Ended::Nothing) };
    Ok(match sender.send(due, mail, SystemTime::from(ledger.now())).await {
        Ok(()) => Ended::Sent,
        Err(error) => Ended::Failed(error),
    })
}

/// Sends the mails of every day until `stop` says true, or nobody is left who could say so.
///
/// # Errors
/// When the configuration cannot be used; whatever fails later is logged and tried again.
pub async fn run(ledger: Ledger, config: Config, mut stop: watch::Receiver<bool>) -> Result<(), ConfigError> {
    let sender = Sender::new(&config)?;
    loop {
        match round(&ledger, &sender).await {
            Ok(ended) if ended == Round::default() => {}
            Ok(ended) => tracing::info!(ended.sent, ended.nothing, ended.failed, "mails of the day"),
            Err(error) => tracing::error!(%error, "the mails of the day have to wait"),
        }
        tokio::select! {
            () = tokio::time::sleep(PULSE) => {}
            stopped = stop.wait_for(|stop| *stop) => {
                drop(stopped);
                return Ok(());
            }
        }
    }
}
