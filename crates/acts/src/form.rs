//! Forms as browsers send them.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// The fields of a form. Structs carry `#[serde(default)]`, so that a field that a browser left out is empty
/// rather than an error, and keep what was typed as text: the act reads it and says what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Form<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = axum::body::Bytes::from_request(request, state).await.map_err(|error| Failure::Refused {
            status: error.status(),
            what: "The form could not be received whole.".to_owned(),
            remedy: "Go back, shorten what you typed, and send it again.".to_owned(),
        })?;
        Ok(Self(read(&bytes)?))
    }
}

/// The fields of a form whose bytes are read more than once, into several structs.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_html_form::from_bytes(bytes).map_err(|error| {
        Failure::refused(format!("The form could not be read: {error}."), "Go back and send it again.")
    })
}
