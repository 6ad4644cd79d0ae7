//! Talks: calling one, what was heard and confirmed, what was agreed; mediation step by step; how often one means to talk;
//! notes of one's own; uncertain times of a circle.

mod charter;
mod circles;
mod common;
mod deeds;
mod list;
mod mediation;
mod new;
mod notes;
mod one;
mod parts;
mod rhythm;
mod uncertain;

use axum::routing::{get, post};

use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/today";
/// Who sees a talk.
const PART: &str = "Who can see a talk: those who take part in it, and nobody else; no administrator. Of a team’s talk and of one beside work, its circle sees that it is, when, and what all agreed to tell.";
/// Who sees what is one's own.
const ALONE: &str = "Who can see this: you alone; a note also those to whom you show it, until you take it back.";
/// Who sees how often two mean to talk.
const TWO: &str =
    "Who can see this: you and the other side of each. Nobody else, and no figure is made of it for anybody else.";
/// Who sees what a circle sees.
const CIRCLE: &str = "Who can see this: the people of the circle. No client.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/talks", Guard::Signed, get(list::show)),
        Route::form("/talks/new", Guard::Inside, get(new::ask).post(new::call)),
        Route::form("/talks/rhythm", Guard::Inside, get(rhythm::show).post(rhythm::set)),
        Route::act("/talks/rhythm/{id}/end", Guard::Inside, post(rhythm::end)),
        Route::form("/talks/notes", Guard::Inside, get(notes::show).post(notes::write)),
        Route::act("/talks/notes/{id}/show", Guard::Inside, post(notes::show_to)),
        Route::act("/talks/notes/{id}/back", Guard::Inside, post(notes::take_back)),
        Route::act("/talks/notes/{id}/away", Guard::Inside, post(notes::throw_away)),
        Route::page("/talks/charter", Guard::Inside, get(charter::show)),
        Route::form("/talks/common", Guard::Inside, get(common::show).post(common::write)),
        Route::page("/talks/lessons", Guard::Inside, get(circles::lessons)),
        Route::act("/talks/heard/{id}/answer", Guard::Signed, post(deeds::answer)),
        Route::act("/talks/heard/{id}/again", Guard::Signed, post(deeds::again)),
        Route::act("/talks/words/{id}", Guard::Inside, post(deeds::consent)),
        Route::page("/talks/{id}", Guard::Signed, get(one::show)),
        Route::act("/talks/{id}/seen", Guard::Signed, post(deeds::seen)),
        Route::act("/talks/{id}/move", Guard::Signed, post(deeds::move_on)),
        Route::act("/talks/{id}/held", Guard::Signed, post(deeds::held)),
        Route::act("/talks/{id}/end", Guard::Signed, post(deeds::end)),
        Route::act("/talks/{id}/heard", Guard::Signed, post(deeds::hear)),
        Route::act("/talks/{id}/agree", Guard::Signed, post(deeds::agree)),
        Route::act("/talks/{id}/account", Guard::Inside, post(deeds::account)),
        Route::act("/talks/{id}/open", Guard::Inside, post(deeds::open)),
        Route::act("/talks/{id}/tell", Guard::Inside, post(deeds::tell)),
        Route::act("/talks/{id}/join", Guard::Inside, post(deeds::join)),
        Route::form("/uncertain", Guard::Inside, get(uncertain::list).post(uncertain::state)),
        Route::form("/uncertain/{id}", Guard::Inside, get(uncertain::show).post(uncertain::post)),
        Route::act("/uncertain/{id}/end", Guard::Inside, post(uncertain::end)),
    ]
}
