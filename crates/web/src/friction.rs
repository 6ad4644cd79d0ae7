//! The handler of what is lost where.

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use measures::By;
use problems::friction::{Friction, Split};
use problems::{Range, Rates, Step, Who};
use rust_decimal::prelude::ToPrimitive as _;
use serde::Deserialize;

use brief::charts::{Reach, ranges};
use brief::{analysis, words};

use crate::casework::Held;
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::Here;
use crate::listing::sums;
use crate::pages::friction::{self, Line, View};
use crate::routes::{Signed, over};
use crate::server::Server;

/// Values in the table.
const SHOWN: usize = 30;
/// Values in the picture.
const DRAWN: usize = 12;

/// What it is to be split by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    by: String,
}

/// `GET /friction`.
pub(crate) async fn page(
    State(server): State<Server>,
    Query(asked): Query<Asked>,
    signed: Signed,
) -> Result<Response, Failure> {
    let fill =
        "An export of tickets fills it: what they cost each client, department and service, with the arithmetic open.";
    over(&server, signed, "What is lost where", Here::Problems, fill, async |known| {
        let held = known.held().await?;
        let split_by = known.lost_by().await.map_err(Failure::inside)?;
        let by = match asked.by.as_str() {
            "" => analysis::first_by(split_by, known.record.counts().tickets),
            name => Some(wanted(name)?),
        };
        let Some(by) = by else { return Ok(friction::view(&View::default())) };
        let lots = known.lots(&held, by).await.map_err(Failure::inside)?;
        let split = problems::friction::friction(lots.to_vec(), &known.settings.rates);
        Ok(friction::view(&told(known, &held, by, split_by.to_vec(), split)))
    })
    .await
}

fn wanted(name: &str) -> Result<By, Failure> {
    analysis::LOST_BY.into_iter().find(|by| by.name() == name).ok_or_else(|| {
        let all = analysis::LOST_BY.map(By::name).join(", ");
        Failure::refused(
            format!("What is lost cannot be told by “{}”.", words::clean(name, 60)),
            format!("Choose one of {all}."),
        )
    })
}

fn told(known: &Known, held: &Held, by: By, split_by: Vec<(By, u64)>, split: Split) -> View {
    let rates = &known.settings.rates;
    let reaches: Vec<Reach> = split.told.iter().take(DRAWN).map(reach).collect();
    View {
        by: Some(by),
        known: split_by,
        told: split.told.len(),
        small: split.small,
        unnamed: split.unnamed,
        tickets: split.tickets,
        money: money(rates, split.total),
        span: span(known),
        drawing: ranges(
            &format!("What is lost, by {}: low, middle, high", friction::word(by)),
            &rates.currency,
            &reaches,
            "lost",
        ),
        lines: split.told.into_iter().take(SHOWN).map(|one| line(held, rates, one)).collect(),
        assumed: !known.settings.rates_given,
    }
}

/// First and last day of the record.
fn span(known: &Known) -> Option<(Date, Date)> {
    let series = known.series.as_ref()?;
    let last = jiff::Timestamp::from_millisecond(series.end_ms).ok()?;
    Some((series.start, last.to_zoned(known.calendar.zone().clone()).date()))
}

fn line(held: &Held, rates: &Rates, one: Friction) -> Line {
    let part = |who: Who| {
        let steps = one.cost.steps.iter().filter(|step| step.who == who);
        money(rates, steps.fold(Range::default(), |sum, step: &Step| sum.plus(step.range())))
    };
    Line {
        work: part(Who::Staff),
        time: part(Who::People),
        money: money(rates, Range { low: one.cost.low, mid: one.cost.mid, high: one.cost.high }),
        sums: sums(&one.cost),
        tickets: one.tickets,
        people: one.people,
        in_problems: one.in_problems,
        heaviest: one.heaviest.and_then(|(id, n)| {
            let title = held.ruled.problem(&id)?.title.clone();
            Some((id, title, n))
        }),
        value: one.value,
    }
}

fn money(rates: &Rates, range: Range) -> String {
    crate::listing::money(&rates.currency, range.low, range.high).unwrap_or_else(|| "nothing".to_owned())
}

fn reach(one: &Friction) -> Reach {
    let number = |value: rust_decimal::Decimal| value.to_f64().unwrap_or(f64::NAN);
    Reach {
        label: one.value.clone(),
        low: number(one.cost.low),
        mid: number(one.cost.mid),
        high: number(one.cost.high),
        n: one.tickets,
    }
}
