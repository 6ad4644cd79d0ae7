//! Figures of ideas: how many were answered in the time that was stated, by the one who was to answer; and of a
//! circle, how many, from how many people, and what became of them.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::idea::{Counts, State, counts};
use leadership::share::{LEAST, Share};
use leadership::{CircleId, PersonId};

use super::IdeaId;
use crate::error::LedgerError;
use crate::honesty::day_of;
use crate::tx::Tx;

/// One idea behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredRow {
    /// Which; its page is `/ideas/{id}`.
    pub idea: IdeaId,
    /// The day on which it was offered.
    pub offered_on: Date,
    /// By when an answer was stated.
    pub due: Date,
    /// When it was answered first; `None` where its day passed without an answer.
    pub answered_on: Option<Date>,
    /// Whether that was in time.
    pub in_time: bool,
}

/// Ideas answered in time, with the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answered {
    /// The share.
    pub share: Share,
    /// What it is counted over, oldest first.
    pub rows: Vec<AnsweredRow>,
}

/// Of the ideas that were this person's to answer and were offered from `since` to `until`, those that were
/// answered, with a reason, by the day that was stated. Ideas whose day is still to come are left out until they
/// are answered, and so are ideas of their own. What somebody else answered for them after the day counts as not
/// answered by them; in time it counts, since nobody waited.
///
/// The caller has made sure that its reader may know of it: it is evidence about a leader's own acts.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn answered_in_time(
    tx: &mut Tx,
    person: PersonId,
    since: Date,
    until: Date,
) -> Result<Answered, LedgerError> {
    let today = day_of(tx, person).await?;
    let rows = tx
        .rows(
            "select id, offered_on, due, answered_on, answered_by from idea where answerer = $1 and offered_by <> $1 \
             and offered_on >= $2 and offered_on <= $3 order by offered_on, id",
            args![person, since, until],
        )
        .await?;
    let mut out = Answered::default();
    for row in &rows {
        let (due, answered) = (row.day("due")?, row.day_or_null("answered_on")?);
        let in_time = match counts(due, answered, today) {
            Counts::NotYet => continue,
            Counts::InTime => true,
            Counts::Late => false,
        };
        out.share.n += 1;
        out.share.so += u64::from(in_time);
        out.rows.push(AnsweredRow {
            idea: row.id("id")?,
            offered_on: row.day("offered_on")?,
            due,
            answered_on: answered,
            in_time,
        });
    }
    Ok(out)
}

/// What became of a circle's ideas in the last half year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CircleFigures {
    /// Ideas offered.
    pub offered: u64,
    /// From how many people; `None` below five of them, so that nobody is pointed at.
    pub people: Option<u64>,
    /// Answered in time, of those whose day has passed or that were answered.
    pub answered: Share,
    /// Being tried, accepted, declined, merged.
    pub states: Vec<(State, u64)>,
    /// Of those accepted or tried, how many were told back.
    pub told_back: Share,
}

/// The figures of one circle, for those who see it from inside.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of_circle(tx: &mut Tx, actor: &Actor, circle: CircleId) -> Result<Option<CircleFigures>, LedgerError> {
    if !actor.sight.inside.contains(&circle) {
        return Ok(None);
    }
    let today = day_of(tx, actor.person).await?;
    let since = today.saturating_sub(jiff::Span::new().months(6));
    let rows = tx
        .rows(
            "select state, due, answered_on, result_at from idea where circle = $1 and offered_on >= $2",
            args![circle, since],
        )
        .await?;
    let people = tx
        .count(
            "select count(distinct c.person) as n from idea_credit c join idea i on i.id = c.idea \
             where i.circle = $1 and i.offered_on >= $2",
            args![circle, since],
        )
        .await?;
    let mut out = CircleFigures {
        people: u64::try_from(people).ok().filter(|people| *people >= LEAST),
        ..CircleFigures::default()
    };
    for row in &rows {
        out.offered += 1;
        let name = row.text("state")?;
        let state = State::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no idea is “{name}”")))?;
        match out.states.iter_mut().find(|(at, _)| *at == state) {
            Some((_, n)) => *n += 1,
            None => out.states.push((state, 1)),
        }
        match counts(row.day("due")?, row.day_or_null("answered_on")?, today) {
            Counts::NotYet => {}
            in_time => {
                out.answered.n += 1;
                out.answered.so += u64::from(in_time == Counts::InTime);
            }
        }
        if matches!(state, State::Accepted | State::Trying) {
            out.told_back.n += 1;
            out.told_back.so += u64::from(row.at_or_null("result_at")?.is_some());
        }
    }
    out.states.sort_unstable();
    Ok(Some(out))
}
