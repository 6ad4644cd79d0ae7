//! What the record shows of a line. Each room that knows something about it has a function here, which asks that
//! room's own reading functions and gives signs, each with n and the page of its rows.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::status::{self, Course, OWNER_FIRST, Sign, Source};
use leadership::{AimId, CircleId};

use super::{Eyes, Line, measures};
use crate::aims::measures as aim_measures;
use crate::error::LedgerError;
use crate::promises::{self, Which};
use crate::tx::Tx;

/// What the record shows of a line to these eyes, as far as `actor` sees it: its dates and measures; the path, the
/// measures and the open promises of the aim that it is about; the open promises of the circle that it is about. The
/// circle's eyes see what was so a day ago.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn evidence(
    tx: &mut Tx,
    actor: &Actor,
    line: &Line,
    eyes: Eyes,
    today: Date,
) -> Result<Vec<Sign>, LedgerError> {
    let day = if eyes == Eyes::Owner { today } else { today.yesterday().unwrap_or(today) };
    let mut signs = vec![of_dates(tx, line, eyes, day).await?];
    signs.extend(of_measures(tx, line, eyes).await?);
    let subject = line.subject.as_deref().unwrap_or_default();
    if line.noun == "aim"
        && let Ok(aim) = subject.parse()
    {
        signs.extend(of_path(tx, actor, aim, day).await?);
        signs.extend(of_aim(tx, actor, line, aim, eyes).await?);
        signs.extend(of_aim_promises(tx, actor, aim, day).await?);
    }
    if line.noun == "circle"
        && let Ok(circle) = subject.parse()
    {
        signs.extend(of_promises(tx, actor, circle, day).await?);
    }
    Ok(signs)
}

