//! The handler of the work that nobody saw.

use axum::extract::State;
use axum::response::Response;
use brief::build::is_asked;
use brief::{analysis, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use measures::{By, JobRun, MeasureError, MeasureValue, Query};
use problems::verify;

use crate::address;
use crate::casework::Held;
use crate::desk::{GROUPS, Known};
use crate::failure::Failure;
use crate::layout::Here;
use crate::pages::unseen::{self, Class, Counted, Fix, Jobs, Line, Proof, TITLE, View};
use crate::routes::{Signed, over};
use crate::server::Server;

/// Classes of which tickets and changes tell something like proof.
const PROVED: [&str; 2] = ["patching", "backup"];

/// `GET /unseen`.
pub(crate) async fn page(State(server): State<Server>, signed: Signed) -> Result<Response, Failure> {
    let fill =
        "An export of tickets fills it: hours and events by class of work, quiet days, and what did not come back.";
    over(&server, signed, TITLE, Here::Measures, fill, async |known| {
        let held = known.held().await?;
        Ok(unseen::view(&told(known, &held).await?))
    })
    .await
}

async fn told(known: &Known, held: &Held) -> Result<View, Failure> {
    let by_class = Query { by: Some(By::Class), top: Some(GROUPS), ..Query::default() };
    let by_class = known.measures(&by_class).await.map_err(Failure::inside)?;
    let all = known.measures(&Query::default()).await.map_err(Failure::inside)?;
    let has_changes = known.record.counts().changes > 0;
    let minutes = known.settings.rates_said().touch_minutes;
    let (mut seen, mut asked, mut none) = (Vec::new(), Vec::new(), None);
    for tickets in by_class.iter().filter(|value| value.name == "tickets" && value.statistic == "count") {
        let class = class(&by_class, tickets, has_changes, minutes);
        if class.name.is_empty() {
            none = Some(class);
        } else if is_asked(&class.name) {
            asked.push(class);
        } else {
            seen.push(class);
        }
    }
    let proof = PROVED.into_iter().filter_map(|class| proof(&by_class, class, has_changes)).collect();
    Ok(View {
        unseen: seen,
        asked,
        none,
        changes: has_changes,
        proof,
        jobs: jobs(job_runs(known).await.map_err(Failure::inside)?, known.calendar.zone()),
        quiet: lines(&all, &QUIET),
        alerts: lines(&all, &ALERTS),
        fixes: fixes(known, held).await?,
        assumed: !known.settings.rates_given,
    })
}

fn find<'a>(values: &'a [MeasureValue], name: &str, statistic: &str, group: Option<&str>) -> Option<&'a MeasureValue> {
    let wanted =
        |value: &&MeasureValue| value.name == name && value.statistic == statistic && value.group.as_deref() == group;
    values.iter().find(wanted).filter(|value| value.value.is_some_and(f64::is_finite))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, checked to lie within")]
fn counted(value: &MeasureValue) -> u64 {
    value.value.filter(|count| (0.0..9e15).contains(count)).map_or(0, |count| count.round() as u64)
}

/// Rows of a measure in a class; an empty one means that no class is told.
fn rows(measure: &str, class: &str) -> String {
    format!("{}&class={}", address::with("/rows", &[("measure", measure)]), address::escaped(class))
}

