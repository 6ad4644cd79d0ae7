//! What waits for a person: to decide, to answer, to review, to say back; and what was told, by whatever room, and waits to
//! be acknowledged.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadership::PersonId;
use leadership::today::{Do, Waiting};

use super::NOUN;
use crate::error::LedgerError;
use crate::notices;
use crate::store::Row;
use crate::tx::Tx;

/// One thing about a decision.
fn one(row: &Row, act: Do, since: Timestamp, due: Option<Date>, because: String) -> Result<Waiting, LedgerError> {
    let id = row.text("id")?;
    let page = match act {
        Do::Decide => format!("/decisions/{id}/edit"),
        Do::Review => format!("/decisions/{id}/review"),
        _ => format!("/decisions/{id}/say"),
    };
    Ok(Waiting {
        act,
        noun: NOUN.to_owned(),
        subject: id,
        title: row.text("question")?,
        because,
        since,
        due,
        holds_up: u32::try_from(row.int("others")?).unwrap_or(u32::MAX),
        page,
    })
}

/// What waits for a person: decisions asked of them or whose time for objections is over, objections asked of
/// them while there is time for them, reviews that are due, what was decided and not told, what to say back, notices of
/// every room.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let mut out = Vec::new();
    let decide = tx
        .rows(
            "select d.id, d.question, d.state, d.made_at, d.asked_at, d.answer_by, a.name as author, \
             (select count(*) from decision_affected f where f.decision = d.id and f.person <> $1) as others, \
             (select count(*) from decision_affected f where f.decision = d.id and f.asked_at is not null \
              and f.person <> $1 and not exists (select 1 from decision_voice v where v.decision = d.id \
              and v.version = d.version and v.person = f.person)) as silent \
             from decision d join person a on a.id = d.author where d.decider = $1 \
             and ((d.state = 'draft' and d.author <> $1) or d.state = 'open') order by d.made_at, d.id",
            args![person],
        )
        .await?;
    for row in &decide {
        let due = row.day_or_null("answer_by")?;
        let since = row.at_or_null("asked_at")?.unwrap_or(row.at("made_at")?);
        if row.text("state")? == "draft" {
            let because = format!("{} asks you to decide it.", row.text("author")?);
            out.push(one(row, Do::Decide, since, None, because)?);
        } else if let Some(until) = due {
            if row.int("silent")? == 0 {
                let because = "Everybody who was asked has answered.".to_owned();
                out.push(one(row, Do::Decide, since, due, because)?);
            } else if until <= today {
                out.push(one(row, Do::Decide, since, due, format!("Objections were asked until {until}."))?);
            }
        }
    }
    let answer = tx
        .rows(
            "select d.id, d.question, d.answer_by, f.asked_at, f.because, p.name as decider, \
             (select count(*) from decision_affected o where o.decision = d.id and o.person <> $1) as others \
             from decision_affected f join decision d on d.id = f.decision join person p on p.id = d.decider \
             where f.person = $1 and f.asked_at is not null and d.state = 'open' and d.decider <> $1 \
             and (d.answer_by is null or d.answer_by >= $2) \
             and not exists (select 1 from decision_voice v where v.decision = d.id and v.version = d.version \
             and v.person = $1) order by f.asked_at, d.id",
            args![person, today],
        )
        .await?;
    for row in &answer {
        let due = row.day_or_null("answer_by")?;
        let until = due.map(|day| format!(" until {day}")).unwrap_or_default();
        let because = format!("{} asks those affected for objections{until}.", row.text("decider")?);
        out.push(one(row, Do::Answer, row.at("asked_at")?, due, because)?);
    }
    let review = tx
        .rows(
            "select d.id, d.question, d.decided_at, d.review_on, \
             (select count(*) from decision_affected o where o.decision = d.id and o.person <> $1) as others \
             from decision d where d.decider = $1 and d.state = 'decided' and d.review_on <= $2 \
             order by d.review_on, d.id",
            args![person, today],
        )
        .await?;
    for row in &review {
        let due = row.day("review_on")?;
        let because = format!("Its outcome was to be judged on {due}.");
        // Nobody is held up by a judgement.
        let waiting = one(row, Do::Review, row.at("decided_at")?, Some(due), because)?;
        out.push(Waiting { holds_up: 0, ..waiting });
    }
    untold(tx, person, &mut out).await?;
    super::back::waiting(tx, person, today, &mut out).await?;
    out.extend(notices::to_acknowledge(tx, person).await?);
    Ok(out)
}

/// Hours after which a decision that nobody was told of waits for its decider.
const UNTOLD_HOURS: i64 = 24;
/// Days for which it does: whoever means to tell nobody is not asked for ever.
const UNTOLD_DAYS: i64 = 14;

/// Decisions of a person's own that were made and not told to anybody yet, where their circle has others in it.
async fn untold(tx: &mut Tx, person: PersonId, out: &mut Vec<Waiting>) -> Result<(), LedgerError> {
    let before = tx.now() - SignedDuration::from_hours(UNTOLD_HOURS);
    let after = tx.now() - SignedDuration::from_hours(24 * UNTOLD_DAYS);
    let rows = tx
        .rows(
            "select d.id, d.question, d.decided_at, (select count(distinct r.person) from held_role r \
             where r.circle = d.circle and r.person <> $1) as others from decision d \
             where d.decider = $1 and d.state = 'decided' and d.closed_why is null and d.decided_at <= $2 \
             and d.decided_at > $3 \
             and not exists (select 1 from notice n where n.noun = 'decision' and n.subject = d.id) \
             and exists (select 1 from held_role r where r.circle = d.circle and r.person <> $1) \
             order by d.decided_at, d.id",
            args![person, before, after],
        )
        .await?;
    for row in &rows {
        let because = "You decided it, and nobody was told yet.".to_owned();
        let waiting = one(row, Do::Decide, row.at("decided_at")?, None, because)?;
        out.push(Waiting { page: format!("/decisions/{}/tell", row.text("id")?), ..waiting });
    }
    Ok(())
}

/// Decisions of a person whose day of judgement is one of these, the first and the last counted.
///
/// # Errors
/// When the database is away.
pub(crate) async fn to_judge(
    tx: &mut Tx,
    person: PersonId,
    (first, last): (Date, Date),
) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select d.id, d.question, d.decided_at, d.review_on, cast(0 as bigint) as others from decision d \
             where d.decider = $1 and d.state = 'decided' and d.review_on >= $2 and d.review_on <= $3 \
             order by d.review_on, d.id limit 500",
            args![person, first, last],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let because = "You wanted to judge on this day what came of it.".to_owned();
            one(row, Do::Review, row.at("decided_at")?, Some(row.day("review_on")?), because)
        })
        .collect()
}
