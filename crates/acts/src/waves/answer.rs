//! Answering: signed in, or by a link that carries its own key. Nothing of where it came from is kept.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leadership::circle::Actor;
use leadership::wave::{RaterRole, SeatState, Stage};
use leadership::{SeatId, Wrongs};
use ledger::people::Begin;
use ledger::waves::{self, Answer, Asked, By, Decline};
use maud::{Markup, html};

use super::form::{self, Place, Shown, Typed};
use super::{HERE, id, time_passes};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// Who answers, and by what.
struct Visitor {
    actor: Actor,
    by: By,
    me: Option<Me>,
    action: String,
    back: Option<String>,
}

impl Visitor {
    fn signed(me: Me, wave: &str, seat: &str) -> Self {
        Self {
            actor: me.actor.clone(),
            by: By::Me,
            action: format!("/waves/{wave}/answer/{seat}"),
            back: me.actor.sight.is_inside().then(|| format!("/waves/{wave}")),
            me: Some(me),
        }
    }

    /// Whoever has a link is nobody else, even where a session is open in the same browser.
    fn linked(token: &str) -> Self {
        Self {
            actor: Begin::nobody(),
            by: By::Link(token.to_owned()),
            me: None,
            action: format!("/rate/{token}"),
            back: None,
        }
    }

    fn shell(&self, asked: &Asked) -> look::Shell {
        let title = if asked.role == RaterRole::Own {
            "Rate yourself".to_owned()
        } else {
            format!("How {} leads", asked.rated_name)
        };
        let audience = form::audience(asked);
        match &self.me {
            Some(me) => show::shell(me, &title, HERE, &audience),
            None => look::Shell { audience, ..show::outside(&title) },
        }
    }

    fn place(&self) -> Place<'_> {
        Place { action: &self.action, back: self.back.as_deref() }
    }
}

/// A link that opens nothing, whatever the reason.
fn ended() -> Failure {
    Failure::Refused {
        status: StatusCode::NOT_FOUND,
        what: "This link opens nothing: the wave has ended, another link was made, or it is mistyped.".to_owned(),
        remedy: "Ask whoever gave it to you for a new one.".to_owned(),
    }
}

async fn load(app: &App, visitor: &Visitor, seat: SeatId) -> Result<Asked, Failure> {
    let mut tx = app.ledger().read().await?;
    waves::asked(&mut tx, &visitor.actor, seat, &visitor.by).await?.ok_or(Failure::NotFound)
}

/// The page where the form is not to be filled in: thanks, or why not.
fn closed(asked: &Asked, visitor: &Visitor) -> Markup {
    let (title, words) = match (asked.state, asked.stage) {
        (SeatState::Spent, _) => {
            ("Thank you", "Your form is in. It cannot be changed, and nobody can tell it from the others.")
        }
        (SeatState::Declined, _) => ("Thank you for saying so", "Nothing more is expected of you here."),
        (_, Stage::Preparing) => ("Not open yet", "Come back on the first day."),
        _ => ("This wave is over", "Late answers are not taken, so that nothing can be worked out from what changes."),
    };
    // A script takes away what was kept on the device for this form.
    html! {
        (look::head(title, &html! { p data-forget=(asked.seat) { (words) } }))
        @if asked.stage == Stage::Preparing { p { "The first day is " (asked.wave.opens_on) "." } }
        div.acts {
            @if let Some(back) = &visitor.back { a.button.primary href=(back) { "To the wave" } }
            @else if visitor.me.is_some() { a.button.primary href="/today" { "To Today" } }
        }
    }
}

async fn page(app: &App, visitor: &Visitor, seat: SeatId) -> Result<Response, Failure> {
    let asked = load(app, visitor, seat).await?;
    let body = if asked.is_open() {
        form::body(&asked, &Typed::default(), &Wrongs::default(), Shown::No, &visitor.place())
    } else {
        closed(&asked, visitor)
    };
    Ok(show::page(&visitor.shell(&asked), &body))
}

async fn sent(app: &App, visitor: &Visitor, seat: SeatId, fields: Vec<(String, String)>) -> Result<Response, Failure> {
    let asked = load(app, visitor, seat).await?;
    if !asked.is_open() {
        return Ok(show::page(&visitor.shell(&asked), &closed(&asked, visitor)));
    }
    let typed = Typed::of(fields);
    if typed.to_be_shown() {
        let names = waves::names_to_find(&mut app.ledger().read().await?, &asked, &visitor.by).await?;
        let body = form::body(&asked, &typed, &Wrongs::default(), Shown::Beside(&names), &visitor.place());
        return Ok(show::page(&visitor.shell(&asked), &body));
    }
    let answer = Answer { seat, by: visitor.by.clone(), answers: typed.answers(&asked), comments: typed.comments() };
    match app.ledger().perform(&visitor.actor, &answer).await {
        Ok(()) => Ok(show::to(&visitor.action)),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = form::body(&asked, &typed, &wrongs, Shown::No, &visitor.place());
            Ok(show::again(&visitor.shell(&asked), &body))
        }
    }
}

async fn declined(app: &App, visitor: &Visitor, seat: SeatId) -> Result<Response, Failure> {
    app.ledger().perform(&visitor.actor, &Decline { seat, by: visitor.by.clone() }).await?;
    Ok(show::to(&visitor.action))
}

/// `GET /waves/{id}/answer/{seat}`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Path((wave, seat)): Path<(String, String)>,
) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    page(&app, &Visitor::signed(me, &wave, &seat), id(&seat)?).await
}

/// `POST /waves/{id}/answer/{seat}`.
pub(super) async fn send(
    State(app): State<App>,
    me: Me,
    Path((wave, seat)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    sent(&app, &Visitor::signed(me, &wave, &seat), id(&seat)?, fields).await
}

/// `POST /waves/{id}/answer/{seat}/decline`.
pub(super) async fn decline(
    State(app): State<App>,
    me: Me,
    Path((wave, seat)): Path<(String, String)>,
) -> Result<Response, Failure> {
    declined(&app, &Visitor::signed(me, &wave, &seat), id(&seat)?).await
}

async fn seat_of(app: &App, token: &str) -> Result<SeatId, Failure> {
    waves::seat_of_link(&mut app.ledger().read().await?, token).await?.ok_or_else(ended)
}

/// `GET /rate/{token}`.
pub(super) async fn ask_by_link(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Failure> {
    let seat = seat_of(&app, &token).await?;
    page(&app, &Visitor::linked(&token), seat).await
}

/// `POST /rate/{token}`.
pub(super) async fn send_by_link(
    State(app): State<App>,
    Path(token): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let seat = seat_of(&app, &token).await?;
    sent(&app, &Visitor::linked(&token), seat, fields).await
}

/// `POST /rate/{token}/decline`.
pub(super) async fn decline_by_link(State(app): State<App>, Path(token): Path<String>) -> Result<Response, Failure> {
    let seat = seat_of(&app, &token).await?;
    declined(&app, &Visitor::linked(&token), seat).await
}
