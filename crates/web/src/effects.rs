//! The handlers of what happens around the fix of a problem: what was seen at the same time, whether it held, what those
//! say whom the problem touched, and when work on it would disturb least.

use ::acts::Me;
use ::acts::cases::Offers;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use casebook::{Act, Chosen};
use ledger::{Refused, casework};
use problems::Problem;
use problems::placebo::Line as Placebo;
use problems::window::{Window, Windows};
use rust_decimal::prelude::ToPrimitive as _;
use serde::Deserialize;

use brief::{analysis, words};

use crate::acts::{Case, Sent, about, again, back};
use crate::casework::{Held, person};
use crate::desk::Known;
use crate::failure::Failure;
use crate::listing::on;
use crate::pages::forms::{SHORT, Said};
use crate::pages::{acts as page, effect, history, problem};
use crate::routes::Signed;
use crate::server::Server;

/// Seen together, and whether a fix held where one was marked.
pub(crate) async fn effects(
    known: &Known,
    held: &Held,
    me: Option<&Me>,
    found: &Problem,
) -> Result<problem::Effect, Failure> {
    let mut out = problem::Effect {
        together: together(&found.seen_together),
        pooled: together(&held.ruled.found.pooled),
        past: past(known, held, &found.id).await?,
        zone: zone(known),
        ..problem::Effect::default()
    };
    let Some(fixed) = held.ruled.parts.get(&found.id).and_then(|part| part.fixed.as_ref()) else { return Ok(out) };
    let what = match held.entry(fixed.entry).map(|entry| &entry.act) {
        Some(Act::Fixed { what, .. }) => what.clone(),
        _ => String::new(),
    };
    out.fixed = Some((fixed.on, fixed.team.clone(), what));
    if let Some(me) = me {
        out.touched = Some(casework::sides(&mut known.ledger.read().await?, &me.actor, fixed.entry).await?);
    }
    let all = known.opened().await.map_err(Failure::inside)?;
    let zone = known.calendar.zone();
    let standing = analysis::standing(&known.record, &held.ruled, &found.id, fixed, &all, zone).await;
    let Some(standing) = standing.map_err(Failure::inside)? else { return Ok(out) };
    let verified = standing.verified;
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let rate = |total: problems::verify::Total| total.tickets as f64 / total.weeks.max(1) as f64;
    let mut notes = vec![verified.sentence.clone()];
    if let Some(day) = standing.shown_on.as_ref().and_then(|day| day.parse().ok()) {
        notes.push(format!("It could first be said on {}.", words::date(day)));
    }
    if let Some(day) = standing.reopened_on.as_ref().and_then(|day| day.parse().ok()) {
        notes.push(format!("It came back: since {} the problem is open again.", words::date(day)));
    }
    out.verdict = Some(effect::Verdict {
        word: standing.stage.words().to_owned(),
        rate: (rate(verified.before), rate(verified.after)),
        ratio: verified.ratio.zip(verified.low).zip(verified.high).map(|((ratio, low), high)| (ratio, low, high)),
        n: (verified.before.tickets, verified.after.tickets),
        notes,
        weeks: verified.weeks,
        placebo: known.placebo().await.map_err(Failure::inside)?.iter().filter_map(Placebo::told).collect(),
    });
    Ok(out)
}

/// How long the window is.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Length {
    hours: u32,
}

impl Default for Length {
    fn default() -> Self {
        Self { hours: 4 }
    }
}

/// The windows of a length, and which tickets were counted; an error where the length is none.
async fn windows_of(
    server: &Server,
    (known, held): (&Known, &Held),
    problem: &str,
    hours: u32,
) -> Result<(Windows, String), Failure> {
    if !(1..=effect::LONGEST).contains(&hours) {
        return Err(Failure::refused(
            format!("A window of {hours} hours cannot be looked for."),
            format!("Choose 1 to {} hours.", effect::LONGEST),
        ));
    }
    windows_from(server.now(), (known, held), problem, hours).await
}

