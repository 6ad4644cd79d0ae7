//! What is done with a problem of the work record, below `/api/v1/problems/{id}`: the same entries that people write on
//! its pages, by the same rules. Which tickets it has is said in `parting`, when to work on it in `windows`.

use axum::Json;
use axum::extract::{Path, State};
use casebook::{Act, Canvas, MOST, lives};
use jiff::tz::TimeZone;
use leadership::Wrongs;
use ledger::Refused;
use ledger::casework::Write;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::canvas::{self, Claimed, NewCanvas, NewChoice, SHORT, Tried};
use super::cases::{TITLE, found, seen};
use super::entry::{Asked, Caller, Key, KeyHeader, Sent, earlier, of_field, perform};
use super::problem::{ActRefusals, Problem};
use crate::app::App;
use crate::cases::Case;

/// Longest name of a team, in characters.
const TEAM: usize = 100;

/// Something was written on a problem.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Entered {
    /// The number of the entry: undone by it, and of a canvas the number of its version.
    #[schema(minimum = 1)]
    entry: u64,
}

impl Entered {
    /// What was answered, now or at the first time.
    pub(super) fn of(answer: &Value) -> Json<Self> {
        Json(Self { entry: answer.get("entry").and_then(Value::as_u64).unwrap_or_default() })
    }
}

/// An act with the asks and openings that it answers.
pub(super) type Made = (Act, Vec<u64>);

/// Writes an entry on a problem: in turn, and once under its key. `make` says what is written of the problem as it is now.
pub(super) async fn write<S: Asked>(
    (app, caller, id): (&App, &Caller, &str),
    key: &Key,
    sent: &S,
    make: impl FnOnce(&Case) -> Result<Made, Problem> + Send,
) -> Result<Json<Entered>, Problem> {
    let _turn = app.work().turn().await;
    if let Some(answer) = earlier(app, caller, key, sent).await? {
        return Ok(Entered::of(&answer));
    }
    let case = found(app, &caller.actor, id).await?;
    enter((app, caller), key, sent, make(&case)?).await
}

/// Writes an entry, once under its key: for who has the turn and knows that it was not written before.
pub(super) async fn enter<S: Asked>(
    (app, caller): (&App, &Caller),
    key: &Key,
    sent: &S,
    (act, asks): Made,
) -> Result<Json<Entered>, Problem> {
    let act = Write { act, by: String::new(), asks };
    let answer = perform(app, caller, key, sent, &act, |entry| json!({ "entry": entry })).await?;
    app.work().acted();
    Ok(Entered::of(&answer))
}

pub(super) fn fine(wrongs: Wrongs) -> Result<(), Problem> {
    wrongs.or(()).map_err(|wrongs| Refused::from(wrongs).into())
}

/// A new version of a canvas. Who was asked for options and proposes one here has answered; whoever opened the problem
/// goes on with it.
fn version(case: &Case, caller: &Caller, before: &Canvas, canvas: Canvas) -> Made {
    let author = caller.actor.person;
    let canvas = canvas.tidied().credited(before, Some(author));
    let proposed = canvas.options.iter().any(|one| !before.options.contains(one) && one.by.contains(&author));
    let mut asks = if proposed { case.asks() } else { Vec::new() };
    asks.extend(&case.part.opened);
    (Act::Canvas { of: case.side.clone(), canvas: Box::new(canvas) }, asks)
}

/// A version of a canvas, written on an earlier one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewVersion {
    /// The version that it was written on, as the problem tells it; 0 where there was none. Where somebody kept another
    /// one since, this is refused (409).
    #[schema(minimum = 0)]
    base: u64,
    /// All of it.
    canvas: NewCanvas,
}

/// Keep a version of the canvas
#[utoipa::path(post, path = "/api/v1/problems/{id}/canvas", tag = "problems", request_body = NewVersion,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn keep_canvas(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewVersion>,
) -> Result<Json<Entered>, Problem> {
    // What links to a decision that the caller does not see stays linked, whatever is sent.
    let (_, now) = found(&app, &caller.actor, &id).await?.newest();
    let seen = seen(&mut app.ledger().read().await?, &caller.actor, &now).await?;
    write((&app, &caller, &id), &key, &sent, |case| {
        let (base, now) = case.newest();
        let mut canvas = sent.value.canvas.read(&now)?;
        if canvas.decision_of.is_none() {
            canvas.decision_of = now.decision_of.filter(|linked| !seen.contains(linked));
        }
        if sent.value.base != base {
            return Err(Refused::conflict(
                format!("Somebody kept another version of it: {base}."),
                "Read the problem again, and send what is to be kept with that base.",
            )
            .into());
        }
        if canvas.is_empty() {
            return Err(Problem::field("canvas", "Nothing is written on it."));
        }
        Ok(version(case, &caller, &now, canvas))
    })
    .await
}

