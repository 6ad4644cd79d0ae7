//! The same acts for programs: JSON under `/api/v1`, described by OpenAPI 3.1 that is generated from the code
//! that answers. A program carries a token of a person and never does more than that person may.

mod aims;
mod alone;
mod along;
mod answers;
mod asks;
mod badges;
mod board;
mod cadences;
mod canvas;
mod cases;
mod casework;
mod checks;
mod circles;
mod code;
mod decided;
mod decisions;
mod entry;
mod exceptions;
mod finding;
mod fixes;
mod horizon;
mod ideas;
mod imports;
mod introductions;
mod lines;
mod me;
mod needs;
mod nominations;
mod notes;
mod notices;
mod observations;
mod openings;
mod own;
pub(crate) mod page;
mod parting;
mod people;
mod plans;
mod problem;
mod promises;
mod pulses;
mod questionnaire;
mod questions;
mod raters;
mod requests;
mod seats;
mod sessions;
mod stances;
mod styles;
mod talking;
mod talks;
mod team_training;
mod thanks;
mod ties;
mod today;
mod training;
mod uncertain;
mod waves;
mod windows;

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use page::routes;
pub(crate) use problem::dressed;

/// Where every address of this version begins.
pub(crate) const ROOT: &str = "/api/v1/";
/// Where its description is.
const DESCRIPTION: &str = "/api/v1/openapi.json";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Plumb",
        description = "The record of leadership for programs. Each request carries a token that its person made on the page \
            /tokens, as `Authorization: Bearer …`; it does what that person may, and only reads where its scope is \
            `read`. An act may be sent again without being done again by giving it a key of the caller's choice in \
            `Idempotency-Key`: for 24 hours the same key with the same request gives the same answer, and with another \
            request is refused (409). Short answers that are sealed take none (to a pulse, a situation, a self-check, \
            a look back): what is remembered under a key could tell which one it was. What cannot be done is told as \
            `application/problem+json` (RFC 9457), what is wrong with a field in `errors`. Left to the pages on \
            purpose: concerns in confidence, since a token would tell who raised one; answers of raters, which are \
            given beside the words on who will see them; reports, which say on their page what their figures bear and \
            who sees them; and what opens doors or cannot be undone (passwords, second factors, invitations, links \
            that carry their own key, tokens, erasure).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(problem::Problem, problem::FieldError)),
    security(("token" = []))
)]
struct Described;

fn described() -> OpenApiRouter<App> {
    let mut start = Described::openapi();
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A token of the page /tokens."));
    start
        .components
        .get_or_insert_default()
        .security_schemes
        .insert("token".to_owned(), SecurityScheme::Http(scheme.build()).into());
    OpenApiRouter::with_openapi(start)
        .merge(people())
        .merge(day())
        .merge(direction())
        .merge(decided_on())
        .merge(talked())
        .merge(honest())
        .merge(problems())
        .merge(grown())
        .merge(alone())
        .merge(heard())
        .merge(recognised())
        .merge(rated())
}

/// People, circles, sessions, promises, pulses, introductions, open places.
fn people() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me::me))
        .routes(routes!(people::list, people::add))
        .routes(routes!(people::one, people::correct))
        .routes(routes!(people::give_role))
        .routes(routes!(people::end_role))
        .routes(routes!(people::leave))
        .routes(routes!(imports::dry_run))
        .routes(routes!(imports::run))
        .routes(routes!(thanks::card))
        .routes(routes!(thanks::write_card))
        .routes(routes!(thanks::ground))
        .routes(routes!(thanks::like))
        .routes(routes!(circles::list, circles::open))
        .routes(routes!(circles::one, circles::rename))
        .routes(routes!(circles::nest))
        .routes(routes!(circles::close))
        .routes(routes!(circles::reopen))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(promises::list, promises::give))
        .routes(routes!(promises::one))
        .routes(routes!(promises::step))
        .routes(routes!(promises::end_series))
        .routes(routes!(promises::trust, promises::answer_trust))
        .routes(routes!(pulses::list, pulses::set))
        .routes(routes!(pulses::offers))
        .routes(routes!(pulses::end))
        .routes(routes!(pulses::waiting))
        .routes(routes!(pulses::answer))
        .routes(routes!(pulses::reply))
        .routes(routes!(introductions::list, introductions::introduce))
        .routes(routes!(introductions::answer))
        .routes(routes!(openings::list, openings::open))
        .routes(routes!(openings::one))
        .routes(routes!(openings::of_circle))
        .routes(routes!(openings::close))
        .routes(routes!(openings::answer))
        .routes(routes!(openings::forget))
}