/// The windows of a length from an instant on, and which tickets were counted.
async fn windows_from(
    now: jiff::Timestamp,
    (known, held): (&Known, &Held),
    problem: &str,
    hours: u32,
) -> Result<(Windows, String), Failure> {
    let observed = held.ruled.found.observed.unwrap_or_default();
    let now = now.as_second();
    let plan = analysis::window_plan(&known.record, &held.ruled, problem, observed, now, &known.calendar).await;
    let (mut plan, looked_at) = plan.map_err(Failure::inside)?;
    plan.hours = hours;
    plan.lost_minutes = known.settings.rates.lost_minutes;
    Ok((problems::window::windows(&plan), looked_at))
}

/// The same for programs: each as it would be kept.
pub(crate) async fn offers(
    now: jiff::Timestamp,
    (known, held): (&Known, &Held),
    problem: &str,
    hours: u32,
) -> Result<Offers, Failure> {
    let (told, looked_at) = windows_from(now, (known, held), problem, hours).await?;
    let kept = |window: &Window| chosen(window, looked_at.clone(), known);
    Ok(Offers {
        windows: told.windows.iter().filter_map(kept).collect(),
        busiest: told.busiest.as_ref().and_then(kept),
        n: (told.tickets, told.weeks),
        sentence: told.sentence,
        zone: zone(known),
        looked_at,
    })
}

fn zone(known: &Known) -> String {
    known.calendar.zone().iana_name().unwrap_or("UTC").to_owned()
}

/// `GET /problems/{id}/window`: when work on it would meet the fewest tickets.
pub(crate) async fn window(
    State(server): State<Server>,
    Path(id): Path<String>,
    Query(asked): Query<Length>,
    signed: Signed,
) -> Result<Response, Failure> {
    on(&server, signed, &id, "/window", async |known, held, found| {
        let (told, looked_at) = windows_of(&server, (known, held), &found.id, asked.hours).await?;
        Ok(effect::windows(&about(found), asked.hours, &told, &looked_at, &zone(known), &Said::default()))
    })
    .await
}

/// What was predicted for a window, as it is kept.
fn chosen(window: &Window, looked_at: String, known: &Known) -> Option<Chosen> {
    let local = |text: &str| jiff::civil::DateTime::strptime(effect::FORMAT, text).ok();
    let lost = &known.settings.rates.lost_minutes;
    Some(Chosen {
        from: local(&window.from)?,
        to: local(&window.to)?,
        tickets: (window.low, window.expected, window.high),
        minutes: (window.user_minutes.low, window.user_minutes.high),
        lost: (lost.low.to_f64()?, lost.high.to_f64()?),
        n: (window.n, window.weeks),
        looked_at,
    })
}

/// `POST /problems/{id}/window`: one of those that are offered is chosen.
pub(crate) async fn choose(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let _turn = server.desk().acting().await;
    let me = person(&signed).cloned();
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let problem = case.problem()?;
    let by = said.take("by", "Your name", SHORT, false);
    let hours = said.value("hours").parse().unwrap_or_default();
    let (told, looked_at) = windows_of(&server, (&case.known, &case.held), &problem.id, hours).await?;
    let window = told.windows.iter().find(|window| window.from == said.value("from"));
    match window.and_then(|window| chosen(window, looked_at.clone(), &case.known)) {
        Some(chosen) if said.is_fine() => {
            let act = Act::Window { of: case.side().await?, chosen: Box::new(chosen) };
            Ok(back(&problem.id, server.desk().act(me.as_ref(), &by, act).await?))
        }
        found => {
            if found.is_none() {
                said.fault("hours", "This window is not offered any more. Choose one of these.");
            }
            let zone = zone(&case.known);
            let body = effect::windows(&about(problem), hours, &told, &looked_at, &zone, &said);
            Ok(again(&server, signed, "Windows", &said, &body))
        }
    }
}