/// One class: its hours are those that were booked and the owner's range of minutes for tickets without.
fn class(values: &[MeasureValue], tickets: &MeasureValue, has_changes: bool, (low, high): (f64, f64)) -> Class {
    let name = tickets.group.clone().unwrap_or_default();
    let of = |measure: &str, statistic: &str| find(values, measure, statistic, Some(&name));
    let booked = of("work_booked_hours", "sum").filter(|booked| booked.n > 0);
    let sum = booked.and_then(|booked| booked.value).unwrap_or(0.0);
    let n = counted(tickets);
    let rest = float(n.saturating_sub(booked.map_or(0, |booked| booked.n)));
    let hours = [low, high].map(|minutes| sum + rest * minutes / 60.0);
    Class {
        tickets: Counted { n, rows: rows("tickets", &name) },
        share: of("tickets", "share").and_then(|share| share.value),
        changes: has_changes
            .then(|| Counted { n: of("changes", "count").map_or(0, counted), rows: rows("changes", &name) }),
        booked: booked.map(|booked| (sum, of("work_booked_hours", "share").and_then(|share| share.value), booked.n)),
        hours: (hours[0], hours[1]),
        name,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}

/// What tells of patches or backups; `None` where nothing does.
fn proof(values: &[MeasureValue], class: &'static str, has_changes: bool) -> Option<Proof> {
    let of = |measure: &str, statistic: &str| find(values, measure, statistic, Some(class));
    let tickets = of("tickets", "count").map_or(0, counted);
    let changes = of("changes", "count").map_or(0, counted);
    let share = |measure: &str| of(measure, "share").map(shared);
    (tickets + changes > 0).then(|| Proof {
        class,
        changes: has_changes.then(|| Counted { n: changes, rows: rows("changes", class) }),
        calm: share("changes_without_tickets_after"),
        late: share("changes_overran"),
        tickets: Counted { n: tickets, rows: rows("tickets", class) },
    })
}

/// Runs of jobs, read once for a generation of the record.
async fn job_runs(known: &Known) -> Result<&[JobRun], MeasureError> {
    let read = || async {
        let session = known.record.session().map_err(|error| MeasureError::Request(error.to_string()))?;
        measures::job_runs(session).await
    };
    known.job_runs.get_or_try_init(read).await.map(Vec::as_slice)
}

/// Fewer runs say nothing of their share.
const ENOUGH_RUNS: u64 = 10;

/// Runs by class, those with the most first; what is of no class last.
fn jobs(runs: &[JobRun], zone: &TimeZone) -> Vec<Jobs> {
    let mut classes: Vec<&str> = runs.iter().map(|run| run.class.as_deref().unwrap_or_default()).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut told: Vec<Jobs> = classes
        .into_iter()
        .map(|class| {
            let own: Vec<&JobRun> =
                runs.iter().filter(|run| run.class.as_deref().unwrap_or_default() == class).collect();
            jobs_of(class, &own, zone)
        })
        .collect();
    told.sort_by(|one, other| {
        (one.class.is_empty().cmp(&other.class.is_empty()))
            .then(other.runs.n.cmp(&one.runs.n))
            .then(one.class.cmp(&other.class))
    });
    told
}

/// The jobs of a class by their runs, which come by job and time.
fn jobs_of(class: &str, own: &[&JobRun], zone: &TimeZone) -> Jobs {
    let known = own.iter().filter(|run| run.outcome.is_some());
    let n = known.clone().count() as u64;
    let good = known.clone().filter(|run| run.succeeded()).count() as u64;
    let share = measures::stats::wilson(good, n).filter(|_| n >= ENOUGH_RUNS).map(|(low, high)| {
        format!("{} ({} to {})", words::share(float(good) / float(n)), words::share(low), words::share(high))
    });
    let newest = known.filter(|run| run.newest);
    let by_job: Vec<&[&JobRun]> = own.chunk_by(|one, other| one.job == other.job).collect();
    // A job whose newest run is good is not looked for.
    let waiting = by_job.iter().filter(|runs| !runs.last().is_some_and(|run| run.succeeded()));
    let last_good = waiting.filter_map(|runs| {
        Some((runs.iter().rev().find(|run| run.succeeded()).map(|run| run.at), runs.first()?.job.as_str()))
    });
    // None comes before any instant: never is the longest.
    let oldest = last_good.min().map(|(at, job)| {
        let day =
            at.map(|at| words::date(Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(zone.clone()).date()));
        (words::clean(job, 80), day)
    });
    Jobs {
        class: class.to_owned(),
        jobs: by_job.len() as u64,
        runs: Counted { n: own.len() as u64, rows: rows("job_runs", class) },
        succeeded: share,
        good: (newest.clone().filter(|run| run.succeeded()).count() as u64, newest.count() as u64),
        oldest,
    }
}

/// A share with its interval, where it has one.
fn shared(value: &MeasureValue) -> String {
    let said = words::share(value.value.unwrap_or(f64::NAN));
    match (value.low, value.high) {
        (Some(low), Some(high)) => format!("{said} ({} to {})", words::share(low), words::share(high)),
        _ => said,
    }
}

/// A measure, the statistic that is told, its words and what n counts.
type Told = (&'static str, &'static str, &'static str, &'static str);

const QUIET: [Told; 3] = [
    ("days_without_priority_1", "count", "Days without a ticket of the top priority", "days"),
    ("quiet_days", "count", "Days without an urgent ticket", "days"),
    ("hours_without_priority_1", "sum", "Hours in which no ticket of the top priority was open", "days"),
];
const ALERTS: [Told; 2] = [
    ("alerts_before_calls", "count", "Alerts before anybody had called about the system", "alerts"),
    ("alerts_nobody_felt", "count", "Of these, dealt with before anybody called", "that ended"),
];

/// Those of the measures that the record tells anything of.
fn lines(all: &[MeasureValue], told: &[Told]) -> Vec<Line> {
    told.iter()
        .filter_map(|(measure, statistic, what, of)| {
            let value = find(all, measure, statistic, None).filter(|value| value.n > 0)?;
            let share = find(all, measure, "share", None);
            let unit = if value.unit == "hours" { "hours" } else { "" };
            Some(Line {
                what: (*what).to_owned(),
                measure,
                said: value.value.map(|number| format!("{} {unit}", words::decimal(number, 1)).trim_end().to_owned()),
                share: share.map(shared),
                n: (value.n, *of),
            })
        })
        .collect()
}

/// The fixes that people marked, those that held first, each with what the record shows of it.
async fn fixes(known: &Known, held: &Held) -> Result<Vec<Fix>, Failure> {
    let marked = held.ruled.parts.iter().filter_map(|(id, part)| Some((id, part.fixed.as_ref()?)));
    let marked: Vec<_> = marked.filter_map(|(id, fixed)| Some((id, fixed, held.ruled.problem(id)?))).collect();
    if marked.is_empty() {
        return Ok(Vec::new());
    }
    let (all, zone) = (known.opened().await.map_err(Failure::inside)?, known.calendar.zone());
    let mut fixes = Vec::new();
    for (id, fixed, problem) in marked {
        let standing = analysis::standing(&known.record, &held.ruled, id, fixed, &all, zone);
        let Some(standing) = standing.await.map_err(Failure::inside)? else { continue };
        let found = standing.verified;
        let fewer = |rate: f64| found.expected * (1.0 - rate);
        fixes.push(Fix {
            id: id.clone(),
            title: problem.title.clone(),
            on: words::date(fixed.on),
            team: fixed.team.clone(),
            stage: standing.stage.words(),
            held: standing.stage == verify::Stage::Fixed,
            came: found.after.tickets,
            weeks: found.after.weeks,
            expected: found.expected,
            // A high rate leaves few that did not come.
            fewer: found
                .ratio
                .zip(found.low.zip(found.high))
                .map(|(mid, (low, high))| (fewer(mid), fewer(high), fewer(low))),
        });
    }
    fixes.sort_by(|one, other| {
        other.held.cmp(&one.held).then(other.expected.total_cmp(&one.expected)).then(one.id.cmp(&other.id))
    });
    Ok(fixes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &'static str, statistic: &'static str, group: Option<&str>, value: f64, n: u64) -> MeasureValue {
        MeasureValue {
            name,
            statistic,
            group: group.map(str::to_owned),
            value: Some(value),
            unit: if name.contains("hours") { "hours" } else { "tickets" },
            n,
            low: None,
            high: None,
        }
    }

    #[test]
    fn hours_are_booked_and_by_the_range_for_the_rest() {
        let some = Some("onboarding");
        let values = [
            value("tickets", "count", some, 590.0, 590),
            value("tickets", "share", some, 0.02, 24_918),
            value("work_booked_hours", "sum", some, 12.5, 147),
            value("work_booked_hours", "share", some, 0.4, 300),
        ];
        let told = class(&values, &values[0], true, (10.0, 60.0));
        assert_eq!((told.tickets.n, told.tickets.rows.as_str()), (590, "/rows?measure=tickets&class=onboarding"));
        assert_eq!(told.booked, Some((12.5, Some(0.4), 147)));
        // 443 tickets without booked time.
        assert!((told.hours.0 - (12.5 + 443.0 / 6.0)).abs() < 1e-9 && (told.hours.1 - 455.5).abs() < 1e-9, "{told:?}");
        assert_eq!(told.changes, Some(Counted { n: 0, rows: "/rows?measure=changes&class=onboarding".into() }));
        let bare = value("tickets", "count", Some(""), 3.0, 3);
        let told = class(&[], &bare, false, (10.0, 60.0));
        assert_eq!(
            (told.tickets.rows.as_str(), told.changes, told.booked),
            ("/rows?measure=tickets&class=", None, None)
        );
        assert!((told.hours.0 - 0.5).abs() < 1e-9 && (told.hours.1 - 3.0).abs() < 1e-9);
    }

    #[test]
    fn jobs_are_told_by_class_with_the_one_that_waits_longest() {
        let run = |job: &str, day: i64, outcome: &str, newest: bool| JobRun {
            job: job.to_owned(),
            at: day * 86_400_000,
            class: job.starts_with("Backup").then(|| "backup".to_owned()),
            outcome: Some(outcome.to_owned()),
            told: outcome.to_owned(),
            newest,
        };
        let mut runs: Vec<JobRun> = (0..9).map(|day| run("Backup 1", day, "succeeded", false)).collect();
        runs.push(run("Backup 1", 9, "failed", true));
        runs.extend([run("Backup 2", 3, "succeeded", false), run("Backup 2", 9, "warned", true)]);
        runs.push(run("Laptop", 3, "failed", true));
        let told = jobs(&runs, &TimeZone::UTC);
        let [backups, others] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((backups.jobs, backups.runs.n, backups.good), (2, 12, (0, 2)));
        assert_eq!(backups.runs.rows, "/rows?measure=job_runs&class=backup");
        assert!(backups.succeeded.as_deref().is_some_and(|told| told.starts_with("83% (")), "{backups:?}");
        assert_eq!(backups.oldest, Some(("Backup 2".to_owned(), Some("4 January 1970".to_owned()))));
        assert_eq!((others.class.as_str(), &others.succeeded), ("", &None));
        assert_eq!(others.oldest, Some(("Laptop".to_owned(), None)));
    }

    #[test]
    fn what_the_record_does_not_tell_is_no_line() {
        let days = MeasureValue {
            low: Some(0.6),
            high: Some(0.99),
            unit: "share",
            ..value("quiet_days", "share", None, 0.9, 30)
        };
        let all = [
            value("quiet_days", "count", None, 27.0, 30),
            days,
            value("hours_without_priority_1", "sum", None, 12.9, 30),
            value("alerts_before_calls", "count", None, 0.0, 0),
        ];
        let quiet = lines(&all, &QUIET);
        let told: Vec<_> = quiet.iter().map(|line| (line.said.as_deref(), line.share.as_deref(), line.n)).collect();
        let expected = [(Some("27"), Some("90% (60% to 99%)"), (30, "days")), (Some("12.9 hours"), None, (30, "days"))];
        assert_eq!(told, expected);
        assert!(lines(&all, &ALERTS).is_empty());
        assert!(proof(&all, "backup", true).is_none());
    }
}
