//! Every form that people of every kind can reach, sent with what nobody should send: words that are too long, markup, bytes
//! that are no text, days that there are not. Nothing of it is kept but markup, which is shown as it was typed; what is
//! refused comes back with all that was typed. Forms of new pages are found by themselves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::LazyLock;

use acts::routes;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leadership::Id;

use crate::filled::fill;
use crate::world::{Browser, Page, World};

/// Who looks for forms: above all, who leads a team, who works in it, a client's contact.
const PEOPLE: [&str; 4] = ["ann", "lea", "mo", "cy"];
/// Most pages of one kind, and of one address, that are looked at.
const PAGES: usize = 2;
const OF_ADDRESS: usize = 30;
/// What every over-long text begins with.
const MARK: &str = "Zqxxxxxxxxxx";
const MARKUP: &str = "\"><script>boom(1)</script>&amp;";
const WORDS: &str = "Kept <words> & more";

/// Forms that take what others refuse, with the reason.
const TAKES: &[(&str, &str)] = &[
    ("/people/import", "a table of thousands may be long, and is shown row by row before anything is done"),
    ("/people/import/do", "the same table"),
    ("/signin/forgot", "the answer is the same for every address"),
];

/// Addresses that are not looked at, with the reason.
const ASIDE: &[(&str, &str)] =
    &[("/profile/", "the report of this world is made up, and holds nothing that a page could show")];

static PATHS: LazyLock<Vec<&'static str>> = LazyLock::new(|| routes().iter().map(|route| route.path).collect());

/// A field as a browser has it.
#[derive(Debug, Clone)]
struct Field {
    name: String,
    /// The type of an input, `textarea` or `select`.
    kind: String,
    /// What is sent where nothing is typed: what it holds, the chosen or the first option; `None` where nothing is.
    value: Option<String>,
}

impl Field {
    fn is_text(&self) -> bool {
        matches!(self.kind.as_str(), "text" | "email" | "textarea") && self.name != "find"
    }
}

#[derive(Debug, Clone)]
struct Form {
    action: String,
    fields: Vec<Field>,
}

fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(plain(rest.split('"').next()?))
}

/// The tags of a kind, each with what follows it up to its end.
fn tags<'a>(text: &'a str, kind: &str) -> Vec<(&'a str, &'a str)> {
    let (open, close) = (format!("<{kind} "), format!("</{kind}>"));
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(&open) {
        rest = &rest[at..];
        let Some(end) = rest.find('>') else { break };
        let inside = rest[end + 1..].split(&close).next().unwrap_or_default();
        out.push((&rest[..end], inside));
        rest = &rest[end + 1..];
    }
    out
}

fn fields(form: &str) -> Vec<Field> {
    let mut out: Vec<Field> = Vec::new();
    for (tag, _) in tags(form, "input") {
        let Some(name) = attribute(tag, "name") else { continue };
        let kind = attribute(tag, "type").unwrap_or_else(|| "text".to_owned());
        let value = attribute(tag, "value").unwrap_or_default();
        let ticked = tag.contains(" checked");
        let value = match kind.as_str() {
            "checkbox" => ticked.then_some(value),
            // The first of them, as somebody chooses who has to.
            "radio" => (!out.iter().any(|one| one.name == name)).then_some(value),
            "number" if value.is_empty() => Some("5".to_owned()),
            _ => Some(value),
        };
        out.push(Field { name, kind, value });
    }
    for (tag, inside) in tags(form, "textarea") {
        let Some(name) = attribute(tag, "name") else { continue };
        out.push(Field { name, kind: "textarea".to_owned(), value: Some(plain(inside)) });
    }
    for (tag, inside) in tags(form, "select") {
        let Some(name) = attribute(tag, "name") else { continue };
        let options = tags(inside, "option");
        let chosen = options.iter().find(|(tag, _)| tag.ends_with(" selected"));
        let filled = |tag: &str| attribute(tag, "value").filter(|value| !value.is_empty());
        let value = chosen.and_then(|(tag, _)| filled(tag)).or_else(|| options.iter().find_map(|(tag, _)| filled(tag)));
        out.push(Field { name, kind: "select".to_owned(), value: Some(value.unwrap_or_default()) });
    }
    out
}

/// The forms of a page that change something and into which one writes.
fn forms(path: &str, page: &str) -> Vec<Form> {
    let written = |form: &Form| form.fields.iter().any(|field| field.is_text() || field.kind == "date");
    let kept = |form: &Form| !form.fields.iter().any(|field| matches!(field.kind.as_str(), "password" | "file"));
    tags(page, "form")
        .into_iter()
        .filter(|(tag, _)| attribute(tag, "method").as_deref() == Some("post"))
        .map(|(tag, inside)| Form {
            action: attribute(tag, "action").unwrap_or_else(|| path.to_owned()),
            fields: fields(inside),
        })
        .filter(|form| written(form) && kept(form))
        .collect()
}

/// What is sent: into every text the one, on every day the other. The text is handed in as it travels.
fn body(form: &Form, text: &str, day: &str) -> String {
    let sent = form.fields.iter().filter_map(|field| {
        let value = match &field.value {
            _ if field.is_text() => text.to_owned(),
            _ if field.kind == "date" => day.to_owned(),
            Some(value) => look::address::escaped(value),
            None => return None,
        };
        Some(format!("{}={value}", look::address::escaped(&field.name)))
    });
    sent.collect::<Vec<_>>().join("&")
}

