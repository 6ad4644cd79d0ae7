//! Who stands where on an aim: each says it themselves, dated.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::Wrongs;
use leadership::stance::Stance;
use leadership::teach::{WAITS_DAYS, has_lapsed};
use ledger::aims::Aim;
use ledger::aims::align::{Board, OpenBoard, TakeStance};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, Names, day_of, frame_of, seen, to_aim, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What a stated position sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    stance: String,
    words: String,
}

fn view(
    (me, today): (&Me, Date),
    (aim, board, names): (&Aim, &Board, &Names),
    typed: &Typed,
    wrongs: &Wrongs,
) -> Markup {
    let count = |stance: Stance| {
        board.stated.values().filter(|stated| stated.last().is_some_and(|last| last.stance == stance)).count()
    };
    let stances: Vec<_> = Stance::ALL.iter().map(|stance| (stance.name(), stance.shown())).collect();
    let mut rows: Vec<_> = board.stated.iter().collect();
    rows.sort_by_key(|(person, _)| names.of(**person));
    html! {
        (look::head("Who stands where", &html! { p { a href=(to_aim(aim.id)) { (aim.title) } } }))
        (look::wrongs(wrongs))
        @if board.stated.is_empty() { p { "Nobody has stated a position yet." } }
        @else {
            p { @for (at, stance) in Stance::ALL.iter().enumerate() { @if at > 0 { ", " } (stance.shown()) " " (count(*stance)) } " of " (board.stated.len()) " who said it." }
            ul.stances { @for (person, stated) in rows {
                li {
                    @if let Some(last) = stated.last() {
                        p { strong { (names.of(*person)) } ": " (last.stance.shown()) span.soft { ", " (day_of(me, last.at)) } }
                        @if !last.words.is_empty() { blockquote.written { (last.words) } }
                    }
                    @if stated.len() > 1 {
                        details {
                            summary { "Before that" }
                            ol.path { @for stated in stated.iter().rev().skip(1) { li { span.soft { (day_of(me, stated.at)) } " " (stated.stance.shown()) @if !stated.words.is_empty() { ": " (stated.words) } } } }
                        }
                    }
                }
            } }
        }
        @for (person, since) in &board.asked {
            p.soft {
                (names.of(*person)) " was asked on " (day_of(me, *since)) " and has not said it yet."
                @if has_lapsed(since.to_zoned(me.time_zone()).date(), today) { " It no longer waits on their Today: " (WAITS_DAYS) " days are over. Ask again where it still matters." }
            }
        }
        form method="post" {
            fieldset {
                legend { "Where I stand" }
                (Field::new("stance", "My position", &typed.stance, wrongs).choice(&stances))
                (Field::new("words", "In my own words", &typed.words, wrongs).optional().hint("Must be said by who is against, so that it can be answered.").area())
            }
            div.acts {
                button.primary type="submit" { "State it" }
                @if aim.steered_by(&me.actor) { a href=(format!("/aims/{}/add/stance", aim.id)) { "Ask somebody where they stand" } }
                a href=(to_aim(aim.id)) { "Back to the aim" }
            }
        }
    }
}

async fn page(
    app: &App,
    me: &Me,
    address: &str,
    typed: &Typed,
    wrongs: &Wrongs,
) -> Result<(look::Shell, Markup), Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = seen(&mut tx, me, address).await?;
    let circles = Circles::read(&mut tx).await?;
    drop(tx);
    let board = app.ledger().perform(&me.actor, &OpenBoard { aim: aim.id }).await?;
    let mut tx = app.ledger().read().await?;
    let ids = board.stated.keys().copied().chain(board.asked.iter().map(|(person, _)| *person));
    let names = Names::read(&mut tx, ids).await?;
    let body = view((me, today(app, me)), (&aim, &board, &names), typed, wrongs);
    Ok((frame_of(me, "Who stands where", &aim, &circles), body))
}

/// `GET /aims/{id}/alignment`.
pub(super) async fn board(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let (shell, body) = page(&app, &me, &address, &Typed::default(), &Wrongs::default()).await?;
    Ok(show::page(&shell, &body))
}

/// `POST /aims/{id}/alignment`.
pub(super) async fn take(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let wrongs = match Stance::from_name(&typed.stance) {
        Some(stance) => {
            let act = TakeStance { aim: super::id(&address)?, stance, words: typed.words.clone() };
            match app.ledger().perform(&me.actor, &act).await {
                Ok(()) => return Ok(show::to(&format!("/aims/{}/alignment", act.aim))),
                Err(refused) => show::wrongs(refused)?,
            }
        }
        None => Wrongs::one("stance", "Choose where you stand."),
    };
    let (shell, body) = page(&app, &me, &address, &typed, &wrongs).await?;
    Ok(show::again(&shell, &body))
}