/// A day: what waits, what is asked, what breaks in, how one is told.
fn day() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(notices::list))
        .routes(routes!(notices::acknowledge))
        .routes(routes!(today::day))
        .routes(routes!(today::take, today::put_down))
        .routes(routes!(today::interruptions, today::interrupted))
        .routes(routes!(today::say_what))
        .routes(routes!(today::wishes, today::wish))
        .routes(routes!(requests::list, requests::ask))
        .routes(routes!(requests::one))
        .routes(routes!(requests::verdict))
        .routes(routes!(requests::undo))
        .routes(routes!(requests::answer))
        .routes(routes!(requests::done))
        .routes(routes!(asks::list, asks::need))
        .routes(routes!(asks::one))
        .routes(routes!(asks::answer))
        .routes(routes!(asks::withdraw))
        .routes(routes!(asks::own_availability, asks::state_availability))
        .routes(routes!(asks::their_availability))
}

/// Aims and all that hangs on them.
fn direction() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(finding::aims, aims::make))
        .routes(routes!(aims::one))
        .routes(routes!(aims::replan))
        .routes(routes!(aims::explain))
        .routes(routes!(aims::question))
        .routes(routes!(aims::say_back))
        .routes(routes!(along::need))
        .routes(routes!(needs::list))
        .routes(routes!(along::grant))
        .routes(routes!(along::measure))
        .routes(routes!(along::value))
        .routes(routes!(along::stance))
        .routes(routes!(along::move_on))
        .routes(routes!(along::confirm))
        .routes(routes!(along::tell_direction))
        .routes(routes!(ties::add_step))
        .routes(routes!(ties::reach))
        .routes(routes!(ties::end_measure))
        .routes(routes!(ties::bump))
        .routes(routes!(ties::replies, ties::reply))
        .routes(routes!(ties::ask_stance))
        .routes(routes!(board::board))
        .routes(routes!(ties::share))
        .routes(routes!(ties::answer_share))
        .routes(routes!(ties::link_work))
        .routes(routes!(ties::unlink_work))
        .routes(routes!(ties::conflicts, ties::mark_conflict))
        .routes(routes!(ties::settle_conflict))
        .routes(routes!(ties::own_words))
        .routes(routes!(ties::mark))
        .routes(routes!(horizon::list, horizon::note))
        .routes(routes!(horizon::one))
        .routes(routes!(horizon::again))
}

/// Decisions.
fn decided_on() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(finding::decisions, decisions::begin))
        .routes(routes!(decisions::one, decisions::change))
        .routes(routes!(decisions::promised))
        .routes(routes!(questions::questions, checks::answer))
        .routes(routes!(decisions::ask))
        .routes(routes!(decisions::say))
        .routes(routes!(decisions::tell))
        .routes(routes!(decisions::review))
        .routes(routes!(decided::answer))
        .routes(routes!(decided::clear))
        .routes(routes!(decided::supersede))
        .routes(routes!(decided::question))
        .routes(routes!(decided::say_back))
        .routes(routes!(decided::list_conflicts, decided::mark))
        .routes(routes!(decided::settle))
        .routes(routes!(decided::sureness))
        .routes(routes!(own::readers, own::share))
        .routes(routes!(own::take_back))
}

