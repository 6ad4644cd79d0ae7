//! The handler of how work flows through teams.

use axum::extract::State;
use axum::response::Response;

use brief::analysis::AnalysisError;
use brief::analysis::teams::{Flow, Missing, flow};

use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::Here;
use crate::pages::teams;
use crate::routes::{Signed, over};
use crate::server::Server;

/// `GET /teams`.
pub(crate) async fn page(State(server): State<Server>, signed: Signed) -> Result<Response, Failure> {
    let fill = "An export of tickets that names teams fills it: what each team finishes, how old its open work is, what waits and what comes back.";
    over(&server, signed, teams::TITLE, Here::Measures, fill, async |known| {
        Ok(teams::view(told(known).await.map_err(Failure::inside)?))
    })
    .await
}

/// How work flows through teams, worked out once for a generation of the record.
///
/// # Errors
/// When the record cannot be read.
pub(crate) async fn told(known: &Known) -> Result<&Result<Flow, Missing>, AnalysisError> {
    known.team_flow.get_or_try_init(|| flow(&known.record, &known.calendar, known.series.as_ref())).await
}
