//! Promises on pages: mine, one with its history, what two promised each other, a circle's, a client's by
//! link, and how I keep them.

mod circle;
mod client;
mod consistency;
mod mine;
mod new;
mod one;
pub(crate) mod rows;
mod source;
mod with;
pub(crate) mod words;

use axum::routing::{get, post};
use leadership::circle::Actor;
use ledger::promises::{Sweep, is_due};

use crate::app::App;
use crate::failure::Failure;
use crate::parts::today;
use crate::route::{Guard, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/promises", Guard::Signed, get(mine::show)),
        Route::page("/promises/closed", Guard::Signed, get(mine::closed)),
        Route::form("/promises/new", Guard::Signed, get(new::ask).post(new::give)),
        Route::page("/promises/consistency", Guard::Signed, get(consistency::show)),
        Route::form("/promises/with/{person}", Guard::Signed, get(with::show).post(with::answer)),
        Route::page("/promises/circle/{circle}", Guard::Signed, get(circle::show)),
        Route::act("/promises/circle/{circle}/links", Guard::Signed, post(circle::make_link)),
        Route::act("/promises/circle/{circle}/links/{link}/revoke", Guard::Signed, post(circle::revoke_link)),
        Route::page("/promises/{id}", Guard::Signed, get(one::show)),
        Route::form("/promises/{id}/{act}", Guard::Signed, get(one::ask).post(one::take)),
        Route::page("/c/{token}", Guard::Open, get(client::show)),
        Route::form("/c/{token}/{id}/{act}", Guard::Open, get(client::ask).post(client::take)),
    ]
}

/// Does what only time does, where something is due: a page shows what holds now, whether or not a server's
/// own round came before. The page is shown all the same when this does not succeed.
async fn time_passes(app: &App, actor: &Actor) -> Result<(), Failure> {
    if is_due(&mut app.ledger().read().await?).await?
        && let Err(error) = app.ledger().perform(actor, &Sweep).await
    {
        tracing::warn!(%error, "promises whose day has passed could not be asked about");
    }
    Ok(())
}