fn counted(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The path of an aim: steps whose day has passed and that were not reached.
async fn of_path(tx: &mut Tx, actor: &Actor, aim: AimId, day: Date) -> Result<Option<Sign>, LedgerError> {
    let steps = aim_measures::path(tx, actor, aim).await?;
    let due = steps.iter().filter(|step| step.day < day).count();
    let missed = steps.iter().filter(|step| step.day < day && step.reached_at.is_none()).count();
    Ok((!steps.is_empty()).then(|| Sign {
        from: Source::Dates,
        says: (due > 0).then(|| status::of_missed(due, missed)),
        words: format!("Steps of its path whose day has passed: {due}; not reached of those: {missed}."),
        n: counted(steps.len()),
        rows_of: "steps".to_owned(),
        rows: format!("/aims/{aim}"),
    }))
}

/// The measures of an aim that are read by hand, from their start to their target on the day of the line.
async fn of_aim(tx: &mut Tx, actor: &Actor, line: &Line, aim: AimId, eyes: Eyes) -> Result<Vec<Sign>, LedgerError> {
    let until = if eyes == Eyes::Owner { tx.now() } else { tx.now() - OWNER_FIRST };
    let mut out = Vec::new();
    for (measure, values) in aim_measures::of(tx, actor, aim).await? {
        let number = |text: &str| text.parse::<f64>().ok();
        let known: Vec<_> = values
            .iter()
            .filter(|(at, ..)| *at <= until)
            .filter_map(|(at, text, _)| Some((*at, number(text)?)))
            .collect();
        let start = measure.start.as_deref().and_then(number);
        let (Some(start), Some(target), Some((first, _)), Some((last, now))) =
            (start, number(&measure.target), known.first(), known.last())
        else {
            continue;
        };
        // It began when it was valued first, or when the line was opened, whatever came first.
        let began = day_of((*first).min(line.made_at));
        let course = Course { start: (began, start), target: (line.due, target), now: (day_of(*last), *now) };
        let (name, unit) = (&measure.name, &measure.unit);
        out.push(Sign {
            from: Source::Measures,
            says: status::of_measure(course),
            words: format!(
                "{name}: {now} {unit} on {}; it is to go from {start} to {target} {unit} by {}.",
                day_of(*last),
                line.due
            ),
            n: counted(known.len()),
            rows_of: "readings".to_owned(),
            rows: format!("/aims/{aim}"),
        });
    }
    Ok(out)
}

/// The open promises made for an aim that this person sees: what was granted for it, what was decided about it.
async fn of_aim_promises(tx: &mut Tx, actor: &Actor, aim: AimId, day: Date) -> Result<Option<Sign>, LedgerError> {
    if crate::aims::get(tx, actor, aim).await?.is_none() {
        return Ok(None);
    }
    let live = promises::for_aim(tx, actor, aim).await?;
    let late = live.iter().filter(|promise| promise.terms.state.is_open() && promise.terms.due < day).count();
    Ok((!live.is_empty()).then(|| Sign {
        from: Source::Promises,
        says: Some(status::of_missed(live.len(), late)),
        words: format!("Promises made for it that are still to be kept: {}; past their day: {late}.", live.len()),
        n: counted(live.len()),
        rows_of: "promises".to_owned(),
        rows: format!("/aims/{aim}#needs"),
    }))
}

/// The open promises of a circle that this person sees: those whose day has passed. The soonest come first, so
/// that one page holds them.
async fn of_promises(tx: &mut Tx, actor: &Actor, circle: CircleId, day: Date) -> Result<Option<Sign>, LedgerError> {
    let live = promises::of_circle(tx, actor, circle, Which::Live, 0).await?;
    let late = live.promises.iter().filter(|promise| promise.terms.state.is_open() && promise.terms.due < day).count();
    Ok((live.total > 0).then(|| Sign {
        from: Source::Promises,
        says: Some(status::of_missed(live.total, late)),
        words: format!(
            "Promises of the circle that are still to be kept: {}; past their day: {late}{}.",
            live.total,
            if late == promises::PAGE { " or more" } else { "" }
        ),
        n: counted(live.total),
        rows_of: "promises".to_owned(),
        rows: format!("/promises/circle/{circle}"),
    }))
}

/// The sign of the dates: the day stated last, and how often it was put later. The circle sees what was so a
/// day ago.
async fn of_dates(tx: &mut Tx, line: &Line, eyes: Eyes, day: Date) -> Result<Sign, LedgerError> {
    let row = tx
        .one(
            "select count(*) as n, coalesce(cast(sum(later) as bigint), 0) as moved from status_said \
             where line = $1 and (visible_from <= $2 or $3 = 1)",
            args![line.id, tx.now(), eyes == Eyes::Owner],
        )
        .await?;
    let (n, moved) = row.map_or(Ok((0, 0)), |row| Ok::<_, LedgerError>((row.int("n")?, row.int("moved")?)))?;
    let (says, words) = status::of_dates(line.due, moved, day);
    let rows = format!("/status/{}#said", line.id);
    // The day of the opening is one that was stated.
    Ok(Sign { from: Source::Dates, says: Some(says), words, n: n + 1, rows_of: "days stated".to_owned(), rows })
}

/// One sign per measure.
async fn of_measures(tx: &mut Tx, line: &Line, eyes: Eyes) -> Result<Vec<Sign>, LedgerError> {
    let mut out = Vec::new();
    for measure in measures(tx, line, eyes).await? {
        let (name, unit) = (&measure.name, &measure.unit);
        let way = format!("from {} to {} {unit} by {}", measure.start.1, measure.target, line.due);
        let n = i64::try_from(measure.readings.len()).unwrap_or(i64::MAX);
        let (says, words) = match measure.readings.last() {
            Some((day, now, tickets, _)) => {
                let course = Course { start: measure.start, target: (line.due, measure.target), now: (*day, *now) };
                let over = tickets.map(|n| format!(", over {n} tickets")).unwrap_or_default();
                (status::of_measure(course), format!("{name}: {now} {unit} on {day}{over}; it is to go {way}."))
            }
            None => (None, format!("{name}: not read yet; it is to go {way}.")),
        };
        let rows = measure
            .readings
            .last()
            .map(|(.., rows)| rows.clone())
            .filter(|rows| !rows.is_empty())
            .unwrap_or_else(|| format!("/status/{}#measure-{}", line.id, measure.id));
        out.push(Sign { from: Source::Measures, says, words, n, rows_of: "readings".to_owned(), rows });
    }
    Ok(out)
}
