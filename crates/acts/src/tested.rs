//! What the tests of this crate ask of its inside, beside its pages. They lie in `tests/` and not in the files that they
//! test: this crate once more as a test of itself takes minutes to compile.

use axum::http::HeaderMap;
use jiff::civil::Date;
use leadership::Wrongs;
use leadership::profile::{Measured, OwnQuality, WholeMeans};
use leadership::pulse::Figure;
use ledger::Tx;
use ledger::growth::Retest;
use ledger::people::Person;
use look::Field;

use crate::app::App;
use crate::failure::Failure;
use crate::guard::{self, Me};
use crate::me::second;
use crate::pick::Pick;
use crate::today;
use crate::waves::form::Typed;

/// How somebody is picked from these by what was typed: the field as it is shown, and who is meant.
#[must_use]
pub fn picked(people: &[Person], typed: &str) -> (String, String) {
    let (wrongs, pick) = (Wrongs::default(), Pick::of(people));
    (pick.field(&Field::new("whom", "Whom", typed, &wrongs)).into_string(), pick.id(typed))
}

/// Means over a whole organisation, as they are told.
#[must_use]
pub fn means(found: &WholeMeans) -> String {
    crate::profile::findings::whole(found).into_string()
}

/// What waves since a plan was begun tell of it.
#[must_use]
pub fn retests(found: &[Retest]) -> String {
    crate::growth::retest::section(found, None).into_string()
}

/// How well the qualities of a wave are measured.
#[must_use]
pub fn measured(title: &str, all: &[Measured]) -> String {
    crate::profile::findings::measured(title, all).into_string()
}

/// What the columns of that mean.
#[must_use]
pub fn how_to_read() -> String {
    crate::profile::findings::how_to_read().into_string()
}

/// The gap of a quality between how one sees oneself and how others do.
#[must_use]
pub fn gap(own: OwnQuality) -> String {
    crate::profile::quality::own(own).into_string()
}

/// What changed in a pulse since a day, in words; and the later figure in words, or that there is none.
#[must_use]
pub fn pulse(before: &Figure, after: Option<&Figure>, since: Date) -> (String, String) {
    let changed = after.map(|after| crate::pulse::figures::changed(before, after, since));
    (changed.unwrap_or_default(), crate::pulse::figures::words(after))
}

/// The key of a second factor: its address, its picture, and how it is typed.
#[must_use]
pub fn second_factor(email: &str, secret: &str) -> (String, Option<String>, String) {
    let uri = second::key_uri(email, secret);
    let picture = second::picture(&uri).map(maud::PreEscaped::into_string);
    (uri, picture, second::spaced(secret))
}

/// The Monday after a day.
#[must_use]
pub fn next_monday(day: Date) -> Date {
    today::verdict::next_monday(day)
}

/// The day of a person as it is shown, gathered or kept; the statements that it took are those of `tx`.
///
/// # Errors
/// When the database is away.
pub async fn day(app: &App, tx: &mut Tx, me: &Me) -> Result<String, Failure> {
    let view = today::kept::of_day(app, tx, me).await?;
    Ok(today::page::body(&view, me, &today::page::Asked::default()).into_string())
}

/// The token of a cookie of a name.
#[must_use]
pub fn kept_in<'a>(headers: &'a HeaderMap, name: &str, secure: bool) -> Option<&'a str> {
    guard::kept_in(headers, name, secure)
}

/// The network from which somebody comes.
#[must_use]
pub fn network_of(peer: std::net::IpAddr, headers: &HeaderMap) -> String {
    guard::network_of(peer, headers)
}

/// The mark of what was typed into a rater's form, and whether a comment of it is to be shown before it is sent.
#[must_use]
pub fn comment(fields: Vec<(String, String)>) -> (String, bool) {
    let typed = Typed::of(fields);
    (typed.mark(), typed.to_be_shown())
}

/// The link that writes to an address.
#[must_use]
pub fn mailto(email: &str) -> String {
    crate::openings::mailto(email)
}

/// A table of people as text.
#[must_use]
pub fn decoded(bytes: &[u8]) -> String {
    crate::people::import::decoded(bytes)
}
