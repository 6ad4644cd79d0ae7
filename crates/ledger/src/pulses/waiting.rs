//! What of pulses waits for a person: a round to answer, and a closed round of their circle to be answered in words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use leadership::PersonId;
use leadership::today::{Do, Waiting};

use crate::error::LedgerError;
use crate::tx::Tx;

/// Midnight of a day, in UTC: since when something waits that knows a day only.
fn since(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).unwrap_or_default()
}

/// What waits for a person, in one statement: rounds that ask them, and closed ones of circles that they lead; where
/// nobody leads a circle, those wait for whoever set its pulse.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select 'seat' as what, r.id, r.kind, c.name, r.opens_on, r.closes_on, r.answer_by from pulse_seat s \
             join pulse_round r on r.id = s.round join circle c on c.id = r.circle where s.person = $1 \
             and s.state = 'open' and r.state = 'open' and r.opens_on <= $2 and r.closes_on >= $2 \
             union all select 'reply' as what, r.id, r.kind, c.name, r.opens_on, r.closes_on, r.answer_by \
             from held_role h join pulse_round r on r.circle = h.circle join circle c on c.id = r.circle \
             where h.person = $1 and h.role = 'leader' and r.state = 'closed' and r.told > 0 and r.replied_on is null \
             union all select 'reply' as what, r.id, r.kind, c.name, r.opens_on, r.closes_on, r.answer_by \
             from pulse p join pulse_round r on r.pulse = p.id join circle c on c.id = r.circle \
             where p.set_by = $1 and r.state = 'closed' and r.told > 0 and r.replied_on is null \
             and not exists (select 1 from held_role o join person l on l.id = o.person where o.circle = r.circle \
             and o.role = 'leader' and l.left_at is null) \
             order by 7, 2 limit 100",
            args![person, today],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (id, circle) = (row.text("id")?, row.text("name")?);
            let leaders = row.text("kind")? == "leaders";
            let (opens, closes, answer_by) = (row.day("opens_on")?, row.day("closes_on")?, row.day("answer_by")?);
            let long = |day: Date| day.strftime("%-d %B %Y").to_string();
            Ok(if row.text("what")? == "seat" {
                let title =
                    if leaders { "The pulse of all who lead".to_owned() } else { format!("The pulse of {circle}") };
                Waiting {
                    act: Do::Answer,
                    noun: "pulse".to_owned(),
                    page: format!("/pulse/rounds/{id}/answer"),
                    subject: id,
                    title,
                    because: format!("Open until {}; it takes a minute, and skipping it is as good.", long(closes)),
                    since: since(opens),
                    due: Some(closes),
                    holds_up: 0,
                }
            } else {
                let of = if leaders { "all who lead".to_owned() } else { circle };
                Waiting {
                    act: Do::Answer,
                    noun: "pulse_reply".to_owned(),
                    page: format!("/pulse/rounds/{id}"),
                    subject: id,
                    title: format!("Answer the pulse of {of}: you said, we did"),
                    because: format!(
                        "It closed on {}; an answer in your own words was said by {}.",
                        long(closes),
                        long(answer_by)
                    ),
                    since: since(closes.saturating_add(1.days())),
                    due: Some(answer_by),
                    holds_up: 1,
                }
            })
        })
        .collect()
}
