//! How a person wants to be told: the daily mail, the calendar, single keys.

use axum::extract::State;
use axum::response::Response;
use leadership::Wrongs;
use ledger::post::{self, Failure as NotSent, KINDS, MakeCalendar, RevokeCalendar, Wish, Wishes};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

const AUDIENCE: &str = "Who can see this: you alone.";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    mail: String,
    hour: String,
    quiet_from: String,
    quiet_to: String,
    keys: String,
    in_mail: Vec<String>,
    in_calendar: Vec<String>,
}

impl Typed {
    fn of(wishes: &Wishes) -> Self {
        let flag = |on: bool| if on { "true".to_owned() } else { String::new() };
        let wanted = |off: &[String]| {
            KINDS.iter().map(|(name, _)| (*name).to_owned()).filter(|name| !off.contains(name)).collect()
        };
        Self {
            mail: flag(wishes.mail),
            hour: wishes.hour.to_string(),
            quiet_from: wishes.quiet.0.to_string(),
            quiet_to: wishes.quiet.1.to_string(),
            keys: flag(wishes.keys),
            in_mail: wanted(&wishes.mail_off),
            in_calendar: wanted(&wishes.calendar_off),
        }
    }
}

struct View {
    typed: Typed,
    calendar_since: Option<jiff::Timestamp>,
    /// The address, right after it was made.
    address: Option<String>,
    not_sent: Vec<NotSent>,
}

async fn read(app: &App, me: &Me, typed: Option<Typed>, address: Option<String>) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let typed = match typed {
        Some(typed) => typed,
        None => Typed::of(&post::of(&mut tx, me.actor.person).await?),
    };
    Ok(View {
        typed,
        calendar_since: post::calendar_since(&mut tx, me.actor.person).await?,
        address,
        not_sent: post::failures(&mut tx, &me.actor).await?,
    })
}

fn kinds(name: &str, legend: &str, wanted: &[String], skip: &[&str]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @for (kind, words) in KINDS.iter().filter(|(kind, _)| !skip.contains(kind)) {
                @let id = format!("{name}-{kind}");
                div.check {
                    input type="checkbox" id=(id) name=(name) value=(kind) checked[wanted.iter().any(|one| one == kind)];
                    label for=(id) { (words) }
                }
            }
        }
    }
}

fn body(view: &View, wrongs: &Wrongs, me: &Me) -> Markup {
    let typed = &view.typed;
    let day = |at: jiff::Timestamp| at.to_zoned(me.time_zone()).strftime("%-d %B %Y").to_string();
    html! {
        (look::head("How you are told", &html! { p { "Today as one mail a day and in your calendar. A day on which there is nothing to tell brings no mail. There is no tracking in it." } }))
        (look::wrongs(wrongs))
        @if let Some(address) = &view.address {
            div.notice role="status" {
                p { strong { "The address of your calendar, shown this once." } " Give it to your calendar program as a subscription; whoever has it can read what is due for you." }
                p { code { (address) } }
            }
        }
        form method="post" action="/today/post" {
            (look::form::check("mail", "Send me Today as a mail, once a day", typed.mail == "true"))
            div.row {
                (Field::new("hour", "At which hour", &typed.hour, wrongs).hint("0 to 23, where you are.").input("number"))
                (Field::new("quiet_from", "Nothing from", &typed.quiet_from, wrongs).hint("First quiet hour.").input("number"))
                (Field::new("quiet_to", "until", &typed.quiet_to, wrongs).hint("The hour in which it ends.").input("number"))
            }
            (kinds("in_mail", "In the mail", &typed.in_mail, &[]))
            (kinds("in_calendar", "In the calendar, where it has a day", &typed.in_calendar, &["hints", "news"]))
            (look::form::check("keys", "Single keys do things on Today", typed.keys == "true"))
            div.acts { button.primary type="submit" { "Keep" } a href="/today" { "Back to Today" } }
        }
        h2 { "Your calendar" }
        @match view.calendar_since {
            Some(since) => p { "It has an address since " (day(since)) ". A new one makes the old one stop." },
            None => p { "It has no address yet." },
        }
        div.acts {
            form method="post" action="/today/calendar" { button type="submit" { @if view.calendar_since.is_some() { "Make a new address" } @else { "Make an address" } } }
            @if view.calendar_since.is_some() { form method="post" action="/today/calendar/revoke" { button type="submit" { "Revoke it" } } }
        }
        @if !view.not_sent.is_empty() {
            h2 { "Mails that could not be sent" }
            p.soft { "Seen by administrators of the whole. What the server for mail said:" }
            ul {
                @for one in &view.not_sent {
                    li { (one.name) ", " (one.day) ": " (one.error) span.soft { " (" (one.tries) @if one.tries == 1 { " try" } @else { " tries" } @if one.again { ", will be tried again)" } @else { ", given up)" } } }
                }
            }
        }
    }
}

/// `GET /today/post`.
pub(super) async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let view = read(&app, &me, None, None).await?;
    Ok(show::page(&show::shell(&me, "How you are told", "/today", AUDIENCE), &body(&view, &Wrongs::default(), &me)))
}

/// `POST /today/post`.
pub(super) async fn wish(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let act = Wish {
        mail: typed.mail == "true",
        hour: typed.hour.clone(),
        quiet_from: typed.quiet_from.clone(),
        quiet_to: typed.quiet_to.clone(),
        keys: typed.keys == "true",
        in_mail: typed.in_mail.clone(),
        in_calendar: typed.in_calendar.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/today/post")),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let view = read(&app, &me, Some(typed), None).await?;
            Ok(show::again(&show::shell(&me, "How you are told", "/today", AUDIENCE), &body(&view, &wrongs, &me)))
        }
    }
}

/// `POST /today/calendar`: no redirect, since the address is shown once.
pub(super) async fn make_calendar(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let token = app.ledger().perform(&me.actor, &MakeCalendar).await?;
    let address = format!("{}/calendar/{token}.ics", app.config().address);
    let view = read(&app, &me, None, Some(address)).await?;
    Ok(show::page(&show::shell(&me, "How you are told", "/today", AUDIENCE), &body(&view, &Wrongs::default(), &me)))
}

/// `POST /today/calendar/revoke`.
pub(super) async fn revoke_calendar(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &RevokeCalendar).await?;
    Ok(show::to("/today/post"))
}
