//! What a form sent, kept aside while it is handled: when the database turns out to be away, even before anybody could
//! be asked who they are, or is lost while a change is kept, it is shown again, to be sent again. So is what somebody
//! wrote when their session has ended meanwhile, when what is wrong is told by a page that is not the form's own, or when
//! it cannot be done for another reason.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use leadership::{Id, Wrongs};
use look::Field;
use maud::{Markup, html};

/// Longest form that is kept, in bytes: the longest that is read at all.
const MOST: usize = 2 << 20;

/// A form as it came.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    action: String,
    /// How the parts of it are told apart, where it came with files.
    parts: Option<HeaderValue>,
    bytes: Bytes,
}

/// What a field held.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    Words(String),
    /// A file is not kept: only its owner can choose it once more.
    File,
}

/// What somebody can do about it, on the page on which their words are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// The same may be sent again.
    Again,
    /// It may be sent again after signing in.
    SignIn,
    /// It would be refused again: the words are there to be taken along.
    Copy,
}

/// Whether a form with files is short enough to be kept: an export may be as long as a disk, and is not.
fn short(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.is_some_and(|length| length <= MOST)
}

impl Typed {
    /// Keeps the fields of a form aside. Long files and programs pass untouched.
    pub(crate) async fn aside(request: Request) -> Result<(Request, Option<Self>), StatusCode> {
        let kind = request.headers().get(header::CONTENT_TYPE).filter(|_| request.method() == Method::POST).cloned();
        let begins = |with: &[u8]| kind.as_ref().is_some_and(|kind| kind.as_bytes().starts_with(with));
        let parts = begins(b"multipart/form-data") && short(request.headers());
        if !parts && !begins(b"application/x-www-form-urlencoded") {
            return Ok((request, None));
        }
        let action = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let (head, body) = request.into_parts();
        let bytes = to_bytes(body, MOST).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        let kept = Self { action, parts: kind.filter(|_| parts), bytes: bytes.clone() };
        Ok((Request::from_parts(head, Body::from(bytes)), Some(kept)))
    }

    /// The fields in the order in which they came.
    async fn fields(&self) -> Vec<(String, Held)> {
        let Some(kind) = &self.parts else {
            let fields: Vec<(String, String)> = serde_html_form::from_bytes(&self.bytes).unwrap_or_default();
            return fields.into_iter().map(|(name, words)| (name, Held::Words(words))).collect();
        };
        let mut out = Vec::new();
        let mut request = Request::new(Body::from(self.bytes.clone()));
        request.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
        let Ok(mut parts) = Multipart::from_request(request, &()).await else { return out };
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                out.push((name, Held::File));
            } else if let Ok(words) = part.text().await {
                out.push((name, Held::Words(words)));
            }
        }
        out
    }

    /// The body of a page that says what is in the way and what to do, with everything that was typed and what is wrong
    /// at each field. `None` where nobody wrote anything and nothing that was sent is wrong, unless the very same can be
    /// sent `whole` in a moment: then it is kept in any case.
    pub(crate) async fn kept(
        &self,
        (heading, what, remedy): (&str, &str, &str),
        wrongs: &Wrongs,
        then: Then,
        whole: bool,
    ) -> Option<Markup> {
        let fields = self.fields().await;
        let wanted = |(name, held): &(String, Held)| {
            wrongs.of(name).is_some() || matches!(held, Held::Words(words) if written(name, words))
        };
        if !whole && !fields.iter().any(wanted) {
            return None;
        }
        let enctype = self.parts.as_ref().map(|_| "multipart/form-data");
        Some(html! {
            div.page-head { h1 { (heading) } }
            div data-refusal="" {
                p.lead { (what) }
                p { "What you typed is kept on this page. " (remedy) }
            }
            @if then == Then::SignIn { p { a href="/signin" target="_blank" rel="noopener" { "Sign in, in a new tab" } ", then send it again from here." } }
            form method="post" action=(self.action) enctype=[enctype] {
                @for (at, (name, held)) in fields.iter().enumerate() {
                    // Several fields may have one name; ids must not.
                    @let id = format!("kept-{at}");
                    @let wrong = wrongs.of(name);
                    @let told = wrong.map(|_| format!("{id}-wrong"));
                    @match held {
                        Held::Words(words) if is_identifier(words) && wrong.is_none() => {
                            input type="hidden" name=(name) value=(words);
                        }
                        Held::Words(_) if secret(name) => {
                            (Field::new(name, &label(name), "", wrongs).hint("It is not shown; type it again.").input("password"))
                        }
                        _ => {
                            div.field {
                                label for=(id) { (label(name)) }
                                @if let Some(wrong) = wrong { p.wrong id=(format!("{id}-wrong")) { (wrong) } }
                                @match held {
                                    Held::File => {
                                        p.hint id=(format!("{id}-hint")) { "A file is not kept; choose it again." }
                                        input id=(id) name=(name) type="file" aria-describedby=(format!("{id}-hint"));
                                    }
                                    Held::Words(words) if words.len() > 60 || words.contains('\n') => {
                                        // The first line break after the tag is not part of the text.
                                        textarea id=(id) name=(name) rows="6" aria-describedby=[told.as_deref()] { "\n" (words) }
                                    }
                                    Held::Words(words) => {
                                        input id=(id) name=(name) type="text" value=(words) autocomplete="off" aria-describedby=[told.as_deref()];
                                    }
                                }
                            }
                        }
                    }
                }
                @if then != Then::Copy { div.acts { button.primary type="submit" { "Send it again" } } }
            }
        })
    }
}

/// Whether somebody wrote what a field held: it is no identifier, number, day or name of an option, as a page sends by
/// itself, and no secret.
fn written(name: &str, words: &str) -> bool {
    let by_hand = |letter: char| letter.is_whitespace() || letter.is_uppercase() || !letter.is_ascii();
    !secret(name) && !words.trim().is_empty() && words.contains(by_hand)
}

/// Whether a value names something, which nobody types.
fn is_identifier(value: &str) -> bool {
    value.parse::<Id<()>>().is_ok()
}

/// Whether a field is not to be shown: a password, or a code of the second factor or of recovery.
fn secret(name: &str) -> bool {
    name.contains("password") || name == "code"
}

/// What a field is called, from its name: `first_name` is “First name”.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
