//! All aims as a tree, and what is missing among them.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::AimId;
use leadership::aim::Gap;
use ledger::aims::measures::Measure;
use ledger::aims::resources::Need;
use ledger::aims::{self, Aims};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, Names, SEEN, day, frame, parts, to_aim, today};
use crate::app::{App, Reading};
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

/// Aims on one page of the tree; deeper ones are led to.
const MOST: usize = 300;
/// Aims at the top of one page of the tree.
const TOPS: usize = 60;
/// Aims on one page of gaps.
const GAPS: usize = 100;

/// Letters that are looked for.
const LONGEST: usize = 200;

/// Which part of the tree.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    circle: String,
    under: String,
    /// Words to look for.
    q: String,
    page: usize,
}

struct View<'a> {
    aims: &'a Aims,
    circles: &'a Circles,
    names: &'a Names,
    measures: BTreeMap<AimId, Vec<Measure>>,
    needs: BTreeMap<AimId, Vec<Need>>,
    readings: Vec<Reading>,
    shown: BTreeSet<AimId>,
    folded: BTreeSet<AimId>,
    today: jiff::civil::Date,
}

fn line(view: &View<'_>, id: AimId) -> Markup {
    let Some(aim) = view.aims.all.get(&id) else { return html! {} };
    let gaps = view.aims.forest.gaps(id);
    let short = view.needs.get(&id).is_some_and(|needs| needs.iter().any(|need| need.missing() > 0));
    let past = aim.state.is_open() && aim.horizon.is_some_and(|day| day < view.today);
    html! {
        p.aim { (parts::marks(aim)) " " a href=(to_aim(id)) { (aim.title) } }
        p.about {
            (view.circles.name(aim.circle))
            @if let Some(owner) = aim.owner { " · " (view.names.of(owner)) }
            @if let Some(horizon) = aim.horizon { " · " @if past { strong { "was due " (day(horizon)) } } @else { "by " (day(horizon)) } }
            @if let Some(measure) = view.measures.get(&id).and_then(|measures| measures.first()) {
                " · " (parts::standing(measure, &view.readings, view.aims.forest.reached_below(id)))
            }
            @if short { " · needs more than was granted" }
            @if !gaps.is_empty() { " · " (parts::gaps(&gaps)) }
        }
    }
}

fn branch(view: &View<'_>, ids: &[AimId]) -> Markup {
    let mut ids: Vec<AimId> = ids.iter().copied().filter(|id| view.shown.contains(id)).collect();
    ids.sort_by_key(|id| view.aims.all.get(id).map(|aim| (aim.kind, *id)));
    html! {
        ul.aims {
            @for id in ids {
                li {
                    (line(view, id))
                    @let below = view.aims.forest.serving(id);
                    @if view.folded.contains(&id) {
                        p.more { a href=(parts::filtered("/aims", &[("under", &id.to_string())])) { (below.len()) " more serve it" } }
                    } @else if !below.is_empty() { (branch(view, below)) }
                }
            }
        }
    }
}

/// The aims that hold every one of some words, in capitals or not, in title, why or picture: those whose title does first,
/// live ones before others.
pub(crate) fn found(aims: &Aims, words: &str) -> Vec<AimId> {
    // As many letters as the field takes: an address can bring more words than there is reason to look for.
    let words: String = words.chars().take(LONGEST).collect();
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let mut out: Vec<_> = aims
        .all
        .values()
        .filter_map(|aim| {
            let title = aim.title.to_lowercase();
            let whole = format!("{title}\n{}\n{}", aim.why.to_lowercase(), aim.picture.to_lowercase());
            let of_title = words.iter().all(|word| title.contains(word));
            words.iter().all(|word| whole.contains(word)).then_some((!aim.state.is_open(), !of_title, aim.kind, aim.id))
        })
        .collect();
    out.sort_unstable();
    out.into_iter().map(|(.., id)| id).collect()
}

