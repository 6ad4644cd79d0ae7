//! `/recognition`: the standard, where one stands by it, one's nominations and badges.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use leadership::PersonId;
use leadership::recognition::{Half, Standard, Standing, State as Stands};
use ledger::recognition::{self, Badge, Nomination};
use maud::{Markup, html};

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, name, names, today};
use crate::{qualities, show};

const OWN: &str = "Who can see this: you alone. Who is asked to confirm a nomination of yours sees where you stand, for as long as they are asked.";

/// Where somebody stands, quality by quality, beside the standard.
pub(super) fn standings(standard: &Standard, all: &[Standing], worked: Option<&(Date, String)>) -> Markup {
    let judged = standard.judge(all);
    html! {
        p { (standard.shown()) }
        @match worked {
            None => p.soft { "Nothing is worked out yet. It takes a wave in which enough people answered, and acts with a date in the record." },
            Some((on, source)) => {
                p { strong { @if judged.met { "The standard is met." } @else { "The standard is not met yet." } }
                    " " (judged.whats) " WHATs and " (judged.hows) " HOWs are covered." }
                @if !judged.missing.is_empty() { ul { @for missing in &judged.missing { li { (missing) } } } }
                @for half in Half::ALL {
                    (look::scroll(&format!("The {}s", half.shown()), &html! {
                        table {
                            caption { (half.shown()) "s, from “" (source) "”, worked out on " (day(*on)) ". Covered is what both raters and evidence agree on." }
                            thead { tr { th scope="col" { "Quality" } th scope="col" { "Covered" } th scope="col" { "Raters" } th scope="col" { "Evidence" } } }
                            tbody { @for one in all.iter().filter(|one| one.half == *half) { tr {
                                th scope="row" { (qualities::name(&one.quality)) }
                                td { @if one.is_covered() { "yes" } @else { "not yet" } }
                                td { (one.raters.shown()) }
                                td { (one.evidence.shown()) }
                            } } }
                        }
                    }))
                }
            }
        }
    }
}

fn nomination(one: &Nomination, names: &BTreeMap<PersonId, String>, me: &Me) -> Markup {
    let page = format!("/recognition/nominations/{}", one.id);
    html! { li {
        a href=(page) {
            @if one.person == me.actor.person { @if one.by == one.person { "Your nomination of yourself" } @else { "Nominated by " (name(names, one.by)) } }
            @else { (name(names, one.person)) }
        }
        p.of { (one.state.shown()) " · " (day(one.made_at.to_zoned(me.time_zone()).date())) }
    } }
}

fn badge(one: &Badge, now: Date) -> Markup {
    html! { li {
        a href=(format!("/recognition/badges/{}", one.id)) { "Recognised on " (day(one.file.issued_on)) }
        p.of {
            @if one.revoked.is_some() { "revoked" } @else if one.holds(now) { "holds until " (day(one.file.holds_until)) } @else { "ended on " (day(one.file.holds_until)) }
            @if one.public { " · shown to whoever has its address" } @else { " · shown to nobody" }
        }
    } }
}

/// `GET /recognition`.
pub(super) async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let standard = recognition::standard(&mut tx).await?;
    let (standings_of_mine, worked) = recognition::my_standings(&mut tx, &me.actor).await?;
    let (mine, others) = recognition::nominations(&mut tx, &me.actor).await?;
    let badges = recognition::badges(&mut tx, &me.actor).await?;
    let to_confirm = recognition::to_confirm(&mut tx, &me.actor).await?;
    let ids: Vec<PersonId> =
        mine.iter().chain(&others).chain(&to_confirm).flat_map(|one| [one.person, one.by]).collect();
    let names = names(&mut tx, ids).await?;
    let administers = ledger::people::keeps_all(&mut tx, &me.actor).await?;
    drop(tx);
    let under_way = mine.iter().any(|one| matches!(one.state, Stands::Accepted | Stands::Asked));
    let now = today(&app, &me);
    let body = html! {
        (look::head("Recognition", &html! { p { "Earned by what others say and what the record shows, confirmed by somebody outside of the circle. Nobody is ranked." } }))
        div.acts {
            a.button.primary href="/recognition/nominate" { @if under_way { "Nominate somebody" } @else { "Nominate somebody, or yourself" } }
            a href="/recognition/standard" { @if administers { "The standard, and changing it" } @else { "The standard" } }
        }
        @if !to_confirm.is_empty() {
            h2 { "You are asked to confirm" }
            ul.lines { @for one in &to_confirm { (nomination(one, &names, &me)) } }
        }
        h2 { "Where you stand" }
        (standings(&standard, &standings_of_mine, worked.as_ref()))
        h2 { "Your badges" }
        @if badges.is_empty() { p.soft { "None yet." } }
        ul.lines { @for one in &badges { (badge(one, now)) } }
        h2 { "Your nominations" }
        @if mine.is_empty() { p.soft { "None yet." } }
        ul.lines { @for one in &mine { (nomination(one, &names, &me)) } }
        @if !others.is_empty() {
            h2 { "Whom you nominated" }
            ul.lines { @for one in &others { (nomination(one, &names, &me)) } }
        }
    };
    Ok(show::page(&show::shell(&me, "Recognition", HERE, OWN), &body))
}
