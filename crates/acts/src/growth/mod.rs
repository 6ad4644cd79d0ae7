//! Growing on purpose: the plan, who looks along, strengths and limits, what others saw, and one's own pages that
//! nobody else reads. `/growth` leads to all of it.

mod capacity;
mod first_days;
mod held;
mod news;
mod observations;
mod overview;
mod plan;
mod reflection;
pub(crate) mod retest;
mod seats;
mod situations;
mod styles;
mod traits;

use axum::routing::{get, post};

use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/people";
/// Who sees one's own pages.
const ALONE: &str = "Who can see this: you alone. Nobody else reads it, whoever administers Plumb neither.";
/// Who sees the plan and what belongs to it.
const OWN: &str = "Who can see this: you, and whom you invited to a part of it, that part.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/growth", Guard::Inside, get(overview::show)),
        Route::form("/growth/plan/new", Guard::Inside, get(plan::ask_begin).post(plan::begin)),
        Route::form("/growth/plan/{id}/practice", Guard::Inside, get(plan::ask_practice).post(plan::practice)),
        Route::act("/growth/plan/{id}/retest", Guard::Inside, post(plan::retest)),
        Route::form("/growth/plan/{id}/close", Guard::Inside, get(plan::ask_close).post(plan::close)),
        Route::act("/growth/practices/{id}/done", Guard::Inside, post(plan::done)),
        Route::form("/growth/strengths", Guard::Inside, get(traits::show).post(traits::add)),
        Route::act("/growth/strengths/{id}/retire", Guard::Inside, post(traits::retire)),
        Route::form("/growth/seats/new", Guard::Inside, get(seats::ask_invite).post(seats::invite)),
        Route::form("/growth/seats/{id}", Guard::Inside, get(seats::show).post(seats::note)),
        Route::act("/growth/seats/{id}/answer", Guard::Inside, post(seats::answer)),
        Route::act("/growth/seats/{id}/end", Guard::Inside, post(seats::end)),
        Route::form("/growth/reflection", Guard::Inside, get(reflection::show).post(reflection::keep)),
        Route::act("/growth/reflection/{id}/discard", Guard::Inside, post(reflection::discard)),
        Route::form("/growth/held", Guard::Inside, get(held::list).post(held::hold)),
        Route::form("/growth/held/{id}", Guard::Inside, get(held::show).post(held::change)),
        Route::act("/growth/held/{id}/go", Guard::Inside, post(held::go)),
        Route::page("/growth/styles", Guard::Inside, get(styles::list)),
        Route::form("/growth/styles/new", Guard::Inside, get(styles::ask).post(styles::choose)),
        Route::page("/growth/styles/{id}", Guard::Inside, get(styles::one)),
        Route::act("/growth/styles/{id}/look-back", Guard::Inside, post(styles::look_back)),
        Route::act("/growth/styles/{id}/answer", Guard::Inside, post(styles::answer)),
        Route::act("/growth/styles/{id}/take-back", Guard::Inside, post(styles::take_back)),
        Route::page("/growth/capacity", Guard::Inside, get(capacity::show)),
        Route::page("/growth/first-days", Guard::Inside, get(first_days::show)),
        Route::page("/situations", Guard::Inside, get(situations::list)),
        Route::form("/situations/{key}", Guard::Inside, get(situations::show).post(situations::choose)),
        Route::act("/situations/{key}/after", Guard::Inside, post(situations::after)),
        Route::act("/situations/{key}/away", Guard::Inside, post(situations::away)),
        Route::page("/observations", Guard::Signed, get(observations::list)),
        Route::form("/observations/new", Guard::Signed, get(observations::ask).post(observations::note)),
        Route::act("/observations/{id}/respond", Guard::Signed, post(observations::respond)),
        Route::act("/observations/{id}/withdraw", Guard::Signed, post(observations::withdraw)),
    ]
}
