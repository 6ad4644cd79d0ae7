//! `/api/v1/problems`: problems of the work record and what people wrote on them; the opening of one by hand. What is
//! done with a problem stands in `casework`, `parting` and `windows`.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use casebook::{Act, Canvas, Side, Stage};
use leadership::circle::Actor;
use leadership::{DecisionId, Wrongs};
use ledger::casework::{self, Touched, Turn, Write};
use ledger::{Refused, Tx, decisions};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::answers::names;
use super::canvas::{self, Written, written};
use super::entry::{Caller, Key, KeyHeader, Query, Sent, earlier, of_field, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;
use crate::cases::{self, Case, Line, Told};

/// Problems on a page of the list.
const PER_PAGE: usize = 50;
/// Longest title, in characters.
pub(super) const TITLE: usize = 120;
/// Most tickets that are named when one is opened.
const MOST_NAMED: usize = 50;

names! {
    /// What the work record shows of a fix.
    FixStage of Stage { Unproven, NotFixed, Fixed, Reopened }
}
names! {
    /// Whose turn it is with the reasoning on a problem that was opened by hand.
    ReasoningTurn of Turn { Leader, Opener, Nobody }
}

/// A problem in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkProblem {
    /// Its id: it may change when tickets come or people act; old ones lead to the same problem.
    id: String,
    /// Its title.
    title: String,
    /// Its tickets.
    tickets: u64,
    /// The first day on which it was seen.
    #[schema(format = Date)]
    first_seen: Option<String>,
    /// The last one.
    #[schema(format = Date)]
    last_seen: Option<String>,
    /// Whether people opened it by hand.
    by_hand: bool,
    /// The day on which it was marked as fixed.
    #[schema(format = Date)]
    fixed_on: Option<String>,
    /// The team that made the fix; never a person.
    fixed_by: Option<String>,
}

fn line(line: Line) -> WorkProblem {
    let (first, last) = line.seen.unzip();
    let (on, team) = line.fixed.unzip();
    WorkProblem {
        id: line.id,
        title: line.title,
        tickets: line.tickets,
        first_seen: first.map(|day| day.to_string()),
        last_seen: last.map(|day| day.to_string()),
        by_hand: line.by_hand,
        fixed_on: on.map(|day| day.to_string()),
        fixed_by: team,
    }
}

/// Problems, fifty at a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkProblems {
    /// Those of this page, the heaviest first.
    items: Vec<WorkProblem>,
    /// How many there are in all.
    #[schema(minimum = 0)]
    total: usize,
}

/// A fix, as the work record judges it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MarkedFix {
    /// The entry that marks it.
    entry: u64,
    /// The day of the fix.
    #[schema(format = Date)]
    on: String,
    /// The team that made it.
    team: String,
    /// What the record shows; null until it was judged.
    verdict: Option<FixStage>,
    /// The day by which that could be said.
    #[schema(format = Date)]
    since: Option<String>,
    /// The figures, in a sentence or two.
    figures: Option<String>,
    /// Those whom the problem touched, and what they say.
    touched: Vec<FixSide>,
}

/// A circle that a fixed problem touched.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FixSide {
    /// Its identifier, at `/api/v1/fixes/{id}`.
    #[schema(format = "uuid")]
    id: String,
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// What the problem is called there.
    title: String,
    /// The team that made the fix; null while nothing was judged.
    team: Option<String>,
    /// What the record shows.
    verdict: Option<FixStage>,
    /// What its people say of the verdict.
    words: Vec<FixWord>,
    /// Whether you may say something.
    may_say: bool,
}

/// What somebody says of a verdict.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FixWord {
    /// Who.
    #[schema(format = "uuid")]
    person: String,
    /// Countersigned, or objected to.
    agrees: bool,
    /// In their words; may be empty where they agree.
    words: String,
    /// What the verdict was then.
    verdict: FixStage,
}

/// A circle that is asked about a fix, as it is told.
pub(super) fn told_side(side: Touched) -> FixSide {
    let words = side.words.into_iter().map(|word| FixWord {
        person: word.person.to_string(),
        agrees: word.agrees,
        words: word.words,
        verdict: word.stage.into(),
    });
    FixSide {
        id: side.id.to_string(),
        circle: side.circle.0.to_string(),
        title: side.title,
        words: words.collect(),
        may_say: side.may_say,
        team: side.verdict.as_ref().map(|verdict| verdict.team.clone()),
        verdict: side.verdict.map(|verdict| verdict.stage.0.into()),
    }
}

/// People who were asked for options.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptionsAsk {
    /// The entry.
    entry: u64,
    /// The last day on which it waits for them.
    #[schema(format = Date)]
    until: String,
    /// Why they were asked.
    why: String,
    /// How many were asked.
    people: usize,
    /// How many of them have answered; who has not, is nobody's to be told.
    answered: usize,
    /// Whether you were asked and have not answered.
    waits_for_you: bool,
}

/// How a problem was opened by hand.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandOpening {
    /// The entry.
    entry: u64,
    /// Who opened it.
    #[schema(format = "uuid")]
    by: String,
    /// Whose turn it is.
    turn: ReasoningTurn,
    /// What was said of the reasoning, the earliest first.
    reviews: Vec<ReasoningReview>,
}

