//! The profile: what others see of a person who leads, beside what the record shows. It belongs to that person; whoever
//! else sees a part of it does so because they shared it.

mod belong;
mod evidence;
pub(crate) mod findings;
mod list;
mod own;
mod pdf;
mod picture;
pub(crate) mod quality;
mod said;
mod view;

use axum::routing::{get, post};
use leadership::profile::Part;
use ledger::reports::{Eyes, Open, ReportId, Seen};

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::id;
use crate::route::{Guard, Route};

/// The navigation's entry.
const HERE: &str = "/profile";
/// Who sees one's own.
const OWN: &str = "Who can see this: you, and those with whom you share it. You see who looked, on My data.";

pub(crate) fn routes() -> Vec<Route> {
    let inside = Guard::Inside;
    vec![
        Route::page("/profile", inside, get(list::page)),
        Route::page("/profile/evidence", inside, get(evidence::all)),
        Route::page("/profile/evidence/{query}", inside, get(evidence::one)),
        Route::page("/profile/findings", inside, get(findings::page)),
        Route::page("/profile/{report}", inside, get(view::page)),
        Route::page("/profile/{report}/pdf", inside, get(pdf::page)),
        Route::form("/profile/{report}/self", inside, get(own::ask).post(own::see)),
        Route::form("/profile/{report}/share", inside, get(belong::ask_share).post(belong::share)),
        Route::act("/profile/{report}/share/{viewer}/end", inside, post(belong::take_back)),
        Route::act("/profile/{report}/open", inside, post(belong::open_to_all)),
        Route::form("/profile/{report}/pay", inside, get(belong::ask_pay).post(belong::pay)),
        Route::act("/profile/{report}/pay/{consent}/end", inside, post(belong::withdraw)),
        Route::form("/profile/{report}/reply", inside, get(said::ask_reply).post(said::reply)),
        Route::form("/profile/{report}/say", inside, get(said::ask_say).post(said::say)),
        Route::act("/profile/{report}/said/{saying}", inside, post(said::decide)),
    ]
}

/// A report of an address as this person sees it; a look of anybody but its person is noted.
async fn opened(app: &App, me: &Me, report: &str) -> Result<Seen, Failure> {
    let report: ReportId = id(report)?;
    let seen = ledger::reports::get(&mut app.ledger().read().await?, &me.actor, report).await?;
    match seen {
        // One's own is only read.
        Some(seen) if seen.eyes == Eyes::Own => Ok(seen),
        Some(_) => Ok(app.ledger().perform(&me.actor, &Open { report }).await?),
        None => Err(Failure::NotFound),
    }
}

/// A report of an address that is this person's own.
async fn own_one(app: &App, me: &Me, report: &str) -> Result<Seen, Failure> {
    let report: ReportId = id(report)?;
    let seen = ledger::reports::get(&mut app.ledger().read().await?, &me.actor, report).await?;
    seen.filter(|seen| seen.eyes == Eyes::Own).ok_or(Failure::NotFound)
}

/// Parts in words.
fn parts_words(parts: &[Part]) -> String {
    if parts.len() == Part::ALL.len() {
        return "all of it".to_owned();
    }
    parts.iter().map(|part| part.shown()).collect::<Vec<_>>().join(", ")
}
