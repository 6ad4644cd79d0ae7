//! What waits for a person because of growth. Nothing of it tells anybody else anything.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use leadership::PersonId;
use leadership::growth::{Seat, week_of};
use leadership::today::{Do, Waiting};

use super::{plan, seats};
use crate::error::LedgerError;
use crate::people;
use crate::tx::Tx;

/// Days before its day that a note to oneself begins to wait.
const AHEAD_DAYS: i32 = 7;
/// Weeks of looks back after which a week without one is asked about.
const LATELY_DAYS: i64 = 28;

fn started(day: Date) -> jiff::Timestamp {
    day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).unwrap_or_default()
}

/// What waits: practices noted for oneself, the day to look again, seats that were offered, what others saw, a
/// message that is free, the look back of a week for those who do it. Promises of the plan wait with promises.
///
/// # Errors
/// When the database is away.
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    let item = |act, noun: &str, subject: String, title: String, because: String, since, due, page: String| Waiting {
        act,
        noun: noun.to_owned(),
        subject,
        title,
        because,
        since,
        due,
        holds_up: 0,
        page,
    };
    if let Some(found) = plan::mine(tx, &actor).await? {
        for practice in found.practices.iter().filter(|one| one.promise.is_none() && one.is_open()) {
            if leadership::promise::days_between(today, practice.due) <= AHEAD_DAYS {
                out.push(item(
                    Do::Keep,
                    "practice",
                    practice.id.to_string(),
                    practice.words.clone(),
                    format!("You noted it for yourself, for {}.", practice.due.strftime("%-d %B %Y")),
                    found.made_at,
                    Some(practice.due),
                    format!("/growth#practice-{}", practice.id),
                ));
            }
        }
        if found.retest_on <= today {
            out.push(item(
                Do::Review,
                "growth_plan",
                found.id.to_string(),
                "Look again at what you practised".to_owned(),
                format!(
                    "You chose {} for it: be rated again, or ask one who saw you; then close the plan with what you learned.",
                    found.retest_on.strftime("%-d %B %Y")
                ),
                started(found.retest_on),
                Some(found.retest_on),
                "/growth".to_owned(),
            ));
        }
    }
    let offered: Vec<_> =
        seats::beside_me(tx, &actor).await?.into_iter().filter(|one| one.state == Seat::Invited).collect();
    let ids: Vec<PersonId> = offered.iter().map(|one| one.person).collect();
    for (seat, who) in offered.iter().zip(people::named(tx, &ids).await?) {
        out.push(Waiting {
            holds_up: 1,
            ..item(
                Do::Answer,
                "seat",
                seat.id.to_string(),
                format!("{} asks you to look along as they grow", who.name),
                "Take the seat, or say that you cannot.".to_owned(),
                seat.invited_at,
                None,
                format!("/growth/seats/{}", seat.id),
            )
        });
    }
    let rows = tx
        .rows(
            "select o.id, o.noted_at, o.seen_on, p.name from observation o join person p on p.id = o.by_person \
             where o.about = $1 and o.read_at is null and o.withdrawn_at is null order by o.noted_at, o.id limit 50",
            args![person],
        )
        .await?;
    for row in &rows {
        let id = row.text("id")?;
        out.push(item(
            Do::Acknowledge,
            "observation",
            id.clone(),
            format!("{} noted what they saw you do", row.text("name")?),
            format!("Seen on {}; the two of you can read it.", row.day("seen_on")?.strftime("%-d %B %Y")),
            row.at("noted_at")?,
            None,
            format!("/observations#observation-{id}"),
        ));
    }
    let free = tx
        .rows(
            "select id, until from held_message where person = $1 and until <= $2 order by until, id",
            args![person, tx.now()],
        )
        .await?;
    for row in &free {
        let id = row.text("id")?;
        out.push(item(
            Do::Decide,
            "held_message",
            id.clone(),
            "A message that you held is free".to_owned(),
            "Read it again: send it, change it, or let it go.".to_owned(),
            row.at("until")?,
            None,
            format!("/growth/held/{id}"),
        ));
    }
    // Who never looked back, or stopped, is left alone.
    let ends_soon = matches!(today.weekday(), Weekday::Friday | Weekday::Saturday | Weekday::Sunday);
    if ends_soon {
        let monday = week_of(today);
        let row = tx.one("select max(week) as week from reflection where person = $1", args![person]).await?;
        let last = row.map(|row| row.day_or_null("week")).transpose()?.flatten();
        let lately = monday.saturating_sub(jiff::Span::new().days(LATELY_DAYS));
        if last.is_some_and(|last| last < monday && last >= lately) {
            let friday = monday.saturating_add(jiff::Span::new().days(4));
            out.push(item(
                Do::Review,
                "reflection",
                monday.to_string(),
                "Five minutes to look back on your week".to_owned(),
                "You did it in the last weeks. Nobody else reads it.".to_owned(),
                started(friday),
                Some(monday.saturating_add(jiff::Span::new().days(6))),
                "/growth/reflection".to_owned(),
            ));
        }
    }
    Ok(out)
}
