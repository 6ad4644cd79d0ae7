//! Parts that pages of direction share.

use leadership::aim::{AimKind, Gap, Resource};
use leadership::measure::{From, share_of_the_way};
use leadership::{AimId, Wrongs};
use ledger::aims::measures::Measure;
use ledger::aims::resources::Sum;
use ledger::aims::{Aim, Aims};
use look::{Field, address};
use maud::{Markup, html};

use super::{Circles, to_aim};
use crate::app::Reading;

/// The pages of direction, one line under the head.
pub(super) fn places(here: &str) -> Markup {
    const PLACES: [(&str, &str); 7] = [
        ("/aims", "All aims"),
        ("/aims/gaps", "Gaps"),
        ("/aims/memory", "What stayed"),
        ("/aims/changes", "Changes"),
        ("/aims/work", "Work"),
        ("/aims/horizon", "Horizon"),
        ("/aims/teach", "My answers"),
    ];
    html! {
        nav.places aria-label="Pages of direction" {
            ul { @for (path, name) in PLACES { li { a href=(path) aria-current=[(path == here).then_some("page")] { (name) } } } }
        }
    }
}

/// What an aim is, in small words beside its name.
pub(super) fn marks(aim: &Aim) -> Markup {
    html! {
        span.kind { (aim.kind.shown()) }
        @if aim.core { " " span.core { "core" } }
        @if aim.state != leadership::aim::AimState::Live { " " span.soft { (aim.state.shown()) } }
    }
}

/// A way to an aim by its name.
pub(super) fn named(aims: &Aims, id: AimId) -> Markup {
    html! { @match aims.all.get(&id) { Some(aim) => a href=(to_aim(id)) { (aim.title) }, None => span.soft { "an aim that you do not see" } } }
}

/// Gaps, as words in a line.
pub(super) fn gaps(gaps: &[Gap]) -> Markup {
    html! { @if !gaps.is_empty() { span.gaps { @for (at, gap) in gaps.iter().enumerate() { @if at > 0 { ", " } (gap.shown()) } } } }
}

/// The line of sight from a vision down to an aim, without the aim itself.
pub(super) fn line_of_sight(aims: &Aims, id: AimId) -> Markup {
    let mut above = aims.forest.above(id);
    above.reverse();
    html! {
        @if !above.is_empty() {
            nav.sight aria-label="Line of sight" { ol {
                @for above in above { li { @if let Some(aim) = aims.all.get(&above) { span.kind { (aim.kind.shown()) } " " a href=(to_aim(above)) { (aim.title) } } } }
            } }
        }
    }
}

/// A number without needless digits.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Where a measure stands, in one line: value, unit, target, how much of the way.
pub(super) fn standing(measure: &Measure, readings: &[Reading], below: (u32, u32)) -> Markup {
    match measure.from {
        From::Below => {
            let (reached, all) = below;
            html! { @if all == 0 { "No goal or strategy serves it yet" } @else { (reached) " of " (all) " goals and strategies reached" } }
        }
        From::Record => {
            let reading = readings.iter().find(|reading| reading.name == measure.name);
            html! {
                @match reading {
                    Some(reading) => {
                        (plain(reading.value)) " " (reading.unit) ", target " (measure.target) " "
                        span.soft {
                            "(n = " (reading.n) " tickets"
                            @if let Some((low, high)) = reading.interval { ", 90 % interval " (plain(low)) " to " (plain(high)) }
                            "; " a href=(reading.rows) { "rows" } ")"
                        }
                    }
                    None => span.soft { "not enough to say: the work record gives no value now; target " (measure.target) " " (measure.unit) },
                }
            }
        }
        From::Hand => {
            let number = |text: &str| text.parse::<f64>().ok();
            let (value, start) = (measure.value.as_deref().unwrap_or("?"), measure.start.as_deref().unwrap_or("?"));
            let share = match (number(start), number(&measure.target), number(value)) {
                (Some(start), Some(target), Some(value)) => share_of_the_way(start, target, value),
                _ => None,
            };
            html! {
                (value) " " (measure.unit) ", from " (start) " to " (measure.target)
                @if let Some(share) = share { span.soft { " (" (format!("{:.0}", share * 100.0)) " % of the way)" } }
            }
        }
    }
}

