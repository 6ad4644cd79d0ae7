//! What is read of pulses and their rounds.

use leadership::circle::Actor;
use leadership::pulse::Kind;
use leadership::{CircleId, PulseId, RoundId};

use jiff::civil::Date;

use super::{Pulse, Round, pulse, read_round, sees};
use crate::error::LedgerError;
use crate::honesty::of_circles;
use crate::tx::Tx;
use crate::{aims, decisions, ideas, promises};

/// Most rounds that a page shows: a year and more at two weeks each.
const MOST_ROUNDS: i64 = 30;

/// A pulse, whoever asks: callers say who may.
pub(super) async fn find(tx: &mut Tx, id: PulseId) -> Result<Option<Pulse>, LedgerError> {
    tx.one("select * from pulse where id = $1", args![id]).await?.as_ref().map(pulse).transpose()
}

/// The pulse of a circle, whoever asks.
pub(super) async fn of_circle(tx: &mut Tx, circle: CircleId, kind: Kind) -> Result<Option<Pulse>, LedgerError> {
    let row = tx.one("select * from pulse where circle = $1 and kind = $2", args![circle, kind.name()]).await?;
    row.as_ref().map(pulse).transpose()
}

/// The day on which the last round opened.
pub(super) async fn last_opened(tx: &mut Tx, id: PulseId) -> Result<Option<Date>, LedgerError> {
    let sql = "select max(opens_on) as day from pulse_round where pulse = $1 and state <> 'withheld'";
    tx.one(sql, args![id]).await?.map(|row| row.day_or_null("day")).transpose().map(Option::flatten)
}

/// A round, whoever asks: callers say who may.
pub(super) async fn find_round(tx: &mut Tx, id: RoundId) -> Result<Option<Round>, LedgerError> {
    tx.one("select * from pulse_round where id = $1", args![id]).await?.as_ref().map(read_round).transpose()
}

/// A pulse that an actor sees.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: PulseId) -> Result<Option<Pulse>, LedgerError> {
    Ok(find(tx, id).await?.filter(|found| sees(actor, found.circle, found.kind)))
}

/// The pulses that an actor sees, in the order in which they were first set: never in that of a figure.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, actor: &Actor) -> Result<Vec<Pulse>, LedgerError> {
    let rows = of_circles(tx, "select * from pulse where circle in ({})", &actor.sight.inside).await?;
    let mut out = rows.iter().map(pulse).collect::<Result<Vec<_>, _>>()?;
    out.retain(|found| sees(actor, found.circle, found.kind));
    out.sort_by_key(|found| found.id);
    Ok(out)
}

/// The rounds of a pulse that an actor sees, newest first; at most thirty.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn rounds(tx: &mut Tx, actor: &Actor, id: PulseId) -> Result<Vec<Round>, LedgerError> {
    if get(tx, actor, id).await?.is_none() {
        return Ok(Vec::new());
    }
    let rows = tx
        .rows(
            "select * from pulse_round where pulse = $1 order by opens_on desc, id desc limit $2",
            args![id, MOST_ROUNDS],
        )
        .await?;
    rows.iter().map(read_round).collect()
}

/// A round that an actor sees.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn round(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Option<Round>, LedgerError> {
    Ok(find_round(tx, id).await?.filter(|found| sees(actor, found.circle, found.kind)))
}

/// Something that the answer to a round names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// `aim`, `decision`, `idea` or `promise`.
    pub noun: String,
    /// Its identifier.
    pub subject: String,
    /// Its title.
    pub title: String,
}

/// The title of a thing, where an actor sees it.
pub(super) async fn title(
    tx: &mut Tx,
    actor: &Actor,
    noun: &str,
    subject: &str,
) -> Result<Option<String>, LedgerError> {
    Ok(match noun {
        "aim" => match subject.parse() {
            Ok(id) => aims::get(tx, actor, id).await?.map(|found| found.title),
            Err(_) => None,
        },
        "decision" => match subject.parse() {
            Ok(id) => decisions::get(tx, actor, id).await?.map(|found| found.form.question),
            Err(_) => None,
        },
        "idea" => match subject.parse() {
            Ok(id) => ideas::get(tx, actor, id).await?.map(|found| found.title),
            Err(_) => None,
        },
        "promise" => match subject.parse() {
            Ok(id) => promises::get(tx, actor, id).await?.map(|found| found.what),
            Err(_) => None,
        },
        _ => None,
    })
}

/// What the answer to a round names, as far as an actor sees it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn links(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Vec<Linked>, LedgerError> {
    let rows =
        tx.rows("select noun, subject from pulse_link where round = $1 order by noun, subject", args![id]).await?;
    let mut out = Vec::new();
    for row in &rows {
        let (noun, subject) = (row.text("noun")?, row.text("subject")?);
        if let Some(title) = title(tx, actor, &noun, &subject).await? {
            out.push(Linked { noun, subject, title });
        }
    }
    Ok(out)
}