/// Talks, notes, cadences, uncertain times.
fn talked() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(talks::list, talks::call))
        .routes(routes!(talks::one))
        .routes(routes!(talks::held))
        .routes(routes!(talks::hear))
        .routes(routes!(talks::answer))
        .routes(routes!(talks::again))
        .routes(routes!(talking::seen))
        .routes(routes!(talking::move_on))
        .routes(routes!(talking::end))
        .routes(routes!(talking::join))
        .routes(routes!(talking::promised, talking::agree))
        .routes(routes!(talking::mediation))
        .routes(routes!(talking::account))
        .routes(routes!(talking::open_account))
        .routes(routes!(talking::words, talking::write))
        .routes(routes!(talking::consent))
        .routes(routes!(notes::list, notes::write))
        .routes(routes!(notes::throw_away))
        .routes(routes!(notes::show))
        .routes(routes!(notes::take_back))
        .routes(routes!(cadences::list, cadences::set))
        .routes(routes!(cadences::end))
        .routes(routes!(uncertain::list, uncertain::state))
        .routes(routes!(uncertain::one))
        .routes(routes!(uncertain::post))
        .routes(routes!(uncertain::end))
}

/// Status, the code, exceptions, what doing right cost, one's own values.
fn honest() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(lines::list, along::open))
        .routes(routes!(lines::one, along::say))
        .routes(routes!(lines::measure))
        .routes(routes!(lines::read))
        .routes(routes!(lines::done))
        .routes(routes!(code::list, code::publish))
        .routes(routes!(code::one))
        .routes(routes!(code::change))
        .routes(routes!(code::retire))
        .routes(routes!(code::acknowledge))
        .routes(routes!(code::add_case))
        .routes(routes!(code::answer_case))
        .routes(routes!(exceptions::list))
        .routes(routes!(exceptions::allow))
        .routes(routes!(exceptions::end))
        .routes(routes!(checks::list, checks::add))
        .routes(routes!(checks::retire))
        .routes(routes!(checks::run))
        .routes(routes!(checks::right_things, checks::tell_right))
        .routes(routes!(own::values, own::state))
        .routes(routes!(own::let_go))
}

/// Problems of the work record: what people write on them.
fn problems() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(cases::list, cases::open))
        .routes(routes!(cases::one))
        .routes(routes!(casework::keep_canvas))
        .routes(routes!(casework::add_hypothesis))
        .routes(routes!(casework::add_test))
        .routes(routes!(casework::propose))
        .routes(routes!(casework::ask_options))
        .routes(routes!(casework::pass))
        .routes(routes!(casework::review))
        .routes(routes!(casework::rename))
        .routes(routes!(casework::dismiss))
        .routes(routes!(casework::mark_fixed))
        .routes(routes!(casework::undo))
        .routes(routes!(parting::tickets))
        .routes(routes!(parting::merge))
        .routes(routes!(parting::split))
        .routes(routes!(parting::apart))
        .routes(routes!(windows::offers))
        .routes(routes!(windows::choose))
        .routes(routes!(fixes::ask_side))
        .routes(routes!(fixes::side))
        .routes(routes!(fixes::say_word))
}

