//! Pages and API on which people act. An act arrives as a form or as JSON, becomes a struct of the ledger's
//! rooms, and is performed: one transaction, state and event. What is wrong comes back at its field, with
//! everything that was typed.
//!
//! One module an area; each gives its [`Route`]s, with who may ask for them, in `routes()`.

mod aims;
pub mod api;
mod app;
mod audience;
pub mod cases;
mod cell;
mod conflicts;
mod decisions;
pub mod failure;
mod fixes;
mod form;
mod growth;
pub mod guard;
mod history;
mod honesty;
mod ideas;
mod join;
mod me;
mod model;
mod needs;
mod network;
mod notices;
mod openings;
mod part;
mod parts;
pub mod password;
mod people;
mod pick;
mod profile;
mod promises;
mod pulse;
mod qualities;
mod recognition;
mod route;
mod show;
pub mod signin;
mod talks;
#[doc(hidden)]
pub mod tested;
mod thanks;
mod today;
mod typed;
mod upward;
mod waves;

pub use app::{App, Config, Group, Later, Letter, Mailer, NoPress, NoRecord, Press, Reading, Sheet, WorkRecord};
pub use guard::Me;
pub use route::{Guard, Route};

/// Every route of every area.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    all.extend(signin::routes());
    all.extend(people::routes());
    all.extend(api::routes());
    all.extend(aims::routes());
    all.extend(decisions::routes());
    all.extend(notices::routes());
    all.extend(profile::routes());
    all.extend(promises::routes());
    all.extend(today::routes());
    all.extend(join::routes());
    all.extend(me::routes());
    all.extend(honesty::routes());
    all.extend(waves::routes());
    all.extend(pulse::routes());
    all.extend(growth::routes());
    all.extend(recognition::routes());
    all.extend(ideas::routes());
    all.extend(thanks::routes());
    all.extend(talks::routes());
    all.extend(fixes::routes());
    all.extend(needs::routes());
    all.extend(upward::routes());
    all.extend(network::routes());
    all.extend(openings::routes());
    all.extend(model::routes());
    all
}

/// All pages of this crate over an [`App`]: what a server merges with its own.
pub fn router(app: &App) -> axum::Router {
    route::router(app, routes()).merge(api::router(app))
}

/// All pages of this crate with nothing beside them, dressed as a server dresses them: for tests, and for
/// looking at the pages while they are written.
pub fn alone(app: &App) -> axum::Router {
    use axum::middleware::{from_fn, from_fn_with_state};
    let frame: failure::Frame = std::sync::Arc::new(outside);
    router(app)
        .route("/assets/{hash}/{name}", axum::routing::get(guard::asset))
        .fallback(async || failure::Failure::NotFound)
        .layer(tower_http::csrf::CsrfLayer::new())
        .layer(from_fn_with_state(frame, failure::dress))
        .layer(from_fn(guard::headers))
}

/// The frame of a page that nobody is signed in for, without a title.
#[must_use]
pub fn outside() -> look::Shell {
    show::outside("")
}
