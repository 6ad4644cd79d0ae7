//! Pages: import, brief, problems, coming, measures, and the rows behind any number.
//!
//! [`router`] is the whole of them over a [`Server`], to be called in tests without a socket; [`serve`]
//! listens. Bound to this machine, or behind a password: [`serve`] refuses anything else.

mod acts;
pub mod answers;
pub mod casework;
mod changes;
pub mod charts;
mod day;
pub mod desk;
mod effects;
mod friction;
mod guard;
pub mod jobs;
pub mod layout;
mod listening;
mod listing;
pub mod pages;
mod press;
mod quick;
mod record;
mod routes;
mod rows;
pub mod server;
pub mod session;
mod signin;
mod teams;
mod ticket;
mod unseen;
mod upload;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

pub use ::acts::guard::CONTENT_POLICY;
pub use ::acts::{failure, password};
pub use look::{address, assets};
pub use press::Typesetter;
pub use record::DeskRecord;
pub use server::{Config, Server};

use failure::Failure;

/// Largest form that is no upload, in bytes.
const LARGEST_FORM: usize = 256 << 10;

/// Why the server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Others could reach it and no password is set.
    #[error("{0} can be reached from other machines and no password is set")]
    Open(SocketAddr),
    /// The address cannot be listened on.
    #[error("{address} cannot be listened on: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// It stopped by itself.
    #[error("the server stopped: {0}")]
    Stopped(#[from] std::io::Error),
}

/// All pages, with everything that stands before them.
pub fn router(server: Server) -> Router {
    let largest = usize::try_from(server.config().largest_upload).unwrap_or(usize::MAX).saturating_add(1 << 20);
    let desk = Router::new()
        .route("/", get(routes::brief))
        .route("/brief.json", get(routes::brief_json))
        .route("/brief.html", get(routes::brief_html))
        .route("/brief.pdf", get(routes::brief_pdf))
        .route("/working/events", get(routes::working))
        .route("/problems", get(listing::problems))
        .route("/problems/open", get(acts::opened::ask).post(acts::opened::open))
        .route("/problems/{id}", get(listing::problem))
        .route("/problems/{id}/review", get(acts::opened::look).post(acts::opened::review))
        .route("/problems/{id}/window", get(effects::window).post(effects::choose))
        .route("/problems/{id}/merge", get(acts::ask_merge).post(acts::merge))
        .route("/problems/{id}/apart", post(acts::apart))
        .route("/problems/{id}/split", get(acts::ask_split).post(acts::split))
        .route("/problems/{id}/rename", get(acts::ask_rename).post(acts::rename))
        .route("/problems/{id}/dismiss", get(acts::ask_dismiss).post(acts::dismiss))
        .route("/problems/{id}/fixed", get(acts::ask_fixed).post(acts::fixed))
        .route("/problems/{id}/ask", get(acts::options::open).post(acts::options::ask))
        .route("/problems/{id}/option", get(acts::options::think).post(acts::options::propose))
        .route("/problems/{id}/touched", get(effects::ask_touched).post(effects::touched))
        .route("/problems/{id}/canvas", get(acts::canvas::ask).post(acts::canvas::keep))
        .route("/problems/{id}/canvas/{number}", get(acts::canvas::version).post(acts::canvas::bring_back))
        .route("/casebook", get(listing::casebook))
        .route("/casebook/undo", post(acts::undo))
        .route("/friction", get(friction::page))
        .route("/similar", get(quick::page))
        .route("/api/similar", get(quick::asked).post(quick::sent))
        .route("/coming", get(routes::coming))
        .route("/measures", get(routes::measured))
        .route("/day", get(day::page))
        .route("/changes", get(changes::page))
        .route("/unseen", get(unseen::page))
        .route("/teams", get(teams::page))
        .route("/listening", get(listening::page).post(listening::state))
        .route("/ticket/{source}/{id}", get(ticket::page).post(ticket::act))
        .route("/rows", get(rows::page))
        .route("/rows.csv", get(rows::export))
        .route("/settings", get(routes::settings).post(routes::keep))
        .route("/import", get(upload::ask).post(upload::take).layer(DefaultBodyLimit::max(largest)))
        .route("/import/{id}", get(upload::show).post(upload::decide))
        .route("/import/{id}/events", get(upload::events))
        .route("/rejects.csv", get(upload::rejects))
        .layer(from_fn_with_state(server.clone(), guard::desk))
        .route("/password", get(signin::form).post(signin::give))
        .route("/password/done", get(signin::done))
        .route("/password/leave", post(signin::leave))
        .route("/healthz", get(async || "ok\n"))
        .route("/assets/{hash}/{name}", get(::acts::guard::asset));
    let shell = server.clone();
    let frame: failure::Frame = Arc::new(move || layout::frame(&shell.shell_unasked()));
    let people = server.app().map(::acts::router).unwrap_or_default();
    desk.with_state(server.clone())
        .merge(people)
        .fallback(async || Failure::NotFound)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(server.clone(), guard::password))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(server, guard::host))
        .layer(from_fn_with_state(frame, failure::dress))
        .layer(CompressionLayer::new())
        .layer(from_fn(::acts::guard::headers))
}

/// Listens until `stop` ends. `listening` is told the address once it is open.
///
/// # Errors
/// When others could reach it and no password is set, or the address cannot be listened on.
pub async fn serve(
    server: Server,
    listening: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = server.config().bind;
    if !address.ip().is_loopback() && server.config().password.is_none() {
        return Err(ServeError::Open(address));
    }
    let bind = |source| ServeError::Bind { address, source };
    let listener = tokio::net::TcpListener::bind(address).await.map_err(bind)?;
    // What an earlier run left in the inbox belongs to nobody any more.
    let _ = tokio::fs::remove_dir_all(server.data().join(upload::INBOX)).await;
    // The first page should not have to wait.
    if let Err(error) = server.desk().follow() {
        tracing::warn!(%error, "the record could not be read ahead");
    }
    listening(listener.local_addr().map_err(bind)?);
    let pages = router(server).into_make_service_with_connect_info::<SocketAddr>();
    let (told, mut stopping) = tokio::sync::watch::channel(false);
    let graceful = axum::serve(listener, pages).with_graceful_shutdown(async move {
        stop.await;
        let _ = told.send(true);
    });
    // Streams of progress never end by themselves: whoever still listens is left after a moment.
    let late = async move {
        let _ = stopping.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    };
    tokio::select! {
        ended = graceful => ended?,
        () = late => {}
    }
    Ok(())
}
