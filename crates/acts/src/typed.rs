//! What a form sent, kept aside while it is handled: when the database turns out to be away, even before anybody could
//! be asked who they are, or is lost while a change is kept, when the session has ended meanwhile, and when what is wrong is
//! told by a page that is not the form's own: it is shown again, to be mended and sent again.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use leadership::{Id, Wrongs};
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

    fn fields(&self) -> Vec<(String, String)> {
        serde_html_form::from_bytes(&self.bytes).unwrap_or_default()
    }

    /// Whether a field of this name was sent.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.fields().iter().any(|(name, _)| name == field)
    }

    /// Whether somebody wrote something, rather than pressed a button or chose of a list.
    pub(crate) fn is_written(&self) -> bool {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter);
        self.fields().iter().any(|(name, value)| !secret(name) && !value.trim().chars().all(plain))
    }

    /// The body of a page that says what became of it and what to do, with everything that was typed and what is wrong at
    /// each field. Who is signed out signs in beside it.
    pub(crate) fn kept(
        &self,
        (heading, what, remedy): (&str, &str, &str),
        wrongs: &Wrongs,
        signed_out: bool,
    ) -> Markup {
        html! {
            div.page-head { h1 { (heading) } }
            div data-refusal="" {
                p.lead { (what) }
                p { "What you typed is kept on this page. " (remedy) }
            }
            @if signed_out { p { a href="/" target="_blank" rel="noopener" { "Sign in in another window" } ", and send it from here." } }
            form method="post" action=(self.action) {
                @for (at, (name, value)) in self.fields().iter().enumerate() {
                    // Several fields may have one name; ids must not.
                    @let id = format!("kept-{at}");
                    @if secret(name) {
                        (Field::new(name, "Password", "", wrongs).hint("It is not shown; type it again.").input("password"))
                    } @else if is_identifier(value) {
                        input type="hidden" name=(name) value=(value);
                    } @else {
                        div.field {
                            label for=(id) { (label(name)) }
                            @if let Some(wrong) = wrongs.of(name) { p.wrong id=(format!("{id}-wrong")) { (wrong) } }
                            @let wrong = wrongs.of(name).map(|_| format!("{id}-wrong"));
                            @if value.len() > 60 || value.contains('\n') {
                                textarea id=(id) name=(name) rows="6" aria-describedby=[wrong.as_deref()] { (value) }
                            } @else {
                                input id=(id) name=(name) type="text" value=(value) autocomplete="off" aria-describedby=[wrong.as_deref()];
                            }
                        }
                    }
                }
                div.acts { button.primary type="submit" { "Send it again" } }
            }
        }
    }
}

/// Whether a value names something, which nobody types.
fn is_identifier(value: &str) -> bool {
    value.parse::<Id<()>>().is_ok()
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
