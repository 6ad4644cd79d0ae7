//! Parts that pages of direction share.

use leadership::aim::{AimKind, Gap, Resource};
use leadership::measure::{From, share_of_the_way};
use leadership::{AimId, PersonId, Wrongs};
use ledger::aims::measures::Measure;
use ledger::aims::resources::Sum;
use ledger::aims::{Aim, Aims};
use ledger::people::Person;
use look::{Field, address};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Circles, to_aim};
use crate::app::Reading;
use crate::pick::Pick;

/// The pages of direction, one line under the head.
pub(super) fn places(here: &str) -> Markup {
    const PLACES: [(&str, &str); 8] = [
        ("/aims", "All aims"),
        ("/aims/gaps", "Gaps"),
        ("/aims/needs", "Needs"),
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
                            @if let Some((low, high)) = reading.interval { ", 95 % interval " (plain(low)) " to " (plain(high)) }
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

/// The words of an aim as a form sends them, new or changed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AimTyped {
    pub title: String,
    pub why: String,
    pub picture: String,
    pub horizon: String,
    pub owner: String,
    pub serves: String,
    pub core: String,
    pub hard: String,
    pub source: String,
    pub restatement: String,
    pub confirmer: String,
}

/// Who answers for an aim, what it serves, and who confirms it.
pub(super) struct Tied {
    pub owner: Option<PersonId>,
    pub serves: Option<AimId>,
    pub confirmer: Option<PersonId>,
}

impl AimTyped {
    /// The form as an aim is now.
    pub fn of(aim: &Aim) -> Self {
        let id = |id: Option<String>| id.unwrap_or_default();
        let tick = |ticked: bool| if ticked { "true".to_owned() } else { String::new() };
        Self {
            title: aim.title.clone(),
            why: aim.why.clone(),
            picture: aim.picture.clone(),
            horizon: id(aim.horizon.map(|day| day.to_string())),
            owner: id(aim.owner.map(|owner| owner.to_string())),
            serves: id(aim.serves.map(|serves| serves.to_string())),
            core: tick(aim.core),
            hard: tick(aim.hard),
            source: aim.source.clone(),
            restatement: aim.restatement.clone(),
            confirmer: id(aim.confirmation.by.map(|by| by.to_string())),
        }
    }

    /// Whom and what it names, among what the form offers. What is none of it is handed on: the act says why not.
    pub fn tied(&self, offers: &Offers, wrongs: &mut Wrongs) -> Tied {
        Tied {
            owner: wrongs.take(offers.owners.perhaps("owner", &self.owner)),
            serves: wrongs.take(offers.serves.perhaps("serves", &self.serves)),
            confirmer: wrongs.take(offers.owners.perhaps("confirmer", &self.confirmer)),
        }
    }
}

/// What the fields can be filled from.
pub(super) struct Offers {
    pub owners: Pick,
    pub serves: Pick,
    pub confirmers: Pick,
}

impl Offers {
    /// Owners and confirmers of a circle, and what a kind can serve; never the aim itself or what serves it.
    pub fn new(
        candidates: &[(Person, bool)],
        seen: &Aims,
        circles: &Circles,
        (kind, aim): (AimKind, Option<AimId>),
    ) -> Self {
        let below = |id: AimId| aim.is_some_and(|aim| id == aim || seen.forest.above(id).contains(&aim));
        Self {
            owners: Pick::of(candidates.iter().map(|(person, _)| person)),
            confirmers: Pick::of(candidates.iter().filter(|(_, leads)| *leads).map(|(person, _)| person)),
            serves: super::aim_choices(seen, circles, |other| {
                kind.may_serve().contains(&other.kind) && !below(other.id)
            }),
        }
    }
}

pub(super) fn aim_fields(typed: &AimTyped, kind: AimKind, offers: &Offers, wrongs: &Wrongs) -> Markup {
    let picture = match kind {
        AimKind::Vision => ("The future picture", "What will be so, and how people will notice."),
        AimKind::Standard => ("What good means", "So that two people judge the same work alike."),
        AimKind::Strategy => ("The approach", "What is done, and what is not done."),
        _ => ("What it looks like when it is so", "A picture that a newcomer understands."),
    };
    html! {
        (Field::new("title", "The aim in one line", &typed.title, wrongs).line())
        (Field::new("why", "Why", &typed.why, wrongs).hint("What is better for whom when it is reached. People will be asked for this.").area())
        (Field::new("picture", picture.0, &typed.picture, wrongs).optional().hint(picture.1).area())
        @if kind == AimKind::GreaterGoal {
            (Field::new("source", "Where it comes from", &typed.source, wrongs).hint("Who said it, when, or in which paper.").line())
            (Field::new("restatement", "In your own words", &typed.restatement, wrongs).optional().hint("How you understand it for your circle.").area())
            (offers.confirmers.field(&Field::new("confirmer", "Who can confirm that this is what was meant", &typed.confirmer, wrongs).optional()))
        }
        (offers.serves.field(&Field::new("serves", "What it serves", &typed.serves, wrongs).optional()))
        div.two {
            (offers.owners.field(&Field::new("owner", "Who answers for it", &typed.owner, wrongs).optional()))
            (Field::new("horizon", "By when", &typed.horizon, wrongs).optional().day())
        }
        (look::form::check("core", "It is at the core: changing it asks for a second look", typed.core == "true"))
        (look::form::check("hard", "It will be hard going: show its setbacks and restarts", typed.hard == "true"))
    }
}

/// A link to a list with one more filter.
pub(super) fn filtered(path: &str, pairs: &[(&str, &str)]) -> String {
    address::with(path, pairs)
}
