//! What keeps a wave going: links for who has no account, reminders, the end.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::wave::{COUNTED_FROM, RaterRole, SeatState, Stage, may_remind};
use leadership::{LinkId, PersonId, SeatId, WaveId};

use super::answer::PURPOSE;
use super::seats::{Outsider, bound};
use super::{Wave, planned, today};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::links;
use crate::tx::Tx;

/// How many seats of a role there are, and how far they are. Where they are so few that a number would be a person,
/// only how many are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// As what they rate.
    pub role: RaterRole,
    /// Seats that are confirmed, answered or not.
    pub asked: i64,
    /// Chosen and not confirmed yet.
    pub waiting: i64,
    /// Answered and declined; `None` where fewer than [`COUNTED_FROM`] are asked.
    pub far: Option<(i64, i64)>,
}

/// The seats of a wave, counted over everybody who is rated in it; for who may plan it.
///
/// # Errors
/// When the wave is not theirs to plan, or the database is away.
#[crate::asked]
pub async fn counts(tx: &mut Tx, actor: &Actor, wave: WaveId) -> Result<Vec<Count>, Refused> {
    planned(tx, actor, wave).await?;
    let rows = tx
        .rows("select role, state, count(*) as n from seat where wave = $1 group by role, state", args![wave])
        .await?;
    let mut by_role: BTreeMap<RaterRole, BTreeMap<String, i64>> = BTreeMap::new();
    for row in &rows {
        if let Some(role) = RaterRole::from_name(&row.text("role")?) {
            by_role.entry(role).or_default().insert(row.text("state")?, row.int("n")?);
        }
    }
    let of = |states: &BTreeMap<String, i64>, state: SeatState| states.get(state.name()).copied().unwrap_or(0);
    Ok(by_role
        .iter()
        .map(|(role, states)| {
            let (spent, declined) = (of(states, SeatState::Spent), of(states, SeatState::Declined));
            let asked = of(states, SeatState::Confirmed) + spent + declined;
            let far = (asked >= COUNTED_FROM).then_some((spent, declined));
            Count { role: *role, asked, waiting: of(states, SeatState::Chosen), far }
        })
        .collect())
}

/// Somebody without an account who is asked: they need a link. Whether they answered is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutAccount {
    /// The seat.
    pub seat: SeatId,
    /// Whom they rate.
    pub rated: PersonId,
    /// Their name.
    pub name: String,
    /// Their address for mail, where it is known.
    pub email: Option<String>,
    /// Whether a link was made.
    pub has_link: bool,
}

/// Who is asked in a wave and has no account, by name; for who may plan it.
///
/// # Errors
/// When the wave is not theirs to plan, or the database is away.
#[crate::asked]
pub async fn without_account(tx: &mut Tx, actor: &Actor, wave: WaveId) -> Result<Vec<WithoutAccount>, Refused> {
    planned(tx, actor, wave).await?;
    let key = tx.answer_key()?;
    let rows = tx
        .rows(
            "select s.id, s.rated, s.outsider, s.link, p.name, p.email from seat s left join person p on p.id = s.rater \
             left join account a on a.person = s.rater \
             where s.wave = $1 and s.state <> $2 and s.role <> $3 and a.person is null \
             and p.left_at is null and p.erased_at is null order by s.id",
            args![wave, SeatState::Chosen.name(), RaterRole::Own.name()],
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let seat: SeatId = row.id("id")?;
        let (name, email) = match (row.text_or_null("name")?, row.text_or_null("outsider")?) {
            (Some(name), _) => (name, row.text_or_null("email")?),
            (None, Some(sealed)) => {
                let plain = key.open(&bound(seat), &sealed)?;
                let outsider: Outsider = serde_json::from_slice(&plain).map_err(LedgerError::from)?;
                (outsider.name, Some(outsider.email))
            }
            (None, None) => continue,
        };
        out.push(WithoutAccount {
            seat,
            rated: row.id("rated")?,
            name,
            email,
            has_link: row.text_or_null("link")?.is_some(),
        });
    }
    out.sort_by(|a, b| (&a.name, a.seat).cmp(&(&b.name, b.seat)));
    Ok(out)
}

/// Makes the link of a seat, for somebody without an account; the one before ends. It can be read only now.
#[derive(Debug, Clone, Copy)]
pub struct MakeLink {
    /// The wave.
    pub wave: WaveId,
    /// The seat.
    pub seat: SeatId,
}