/// Tickets of a window that are shown.
const CAME: usize = 20;

/// The windows that were chosen for work on a problem, and what came in those that have passed.
async fn past(known: &Known, held: &Held, problem: &str) -> Result<Vec<effect::Past>, Failure> {
    let zone = known.calendar.zone();
    let end = held.ruled.found.observed.map_or(i64::MIN, |observed| observed.1);
    let mut out = Vec::new();
    for entry in held.living(problem) {
        let Act::Window { chosen, .. } = &entry.act else { continue };
        let instant = |at: jiff::civil::DateTime| at.to_zoned(zone.clone()).map(|at| at.timestamp());
        let (from, to) = (instant(chosen.from).map_err(Failure::inside)?, instant(chosen.to).map_err(Failure::inside)?);
        let mut came = None;
        if to.as_second() <= end {
            let met = analysis::met(&known.record, &held.ruled, problem, (from, to)).await.map_err(Failure::inside)?;
            let shown = crate::rows::examples(known, met.get(..CAME.min(met.len())).unwrap_or_default()).await?;
            came = Some((met.len() as u64, shown));
        }
        let when = history::when(entry.at, held.by(entry));
        out.push(effect::Past { chosen: (**chosen).clone(), when, came });
    }
    Ok(out)
}

/// What was seen at the same time, as the pages show it, the most striking first.
pub(crate) fn together(seen: &[problems::together::Together]) -> Vec<effect::Together> {
    let told = seen.iter().map(|seen| effect::Together {
        kind: seen.kind.clone(),
        value: seen.value.clone(),
        counts: (seen.before, seen.after),
        ratio: (seen.ratio, seen.low, seen.high),
        n: seen.n,
        placebo: seen.placebo_yield,
    });
    told.collect()
}

/// The entry that marks a problem as fixed.
fn fix_of(held: &Held, problem: &Problem) -> Result<u64, Failure> {
    let fixed = held.ruled.parts.get(&problem.id).and_then(|part| part.fixed.as_ref());
    fixed.map(|fixed| fixed.entry).ok_or(Failure::NotFound)
}

async fn touched_view(known: &Known, me: &Me, problem: &Problem, said: &Said) -> Result<maud::Markup, Failure> {
    let circles = casework::may_be_touched(&mut known.ledger.read().await?, &me.actor).await?;
    let circles: Vec<(String, String)> = circles.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    Ok(page::touched(&about(problem), &circles, said))
}

/// `GET /problems/{id}/touched`.
pub(crate) async fn ask_touched(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned().ok_or(Failure::NotFound)?;
    on(&server, signed, &id, "/touched", async |known, held, problem| {
        fix_of(held, problem)?;
        let said = Said::with(&[("title", &problem.title)]).of(Some(&me));
        touched_view(known, &me, problem, &said).await
    })
    .await
}

/// `POST /problems/{id}/touched`: the people of a circle are asked whether the fix holds for them.
pub(crate) async fn touched(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Signed,
    Form(sent): Sent,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned().ok_or(Failure::NotFound)?;
    let _turn = server.desk().acting().await;
    let (case, mut said) = Case::sent(&server, &signed, &id, sent).await?;
    let problem = case.problem()?;
    let fix = fix_of(&case.held, problem)?;
    let title = said.take("title", "What it is called there", SHORT, true);
    if said.is_fine() {
        let act = casework::AskSide { fix, circle: said.value("circle").parse().ok(), title };
        match case.known.ledger.perform(&me.actor, &act).await {
            Err(Refused::Wrong(wrongs)) => said.note(&wrongs),
            done => {
                done?;
                return Ok(Redirect::to(&about(problem).path("#fixed")).into_response());
            }
        }
    }
    let body = touched_view(&case.known, &me, problem, &said).await?;
    Ok(again(&server, signed, "Whom it touched", &said, &body))
}