async fn send(browser: &Browser, path: &str, body: String) -> Page {
    let request = Request::post(path)
        .header(header::COOKIE, &browser.cookies)
        .header(header::HOST, "plumb.test")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

/// The address of the routes that a path is of: the one with the fewest names in it.
fn route_of(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |route: &str| {
        let of: Vec<&str> = route.split('/').collect();
        of.len() == parts.len() && of.iter().zip(&parts).all(|(of, part)| of.starts_with('{') || of == part)
    };
    PATHS.iter().copied().filter(|route| fits(route)).min_by_key(|route| route.matches('{').count())
}

/// What kind of page a path is: whatever names something, and whatever is asked with, is alike.
fn kind_of(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts = path.split('/').map(|part| if part.parse::<Id<()>>().is_ok() { "{id}" } else { part });
    let keys: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", parts.collect::<Vec<_>>().join("/"), keys.into_iter().collect::<Vec<_>>().join("&"))
}

/// The pages that somebody can reach, a few of each kind, with their forms.
async fn reached(browser: &Browser, wrong: &mut Vec<String>) -> Vec<Form> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let starts = routes().into_iter().filter(|route| route.methods.contains(&"GET") && !route.path.contains('{'));
    let mut waiting: VecDeque<String> = starts.map(|route| route.path.to_owned()).collect();
    let mut out = Vec::new();
    while let Some(path) = waiting.pop_front() {
        let Some(route) = route_of(&path) else { continue };
        if ASIDE.iter().any(|(start, _)| route.starts_with(start)) {
            continue;
        }
        let (kind, address) = (kind_of(&path), route.to_owned());
        let times = |key: &String| seen.get(key).copied().unwrap_or_default();
        if times(&kind) >= PAGES || times(&address) >= OF_ADDRESS || !known.insert(path.clone()) {
            continue;
        }
        *seen.entry(kind).or_default() += 1;
        *seen.entry(address).or_default() += 1;
        let page = browser.get(&path).await;
        // What one takes along as JSON holds what was typed as it was typed, and no browser runs it.
        let runs = page.body.starts_with("<!DOCTYPE html>") && page.body.contains("<script>boom");
        if page.status.is_server_error() || runs {
            wrong.push(format!("GET {path}: {}", page.status));
        }
        if page.status != StatusCode::OK {
            continue;
        }
        let links = page.body.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let whole = |link: &str| plain(link.split('#').next().unwrap_or_default());
        waiting.extend(links.filter(|link| link.starts_with('/')).map(whole));
        out.extend(forms(&path, &page.body));
    }
    out
}

/// What is wrong with how something that cannot be kept is answered.
fn refused(page: &Page, kept: &str) -> Option<String> {
    match page.status {
        // Shown again without being kept, such as a comment that is looked at before it is sent.
        StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY if page.body.contains(kept) => None,
        StatusCode::OK => Some("was taken".to_owned()),
        StatusCode::UNPROCESSABLE_ENTITY => Some("lost what was typed".to_owned()),
        status if status.is_redirection() => Some(format!("was taken: {}", page.to())),
        status if status.is_server_error() => Some(status.to_string()),
        _ => None,
    }
}

/// Sends a form in every way in which nothing of it can be kept.
async fn tried(browser: &Browser, form: &Form, wrong: &mut Vec<String>) {
    let (action, day) = (form.action.as_str(), "2026-04-15");
    let has = |is: fn(&Field) -> bool| form.fields.iter().any(is);
    let mut say = |how: &str, found: Option<String>| wrong.extend(found.map(|what| format!("{action}, {how}: {what}")));
    if has(Field::is_text) {
        let long = format!("{MARK}{}", "x".repeat(20_000));
        say("too long", refused(&send(browser, action, body(form, &long, day)).await, MARK));
        say("no UTF-8", refused(&send(browser, action, body(form, "Caf%E9%FF", day)).await, "Caf"));
        say("what cannot be shown", refused(&send(browser, action, body(form, "Bell%07rings", day)).await, "rings"));
    }
    if has(|field| field.kind == "date") {
        let words = look::address::escaped(WORDS);
        let page = send(browser, action, body(form, &words, "2026-02-31")).await;
        let shown = if has(Field::is_text) { "Kept &lt;words&gt; &amp; more" } else { "2026-02-31" };
        say("a day that is none", refused(&page, shown));
    }
}

#[tokio::test]
async fn every_form_refuses_what_cannot_be_kept_and_loses_nothing() {
    let world = World::new().await;
    fill(&world).await;
    let mut wrong = Vec::new();
    let mut known: BTreeSet<(&str, BTreeSet<String>)> = BTreeSet::new();
    let mut found = Vec::new();
    for who in PEOPLE {
        let browser = world.as_(who).await;
        for form in reached(&browser, &mut wrong).await {
            let Some(route) = route_of(&form.action) else { continue };
            let names = form.fields.iter().map(|field| field.name.clone()).collect();
            if !TAKES.iter().any(|(path, _)| *path == route) && known.insert((route, names)) {
                found.push((browser.clone(), form));
            }
        }
    }
    let addresses: BTreeSet<&str> = known.iter().map(|(route, _)| *route).collect();
    assert!(addresses.len() > 50, "forms of {} addresses were found: {addresses:#?}", addresses.len());
    // First what changes nothing, so that every form finds things as they were when it was drawn.
    for (browser, form) in &found {
        tried(browser, form, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    // Markup is kept, and shown as it was typed wherever it comes up.
    for (browser, form) in found.iter().filter(|(_, form)| form.fields.iter().any(Field::is_text)) {
        let page = send(browser, &form.action, body(form, &look::address::escaped(MARKUP), "2026-04-15")).await;
        if page.status.is_server_error() || page.body.contains("<script>boom") {
            wrong.push(format!("{}, markup: {}", form.action, page.status));
        }
    }
    for who in PEOPLE {
        reached(&world.as_(who).await, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
