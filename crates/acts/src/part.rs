//! Parts of a page that are exchanged without loading it: the same forms, sent by a script that says so in a header.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

/// What a request carries whose answer is put into the page that sent it.
const ASKED: &str = "hx-request";

/// Whether the answer is put into the page that sent the form. Without a script it is not, and the answer leads to a
/// page as ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part(pub(crate) bool);

impl Part {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(headers.contains_key(ASKED))
    }

    /// A whole page in place of a part, as every refusal is, takes the place of all that the page shows.
    pub(crate) fn whole(self, mut response: Response) -> Response {
        if self.0 {
            for (name, value) in [("hx-retarget", "#main"), ("hx-reselect", "#main"), ("hx-reswap", "outerHTML")] {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
        }
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Part {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers))
    }
}