/// Add a hypothesis to the canvas
#[utoipa::path(post, path = "/api/v1/problems/{id}/hypotheses", tag = "problems", request_body = Claimed,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn add_hypothesis(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<Claimed>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let (_, now) = case.newest();
        let new = canvas::hypothesis(&mut wrongs, "hypothesis", &sent.value);
        if new.claim.is_empty() {
            wrongs.add("claim", "Say what might be so.");
        } else if now.hypotheses.len() >= MOST.0 {
            wrongs.add("claim", format!("The canvas holds {} hypotheses.", MOST.0));
        }
        fine(wrongs)?;
        let mut canvas = now.clone();
        canvas.hypotheses.push(new);
        Ok(version(case, &caller, &now, canvas))
    })
    .await
}

/// A test of a hypothesis that stands on the canvas.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTest {
    /// Place of the hypothesis on the canvas, from 0.
    #[schema(minimum = 0)]
    hypothesis: usize,
    /// What was done, and what came out.
    test: Tried,
}

/// Add a test of a hypothesis
#[utoipa::path(post, path = "/api/v1/problems/{id}/tests", tag = "problems", request_body = NewTest,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn add_test(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTest>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let (_, now) = case.newest();
        let new = canvas::trial(&mut wrongs, "test", &sent.value.test);
        let mut canvas = now.clone();
        match canvas.hypotheses.get_mut(sent.value.hypothesis) {
            None => wrongs.add("hypothesis", "There is no hypothesis in this place."),
            Some(one) if one.tests.len() >= MOST.1 => {
                wrongs.add("hypothesis", format!("A hypothesis holds {} tests.", MOST.1));
            }
            Some(_) if new.what.is_empty() => wrongs.add("test-what", "Say what was done."),
            Some(one) => one.tests.push(new),
        }
        fine(wrongs)?;
        Ok(version(case, &caller, &now, canvas))
    })
    .await
}

/// Propose an option: it is its author's, and named as theirs on the problem's page
#[utoipa::path(post, path = "/api/v1/problems/{id}/options", tag = "problems", request_body = NewChoice,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn propose(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewChoice>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let (_, now) = case.newest();
        let new = canvas::choice(&mut wrongs, "option", &sent.value);
        if new.what.is_empty() {
            wrongs.add("what", "Say what could be done.");
        } else if now.options.iter().any(|one| one.what == new.what) {
            wrongs.add("what", "This option is on the canvas already.");
        } else if now.options.len() >= MOST.3 {
            wrongs.add("what", format!("The canvas holds {} options. Put two of them together there first.", MOST.3));
        }
        fine(wrongs)?;
        let mut canvas = now.clone();
        canvas.options.push(new);
        Ok(version(case, &caller, &now, canvas))
    })
    .await
}

/// Whom to ask for options.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOptionsAsk {
    /// The circle whose people are asked.
    #[schema(format = "uuid")]
    circle: String,
    /// The last day on which it waits for them, at most 60 days ahead.
    #[schema(format = Date)]
    until: String,
    /// Why they are asked.
    #[schema(min_length = 1, max_length = 500)]
    why: String,
}

/// Ask the people of a circle for options
#[utoipa::path(post, path = "/api/v1/problems/{id}/asks", tag = "problems", request_body = NewOptionsAsk,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn ask_options(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewOptionsAsk>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let why = canvas::needed(&mut wrongs, "why", &sent.value.why, SHORT);
        let until = wrongs.take(leadership::text::day("until", &sent.value.until));
        fine(wrongs)?;
        let circle = of_field("circle", &sent.value.circle)?;
        Ok((Act::Ask { of: case.side.clone(), circle, until, why }, Vec::new()))
    })
    .await
}

/// A word of who proposes no option.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewPass {
    /// May be empty.
    #[schema(max_length = 500)]
    words: String,
}

/// Say that one has no option, where one was asked
#[utoipa::path(post, path = "/api/v1/problems/{id}/pass", tag = "problems", request_body = NewPass,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn pass(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewPass>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let words = canvas::text(&mut wrongs, "words", &sent.value.words, SHORT);
        fine(wrongs)?;
        let asks = case.asks();
        if asks.is_empty() {
            return Err(Refused::conflict("Nobody asked for options here.", "Propose one where you have one.").into());
        }
        Ok((Act::Pass { of: case.side.clone(), words }, asks))
    })
    .await
}

/// What a leader says of a reasoning.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReasoningReview {
    /// Agreed; or back with a question.
    agreed: bool,
    /// What is clear.
    #[serde(default)]
    #[schema(max_length = 500)]
    clear: String,
    /// What is missing; needed where it goes back.
    #[serde(default)]
    #[schema(max_length = 500)]
    missing: String,
}