/// What was found, each with the way up from it.
fn list(view: &View<'_>, ids: &[AimId]) -> Markup {
    html! {
        ul.aims { @for id in ids { li { (parts::line_of_sight(view.aims, *id)) (line(view, *id)) } } }
    }
}

fn empty(me: &Me) -> Markup {
    html! {
        (look::head("Direction", &html! { p { "There is nothing here yet." } }))
        p { "Here stands where each circle is going and why: a vision, the greater goals it serves, its own goals with their strategies, its standards and values." }
        @if me.actor.sight.leads.is_empty() { p { "Who leads your circle begins it." } }
        @else { div.acts { a.button.primary href="/aims/new?kind=vision" { "Write a vision" } } }
    }
}

/// `GET /aims`.
pub(super) async fn tree(State(app): State<App>, me: Me, Query(part): Query<Part>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let all = aims::seen(&mut tx, &me.actor).await?;
    let shell = frame(&me, "Direction", SEEN);
    if all.all.is_empty() {
        return Ok(show::page(&shell, &empty(&me)));
    }
    let circles = Circles::read(&mut tx).await?;
    let of = part.circle.parse().ok().filter(|circle| me.actor.sight.inside.contains(circle));
    let seen = match of {
        Some(circle) => all.of_circles(&BTreeSet::from([circle])),
        None => all,
    };
    let under = part.under.parse().ok().filter(|id| seen.all.contains_key(id));
    let words = part.q.trim();
    let mut roots: Vec<AimId> = match under {
        _ if !words.is_empty() => found(&seen, words),
        Some(id) => vec![id],
        None => seen.forest.roots(),
    };
    if words.is_empty() {
        roots.sort_by_key(|id| seen.all.get(id).map(|aim| (aim.kind, *id)));
    }
    let like = roots.len();
    let pages = roots.len().div_ceil(TOPS).max(1);
    let page = part.page.min(pages - 1);
    let roots: Vec<AimId> = roots.into_iter().skip(page * TOPS).take(TOPS).collect();
    let (shown, folded) = if words.is_empty() {
        seen.forest.cut(&roots, MOST)
    } else {
        (roots.iter().copied().collect(), BTreeSet::new())
    };
    let names = Names::read(&mut tx, shown.iter().filter_map(|id| seen.all.get(id)?.owner)).await?;
    let measures = aims::measures::all(&mut tx, &seen).await?;
    let needs = aims::resources::all(&mut tx, &seen).await?;
    drop(tx);
    let readings = if measures.is_empty() { Vec::new() } else { app.work().readings().await };
    let today = today(&app, &me);
    let missing = seen.all.keys().filter(|id| !seen.forest.gaps(**id).is_empty()).count();
    let view = View { aims: &seen, circles: &circles, names: &names, measures, needs, readings, shown, folded, today };
    let path = parts::filtered("/aims", &[("circle", &part.circle), ("under", &part.under), ("q", words)]);
    let body = html! {
        (look::head("Direction", &html! { p { "What we want, what it serves, and why. Each line leads to the whole of it." } }))
        (parts::places("/aims"))
        form.narrow-by role="search" method="get" action="/aims" {
            label for="q" { "Words in it" }
            input #q type="search" name="q" value=(part.q) maxlength=(LONGEST);
            label for="circle" { "Circle" }
            select id="circle" name="circle" {
                option value="" selected[of.is_none()] { "All that you see" }
                @for (value, shown) in circles.choices(|circle| me.actor.sight.inside.contains(&circle.id)) {
                    option value=(value) selected[value == part.circle] { (shown) }
                }
            }
            button type="submit" { "Show" }
        }
        p.soft.told { (seen.all.len()) " aims" @if missing > 0 { ", " a href="/aims/gaps" { (missing) " with gaps" } } "." }
        @if !words.is_empty() {
            p role="status" { @match like { 0 => "None that you see is like this. Fewer words find more.", 1 => "One is like this.", _ => { (like) " are like this." } } " " a href="/aims" { "All aims" } }
        } @else if let Some(id) = under { p { a href="/aims" { "All aims" } } (parts::line_of_sight(&seen, id)) }
        @if words.is_empty() {
            @if view.shown.is_empty() { p { "This circle has no aim yet." } }
            (branch(&view, &roots))
        } @else { (list(&view, &roots)) }
        (look::pager((page, pages), &path))
        div.acts {
            @if !me.actor.sight.leads.is_empty() { a.button.primary href=(parts::filtered("/aims/new", &[("circle", &part.circle)])) { "New aim" } }
            @if let Some(circle) = of { a href=(format!("/aims/print/{circle}")) { "As a page to print" } }
        }
        @if of.is_none() { p.soft { "As a page to print: " @for (at, (id, name)) in circles.choices(|circle| me.actor.sight.own.contains(&circle.id)).iter().enumerate() { @if at > 0 { ", " } a href=(format!("/aims/print/{id}")) { (name) } } "." } }
    };
    Ok(show::page(&shell, &body))
}

