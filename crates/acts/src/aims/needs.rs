//! What all aims need: asked, granted and missing in four kinds; where it is missing; what waits for an answer; and how
//! what was granted was kept.

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::AimId;
use leadership::aim::Resource;
use leadership::share::LEAST;
use ledger::aims::resources::{self, Need};
use ledger::aims::{self, Aims};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, Names, SEEN, day, day_of, frame, parts, to_aim};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::promises::words;
use crate::show;

/// Aims on one page of what is missing.
const MOST: usize = 60;
/// Asks that are listed of those that wait.
const WAITING: usize = 40;

/// Which page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    page: usize,
}

/// How much of a kind some needs lack.
fn missing(needs: &[Need], kind: Resource) -> i64 {
    needs.iter().filter(|need| need.kind == kind).map(Need::missing).sum()
}

/// Where something is missing, aim by aim.
fn gaps(aims: &Aims, circles: &Circles, lacking: &[(AimId, &[Need])]) -> Markup {
    look::scroll(
        "Missing, by aim",
        &html! {
            table.needs {
                caption { "What open aims lack of what they asked for, by kind; those first that need it soonest" }
                thead { tr { th scope="col" { "Aim" } th scope="col" { "Circle" } @for kind in Resource::ALL { th.n scope="col" { (kind.shown()) } } th scope="col" { "Needed by" } } }
                tbody {
                    @for (id, needs) in lacking {
                        @if let Some(aim) = aims.all.get(id) {
                            tr {
                                th.wide scope="row" { a href=(format!("{}#needs", to_aim(*id))) { (aim.title) } }
                                td { (circles.name(aim.circle)) }
                                @for kind in Resource::ALL {
                                    @let lacks = missing(needs, *kind);
                                    td.n { @if lacks > 0 { (kind.shown_amount(lacks)) } @else { "–" } }
                                }
                                td.nowrap { @match resources::soonest(needs) { Some(by) => (day(by)), None => "no day" } }
                            }
                        }
                    }
                }
            }
        },
    )
}

/// `GET /aims/needs`.
pub(super) async fn page(State(app): State<App>, me: Me, Query(part): Query<Part>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    let mut needs = resources::all(&mut tx, &seen).await?;
    let kept = resources::kept(&mut tx, &me.actor, &needs).await?;
    needs.retain(|aim, _| seen.all.get(aim).is_some_and(|aim| aim.state.is_open()));
    let waiting = resources::waiting(&needs);
    let names = Names::read(&mut tx, waiting.iter().map(|need| need.asked_of)).await?;
    drop(tx);
    let sums = resources::sums(needs.values().flatten());
    let lacking = resources::lacking(&needs);
    let (all, pages) = (lacking.len(), lacking.len().div_ceil(MOST).max(1));
    let at = part.page.min(pages - 1);
    let lacking = lacking.get(at * MOST..).unwrap_or_default();
    let lacking = lacking.get(..MOST).unwrap_or(lacking);
    let body = html! {
        (look::head("What aims need", &html! { p { "Funding, tools, knowledge and skills, time: asked for, granted, and missing. An aim without what it needs is a wish." } }))
        (parts::places("/aims/needs"))
        @if sums.is_empty() { p { "Nothing was asked for by an aim that holds. Open an aim and ask for what it needs." } }
        @else { (parts::sums(&sums)) }
        h2 { "Missing" }
        @if all == 0 { p { "No aim that holds lacks what it asked for." } }
        @else {
            p.soft { (all) @if all == 1 { " aim lacks" } @else { " aims lack" } " something." }
            (gaps(&seen, &circles, lacking))
            (look::pager((at, pages), "/aims/needs"))
        }
        h2 { "Waiting for an answer" }
        @if waiting.is_empty() { p.soft { "Nothing waits." } }
        ul.plain-list { @for need in waiting.iter().take(WAITING) {
            li {
                (need.what) ", " (need.kind.shown()) ": " (need.kind.shown_amount(need.asked)) ", for " (parts::named(&seen, need.aim))
                " " span.soft { "asked of " (names.of(need.asked_of)) " on " (day_of(&me, need.asked_at)) @if let Some(by) = need.needed_by { ", needed by " (day(by)) } }
            }
        } }
        @if waiting.len() > WAITING { p.soft { "And " (waiting.len() - WAITING) " more." } }
        h2 { "How what was granted was kept" }
        p.soft { "What is granted is a promise with a day. Over those that are closed and that you see, of all who granted." }
        @match &kept {
            Some(kept) => (words::kept(kept)),
            None => p { "Not enough to say: it takes closed promises of " (LEAST) " people at least, so that it is nobody's own figure." },
        }
    };
    Ok(show::page(&frame(&me, "What aims need", SEEN), &body))
}