/// Asked, granted, missing, by kind.
pub(super) fn sums(sums: &[(Resource, Sum)]) -> Markup {
    look::scroll(
        "Asked, granted and missing",
        &html! {
            table.needs {
                caption { "Asked, granted and missing by kind; amounts in the unit of the kind" }
                thead { tr { th scope="col" { "Kind" } th.n scope="col" { "Asks" } th.n scope="col" { "Asked" } th.n scope="col" { "Granted" } th.n scope="col" { "Missing" } } }
                tbody {
                    @for (kind, sum) in sums {
                        tr {
                            th scope="row" { (kind.shown()) }
                            td.n { (sum.n) } td.n { (kind.shown_amount(sum.asked)) } td.n { (kind.shown_amount(sum.granted)) }
                            td.n { @if sum.missing > 0 { strong { (kind.shown_amount(sum.missing)) } } @else { "nothing" } }
                        }
                    }
                }
            }
        },
    )
}

/// The fields that say an aim: the same when it is made and when it is re-planned.
#[derive(Debug, Clone, Default)]
pub(super) struct AimFields<'a> {
    pub title: &'a str,
    pub why: &'a str,
    pub picture: &'a str,
    pub horizon: &'a str,
    pub owner: &'a str,
    pub serves: &'a str,
    pub core: bool,
    pub hard: bool,
    pub source: &'a str,
    pub restatement: &'a str,
    pub confirmer: &'a str,
}

/// What the fields can be filled from.
pub(super) struct Offers {
    pub owners: Vec<(String, String)>,
    pub serves: Vec<(String, String)>,
    pub confirmers: Vec<(String, String)>,
}

impl Offers {
    /// Owners and confirmers of a circle, and what a kind can serve; never the aim itself or what serves it.
    pub fn new(
        candidates: &[(ledger::people::Person, bool)],
        seen: &Aims,
        circles: &Circles,
        (kind, aim): (AimKind, Option<AimId>),
    ) -> Self {
        let below = |id: AimId| aim.is_some_and(|aim| id == aim || seen.forest.above(id).contains(&aim));
        Self {
            owners: super::people_choices(candidates, |_| true),
            confirmers: super::people_choices(candidates, |leads| leads),
            serves: super::aim_choices(seen, circles, |other| {
                kind.may_serve().contains(&other.kind) && !below(other.id)
            }),
        }
    }
}

pub(super) fn aim_fields(typed: &AimFields<'_>, kind: AimKind, offers: &Offers, wrongs: &Wrongs) -> Markup {
    let picture = match kind {
        AimKind::Vision => ("The future picture", "What will be so, and how people will notice."),
        AimKind::Standard => ("What good means", "So that two people judge the same work alike."),
        AimKind::Strategy => ("The approach", "What is done, and what is not done."),
        _ => ("What it looks like when it is so", "A picture that a newcomer understands."),
    };
    html! {
        (Field::new("title", "The aim in one line", typed.title, wrongs).line())
        (Field::new("why", "Why", typed.why, wrongs).hint("What is better for whom when it is reached. People will be asked for this.").area())
        (Field::new("picture", picture.0, typed.picture, wrongs).optional().hint(picture.1).area())
        @if kind == AimKind::GreaterGoal {
            (Field::new("source", "Where it comes from", typed.source, wrongs).hint("Who said it, when, or in which paper.").line())
            (Field::new("restatement", "In your own words", typed.restatement, wrongs).optional().hint("How you understand it for your circle.").area())
            (Field::new("confirmer", "Who can confirm that this is what was meant", typed.confirmer, wrongs).optional().choice(&super::pairs(&offers.confirmers)))
        }
        (Field::new("serves", "What it serves", typed.serves, wrongs).optional().choice(&super::pairs(&offers.serves)))
        div.two {
            (Field::new("owner", "Who answers for it", typed.owner, wrongs).optional().choice(&super::pairs(&offers.owners)))
            (Field::new("horizon", "By when", typed.horizon, wrongs).optional().day())
        }
        (look::form::check("core", "It is at the core: changing it asks for a second look", typed.core))
        (look::form::check("hard", "It will be hard going: show its setbacks and restarts", typed.hard))
    }
}

/// A link to a list with one more filter.
pub(super) fn filtered(path: &str, pairs: &[(&str, &str)]) -> String {
    address::with(path, pairs)
}