/// Growing: plans, who looks along, what was seen, ways of leading, the model and its training.
fn grown() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(plans::list, plans::begin))
        .routes(routes!(plans::add_practice))
        .routes(routes!(plans::retest))
        .routes(routes!(plans::close))
        .routes(routes!(plans::done))
        .routes(routes!(seats::list, seats::invite))
        .routes(routes!(seats::one))
        .routes(routes!(seats::answer))
        .routes(routes!(seats::end))
        .routes(routes!(seats::note))
        .routes(routes!(seats::traits, seats::add_trait))
        .routes(routes!(seats::retire_trait))
        .routes(routes!(observations::list, observations::note))
        .routes(routes!(observations::respond))
        .routes(routes!(observations::withdraw))
        .routes(routes!(styles::list, styles::choose))
        .routes(routes!(styles::one, styles::take_back))
        .routes(routes!(styles::guide))
        .routes(routes!(styles::look_back))
        .routes(routes!(styles::answer))
        .routes(routes!(questionnaire::qualities))
        .routes(routes!(questionnaire::in_use))
        .routes(routes!(questionnaire::add))
        .routes(routes!(questionnaire::reword))
        .routes(routes!(questionnaire::retire))
        .routes(routes!(questionnaire::bring_back))
        .routes(routes!(questionnaire::take_over))
        .routes(routes!(training::list))
        .routes(routes!(training::acts))
        .routes(routes!(training::begin))
        .routes(routes!(training::end))
        .routes(routes!(team_training::list))
        .routes(routes!(team_training::propose, team_training::end))
}

/// What is for one's own eyes.
fn alone() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(alone::reflections, alone::reflect))
        .routes(routes!(alone::discard))
        .routes(routes!(alone::messages, alone::hold))
        .routes(routes!(alone::message, alone::change, alone::let_go))
        .routes(routes!(alone::situations))
        .routes(routes!(alone::choose, alone::forget))
        .routes(routes!(alone::after))
        .routes(routes!(alone::self_check, alone::keep_self_check, alone::forget_self_check))
}

/// Ideas and thanks.
fn heard() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ideas::list, ideas::offer))
        .routes(routes!(ideas::one))
        .routes(routes!(ideas::answer))
        .routes(routes!(ideas::merge))
        .routes(routes!(ideas::learn))
        .routes(routes!(ideas::tell))
        .routes(routes!(ideas::hand))
        .routes(routes!(ideas::of_circle))
        .routes(routes!(ideas::days))
        .routes(routes!(stances::list))
        .routes(routes!(stances::stand))
        .routes(routes!(stances::meeting))
        .routes(routes!(thanks::list, thanks::give))
        .routes(routes!(thanks::one))
        .routes(routes!(thanks::take_back))
        .routes(routes!(thanks::see))
}

/// Recognition: the standard, nominations, badges.
fn recognised() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(badges::standard, badges::set))
        .routes(routes!(nominations::own))
        .routes(routes!(nominations::list, nominations::nominate))
        .routes(routes!(nominations::one))
        .routes(routes!(nominations::withdraw))
        .routes(routes!(nominations::answer))
        .routes(routes!(nominations::outside))
        .routes(routes!(nominations::ask_verifier))
        .routes(routes!(nominations::cannot))
        .routes(routes!(nominations::verify))
        .routes(routes!(nominations::refuse))
        .routes(routes!(badges::list))
        .routes(routes!(badges::one))
        .routes(routes!(badges::publish))
        .routes(routes!(badges::revoke))
}

/// Waves of ratings, but for the answers.
fn rated() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(waves::list, waves::plan))
        .routes(routes!(waves::one))
        .routes(routes!(waves::nominate))
        .routes(routes!(waves::myself))
        .routes(routes!(waves::remind))
        .routes(routes!(waves::close))
        .routes(routes!(raters::mine, raters::choose))
        .routes(routes!(raters::to_confirm, raters::confirm))
}

/// The description of the API.
#[must_use]
pub fn description() -> OpenApi {
    described().into_openapi()
}

/// The description as it is served and kept in `docs/api.json`.
///
/// # Panics
/// Never: the description is made of texts.
#[must_use]
pub fn description_text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = description().to_pretty_json().expect("a description of texts");
        text.push('\n');
        text
    });
    &TEXT
}

pub(crate) fn router(app: &App) -> Router {
    let (router, _) = described().split_for_parts();
    let text = async || ([(header::CONTENT_TYPE, "application/json")], description_text()).into_response();
    router.route(DESCRIPTION, get(text)).with_state(app.clone())
}
