//! What a form sent, kept aside while it is handled: when the database turns out to be away, even before anybody could
//! be asked who they are, or is lost while a change is kept, it is shown again, to be sent again.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use leadership::Wrongs;
use look::Field;
use maud::{Markup, html};

/// Longest form that is kept, in bytes: the longest that is read at all.
const MOST: usize = 2 << 20;

/// The fields of a form, as they came.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    action: String,
    bytes: Bytes,
}

impl Typed {
    /// Keeps the fields of a form aside. Files and programs pass untouched.
    pub(crate) async fn aside(request: Request) -> Result<(Request, Option<Self>), StatusCode> {
        let form = request.method() == Method::POST
            && request
                .headers()
                .get(header::CONTENT_TYPE)
                .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        if !form {
            return Ok((request, None));
        }
        let action = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, MOST).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        Ok((Request::from_parts(parts, Body::from(bytes.clone())), Some(Self { action, bytes })))
    }

    /// The body of a page that says what became of the database and what to do, with everything that was typed.
    pub(crate) fn kept(&self, heading: &str, what: &str, remedy: &str) -> Markup {
        let fields: Vec<(String, String)> = serde_html_form::from_bytes(&self.bytes).unwrap_or_default();
        let none = Wrongs::default();
        html! {
            div.page-head { h1 { (heading) } }
            div data-refusal="" {
                p.lead { (what) }
                p { "What you typed is kept on this page. " (remedy) }
            }
            form method="post" action=(self.action) {
                @for (at, (name, value)) in fields.iter().enumerate() {
                    // Several fields may have one name; ids must not.
                    @let id = format!("kept-{at}");
                    @if secret(name) {
                        (Field::new(name, "Password", "", &none).hint("It is not shown; type it again.").input("password"))
                    } @else if value.len() > 60 || value.contains('\n') {
                        div.field {
                            label for=(id) { (label(name)) }
                            textarea id=(id) name=(name) rows="6" { (value) }
                        }
                    } @else {
                        div.field {
                            label for=(id) { (label(name)) }
                            input id=(id) name=(name) type="text" value=(value) autocomplete="off";
                        }
                    }
                }
                div.acts { button.primary type="submit" { "Send it again" } }
            }
        }
    }
}

/// Whether a field is not to be shown.
fn secret(name: &str) -> bool {
    name.contains("password")
}

/// What a field is called, from its name: `first_name` is “First name”.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
