//! `/api/v1/today`: what waits, what is in hand, what broke in, and how one is told.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::SignedDuration;
use leadership::today::{Do, Ranked};
use ledger::post::{self, KINDS, Wish, Wishes};
use ledger::today::{Hint, InHand, Interrupted, Interruption, PutDown, SayWhat, TakeInHand};
use ledger::{people, today};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{Made, names};
use super::entry::{Bare, Caller, Key, KeyHeader, Sent, does, of_path, perform};
use super::problem::{ActRefusals, Problem, Refusals};
use crate::app::App;

/// How far back interruptions are listed, in days.
const BACK_DAYS: i64 = 90;

names! {
    /// What is to be done.
    DoName of Do { Acknowledge, Answer, Decide, Review, Keep, Close, Renegotiate }
}

/// One thing that waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Waiting)]
pub(super) struct Item {
    /// What is to be done.
    act: DoName,
    /// What it is about: `notice`, `promise`, `decision`, `aim`.
    noun: String,
    /// The identifier of that.
    subject: String,
    /// One line.
    title: String,
    /// Why it waits, as a sentence.
    because: String,
    /// Why it stands where it stands: when it is due and who is held up.
    reason: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
    /// When it is due, where it is.
    #[schema(format = Date)]
    due: Option<String>,
    /// How many people are held up by it.
    #[schema(minimum = 0)]
    holds_up: u32,
    /// The page where it is done.
    page: String,
}

fn item(Ranked { waiting, reason, .. }: Ranked) -> Item {
    Item {
        act: waiting.act.into(),
        noun: waiting.noun,
        subject: waiting.subject,
        title: waiting.title,
        because: waiting.because,
        reason,
        since: ledger::instant(waiting.since),
        due: waiting.due.map(|day| day.to_string()),
        holds_up: waiting.holds_up,
        page: waiting.page,
    }
}

/// What somebody has in hand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InHand)]
pub(super) struct Held {
    /// What it is: `request`, `promise`, `decision`.
    noun: String,
    /// The identifier of that.
    subject: String,
    /// One line.
    title: String,
    /// Since when.
    #[schema(format = DateTime)]
    since: String,
}

fn held(one: InHand) -> Held {
    Held { noun: one.noun, subject: one.subject, title: one.title, since: ledger::instant(one.since) }
}

/// A promise that is due within two weeks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DuePromise {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// Whether it is your own; else it was made to you.
    mine: bool,
    /// The other side, by name.
    with: String,
    /// What.
    what: String,
    /// By when.
    #[schema(format = Date)]
    due: String,
}

/// A hint, by a rule that it states.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayHint)]
pub(super) struct HintItem {
    /// What it is about.
    title: String,
    /// Why it is shown: the rule with its figures.
    because: String,
    /// Its page.
    page: String,
}

fn hint(one: Hint) -> HintItem {
    HintItem { title: one.title, because: one.because, page: one.page }
}

/// Something that came in since the day before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayNews)]
pub(super) struct NewsItem {
    /// In one line.
    words: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Its page.
    page: String,
}

/// What waits for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Today)]
pub(super) struct Day {
    /// The day where the person is.
    #[schema(format = Date)]
    day: String,
    /// What is in hand.
    in_hand: Option<Held>,
    /// What waits; what costs most to leave comes first.
    items: Vec<Item>,
    /// Promises of yours and to you that are due within two weeks, the soonest first.
    promised: Vec<DuePromise>,
    /// The aim that is being forgotten.
    forgotten: Option<HintItem>,
    /// One conversation to have.
    conversation: Option<HintItem>,
    /// What came in since the day before, the newest first.
    news: Vec<NewsItem>,
}

