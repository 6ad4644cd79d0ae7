//! What of waves waits for a person: to answer, to choose who rates them, to confirm who rates others.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use leadership::today::{Do, Waiting};
use leadership::wave::{Places, RaterRole, SeatState};
use leadership::{PersonId, WaveId};

use super::seats::held;
use crate::error::LedgerError;
use crate::people;
use crate::tx::Tx;

/// The most of each kind that are told.
const MOST: i64 = 50;

/// What waits for a person, soonest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let mut out = to_answer(tx, person, today).await?;
    out.extend(to_choose(tx, person, today).await?);
    out.extend(to_confirm(tx, person, today).await?);
    Ok(out)
}

/// Midnight of a day, in UTC: since when something waits that knows a day only.
fn since(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).unwrap_or_default()
}

async fn to_answer(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select s.id, s.role, s.wave, p.name, w.title, w.opens_on, w.closes_on, w.reminded, w.reminded_on from seat s \
             join wave w on w.id = s.wave join person p on p.id = s.rated \
             where s.rater = $1 and s.state = $2 and w.closed_on is null and w.opens_on <= $3 and w.closes_on >= $3 \
             order by w.closes_on, s.id limit $4",
            args![person, SeatState::Confirmed.name(), today, MOST],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (seat, wave) = (row.text("id")?, row.text("wave")?);
            let own = row.text("role")? == RaterRole::Own.name();
            let closes = row.day("closes_on")?;
            let mut because = if own {
                format!(
                    "“{}” is open until {closes}. Rate yourself before you see what others say.",
                    row.text("title")?
                )
            } else {
                format!("“{}” is open until {closes}. It takes about seven minutes.", row.text("title")?)
            };
            let reminded = match (row.int("reminded")?, row.day_or_null("reminded_on")?) {
                (1, Some(on)) => format!(" You were reminded on {on}."),
                (2.., Some(on)) => format!(" This is the last reminder, of {on}."),
                _ => String::new(),
            };
            because.push_str(&reminded);
            Ok(Waiting {
                act: Do::Answer,
                noun: "seat".to_owned(),
                page: format!("/waves/{wave}/answer/{seat}"),
                subject: seat,
                title: if own { "Rate yourself".to_owned() } else { format!("Say how {} leads", row.text("name")?) },
                because,
                since: since(row.day("opens_on")?),
                due: Some(closes),
                holds_up: 1,
            })
        })
        .collect()
}

async fn to_choose(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select r.nominated_at, w.id, w.title, w.opens_on, w.closes_on from rated r join wave w on w.id = r.wave \
             where r.person = $1 and r.chosen_at is null and w.closed_on is null and w.closes_on >= $2 \
             order by w.opens_on, w.id limit $3",
            args![person, today, MOST],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (wave, opens) = (row.text("id")?, row.day("opens_on")?);
            Ok(Waiting {
                act: Do::Decide,
                noun: "wave".to_owned(),
                page: format!("/waves/{wave}/raters"),
                subject: wave,
                title: format!("Choose who rates you in “{}”", row.text("title")?),
                because: format!("Answers are taken from {opens} on; a higher-up confirms your choice before."),
                since: row.at("nominated_at")?,
                due: Some(opens.max(today)),
                holds_up: 1,
            })
        })
        .collect()
}

/// Whose choice this person confirms: as a higher-up, or as the planner where nobody is higher up.
async fn to_confirm(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select r.person, r.chosen_at, w.id, w.circle, w.title, w.opens_on, w.planned_by from rated r join wave w on w.id = r.wave \
             where r.chosen_at is not null and r.confirmed_by is null and r.person <> $1 and w.closed_on is null \
             and w.closes_on >= $2 order by w.opens_on, w.id, r.chosen_at",
            args![person, today],
        )
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let plans = rows.iter().any(|row| row.text("planned_by").is_ok_and(|planner| planner == person.to_string()));
    if actor.sight.leads.is_empty() && actor.sight.administers.is_empty() && !plans {
        return Ok(Vec::new());
    }
    let (tree, held) = (people::tree(tx).await?, held(tx).await?);
    let places = Places::new(&tree, &held);
    let mut waves: BTreeMap<WaveId, Waiting> = BTreeMap::new();
    for row in &rows {
        let above = places.higher_ups(row.id("person")?);
        let planner: PersonId = row.id("planned_by")?;
        // Who is at the top and planned it themselves is confirmed by whoever else administers the circle.
        let top = planner == row.id("person")? && actor.sight.administers(row.id("circle")?);
        let mine = above.iter().any(|(up, _)| *up == person) || above.is_empty() && (planner == person || top);
        if !mine {
            continue;
        }
        let (id, opens): (WaveId, Date) = (row.id("id")?, row.day("opens_on")?);
        let chosen_at = row.at("chosen_at")?;
        let title = row.text("title")?;
        let one = waves.entry(id).or_insert_with(|| Waiting {
            act: Do::Decide,
            noun: "wave".to_owned(),
            subject: id.to_string(),
            title: format!("Confirm who rates whom in “{title}”"),
            because: String::new(),
            since: chosen_at,
            due: Some(opens.max(today).saturating_add(2.days())),
            holds_up: 0,
            page: format!("/waves/{id}/confirm"),
        });
        one.holds_up += 1;
    }
    Ok(waves
        .into_values()
        .map(|one| {
            let because = match one.holds_up {
                1 => "One person chose their raters and waits for you.".to_owned(),
                count => format!("{count} people chose their raters and wait for you."),
            };
            Waiting { because, ..one }
        })
        .collect())
}
