//! What waits for a person because of growth. Nothing of it tells anybody else anything.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use leadership::PersonId;
use leadership::circle::Actor;
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

/// What is to be done, about what, and where; the rest is filled in by who says it.
fn one(act: Do, noun: &str, subject: String, page: String) -> Waiting {
    Waiting {
        act,
        noun: noun.to_owned(),
        subject,
        page,
        title: String::new(),
        because: String::new(),
        since: jiff::Timestamp::UNIX_EPOCH,
        due: None,
        holds_up: 0,
    }
}

fn shown(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// What waits: practices noted for oneself, the day to look again, seats that were offered, what others saw, how others mean to lead one, a
/// message that is free, the look back of a week for those who do it. Promises of the plan wait with promises.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let mut out = of_plan(tx, &actor, today).await?;
    out.extend(of_others(tx, &actor).await?);
    let free = tx
        .rows(
            "select id, until from held_message where person = $1 and until <= $2 order by until, id",
            args![person, tx.now()],
        )
        .await?;
    for row in &free {
        let id = row.text("id")?;
        let page = format!("/growth/held/{id}");
        out.push(Waiting {
            title: "A message that you held is free".to_owned(),
            because: "Read it again: send it, change it, or let it go.".to_owned(),
            since: row.at("until")?,
            ..one(Do::Decide, "held_message", id, page)
        });
    }
    out.extend(look_back(tx, person, today).await?);
    Ok(out)
}

/// Notes to oneself that are due soon, and the day to look again.
async fn of_plan(tx: &mut Tx, actor: &Actor, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let mut out = Vec::new();
    let Some(found) = plan::mine(tx, actor).await? else { return Ok(out) };
    for practice in found.practices.iter().filter(|one| one.promise.is_none() && one.is_open()) {
        if leadership::promise::days_between(today, practice.due) <= AHEAD_DAYS {
            let page = format!("/growth#practice-{}", practice.id);
            out.push(Waiting {
                title: practice.words.clone(),
                because: format!("You noted it for yourself, for {}.", shown(practice.due)),
                since: found.made_at,
                due: Some(practice.due),
                ..one(Do::Keep, "practice", practice.id.to_string(), page)
            });
        }
    }
    if found.retest_on <= today {
        out.push(Waiting {
            title: "Look again at what you practised".to_owned(),
            because: format!(
                "You chose {} for it: be rated again, or ask one who saw you; then close the plan with what you learned.",
                shown(found.retest_on)
            ),
            since: started(found.retest_on),
            due: Some(found.retest_on),
            ..one(Do::Review, "growth_plan", found.id.to_string(), "/growth".to_owned())
        });
    }
    Ok(out)
}

/// Seats that were offered, and notes and ways of leading that were not seen yet.
async fn of_others(tx: &mut Tx, actor: &Actor) -> Result<Vec<Waiting>, LedgerError> {
    let mut out = Vec::new();
    let offered: Vec<_> =
        seats::beside_me(tx, actor).await?.into_iter().filter(|one| one.state == Seat::Invited).collect();
    let ids: Vec<PersonId> = offered.iter().map(|one| one.person).collect();
    for (seat, who) in offered.iter().zip(people::named(tx, &ids).await?) {
        let page = format!("/growth/seats/{}", seat.id);
        out.push(Waiting {
            title: format!("{} asks you to look along as they grow", who.name),
            because: "Take the seat, or say that you cannot.".to_owned(),
            since: seat.invited_at,
            holds_up: 1,
            ..one(Do::Answer, "seat", seat.id.to_string(), page)
        });
    }
    let led = tx
        .rows(
            "select s.id, s.made_at, s.work, p.name from style_choice s join person p on p.id = s.leader \
             where s.person = $1 and s.seen_at is null order by s.made_at, s.id limit 50",
            args![actor.person],
        )
        .await?;
    for row in &led {
        let id = row.text("id")?;
        let page = format!("/growth/styles/{id}");
        out.push(Waiting {
            title: format!("{} wrote how they mean to work with you", row.text("name")?),
            because: format!("On “{}”: see it, and say whether it fits you, if you like.", row.text("work")?),
            since: row.at("made_at")?,
            ..one(Do::Acknowledge, "style_choice", id, page)
        });
    }
    let rows = tx
        .rows(
            "select o.id, o.noted_at, o.seen_on, p.name from observation o join person p on p.id = o.by_person \
             where o.about = $1 and o.read_at is null and o.withdrawn_at is null order by o.noted_at, o.id limit 50",
            args![actor.person],
        )
        .await?;
    for row in &rows {
        let id = row.text("id")?;
        let page = format!("/observations#observation-{id}");
        out.push(Waiting {
            title: format!("{} noted what they saw you do", row.text("name")?),
            because: format!("Seen on {}; the two of you can read it.", shown(row.day("seen_on")?)),
            since: row.at("noted_at")?,
            ..one(Do::Acknowledge, "observation", id, page)
        });
    }
    Ok(out)
}

/// The look back of this week, from Friday on. Who never looked back, or stopped, is left alone.
async fn look_back(tx: &mut Tx, person: PersonId, today: Date) -> Result<Option<Waiting>, LedgerError> {
    if !matches!(today.weekday(), Weekday::Friday | Weekday::Saturday | Weekday::Sunday) {
        return Ok(None);
    }
    let monday = week_of(today);
    let row = tx.one("select max(week) as week from reflection where person = $1", args![person]).await?;
    let last = row.map(|row| row.day_or_null("week")).transpose()?.flatten();
    let lately = monday.saturating_sub(jiff::Span::new().days(LATELY_DAYS));
    if !last.is_some_and(|last| last < monday && last >= lately) {
        return Ok(None);
    }
    Ok(Some(Waiting {
        title: "Five minutes to look back on your week".to_owned(),
        because: "You did it in the last weeks. Nobody else reads it.".to_owned(),
        since: started(monday.saturating_add(jiff::Span::new().days(4))),
        due: Some(monday.saturating_add(jiff::Span::new().days(6))),
        ..one(Do::Review, "reflection", monday.to_string(), "/growth/reflection".to_owned())
    }))
}
