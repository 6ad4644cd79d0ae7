//! What of direction waits for a person; and what is blanked when a person is erased.

use jiff::civil::Date;
use leadership::PersonId;
use leadership::teach::{LEAST_TO_OWN, lapsed_if_due_by, last_day};
use leadership::today::{Do, Waiting};

use crate::error::LedgerError;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

/// People of an aim's own circle who wait with it, beside this person.
const HELD_UP: &str = "(select count(distinct r.person) from held_role r where r.circle = a.circle and r.person <> $1)";

fn waits(row: &Row, act: Do, because: String, due: Option<Date>, page: String) -> Result<Waiting, LedgerError> {
    Ok(Waiting {
        act,
        noun: "aim".to_owned(),
        subject: row.text("subject")?,
        title: row.text("title")?,
        because,
        since: row.at("since")?,
        due,
        holds_up: u32::try_from(row.int("held")?).unwrap_or(u32::MAX),
        page,
    })
}

/// What of direction waits for a person: say-it-back questions that are due, restatements to confirm, what aims
/// need and they can grant, positions that they were asked for, aims that their circle was asked to carry, own
/// words to mark, signals to look at again, and aims of theirs whose day has come. A fixed number of queries.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let mut out = Vec::new();
    taught(tx, person, today, &mut out).await?;
    asked_of(tx, person, today, &mut out).await?;
    own(tx, person, today, &mut out).await?;
    Ok(out)
}

/// Questions to answer, four weeks each, and answers of others to mark.
async fn taught(tx: &mut Tx, person: PersonId, today: Date, out: &mut Vec<Waiting>) -> Result<(), LedgerError> {
    let rows = tx
        .rows(
            "select t.id, t.aim as subject, a.title, t.asked_at as since, t.due, cast(0 as bigint) as held from teach_back t \
             join aim a on a.id = t.aim where t.person = $1 and t.answered_at is null and t.due <= $2 \
             and t.due > $3 and a.state = 'live' order by t.due, t.id",
            args![person, today, lapsed_if_due_by(today)],
        )
        .await?;
    for row in &rows {
        let due = row.day("due")?;
        let because = format!(
            "It was explained to your circle; say back what you took from it. It waits from {due} to {}.",
            last_day(due)
        );
        out.push(waits(row, Do::Answer, because, Some(due), format!("/aims/teach/{}", row.text("id")?))?);
    }
    to_mark(tx, person, out).await
}

/// Own words that wait to be marked, circle by circle; those of too few people are held back.
async fn to_mark(tx: &mut Tx, person: PersonId, out: &mut Vec<Waiting>) -> Result<(), LedgerError> {
    let rows = tx
        .rows(
            "select t.aim as subject, t.circle, a.title, min(t.answered_at) as since, count(distinct t.id) as held \
             from teach_back t join aim a on a.id = t.aim where t.asks = 'own' and t.answered_at is not null \
             and t.correct is null and t.person <> $1 and (a.owner = $1 or exists (select 1 from held_role r \
             where r.circle = t.circle and r.person = $1 and r.role = 'leader')) \
             group by t.aim, t.circle, a.title order by t.aim, t.circle",
            args![person],
        )
        .await?;
    for row in &rows {
        let Some(aim) = super::find(tx, row.id("subject")?).await? else { continue };
        if super::explain::speakers(tx, &aim, row.id("circle")?).await? < LEAST_TO_OWN {
            continue;
        }
        let because = format!("Answers in own words to mark: {}. They come without names.", row.int("held")?);
        out.push(waits(row, Do::Review, because, None, "/aims/marking".to_owned())?);
    }
    Ok(())
}

/// What others asked of this person. Where they stand is waited for as long as a question is: who does not say it then
/// can say it at any time, and can be asked once more.
async fn asked_of(tx: &mut Tx, person: PersonId, today: Date, out: &mut Vec<Waiting>) -> Result<(), LedgerError> {
    let rows = tx
        .rows(
            sqlx::AssertSqlSafe(format!(
                "select a.id as subject, a.title, a.changed_at as since, {HELD_UP} as held from aim a \
                 where a.confirmer = $1 and a.confirm_state = 'asked' and a.state in ('live', 'paused') order by a.id"
            )),
            args![person],
        )
        .await?;
    for row in &rows {
        let because = "It comes from above, in their words now: say whether it is what was meant.".to_owned();
        out.push(waits(row, Do::Answer, because, None, format!("/aims/{}#confirmation", row.text("subject")?))?);
    }
    let rows = tx
        .rows(
            sqlx::AssertSqlSafe(format!(
                "select r.id, r.what, r.needed_by, a.id as subject, a.title, r.asked_at as since, {HELD_UP} as held \
                 from aim_resource r join aim a on a.id = r.aim where r.asked_of = $1 and r.state = 'asked' \
                 and a.state in ('live', 'paused') order by r.asked_at, r.id"
            )),
            args![person],
        )
        .await?;
    for row in &rows {
        let due = row.day_or_null("needed_by")?;
        let because = match due {
            Some(day) => format!("The aim needs “{}” by {day}, and you can grant it.", row.text("what")?),
            None => format!("The aim needs “{}”, and you can grant it.", row.text("what")?),
        };
        out.push(waits(row, Do::Decide, because, due, format!("/aims/asks/{}", row.text("id")?))?);
    }
    let rows = tx
        .rows(
            "select s.aim as subject, a.title, s.asked_at as since, cast(0 as bigint) as held from aim_asked s \
             join aim a on a.id = s.aim where s.person = $1 and a.state = 'live' \
             and substr(s.asked_at, 1, 10) > $2 and not exists \
             (select 1 from aim_stance t where t.aim = s.aim and t.person = s.person and t.at >= s.asked_at) \
             order by s.asked_at, s.aim",
            args![person, lapsed_if_due_by(today)],
        )
        .await?;
    for row in &rows {
        let because = "You were asked where you stand on it. Only you can say.".to_owned();
        out.push(waits(row, Do::Answer, because, None, format!("/aims/{}/alignment", row.text("subject")?))?);
    }
    let rows = tx
        .rows(
            "select c.aim as subject, a.title, min(c.asked_at) as since, cast(0 as bigint) as held from aim_circle c \
             join aim a on a.id = c.aim join held_role r on r.circle = c.circle \
             where r.person = $1 and r.role in ('leader', 'executive') and c.state = 'asked' and a.state = 'live' \
             group by c.aim, a.title order by c.aim",
            args![person],
        )
        .await?;
    for row in &rows {
        let because = "Your circle was asked to carry this aim together with theirs.".to_owned();
        out.push(waits(row, Do::Answer, because, None, format!("/aims/{}#together", row.text("subject")?))?);
    }
    Ok(())
}

