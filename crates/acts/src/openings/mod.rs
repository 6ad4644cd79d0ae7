//! Places that a team has open: inside, where they are opened and who applied is answered; outside, a page for whoever
//! has its address.

mod list;
mod one;
mod outside;

pub(crate) use one::mailto;

use axum::routing::{get, post};

use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/people";
/// Who sees a place and what comes of it.
const INSIDE: &str = "Who can see this: the place, the people of its circle, and outside whoever has its address while it is open; who applied, those who lead the circle.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/openings", Guard::Inside, get(list::show)),
        Route::form("/openings/new", Guard::Inside, get(list::ask).post(list::open)),
        Route::page("/openings/{id}", Guard::Inside, get(one::show)),
        Route::act("/openings/{id}/close", Guard::Inside, post(one::close)),
        Route::act("/openings/{id}/applications/{application}", Guard::Inside, post(one::answer)),
        Route::act("/openings/{id}/applications/{application}/forget", Guard::Inside, post(one::forget)),
        Route::form("/work-here/{id}", Guard::Open, get(outside::show).post(outside::apply)),
    ]
}
