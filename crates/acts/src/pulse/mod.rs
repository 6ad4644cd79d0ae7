//! The pulse of circles: set, answered under seal, told as far as it may be, and answered in words.

mod answer;
pub(crate) mod figures;
mod list;
mod one;
mod round;
mod set;

use axum::routing::{get, post};
use leadership::circle::Actor;
use leadership::pulse::Kind;
use ledger::people::Circle;
use ledger::pulses::{self, Sweep};

use crate::app::App;
use crate::failure::Failure;
use crate::route::{Guard, Route};

/// Which entry of the navigation these pages belong to.
const HERE: &str = "/today";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page("/pulse", Guard::Inside, get(list::show)),
        Route::form("/pulse/set", Guard::Inside, get(set::ask).post(set::set)),
        Route::page("/pulse/{id}", Guard::Inside, get(one::show)),
        Route::act("/pulse/{id}/end", Guard::Inside, post(set::end)),
        Route::form("/pulse/rounds/{id}", Guard::Inside, get(round::show).post(round::reply)),
        Route::form("/pulse/rounds/{id}/answer", Guard::Inside, get(answer::ask).post(answer::send)),
        Route::act("/pulse/rounds/{id}/skip", Guard::Inside, post(answer::skip)),
    ]
}

/// Opens and closes what is due, where something is: a page shows what holds now.
async fn time_passes(app: &App, actor: &Actor) -> Result<(), Failure> {
    if pulses::is_due(&mut app.ledger().read().await?).await?
        && let Err(error) = app.ledger().perform(actor, &Sweep).await
    {
        tracing::warn!(%error, "rounds of pulses have to wait");
    }
    Ok(())
}

/// What a pulse is called.
fn called(circles: &[Circle], circle: leadership::CircleId, kind: Kind) -> String {
    match kind {
        Kind::Leaders => "All who lead".to_owned(),
        Kind::Circle => circles.iter().find(|one| one.id == circle).map(|one| one.name.clone()).unwrap_or_default(),
    }
}

/// Who sees what a pulse tells, and what else could be seen: in one line.
fn audience(called: &str, kind: Kind) -> String {
    let who = match kind {
        Kind::Circle => format!("the people of {called} and who leads above"),
        Kind::Leaders => "whoever leads a circle, and who administers the organisation".to_owned(),
    };
    format!(
        "Confidential, not anonymous. Who can see this: {who}, as figures over five answers or more, and lines of \
         five people or more without a name; nobody sees who answered. Whoever holds the database and its key could read, while a round is open, its answers as a mixed heap \
         and who has answered; afterwards neither is kept."
    )
}