/// What is this person's own to keep an eye on.
async fn own(tx: &mut Tx, person: PersonId, today: Date, out: &mut Vec<Waiting>) -> Result<(), LedgerError> {
    let rows = tx
        .rows(
            "select id as subject, title, changed_at as since, review, cast(0 as bigint) as held from horizon_signal \
             where keeper = $1 and review <= $2 and outcome = '' order by review, id",
            args![person, today],
        )
        .await?;
    for row in &rows {
        let due = row.day("review")?;
        let because = format!("You wanted to look at this signal again on {due}.");
        let page = format!("/aims/horizon/{}", row.text("subject")?);
        out.push(Waiting { noun: "signal".to_owned(), ..waits(row, Do::Review, because, Some(due), page)? });
    }
    let rows = tx
        .rows(
            sqlx::AssertSqlSafe(format!(
                "select a.id as subject, a.title, a.changed_at as since, a.horizon, {HELD_UP} as held from aim a \
                 where a.owner = $1 and a.state = 'live' and a.horizon < $2 order by a.horizon, a.id"
            )),
            args![person, today],
        )
        .await?;
    for row in &rows {
        let due = row.day("horizon")?;
        let because =
            format!("Its day was {due}: reached, re-planned, or given up? Say it, so that it is not silence.");
        out.push(waits(row, Do::Review, because, Some(due), format!("/aims/{}", row.text("subject")?))?);
    }
    Ok(())
}

/// Live aims that a person answers for, whose day is one of these, the first and the last counted.
///
/// # Errors
/// When the database is away.
pub(crate) async fn to_reach(
    tx: &mut Tx,
    person: PersonId,
    (first, last): (Date, Date),
) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select id as subject, title, changed_at as since, horizon, cast(0 as bigint) as held from aim \
             where owner = $1 and state = 'live' and horizon >= $2 and horizon <= $3 order by horizon, id limit 500",
            args![person, first, last],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let page = format!("/aims/{}", row.text("subject")?);
            waits(row, Do::Review, "The day by which it shall be reached.".to_owned(), Some(row.day("horizon")?), page)
        })
        .collect()
}

/// Blanks a person's own words in direction. Facts of the organisation stay: that an aim was made, that a
/// position was stated.
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    // An answer that was never given is asked no more.
    tx.run("delete from teach_back where person = $1 and answered_at is null", args![person]).await?;
    tx.run("update teach_back set answer = $1 where person = $2 and asks = 'own'", args![ERASED, person]).await?;
    tx.run("update aim_stance set words = $1 where person = $2 and words <> ''", args![ERASED, person]).await?;
    tx.run("update aim_reply set words = $1 where person = $2", args![ERASED, person]).await?;
    tx.run("update aim set confirm_words = $1 where confirmer = $2 and confirm_words <> ''", args![ERASED, person])
        .await?;
    tx.run("update aim_resource set words = $1 where asked_of = $2 and words <> ''", args![ERASED, person]).await?;
    tx.run("update aim_bump set words = $1 where said_by = $2", args![ERASED, person]).await?;
    tx.run("update aim_circle set words = $1 where answered_by = $2 and words <> ''", args![ERASED, person]).await?;
    tx.run("update aim_conflict set why = $1 where marked_by = $2", args![ERASED, person]).await?;
    tx.run("update aim_conflict set settled = $1 where settled_by = $2", args![ERASED, person]).await?;
    tx.run("update explanation set words = $1 where said_by = $2", args![ERASED, person]).await?;
    // What was told of an explanation is the explanation.
    tx.run("update notice set words = $1 where noun = 'explanation' and told_by = $2", args![ERASED, person]).await?;
    tx.run("delete from aim_asked where person = $1", args![person]).await?;
    Ok(())
}
