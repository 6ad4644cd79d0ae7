//! The idea inbox: offered by anybody in a circle, answered with a reason within the stated days, merged with credit
//! to all, tried, and told back.

mod list;
mod one;
mod stance;

use axum::routing::{get, post};

use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/today";
/// Who sees an idea.
const CIRCLE: &str = "Who can see an idea: the people of its circle; in a client's circle also that client's people, where one of them offered it. No other client.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/ideas", Guard::Signed, get(list::show)),
        Route::form("/ideas/new", Guard::Signed, get(list::ask).post(list::offer)),
        Route::page("/ideas/meet", Guard::Inside, get(stance::meet)),
        Route::form("/ideas/days", Guard::Inside, get(list::ask_days).post(list::days)),
        Route::page("/ideas/{id}", Guard::Signed, get(one::show)),
        Route::act("/ideas/{id}/answer", Guard::Inside, post(one::answer)),
        Route::act("/ideas/{id}/merge", Guard::Inside, post(one::merge)),
        Route::act("/ideas/{id}/stand", Guard::Inside, post(stance::stand)),
        Route::act("/ideas/{id}/learn", Guard::Signed, post(one::learn)),
        Route::act("/ideas/{id}/tell", Guard::Inside, post(one::tell)),
        Route::act("/ideas/{id}/hand", Guard::Inside, post(one::hand)),
    ]
}
