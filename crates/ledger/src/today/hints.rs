//! Two hints, each by a stated rule: the aim that is being forgotten, and one conversation to have.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Unit};
use leadership::PersonId;
use leadership::circle::Actor;

use crate::aims::memory;
use crate::error::LedgerError;
use crate::people;
use crate::tx::Tx;

/// Days without a sign of life after which an aim counts as being forgotten.
pub const FORGOTTEN_DAYS: i32 = 30;
/// Days within which a broken promise asks for a conversation.
pub const BROKEN_DAYS: i32 = 60;
/// Days of silence after which a relationship asks for one.
pub const SILENT_DAYS: i32 = 60;

/// One hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it is about, in one line.
    pub title: String,
    /// Why it is shown: the rule with its figures.
    pub because: String,
    /// Its page.
    pub page: String,
}

fn days_since(at: Timestamp, day: Date, zone: &TimeZone) -> i32 {
    let then = zone.to_datetime(at).date();
    then.until((Unit::Day, day)).map(|span| span.get_days()).unwrap_or_default()
}

/// The aim that is being forgotten. First what people's own answers say: of the aims that were explained to circles which
/// this person leads, the one that its circle forgets most, below the share at which it is proposed to explain it again.
/// Where answers say nothing of the kind: of the live aims that this person answers for or whose circle they lead, the one
/// without a sign of life for longest, if that is [`FORGOTTEN_DAYS`] days or more. Signs of life are a change, an
/// explanation, a new value of a measure, a step reached.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn forgotten(tx: &mut Tx, actor: &Actor, day: Date, zone: &TimeZone) -> Result<Option<Hint>, LedgerError> {
    if let Some(fading) = memory::fading(tx, actor, zone).await? {
        let because = format!(
            "About {:.0} of 100 in {} still know it, {} days after it was last explained (n = {} answers).",
            fading.known * 100.0,
            fading.circle,
            fading.days,
            fading.answers
        );
        let page = format!("/aims/{}/add/explain", fading.aim.0);
        return Ok(Some(Hint { title: fading.aim.1, because, page }));
    }
    let rows = tx
        .rows(
            "select a.id, a.title, a.changed_at, \
             (select max(e.at) from explanation e where e.aim = a.id) as explained, \
             (select max(v.at) from aim_value v join aim_measure m on m.id = v.measure where m.aim = a.id) as valued, \
             (select max(s.reached_at) from aim_step s where s.aim = a.id) as reached \
             from aim a where a.state = 'live' and (a.owner = $1 or a.circle in \
             (select r.circle from held_role r where r.person = $1 and r.role = 'leader')) order by a.made_at, a.id",
            args![actor.person],
        )
        .await?;
    let mut longest: Option<(Timestamp, Hint)> = None;
    for row in &rows {
        let mut last = row.at("changed_at")?;
        for sign in ["explained", "valued", "reached"] {
            if let Some(at) = row.at_or_null(sign)? {
                last = last.max(at);
            }
        }
        let days = days_since(last, day, zone);
        if days >= FORGOTTEN_DAYS && longest.as_ref().is_none_or(|(at, _)| last < *at) {
            let because = format!(
                "No change, explanation, value or step for {days} days: the longest of the {} aims that are yours.",
                rows.len()
            );
            let page = format!("/aims/{}", row.text("id")?);
            longest = Some((last, Hint { title: row.text("title")?, because, page }));
        }
    }
    Ok(longest.map(|(_, hint)| hint))
}

/// One conversation to have, with somebody who is still here: with whom a promise was broken last, within [`BROKEN_DAYS`]
/// days, if neither has promised the other anything since; else with whom promises were made before and none for
/// longest, if that is [`SILENT_DAYS`] days or more. It says nothing about whose part it was.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn conversation(tx: &mut Tx, actor: &Actor, day: Date, zone: &TimeZone) -> Result<Option<Hint>, LedgerError> {
    let me = actor.person;
    let since = day.saturating_sub(BROKEN_DAYS.days());
    let broken = tx
        .one(
            "select p.from_person, p.to_person, p.what, p.closed_on from promise p join person o \
             on o.id = case when p.from_person = $1 then p.to_person else p.from_person end \
             and o.left_at is null and o.erased_at is null \
             where p.state = 'broken' and p.closed_on >= $2 and p.to_person is not null \
             and (p.from_person = $1 or p.to_person = $1) and not exists (select 1 from promise q \
             where q.made_on >= p.closed_on and q.id <> p.id and q.from_person in (p.from_person, p.to_person) \
             and q.to_person in (p.from_person, p.to_person)) order by p.closed_on desc, p.id desc limit 1",
            args![me, since],
        )
        .await?;
    if let Some(row) = broken {
        let (from, to): (PersonId, PersonId) = (row.id("from_person")?, row.id("to_person")?);
        let other = if from == me { to } else { from };
        let Some(name) = present(tx, other).await? else { return Ok(None) };
        let who = if from == me { "Your promise to them" } else { "Their promise to you" };
        let because = format!(
            "{who} “{}” was broken on {}, and nothing was promised since.",
            row.text("what")?,
            row.day("closed_on")?
        );
        return Ok(Some(Hint { title: name, because, page: format!("/promises/with/{other}") }));
    }
    let silent = tx
        .one(
            "select other, max(pairs.made_at) as last from (select case when from_person = $1 then to_person \
             else from_person end as other, made_at from promise where to_person is not null \
             and (from_person = $1 or to_person = $1)) pairs join person p on p.id = pairs.other \
             where p.left_at is null and p.erased_at is null group by other order by max(pairs.made_at), other limit 1",
            args![me],
        )
        .await?;
    let Some(row) = silent else { return Ok(None) };
    let days = days_since(row.at("last")?, day, zone);
    if days < SILENT_DAYS {
        return Ok(None);
    }
    let other: PersonId = row.id("other")?;
    let Some(name) = present(tx, other).await? else { return Ok(None) };
    let because = format!("Nothing was promised between you for {days} days, after there had been something.");
    Ok(Some(Hint { title: name, because, page: format!("/promises/with/{other}") }))
}

/// The name of somebody who is still here.
async fn present(tx: &mut Tx, person: PersonId) -> Result<Option<String>, LedgerError> {
    let found = people::get(tx, person).await?;
    Ok(found.filter(|person| person.left_at.is_none() && person.erased_at.is_none()).map(|person| person.name))
}