/// What waits for one today, and what else the page tells
#[utoipa::path(get, path = "/api/v1/today", tag = "today", responses((status = 200, body = Day), Refusals))]
pub(super) async fn day(State(app): State<App>, caller: Caller) -> Result<Json<Day>, Problem> {
    let mut tx = app.ledger().read().await?;
    let person = people::get(&mut tx, caller.actor.person).await?.ok_or_else(Problem::not_found)?;
    let zone = jiff::tz::TimeZone::get(&person.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let found = today::gather(&mut tx, &caller.actor, &zone).await?;
    let promised = found.promised.into_iter().map(|one| DuePromise {
        id: one.id.to_string(),
        mine: one.mine,
        with: one.with,
        what: one.what,
        due: one.due.to_string(),
    });
    let news =
        found.news.into_iter().map(|one| NewsItem { words: one.words, at: ledger::instant(one.at), page: one.page });
    Ok(Json(Day {
        day: found.day.to_string(),
        in_hand: found.in_hand.map(held),
        items: found.waiting.into_iter().map(item).collect(),
        promised: promised.collect(),
        forgotten: found.forgotten.map(hint),
        conversation: found.conversation.map(hint),
        news: news.collect(),
    }))
}

/// What is taken in hand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInHand {
    /// `noun` of what waits.
    #[schema(min_length = 1)]
    noun: String,
    /// `subject` of what waits.
    #[schema(min_length = 1)]
    subject: String,
}

/// Take one of the things that wait in hand; what was in hand is put down
#[utoipa::path(put, path = "/api/v1/today/hand", tag = "today", request_body = NewInHand, params(KeyHeader),
    responses((status = 204, description = "It is in hand."), ActRefusals))]
pub(super) async fn take(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewInHand>,
) -> Result<StatusCode, Problem> {
    let NewInHand { noun, subject } = sent.value.clone();
    does(&app, &caller, &key, &sent, &TakeInHand { noun, subject }).await
}

/// Put down what is in hand
#[utoipa::path(delete, path = "/api/v1/today/hand", tag = "today", params(KeyHeader),
    responses((status = 204, description = "Nothing is in hand."), ActRefusals))]
pub(super) async fn put_down(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &PutDown).await
}

/// What an interruption pushed aside.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Displaced {
    /// What it is: `request`, `promise`, `decision`.
    noun: String,
    /// One line.
    title: String,
}

/// Something that broke in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interruption)]
pub(super) struct BrokeIn {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// What it was, in your own words; empty until you say it.
    words: String,
    /// What it pushed aside: what was in hand, else what stood first; null where nothing waited.
    displaced: Option<Displaced>,
}

fn broke_in(one: Interruption) -> BrokeIn {
    BrokeIn {
        id: one.id.to_string(),
        at: ledger::instant(one.at),
        words: one.words,
        displaced: one.displaced.map(|(noun, title, _)| Displaced { noun, title }),
    }
}

/// What broke in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Interruptions {
    /// Of the last 90 days, the newest first, at most 50.
    items: Vec<BrokeIn>,
}

/// What broke in on you; nobody else reads it
#[utoipa::path(get, path = "/api/v1/interruptions", tag = "today",
    responses((status = 200, body = Interruptions), Refusals))]
pub(super) async fn interruptions(State(app): State<App>, caller: Caller) -> Result<Json<Interruptions>, Problem> {
    let mut tx = app.ledger().read().await?;
    let since = tx.now() - SignedDuration::from_hours(24 * BACK_DAYS);
    let all = today::interruptions(&mut tx, &caller.actor, since).await?;
    Ok(Json(Interruptions { items: all.into_iter().map(broke_in).collect() }))
}

/// Write down that something broke in; the list says what it pushed aside
#[utoipa::path(post, path = "/api/v1/interruptions", tag = "today", params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn interrupted(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    bare: Bare,
) -> Result<Json<Value>, Problem> {
    // What is kept under a key holds no title of anybody's: the identifier alone.
    Ok(Json(perform(&app, &caller, &key, &bare, &Interrupted, |came| json!({ "id": came.id })).await?))
}

/// What it was.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInterruptionWords {
    /// In one line.
    #[schema(min_length = 1, max_length = 200)]
    words: String,
}

/// Say what an interruption was
#[utoipa::path(post, path = "/api/v1/interruptions/{id}/words", tag = "today", request_body = NewInterruptionWords,
    params(("id" = String, Path, format = "uuid", description = "The interruption."), KeyHeader),
    responses((status = 204, description = "It is said."), ActRefusals))]
