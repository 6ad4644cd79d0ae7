//! Pages and API on which people act. An act arrives as a form or as JSON, becomes a struct of the ledger's
//! rooms, and is performed: one transaction, state and event. What is wrong comes back at its field, with
//! everything that was typed.
//!
//! One module an area; each gives its [`Route`]s, with who may ask for them, in `routes()`.

mod app;
pub mod failure;
mod form;
pub mod guard;
mod honesty;
pub mod password;
mod people;
mod route;
mod show;
pub mod signin;
mod today;

pub use app::{App, Config, Later, NoRecord, Reading, WorkRecord};
pub use guard::Me;
pub use route::{Guard, Route};

/// Every route of every area.
#[must_use]
pub fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    all.extend(signin::routes());
    all.extend(people::routes());
    all.extend(today::routes());
    all.extend(honesty::routes());
    all
}

/// All pages of this crate over an [`App`]: what a server merges with its own.
#[must_use]
pub fn router(app: &App) -> axum::Router {
    route::router(app, routes())
}

/// The frame of a page that nobody is signed in for, without a title.
#[must_use]
pub fn outside() -> look::Shell {
    show::outside("")
}
