//! Recognition that is earned: the standard, where one stands, nominations, and the badge that anybody can check
//! offline. There is no list of people and no order among them.

mod badge;
mod nominations;
mod overview;
mod standard;

use axum::routing::{get, post};

use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/people";
/// Who sees a nomination.
const PARTIES: &str = "Who can see this: the nominee and who nominated; and, once asked, who confirms it. Who administers the organisation learns that somebody has to be asked, and no more.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/recognition", Guard::Inside, get(overview::show)),
        Route::form("/recognition/standard", Guard::Inside, get(standard::ask).post(standard::set)),
        Route::form("/recognition/nominate", Guard::Inside, get(nominations::ask).post(nominations::nominate)),
        // A client's contact stands outside of the circle, and may be asked to confirm.
        Route::page("/recognition/nominations/{id}", Guard::Signed, get(nominations::show)),
        Route::act("/recognition/nominations/{id}/answer", Guard::Signed, post(nominations::answer)),
        Route::act("/recognition/nominations/{id}/withdraw", Guard::Signed, post(nominations::withdraw)),
        Route::form(
            "/recognition/nominations/{id}/verifier",
            Guard::Inside,
            get(nominations::ask_verifier).post(nominations::verifier),
        ),
        Route::act("/recognition/nominations/{id}/cannot", Guard::Signed, post(nominations::cannot)),
        Route::act("/recognition/nominations/{id}/verify", Guard::Signed, post(nominations::verify)),
        Route::act("/recognition/nominations/{id}/refuse", Guard::Signed, post(nominations::refuse)),
        Route::form("/recognition/badges/{id}", Guard::Signed, get(badge::show).post(badge::revoke)),
        Route::page("/recognition/badges/{id}/file", Guard::Signed, get(badge::file)),
        Route::act("/recognition/badges/{id}/publish", Guard::Signed, post(badge::publish)),
        Route::page("/badge/{id}", Guard::Open, get(badge::public)),
    ]
}