/// Say what is clear and what is missing in the reasoning on a problem that was opened by hand
#[utoipa::path(post, path = "/api/v1/problems/{id}/review", tag = "problems", request_body = NewReasoningReview,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn review(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewReasoningReview>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let clear = canvas::text(&mut wrongs, "clear", &sent.value.clear, SHORT);
        let missing = canvas::text(&mut wrongs, "missing", &sent.value.missing, SHORT);
        fine(wrongs)?;
        // Where several were put together, the reasoning of the last one in a circle that the caller leads.
        let opens = case.part.opened.iter().rev().filter_map(|number| case.entry(*number));
        let mut theirs = opens.filter(|entry| match &entry.act {
            Act::Open { circle, .. } => caller.actor.sight.leads(*circle) && entry.person != Some(caller.actor.person),
            _ => false,
        });
        let Some(open) = theirs.next().map(|entry| entry.number).or(case.part.opened.last().copied()) else {
            return Err(Refused::conflict("Nobody opened this problem by hand.", "Write on its canvas.").into());
        };
        Ok((Act::Review { of: case.side.clone(), open, clear, missing, agreed: sent.value.agreed }, Vec::new()))
    })
    .await
}

/// Another title.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTitle {
    /// In words that a manager understands.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
}

/// Give a problem another title
#[utoipa::path(post, path = "/api/v1/problems/{id}/title", tag = "problems", request_body = NewTitle,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewTitle>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let title = canvas::needed(&mut wrongs, "title", &sent.value.title, TITLE);
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title == case.side.title {
            wrongs.add("title", "This is its title already.");
        }
        fine(wrongs)?;
        Ok((Act::Rename { of: case.side.clone(), title }, Vec::new()))
    })
    .await
}

/// Why something is no problem.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDismissal {
    /// Why it is none.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Say that it is no problem
#[utoipa::path(post, path = "/api/v1/problems/{id}/dismissal", tag = "problems", request_body = NewDismissal,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn dismiss(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewDismissal>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let reason = canvas::needed(&mut wrongs, "reason", &sent.value.reason, SHORT);
        fine(wrongs)?;
        if case.part.dismissed.is_some() {
            return Err(Refused::conflict("Somebody dismissed it already.", "Undo that entry first.").into());
        }
        Ok((Act::Dismiss { of: case.side.clone(), reason }, Vec::new()))
    })
    .await
}

/// A fix.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFix {
    /// The day of the fix, not ahead.
    #[schema(format = Date)]
    on: String,
    /// The team that made it: a team, never a person.
    #[schema(min_length = 1, max_length = 100)]
    team: String,
    /// What was done, in a few words.
    #[serde(default)]
    #[schema(max_length = 500)]
    what: String,
}

/// Mark a problem as fixed: what the record shows of it is judged from then on
#[utoipa::path(post, path = "/api/v1/problems/{id}/fix", tag = "problems", request_body = NewFix,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn mark_fixed(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewFix>,
) -> Result<Json<Entered>, Problem> {
    // A day ahead, for those who are a day ahead.
    let latest = app.now().to_zoned(TimeZone::UTC).date().tomorrow().ok();
    write((&app, &caller, &id), &key, &sent, |case| {
        let mut wrongs = Wrongs::default();
        let team = canvas::needed(&mut wrongs, "team", &sent.value.team, TEAM);
        let what = canvas::text(&mut wrongs, "what", &sent.value.what, SHORT);
        let on = wrongs.take(leadership::text::day("on", &sent.value.on));
        if latest.is_some_and(|latest| on > latest) {
            wrongs.add("on", "That day is still to come: mark it once it is done.");
        }
        fine(wrongs)?;
        Ok((Act::Fixed { of: case.side.clone(), on, team, what }, Vec::new()))
    })
    .await
}

/// An entry that is to hold no more.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoneEntry {
    /// Its number.
    #[schema(minimum = 1)]
    entry: u64,
}

/// Undo an entry about a problem; undoing the undoing lets it hold again
#[utoipa::path(post, path = "/api/v1/problems/{id}/undo", tag = "problems", request_body = UndoneEntry,
    params(("id" = String, Path, description = "The problem."), KeyHeader),
    responses((status = 200, body = Entered), ActRefusals))]
pub(super) async fn undo(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<UndoneEntry>,
) -> Result<Json<Entered>, Problem> {
    write((&app, &caller, &id), &key, &sent, |case| {
        let entry = sent.value.entry;
        if !case.part.entries.contains(&entry) {
            return Err(Problem::field("entry", "There is no such entry about this problem."));
        }
        if lives(&case.entries).get(&entry) != Some(&true) {
            return Err(Refused::conflict("It is undone already.", "Undo the entry that undid it.").into());
        }
        Ok((Act::Undo { entry }, Vec::new()))
    })
    .await
}
