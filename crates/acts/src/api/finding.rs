//! `/api/v1/aims` and `/api/v1/decisions`: one among many, by its words, its circle, how far it is.

use axum::Json;
use axum::extract::State;
use leadership::decision::State as Stage;
use leadership::text;
use ledger::decisions::{self, Filter};
use ledger::{Refused, aims};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::aims::{Aim, aim};
use super::decisions::{Decision, StageName, decision};
use super::entry::{Caller, Query, of_field};
use super::problem::{ActRefusals, Problem};
use crate::aims::found;
use crate::app::App;

/// Aims on a page.
const PAGE: usize = 100;

/// A page that can be: far beyond the last one it is empty.
pub(super) fn page_of(page: u32) -> Result<u32, Problem> {
    if page <= 100_000 { Ok(page) } else { Err(Problem::field("page", "Give a whole number from 0 to 100000.")) }
}

/// The words that are looked for; empty for all.
fn words_of(words: &str) -> Result<String, Problem> {
    Ok(text::line_or_none("words", words).map_err(Refused::Wrong)?.unwrap_or_default())
}

/// Aims, a hundred at a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Aims {
    /// Those of this page, in the order of their making; where words are looked for, live ones first, and those first
    /// that hold them in the title.
    items: Vec<Aim>,
    /// How many there are in all.
    #[schema(minimum = 0)]
    total: usize,
}

/// Which aims.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichAims {
    /// Only those of this circle, and those that it carries with others.
    #[param(format = "uuid")]
    circle: Option<String>,
    /// Only those that hold every one of these words in title, why or picture, in capitals or not.
    #[param(max_length = 200)]
    words: String,
    /// Which page, from 0.
    #[param(minimum = 0, maximum = 100_000)]
    page: u32,
}

/// The aims that are seen
#[utoipa::path(get, path = "/api/v1/aims", tag = "aims", params(WhichAims),
    responses((status = 200, body = Aims), ActRefusals))]
pub(super) async fn aims(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<WhichAims>,
) -> Result<Json<Aims>, Problem> {
    let (page, words) = (page_of(which.page)?, words_of(&which.words)?);
    let circle = which.circle.as_deref().map(|id| of_field("circle", id)).transpose()?;
    let mut seen = aims::seen(&mut app.ledger().read().await?, &caller.actor).await?;
    if let Some(circle) = circle {
        seen = seen.of_circles(&std::iter::once(circle).collect());
    }
    let ids = if words.is_empty() { seen.all.keys().copied().collect() } else { found(&seen, &words) };
    let of_page = ids.iter().skip(page as usize * PAGE).take(PAGE);
    Ok(Json(Aims { items: of_page.filter_map(|id| seen.all.get(id)).map(aim).collect(), total: ids.len() }))
}

/// Decisions, fifty at a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Decisions {
    /// Those of this page, the last changed first.
    items: Vec<Decision>,
    /// How many there are in all.
    #[schema(minimum = 0)]
    total: i64,
}

/// Which decisions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichDecisions {
    /// Only those that have come so far.
    #[param(inline)]
    state: Option<StageName>,
    /// Only those that are made for this circle.
    #[param(format = "uuid")]
    circle: Option<String>,
    /// Only those with these words, as they stand here, in the question, in capitals or not.
    #[param(max_length = 200)]
    words: String,
    /// Which page, from 0.
    #[param(minimum = 0, maximum = 100_000)]
    page: u32,
}

/// The decisions that are seen
#[utoipa::path(get, path = "/api/v1/decisions", tag = "decisions", params(WhichDecisions),
    responses((status = 200, body = Decisions), ActRefusals))]
pub(super) async fn decisions(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<WhichDecisions>,
) -> Result<Json<Decisions>, Problem> {
    let filter = Filter {
        state: which.state.map(Stage::from),
        circle: which.circle.as_deref().map(|id| of_field("circle", id)).transpose()?,
        words: words_of(&which.words)?,
        page: page_of(which.page)?,
    };
    let (found, total) = decisions::list(&mut app.ledger().read().await?, &caller.actor, &filter).await?;
    Ok(Json(Decisions { items: found.iter().map(decision).collect(), total }))
}