/// What a leader said of a reasoning.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReasoningReview {
    /// The entry.
    entry: u64,
    /// Who.
    #[schema(format = "uuid")]
    by: Option<String>,
    /// What is clear.
    clear: String,
    /// What is missing.
    missing: String,
    /// Agreed; or back with a question.
    agreed: bool,
}

/// A problem with what people wrote on it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkProblemCase {
    /// Its id now.
    id: String,
    /// Its title.
    title: String,
    /// Its tickets.
    tickets: u64,
    /// Why it is no problem, where somebody said so.
    dismissed: Option<String>,
    /// The newest version of its canvas.
    canvas: Written,
    /// The fix that is marked; the last one counts.
    fix: Option<MarkedFix>,
    /// Asks for options that hold.
    asks: Vec<OptionsAsk>,
    /// How it was opened by hand, as often as it was.
    opened: Vec<HandOpening>,
    /// The numbers of all entries about it that hold.
    entries: Vec<u64>,
}

/// The desk's record holds the work of all clients: it is for the organisation's own people.
pub(super) fn inside(actor: &Actor) -> Result<(), Problem> {
    if actor.sight.is_inside() { Ok(()) } else { Err(Problem::not_found()) }
}

/// The record cannot answer just now.
pub(super) fn working() -> Problem {
    let detail = "The work record is still being worked out, or could not be read. Nothing was changed.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail, "Send it again in a moment.")
}

/// A problem by an id that it has or had, for who may see problems.
pub(super) async fn found(app: &App, actor: &Actor, id: &str) -> Result<Case, Problem> {
    inside(actor)?;
    let case = match app.work().problem(id).await {
        Told::Known(case) => case,
        Told::Working => return Err(working()),
        Told::NoRecord => cases::alone(&mut app.ledger().read().await?, id).await?,
    };
    case.ok_or_else(Problem::not_found)
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ProblemPage {
    /// Which page, from 0.
    #[param(minimum = 0, maximum = 100_000)]
    page: usize,
}

/// The problems of the work record, as people see them
#[utoipa::path(get, path = "/api/v1/problems", tag = "problems", params(ProblemPage),
    responses((status = 200, body = WorkProblems), ActRefusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<ProblemPage>,
) -> Result<Json<WorkProblems>, Problem> {
    inside(&caller.actor)?;
    if which.page > 100_000 {
        return Err(Problem::field("page", "Give a whole number from 0 to 100000."));
    }
    let from = which.page * PER_PAGE;
    let (lines, total) = match app.work().problems(from, PER_PAGE).await {
        Told::Known(lines) => lines,
        Told::Working => return Err(working()),
        Told::NoRecord => cases::all_alone(&mut app.ledger().read().await?, from, PER_PAGE).await?,
    };
    Ok(Json(WorkProblems { items: lines.into_iter().map(line).collect(), total }))
}

async fn fix(tx: &mut Tx, actor: &Actor, case: &Case) -> Result<Option<MarkedFix>, Problem> {
    let Some(fixed) = &case.part.fixed else { return Ok(None) };
    let judged = casework::judged(tx).await?.into_iter().find(|judged| judged.entry == fixed.entry);
    let touched = casework::sides(tx, actor, fixed.entry).await?.into_iter().map(told_side).collect();
    Ok(Some(MarkedFix {
        entry: fixed.entry,
        on: fixed.on.to_string(),
        team: fixed.team.clone(),
        verdict: judged.as_ref().map(|judged| judged.stage.into()),
        since: judged.as_ref().map(|judged| judged.day.to_string()),
        figures: judged.map(|judged| judged.figures),
        touched,
    }))
}

async fn asks(tx: &mut Tx, actor: &Actor, case: &Case) -> Result<Vec<OptionsAsk>, Problem> {
    let numbers = case.asks();
    let mut asked = casework::asked(tx, &numbers).await?;
    let told = numbers.into_iter().filter_map(|entry| {
        let Act::Ask { until, why, .. } = &case.entry(entry)?.act else { return None };
        let people = asked.remove(&entry).unwrap_or_default();
        Some(OptionsAsk {
            entry,
            until: until.to_string(),
            why: why.clone(),
            people: people.len(),
            answered: people.iter().filter(|(_, answered)| *answered).count(),
            waits_for_you: people.contains(&(actor.person, false)),
        })
    });
    Ok(told.collect())
}

async fn opened(tx: &mut Tx, case: &Case) -> Result<Vec<HandOpening>, Problem> {
    let mut out = Vec::new();
    for number in &case.part.opened {
        let Some(stands) = casework::opened(tx, *number).await? else { continue };
        let reviews = case.living().filter_map(|entry| match &entry.act {
            Act::Review { open, clear, missing, agreed, .. } if open == number => Some(ReasoningReview {
                entry: entry.number,
                by: entry.person.map(|person| person.to_string()),
                clear: clear.clone(),
                missing: missing.clone(),
                agreed: *agreed,
            }),
            _ => None,
        });
        let (by, turn) = (stands.by.to_string(), stands.turn.into());
        out.push(HandOpening { entry: *number, by, turn, reviews: reviews.collect() });
    }
    Ok(out)
}

/// The decision that a canvas links to, where who asks sees it.
pub(super) async fn seen(tx: &mut Tx, actor: &Actor, canvas: &Canvas) -> Result<BTreeSet<DecisionId>, Problem> {
    let linked: Vec<DecisionId> = canvas.decision_of.into_iter().collect();
    Ok(decisions::questions(tx, actor, &linked).await?.into_keys().collect())
}

/// A problem with what people wrote on it
#[utoipa::path(get, path = "/api/v1/problems/{id}", tag = "problems",
    params(("id" = String, Path, description = "The problem, by an id that it has or had.")),
    responses((status = 200, body = WorkProblemCase), Refusals))]