/// `GET /aims/gaps`.
pub(super) async fn gaps(State(app): State<App>, me: Me, Query(part): Query<Part>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    let circles = Circles::read(&mut tx).await?;
    drop(tx);
    let open: Vec<_> = seen.all.values().filter(|aim| aim.state.is_open()).collect();
    let mut found: Vec<_> =
        open.iter().map(|aim| (*aim, seen.forest.gaps(aim.id))).filter(|(_, gaps)| !gaps.is_empty()).collect();
    // One's own come first: they are the ones that can be filled.
    found.sort_by_key(|(aim, gaps)| (!aim.steered_by(&me.actor), std::cmp::Reverse(gaps.len()), aim.kind, aim.id));
    let count = |gap: Gap| found.iter().filter(|(_, gaps)| gaps.contains(&gap)).count();
    let linkable = open.iter().filter(|aim| aim.kind.may_serve().len() > 1).count();
    let linked = linkable - count(Gap::Link).min(linkable);
    let pages = found.len().div_ceil(GAPS).max(1);
    let page = part.page.min(pages - 1);
    let body = html! {
        (look::head("What is missing", &html! { p { "Gaps, not errors: an aim may begin without its strategy or its link, and is not done until it has them." } }))
        (parts::places("/aims/gaps"))
        dl.facts {
            div { dt { "Aims that hold" } dd { (open.len()) } }
            div { dt { "Linked to what they serve" } dd { @if linkable == 0 { "–" } @else { (linked) " of " (linkable) } small { "greater goals, goals, strategies, standards" } } }
            @for gap in [Gap::Strategy, Gap::Owner, Gap::Confirmation, Gap::Why] {
                @if count(gap) > 0 { div { dt { (gap.shown()) } dd { (count(gap)) } } }
            }
        }
        @if found.is_empty() { p { "Nothing is missing among the aims that you see." } }
        ul.aims {
            @for (aim, gaps) in found.iter().skip(page * GAPS).take(GAPS) {
                li {
                    p.aim { (parts::marks(aim)) " " a href=(to_aim(aim.id)) { (aim.title) } }
                    p.about { (circles.name(aim.circle)) " · " (parts::gaps(gaps))
                        @if aim.steered_by(&me.actor) {
                            @if gaps.contains(&Gap::Strategy) { " · " a href=(parts::filtered("/aims/new", &[("kind", "strategy"), ("serves", &aim.id.to_string()), ("circle", &aim.circle.to_string())])) { "add a strategy" } }
                            @if gaps.iter().any(|gap| matches!(gap, Gap::Owner | Gap::Link | Gap::Why)) { " · " a href=(format!("/aims/{}/replan", aim.id)) { "fill it" } }
                        }
                    }
                }
            }
        }
        (look::pager((page, pages), "/aims/gaps"))
    };
    Ok(show::page(&frame(&me, "Gaps", SEEN), &body))
}