pub(super) async fn say_what(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewInterruptionWords>,
) -> Result<StatusCode, Problem> {
    let act = SayWhat { interruption: of_path(&id)?, words: sent.value.words.clone() };
    does(&app, &caller, &key, &sent, &act).await
}

/// A kind of thing that a mail and a calendar are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TidingsName {
    /// What you were told and have not acknowledged.
    Acknowledge,
    /// Questions and asks to answer.
    Answer,
    /// What is to be decided or triaged.
    Decide,
    /// Decisions whose outcome is to be judged.
    Review,
    /// What you promised or are doing.
    Keep,
    /// Promises to you, to be closed.
    Close,
    /// What is to be settled anew.
    Renegotiate,
    /// The aim that is being forgotten, the conversation to have.
    Hints,
    /// What came in since yesterday.
    News,
}

impl TidingsName {
    /// In the order of [`KINDS`].
    const ALL: [Self; KINDS.len()] = [
        Self::Acknowledge,
        Self::Answer,
        Self::Decide,
        Self::Review,
        Self::Keep,
        Self::Close,
        Self::Renegotiate,
        Self::Hints,
        Self::News,
    ];

    fn name(self) -> &'static str {
        KINDS[self as usize].0
    }

    /// Those that are not switched off.
    fn wanted(off: &[String]) -> Vec<Self> {
        Self::ALL.into_iter().filter(|kind| !off.iter().any(|one| one == kind.name())).collect()
    }
}

/// How somebody is told.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HowTold {
    /// Whether the daily mail comes at all.
    mail: bool,
    /// The hour of the day at which it comes, where the person is.
    #[schema(minimum = 0, maximum = 23)]
    hour: i64,
    /// First hour in which nothing comes.
    #[schema(minimum = 0, maximum = 23)]
    quiet_from: i64,
    /// The hour in which that ends; the same as `quiet_from`: nothing is quiet.
    #[schema(minimum = 0, maximum = 23)]
    quiet_to: i64,
    /// Whether single keys do things on Today.
    keys: bool,
    /// What is in the mail; every other kind is switched off.
    in_mail: Vec<TidingsName>,
    /// What is in the calendar, where it has a day; every other kind is switched off.
    in_calendar: Vec<TidingsName>,
}

fn how(wishes: &Wishes) -> HowTold {
    HowTold {
        mail: wishes.mail,
        hour: wishes.hour,
        quiet_from: wishes.quiet.0,
        quiet_to: wishes.quiet.1,
        keys: wishes.keys,
        in_mail: TidingsName::wanted(&wishes.mail_off),
        in_calendar: TidingsName::wanted(&wishes.calendar_off),
    }
}

/// How you are told: the daily mail, the calendar, quiet hours
#[utoipa::path(get, path = "/api/v1/me/post", tag = "today", responses((status = 200, body = HowTold), Refusals))]
pub(super) async fn wishes(State(app): State<App>, caller: Caller) -> Result<Json<HowTold>, Problem> {
    Ok(Json(how(&post::of(&mut app.ledger().read().await?, caller.actor.person).await?)))
}

/// Say how you are told; what is not named in the mail or the calendar is switched off
#[utoipa::path(put, path = "/api/v1/me/post", tag = "today", request_body = HowTold, params(KeyHeader),
    responses((status = 204, description = "It is so from now on."), ActRefusals))]
pub(super) async fn wish(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<HowTold>,
) -> Result<StatusCode, Problem> {
    let typed = &sent.value;
    let wanted = |kinds: &[TidingsName]| -> Vec<String> { kinds.iter().map(|kind| kind.name().to_owned()).collect() };
    let act = Wish {
        mail: typed.mail,
        hour: typed.hour.to_string(),
        quiet_from: typed.quiet_from.to_string(),
        quiet_to: typed.quiet_to.to_string(),
        keys: typed.keys,
        in_mail: wanted(&typed.in_mail),
        in_calendar: wanted(&typed.in_calendar),
    };
    does(&app, &caller, &key, &sent, &act).await
}