pub(super) async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WorkProblemCase>, Problem> {
    let case = found(&app, &caller.actor, &id).await?;
    let (version, canvas) = case.newest();
    let mut tx = app.ledger().read().await?;
    let dismissed = case.part.dismissed.and_then(|number| match &case.entry(number)?.act {
        Act::Dismiss { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    Ok(Json(WorkProblemCase {
        canvas: written(version, &canvas, &seen(&mut tx, &caller.actor, &canvas).await?),
        fix: fix(&mut tx, &caller.actor, &case).await?,
        asks: asks(&mut tx, &caller.actor, &case).await?,
        opened: opened(&mut tx, &case).await?,
        entries: case.living().map(|entry| entry.number).collect(),
        id: case.side.id,
        title: case.side.title,
        tickets: case.side.n,
        dismissed,
    }))
}

/// A problem that is opened by hand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWorkProblem {
    /// What keeps happening, in one line.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
    /// What was asked, as people said it.
    #[schema(min_length = 1, max_length = 2000)]
    asked: String,
    /// What is needed.
    #[serde(default)]
    #[schema(max_length = 2000)]
    needed: String,
    /// The circle whose leaders look at the reasoning.
    #[schema(format = "uuid")]
    circle: String,
    /// Numbers of tickets that show it; there may be none.
    #[serde(default)]
    #[schema(max_items = 50)]
    tickets: Vec<String>,
}

/// A problem was opened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpenedProblem {
    /// Its id; where the search has most of its tickets in a problem, it leads there.
    id: String,
}

/// Keys of the tickets of some numbers. What the record does not know is wrong.
async fn keys(app: &App, wrongs: &mut Wrongs, numbers: &[String]) -> Result<Vec<String>, Problem> {
    let mut keys = Vec::new();
    if numbers.len() > MOST_NAMED {
        wrongs.add("tickets", format!("At most {MOST_NAMED} tickets: name those that show it best."));
        return Ok(keys);
    }
    for number in numbers {
        let found = match app.work().tickets(number.trim()).await {
            Told::Known(found) => found,
            Told::Working => return Err(working()),
            Told::NoRecord => Vec::new(),
        };
        if found.is_empty() {
            let shown: String = number.chars().take(40).collect();
            wrongs.add("tickets", format!("The record has no ticket {shown}."));
        }
        keys.extend(found);
    }
    keys.sort();
    keys.dedup();
    Ok(keys)
}

/// The entry that opens one.
async fn opening(app: &App, typed: &NewWorkProblem) -> Result<Write, Problem> {
    let mut wrongs = Wrongs::default();
    let title = canvas::needed(&mut wrongs, "title", &typed.title, TITLE);
    let asked = canvas::needed(&mut wrongs, "asked", &typed.asked, canvas::LONG);
    let needed = canvas::text(&mut wrongs, "needed", &typed.needed, canvas::LONG);
    let tickets = keys(app, &mut wrongs, &typed.tickets).await?;
    wrongs.or(()).map_err(Refused::from)?;
    let of = Side { id: String::new(), title, n: tickets.len() as u64, tickets };
    let canvas = Box::new(Canvas { asked, needed, ..Canvas::default() });
    let act = Act::Open { of, circle: of_field("circle", &typed.circle)?, canvas };
    Ok(Write { act, by: String::new(), asks: Vec::new() })
}

/// Open a problem by hand
#[utoipa::path(post, path = "/api/v1/problems", tag = "problems", request_body = NewWorkProblem, params(KeyHeader),
    responses((status = 201, body = OpenedProblem, headers(("Location" = String, description = "Where the problem is."))), ActRefusals))]
pub(super) async fn open(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewWorkProblem>,
) -> Result<Response, Problem> {
    inside(&caller.actor)?;
    let _turn = app.work().turn().await;
    let answer = if let Some(answer) = earlier(&app, &caller, &key, &sent).await? {
        answer
    } else {
        let act = opening(&app, &sent.value).await?;
        let told = |number: &u64| json!({ "id": Act::by_hand(*number) });
        let answer = perform(&app, &caller, &key, &sent, &act, told).await?;
        app.work().acted();
        answer
    };
    let id = answer.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
    let place = format!("/api/v1/problems/{id}");
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(answer)).into_response())
}
