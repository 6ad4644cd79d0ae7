//! A report as PDF: what the asker sees of it, no more.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ledger::people;

use super::opened;
use super::view::{audience, lead};
use crate::app::{App, Sheet};
use crate::failure::Failure;
use crate::guard::Me;

/// `GET /profile/{report}/pdf`.
pub(super) async fn page(State(app): State<App>, me: Me, Path(report): Path<String>) -> Result<Response, Failure> {
    let seen = opened(&app, &me, &report).await?;
    let (audience, name) = (audience(&seen), seen.line.name.clone());
    let report = seen.report.ok_or(Failure::NotFound)?;
    if !report.tells() {
        return Err(Failure::NotFound);
    }
    let organisation = {
        let mut tx = app.ledger().read().await?;
        let root = people::root(&mut tx).await?;
        people::circles(&mut tx).await?.into_iter().find(|circle| circle.id == root).map(|circle| circle.name)
    };
    let lead = lead(&report);
    let sheet =
        Sheet { name, organisation: organisation.unwrap_or_default(), lead, audience, reply: seen.reply, report };
    let bytes = app.press().set(sheet).await.map_err(|why| {
        tracing::error!(why, "a report could not be set");
        Failure::conflict("The PDF could not be made.", "Print the page from the browser instead.")
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"profile.pdf\""),
    ];
    Ok((headers, bytes).into_response())
}
