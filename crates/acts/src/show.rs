//! What pages share: the frame for a person, redirects, and forms that come back with what is wrong.

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use leadership::Wrongs;
use ledger::{LedgerError, Refused};
use look::{Nav, Shell, Signed};
use maud::Markup;

use crate::failure::Failure;
use crate::guard::Me;

/// The frame of a page for a person. `audience` says in one line who can see this page's data.
pub(crate) fn shell(me: &Me, title: &str, here: &'static str, audience: &str) -> Shell {
    Shell {
        title: title.to_owned(),
        here,
        nav: if me.actor.sight.is_inside() { Nav::Inside } else { Nav::Client },
        audience: audience.to_owned(),
        foot: None,
        signed: Some(Signed { name: me.name.clone() }),
        sample: me.sample,
        refresh: None,
    }
}

/// The frame of a page that nobody is signed in for.
pub(crate) fn outside(title: &str) -> Shell {
    Shell {
        title: title.to_owned(),
        here: "",
        nav: Nav::None,
        audience: String::new(),
        foot: None,
        signed: None,
        sample: false,
        refresh: None,
    }
}

/// A page.
pub(crate) fn page(shell: &Shell, body: &Markup) -> Response {
    Html(look::page(shell, body).into_string()).into_response()
}

/// A form that was not kept: 422, with what is wrong at its fields.
pub(crate) fn again(shell: &Shell, body: &Markup) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Html(look::page(shell, body).into_string())).into_response()
}

/// After an act: on to a page (303, so that a reload repeats nothing).
pub(crate) fn to(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address.to_owned())]).into_response()
}

/// What a form shows of a refusal. Whatever can be tried again stays on the form with all that was typed,
/// also while the database is away; the rest is a page of its own.
pub(crate) fn wrongs(refused: Refused) -> Result<Wrongs, Failure> {
    match refused {
        Refused::Wrong(wrongs) => Ok(wrongs),
        Refused::Conflict { what, remedy } => Ok(Wrongs::one("", format!("{what} {remedy}"))),
        Refused::Ledger(LedgerError::Away(cause) | LedgerError::Again(cause)) => {
            tracing::error!(cause, "the database is away");
            Ok(Wrongs::one(
                "",
                "The database cannot be reached just now, so nothing was changed. Send it again in a moment.",
            ))
        }
        other => Err(other.into()),
    }
}
