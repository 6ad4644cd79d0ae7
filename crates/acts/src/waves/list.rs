//! All waves that a person sees.

use axum::extract::State;
use axum::response::Response;
use leadership::wave::{SeatState, Stage};
use ledger::people;
use ledger::waves::{self, Wave};
use maud::html;

use super::{HERE, WAVE, circle_name, time_passes, today};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

/// `GET /waves`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let mut tx = app.ledger().read().await?;
    let all = waves::list(&mut tx, &me.actor).await?;
    let plans = !waves::plannable(&mut tx, &me.actor).await?.is_empty();
    let circles = people::circles(&mut tx).await?;
    let day = today(&app, &me);
    let mut lines: Vec<(Wave, Stage, usize)> = Vec::new();
    for wave in all {
        let stage = wave.stage(day);
        let mut open = 0;
        if stage == Stage::Open {
            let forms = waves::own_forms(&mut tx, &me.actor, wave.id).await?;
            open = forms.iter().filter(|(.., state)| *state == SeatState::Confirmed).count();
        }
        lines.push((wave, stage, open));
    }
    drop(tx);
    let would_fill = "A wave asks the people around a leader how they lead: those who report to them, those beside \
                      them, higher-ups, clients, and the leader. What comes back is a profile that protects everybody \
                      who answered. Who administers a circle, or answers for it, plans one.";
    let body = if lines.is_empty() {
        let offer = if plans { ("/waves/new", "Plan the first wave") } else { ("/people", "Back to people") };
        look::empty("Waves of ratings", would_fill, offer)
    } else {
        html! {
            (look::head("Waves of ratings", &html! { p { "The people around a leader say how they lead, under seal." } }))
            @if plans { div.acts { a.button.primary href="/waves/new" { "Plan a wave" } } }
            ul.lines { @for (wave, stage, open) in &lines {
                li {
                    a href=(format!("/waves/{}", wave.id)) { (wave.title) }
                    p.of {
                        (circle_name(&circles, wave.circle)) " · " (wave.opens_on) " to " (wave.closes_on) " · " (stage.shown())
                        @match open { 0 => {}, 1 => " · one form waits for you", more => { " · " (more) " forms wait for you" } }
                    }
                }
            } }
        }
    };
    Ok(show::page(&show::shell(&me, "Waves of ratings", HERE, WAVE), &body))
}
