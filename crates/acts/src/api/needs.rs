//! `/api/v1/needs`: what all aims need that you see, where it is missing, and how what was granted was kept.

use axum::Json;
use axum::extract::State;
use leadership::aim::Resource;
use leadership::share::Share;
use ledger::aims::{self, Aims, resources};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::along::ResourceName;
use super::answers::Proportion;
use super::entry::{Inside, Query};
use super::finding::page_of;
use super::problem::{ActRefusals, Problem};
use crate::app::App;

/// Aims that lack something on a page, and asks that are listed of those that wait.
const MOST: usize = 60;

/// What is asked, granted and missing of one kind, over aims that hold. Amounts are written as they are asked for: money
/// such as 1200.50, pieces, people, hours a week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NeedSum {
    /// The kind.
    kind: ResourceName,
    /// How many asks.
    n: usize,
    /// Asked.
    asked: String,
    /// Granted.
    granted: String,
    /// Missing: more of one does not make up for less of another.
    missing: String,
}

/// One thing that an aim needs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Need {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The aim.
    #[schema(format = "uuid")]
    aim: String,
    /// Its kind.
    kind: ResourceName,
    /// What.
    what: String,
    /// How much is asked.
    asked: String,
    /// How much was granted.
    granted: String,
    /// How much is missing.
    missing: String,
    /// When it is needed.
    #[schema(format = Date)]
    needed_by: Option<String>,
    /// Who asked.
    #[schema(format = "uuid")]
    asked_by: String,
    /// Who can grant it.
    #[schema(format = "uuid")]
    asked_of: String,
    /// When it was asked.
    #[schema(format = DateTime)]
    asked_at: String,
    /// Whether it waits for an answer.
    waits: bool,
    /// By when what was granted will be there.
    #[schema(format = Date)]
    granted_by: Option<String>,
    /// What was said to it; may be empty.
    words: String,
}

/// An aim that lacks something.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LackingAim {
    /// Which.
    #[schema(format = "uuid")]
    aim: String,
    /// The first day on which something of it is needed.
    #[schema(format = Date)]
    needed_by: Option<String>,
    /// All that it needs, oldest first.
    needs: Vec<Need>,
}

/// What aims that hold need, sixty of those that lack something at a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Needs {
    /// By kind, of kinds that were asked for.
    sums: Vec<NeedSum>,
    /// Those of this page, those first that need it soonest.
    items: Vec<LackingAim>,
    /// How many aims lack something in all.
    #[schema(minimum = 0)]
    total: usize,
    /// What waits for an answer, the longest first; at most 60.
    waiting: Vec<Need>,
    /// How much waits in all.
    #[schema(minimum = 0)]
    waiting_total: usize,
    /// Of the promises by which something was granted and that are closed, how many were kept in time; of aims of any state. Null
    /// where fewer than five people granted: it is nobody's own figure.
    kept: Option<Proportion>,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichNeeds {
    /// Which page, from 0.
    #[param(minimum = 0, maximum = 100_000)]
    page: u32,
}

/// An amount as it is asked for.
fn amount(kind: Resource, amount: i64) -> String {
    match kind {
        Resource::Funding => format!("{}.{:02}", amount / 100, amount % 100),
        Resource::Tools | Resource::Knowledge | Resource::Time => amount.to_string(),
    }
}

fn need(one: &resources::Need) -> Need {
    let in_unit = |of: i64| amount(one.kind, of);
    Need {
        id: one.id.to_string(),
        aim: one.aim.to_string(),
        kind: one.kind.into(),
        what: one.what.clone(),
        asked: in_unit(one.asked),
        granted: in_unit(one.granted),
        missing: in_unit(one.missing()),
        needed_by: one.needed_by.map(|day| day.to_string()),
        asked_by: one.asked_by.to_string(),
        asked_of: one.asked_of.to_string(),
        asked_at: one.asked_at.to_string(),
        waits: one.open,
        granted_by: one.granted_by.map(|day| day.to_string()),
        words: one.words.clone(),
    }
}

/// What the aims need that you see: asked, granted, missing, waiting, and how it was kept
#[utoipa::path(get, path = "/api/v1/needs", tag = "aims", params(WhichNeeds),
    responses((status = 200, body = Needs), ActRefusals))]
pub(super) async fn list(
    State(app): State<App>,
    Inside(caller): Inside,
    Query(which): Query<WhichNeeds>,
) -> Result<Json<Needs>, Problem> {
    let page = page_of(which.page)? as usize;
    let mut tx = app.ledger().read().await?;
    let seen: Aims = aims::seen(&mut tx, &caller.actor).await?;
    let mut needs = resources::all(&mut tx, &seen).await?;
    let tally = resources::kept(&mut tx, &caller.actor, &needs).await?;
    drop(tx);
    needs.retain(|aim, _| seen.all.get(aim).is_some_and(|aim| aim.state.is_open()));
    let (lacking, waiting) = (resources::lacking(&needs), resources::waiting(&needs));
    let sum = |(kind, sum): &(Resource, resources::Sum)| NeedSum {
        kind: (*kind).into(),
        n: sum.n,
        asked: amount(*kind, sum.asked),
        granted: amount(*kind, sum.granted),
        missing: amount(*kind, sum.missing),
    };
    let aim = |(id, needs): &(leadership::AimId, &[resources::Need])| LackingAim {
        aim: id.to_string(),
        needed_by: resources::soonest(needs).map(|day| day.to_string()),
        needs: needs.iter().map(need).collect(),
    };
    Ok(Json(Needs {
        sums: resources::sums(needs.values().flatten()).iter().map(sum).collect(),
        items: lacking.iter().skip(page * MOST).take(MOST).map(aim).collect(),
        total: lacking.len(),
        waiting: waiting.iter().take(MOST).map(|one| need(one)).collect(),
        waiting_total: waiting.len(),
        kept: tally.map(|tally| Share { so: tally.kept.into(), n: tally.n().into() }.into()),
    }))
}