#[crate::act]
impl Act for MakeLink {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let wave = planned(tx, actor, self.wave).await?;
        super::plan::before_the_end(tx, actor, &wave).await?;
        let all = without_account(tx, actor, self.wave).await?;
        if !all.iter().any(|one| one.seat == self.seat) {
            return Err(Refused::NotFound);
        }
        let row = tx.one("select rater, link from seat where id = $1", args![self.seat]).await?;
        let row = row.ok_or(Refused::NotFound)?;
        if let Some(link) = row.id_or_null::<leadership::id::noun::Link>("link")? {
            links::revoke(tx, actor, link).await?;
        }
        // To the end of the last day in every zone.
        let ends = wave.closes_on.to_zoned(TimeZone::UTC).map_err(|error| LedgerError::Inside(error.to_string()))?;
        let until = (ends.timestamp() + SignedDuration::from_hours(36)).max(tx.now() + SignedDuration::from_hours(1));
        let token = links::make(tx, actor, PURPOSE, wave.circle, row.id_or_null("rater")?, until).await?;
        let link = links::open(tx, &token, PURPOSE).await?.map(|link| link.id);
        let link: LinkId = link.ok_or_else(|| LedgerError::Inside("a link was made and is not there".to_owned()))?;
        tx.run("update seat set link = $1 where id = $2", args![link, self.seat]).await?;
        Ok(token)
    }
}

/// Reminds everybody who has not answered, once more: at most twice a wave. What waits on their Today says so.
#[derive(Debug, Clone, Copy)]
pub struct Remind {
    /// The wave.
    pub wave: WaveId,
}

#[crate::act]
impl Act for Remind {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let wave = planned(tx, actor, self.wave).await?;
        let today = today(tx, actor.person).await?;
        may_remind(wave.stage(today), wave.opens_on, wave.reminded, wave.reminded_on, today)
            .map_err(|(what, remedy)| Refused::conflict(what, remedy))?;
        tx.run("update wave set reminded = reminded + 1, reminded_on = $1 where id = $2", args![today, wave.id])
            .await?;
        tx.say(Said::new("wave", wave.id, "reminded").by(actor.person).within(wave.circle));
        Ok(())
    }
}

/// Closes a wave before its day, or after it: the answers are frozen.
#[derive(Debug, Clone, Copy)]
pub struct Close {
    /// The wave.
    pub wave: WaveId,
}

#[crate::act]
impl Act for Close {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let wave = planned(tx, actor, self.wave).await?;
        let today = today(tx, actor.person).await?;
        match wave.stage(today) {
            Stage::Closed => Err(Refused::conflict("This wave is closed.", "There is nothing more to do.")),
            Stage::Preparing => Err(Refused::conflict(
                "This wave has not opened, so there is nothing to freeze.",
                "Wait for its first day.",
            )),
            Stage::Open | Stage::Over => Ok(close(tx, &wave, today, Some(actor.person)).await?),
        }
    }
}

/// What closing does: names and addresses of people from outside are forgotten (a hash is left, so that disclosure
/// can tell over waves whether it is the same person), and seats that nobody confirmed go. It is the one event of all
/// that was answered: an answer says none of its own.
async fn close(tx: &mut Tx, wave: &Wave, day: Date, by: Option<PersonId>) -> Result<(), LedgerError> {
    tx.run("update wave set closed_on = $1 where id = $2", args![day, wave.id]).await?;
    tx.run("update seat set outsider = null where wave = $1", args![wave.id]).await?;
    tx.run("delete from seat where wave = $1 and state = $2", args![wave.id, SeatState::Chosen.name()]).await?;
    tx.run(
        "update link set revoked_at = $1 where revoked_at is null and id in (select link from seat where wave = $2)",
        args![tx.now(), wave.id],
    )
    .await?;
    let said = Said::new("wave", wave.id, "closed").within(wave.circle);
    tx.say(match by {
        Some(person) => said.by(person),
        None => said,
    });
    Ok(())
}

/// Closes the waves whose last day is over everywhere. Whoever performs it does nothing themselves.
#[derive(Debug, Clone, Copy)]
pub struct Sweep;

#[crate::act]
impl Act for Sweep {
    type Done = usize;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<usize, Refused> {
        let over = over_everywhere(tx);
        let rows =
            tx.rows("select * from wave where closed_on is null and closes_on < $1 order by id", args![over]).await?;
        for row in &rows {
            let wave = super::wave(row)?;
            close(tx, &wave, wave.closes_on, None).await?;
        }
        Ok(rows.len())
    }
}

/// The day where it is latest: twelve hours behind UTC.
fn over_everywhere(tx: &Tx) -> Date {
    (tx.now() - SignedDuration::from_hours(12)).to_zoned(TimeZone::UTC).date()
}

/// Whether a wave waits to be closed by the calendar.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn is_due(tx: &mut Tx) -> Result<bool, LedgerError> {
    let over = over_everywhere(tx);
    let found = tx.one("select id from wave where closed_on is null and closes_on < $1 limit 1", args![over]).await?;
    Ok(found.is_some())
}
