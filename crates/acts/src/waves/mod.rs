//! Waves of ratings on pages: planned, raters chosen and confirmed, answered by who is signed in or by link.

mod answer;
mod confirm;
pub(crate) mod form;
mod list;
mod new;
mod nominate;
mod one;
mod raters;

use axum::routing::{get, post};
use leadership::circle::Actor;
use leadership::wave::RaterRole;
use leadership::{CircleId, WaveId};
use ledger::Tx;
use ledger::people::Circle;
use ledger::waves::{self, Sweep, Wave};

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{id, name, names, today};
use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/people";
/// Who sees that there is a wave.
const WAVE: &str = "Who can see this: the organisation's own people of this circle, and whoever is rated or asked here. Who is rated, and counts, only who plans it sees; who answered, nobody.";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/waves", Guard::Inside, get(list::show)),
        Route::form("/waves/new", Guard::Inside, get(new::ask).post(new::plan)),
        Route::page("/waves/{id}", Guard::Inside, get(one::show)),
        Route::form("/waves/{id}/nominate", Guard::Inside, get(nominate::ask).post(nominate::nominate)),
        Route::act("/waves/{id}/myself", Guard::Inside, post(nominate::myself)),
        Route::act("/waves/{id}/remind", Guard::Inside, post(one::remind)),
        Route::form("/waves/{id}/close", Guard::Inside, get(one::ask_close).post(one::close)),
        Route::act("/waves/{id}/links", Guard::Inside, post(one::make_link)),
        Route::form("/waves/{id}/raters", Guard::Inside, get(raters::ask).post(raters::choose)),
        Route::form("/waves/{id}/confirm", Guard::Inside, get(confirm::ask).post(confirm::confirm)),
        Route::form("/waves/{id}/answer/{seat}", Guard::Signed, get(answer::ask).post(answer::send)),
        Route::act("/waves/{id}/answer/{seat}/decline", Guard::Signed, post(answer::decline)),
        Route::form("/rate/{token}", Guard::Open, get(answer::ask_by_link).post(answer::send_by_link)),
        Route::act("/rate/{token}/decline", Guard::Open, post(answer::decline_by_link)),
    ]
}

/// An identifier of an address; what is none names nothing.
/// A wave that a person sees.
async fn seen(tx: &mut Tx, me: &Me, wave: &str) -> Result<Wave, Failure> {
    let wave: WaveId = id(wave)?;
    waves::seen(tx, &me.actor, wave).await?.ok_or(Failure::NotFound)
}

/// A wave that a person may plan: for others its planner's pages are not there.
async fn planned(tx: &mut Tx, me: &Me, wave: &str) -> Result<Wave, Failure> {
    let wave = seen(tx, me, wave).await?;
    if waves::may_plan(tx, &me.actor, wave.circle).await? { Ok(wave) } else { Err(Failure::NotFound) }
}

/// Closes what is over, where something is: a page shows what holds now.
async fn time_passes(app: &App, actor: &Actor) -> Result<(), Failure> {
    if waves::is_due(&mut app.ledger().read().await?).await?
        && let Err(error) = app.ledger().perform(actor, &Sweep).await
    {
        tracing::warn!(%error, "waves that are over could not be closed");
    }
    Ok(())
}

/// The name of a circle.
fn circle_name(circles: &[Circle], id: CircleId) -> &str {
    circles.iter().find(|circle| circle.id == id).map_or("", |circle| circle.name.as_str())
}

/// A role as a heading over several raters.
fn heading(role: RaterRole) -> &'static str {
    match role {
        RaterRole::Subordinate => "Those who report to them",
        RaterRole::Peer => "Those beside them",
        RaterRole::HigherUp => "Higher up (answer under their name)",
        RaterRole::Client => "Clients",
        RaterRole::Own => "Themselves",
    }
}
