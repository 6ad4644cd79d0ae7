//! Promises in words: how one stands, what happened to it, how they were kept.

use jiff::civil::Date;
use leadership::promise::keeping::{LEAST, Quarter, Rate, Tally, by_quarter};
use leadership::promise::{Act as Do, GRACE_DAYS, State, Terms, days_between};
use ledger::Event;
use ledger::promises::{Names, Promise};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(super) use crate::parts::day;

fn days(number: i32) -> String {
    match number.abs() {
        1 => "1 day".to_owned(),
        more => format!("{more} days"),
    }
}

/// How a promise stands today, as the rest of a line.
pub(super) fn standing(terms: &Terms, today: Date) -> String {
    let left = days_between(today, terms.due);
    let closed = || terms.closed_on.map(day).unwrap_or_default();
    match terms.state {
        State::Proposed => "asked for, not accepted yet".to_owned(),
        State::Kept if terms.renegotiated > 0 => format!("kept by a day agreed anew, closed on {}", closed()),
        State::Broken if terms.lapsed => format!("broken by silence, on {}", closed()),
        State::Kept | State::Late | State::Broken | State::Released | State::Declined => {
            format!("{}, closed on {}", terms.state.shown(), closed())
        }
        State::Open | State::Renegotiated => {
            let mut told = if let Some(done) = terms.claimed_on {
                format!("said to be done on {}, waits for the other side's word", day(done))
            } else if let Some(asked) = terms.asked_due {
                format!("{} is asked for instead", day(asked))
            } else if left < 0 {
                format!("its day passed {} ago", days(left))
            } else if left == 0 {
                "due today".to_owned()
            } else {
                format!("in {}", days(left))
            };
            if terms.warned_on.is_some() && terms.asked_due.is_none() && terms.claimed_on.is_none() {
                told.push_str(", will be late as was told");
            }
            if terms.state == State::Renegotiated {
                told.push_str("; the day was agreed anew before the old one");
            }
            told
        }
    }
}

/// Whether a promise deserves a look: its day has passed, and nothing was said about it.
fn is_over(terms: &Terms, today: Date) -> bool {
    terms.state.is_open() && terms.is_past(today) && terms.is_silent()
}

/// A list of promises; `page` is where one is found.
pub(super) fn list(
    promises: &[Promise],
    names: &Names,
    today: Date,
    page: &dyn Fn(&Promise) -> Option<String>,
) -> Markup {
    html! {
        ul.promises {
            @for promise in promises {
                li {
                    p.what { @if let Some(address) = page(promise) { a href=(address) { (promise.what) } } @else { (promise.what) } }
                    p.told {
                        (names.from(promise)) " to " (names.to(promise)) ", by "
                        time datetime=(promise.terms.due) { (day(promise.terms.due)) }
                        " · " span.over[is_over(&promise.terms, today)] { (standing(&promise.terms, today)) }
                        @if let Some(every) = promise.every { " · " (every.shown()) }
                        @if promise.only_sides { " · between the two only" }
                    }
                }
            }
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", share * 100.0)
}

/// A share with its interval.
fn share(rate: &Rate) -> String {
    format!("{} ({:.0} to {:.0}\u{a0}%)", percent(rate.share), rate.low * 100.0, rate.high * 100.0)
}

/// How promises were kept, in one paragraph with n and interval.
pub(crate) fn kept(tally: &Tally) -> Markup {
    let n = tally.n();
    html! {
        p.kept {
            @if n == 0 { "None was closed yet: not enough to say." }
            @else {
                (tally.kept) " of " (n) " kept in time"
                @if tally.late > 0 { ", " (tally.late) " kept late" }
                @if tally.broken > 0 { ", " (tally.broken) " broken" }
                ". "
                @if let Some(rate) = tally.rate() {
                    "Kept in time: " strong { (percent(rate.share)) } ", 90\u{a0}% interval " (format!("{:.0} to {:.0}\u{a0}%", rate.low * 100.0, rate.high * 100.0)) ", n\u{a0}=\u{a0}" (n) "."
                } @else { "A share is told from " (LEAST) " on: not enough to say." }
            }
        }
    }
}

/// What the shares rest on, once a page.
pub(super) fn footing() -> Markup {
    html! {
        p.footing {
            "Kept in time counts promises that the other side closed as kept, also by a day that both agreed to before the old one passed. Late and broken ones count against it; released and declined ones do not count. Intervals are Wilson's, 90 %, and take the promises as independent of one another."
        }
    }
}

/// The quarters as a table with a picture of the shares.
pub(super) fn trend(caption: &str, tallies: &BTreeMap<Quarter, Tally>) -> Markup {
    let quarters = by_quarter(tallies);
    html! {
        @if quarters.len() > 1 {
            (chart(caption, &quarters))
            @let rows: Vec<(String, Tally)> = quarters.iter().map(|(quarter, tally)| (quarter.to_string(), *tally)).collect();
            (table(caption, "Quarter", &rows))
        }
    }
}

/// Tallies as a table; the share is read first.
pub(super) fn table(caption: &str, of: &str, rows: &[(String, Tally)]) -> Markup {
    look::scroll(
        caption,
        &html! {
            table.tallies {
                caption { (caption) }
                thead { tr { th scope="col" { (of) } th scope="col" { "Kept in time" } th.n scope="col" { "Closed" } th.n scope="col" { "In time" } th.n scope="col" { "Late" } th.n scope="col" { "Broken" } } }
                tbody {
                    @for (name, tally) in rows {
                        tr {
                            th scope="row" { (name) }
                            td { @if let Some(rate) = tally.rate() { (share(&rate)) } @else { span.soft { "not enough to say" } } }
                            td.n { (tally.n()) } td.n { (tally.kept) } td.n { (tally.late) } td.n { (tally.broken) }
                        }
                    }
                }
            }
        },
    )
}

/// Quarters that a picture has room for.
const SHOWN: usize = 12;

/// The shares of the last quarters with their intervals; what the table below it says, to the eye.
fn chart(caption: &str, quarters: &[(Quarter, Tally)]) -> Markup {
    let last = &quarters[quarters.len().saturating_sub(SHOWN)..];
    let wide = 560.0;
    let step = (wide - 60.0) / f64::from(u32::try_from(last.len()).unwrap_or(1));
    let y = |share: f64| 10.0 + (1.0 - share) * 120.0;
    html! {
        @if last.iter().any(|(_, tally)| tally.rate().is_some()) {
            figure {
                svg.chart viewBox="0 0 560 160" role="img" aria-label=(format!("{caption}: the shares of the table below, with their intervals")) {
                    @for (share, name) in [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")] {
                        line.c-hair x1="50" x2="560" y1=(y(share)) y2=(y(share)) {}
                        text.c-soft x="44" y=(y(share) + 4.0) text-anchor="end" font-size="12" { (name) }
                    }
                    @for (at, (quarter, tally)) in (0_u32..).zip(last) {
                        @let x = 60.0 + step * (f64::from(at) + 0.5);
                        text.c-soft x=(format!("{x:.1}")) y="152" text-anchor="middle" font-size=(if last.len() > 8 { "9" } else { "12" }) { (quarter) }
                        @if let Some(rate) = tally.rate() {
                            line.c-accent x1=(format!("{x:.1}")) x2=(format!("{x:.1}")) y1=(format!("{:.1}", y(rate.high))) y2=(format!("{:.1}", y(rate.low))) stroke-width="2" {}
                            circle.c-accent-fill cx=(format!("{x:.1}")) cy=(format!("{:.1}", y(rate.share))) r="4.5" {}
                        }
                    }
                }
            }
        }
    }
}

/// One event of a promise as a sentence; `None` for what says nothing to a reader.
pub(super) fn told(event: &Event, promise: &Promise, names: &Names) -> Option<String> {
    let who = event.actor.map_or("Somebody", |person| names.person(person));
    let field =
        |name: &str| event.body.get(name).and_then(|value| value.as_str()).and_then(|text| text.parse::<Date>().ok());
    let due = field("due").map(day).unwrap_or_default();
    let on = field("day").map(day).unwrap_or_default();
    let lead = event.body.get("lead_days").and_then(serde_json::Value::as_i64).map(|lead| {
        let lead = i32::try_from(lead).unwrap_or_default();
        if lead < 0 { format!(", {} after the day", days(lead)) } else { format!(", {} before the day", days(lead)) }
    });
    let lead = lead.unwrap_or_default();
    Some(match event.kind.as_str() {
        "made" => format!("{who} promised it by {due}."),
        "asked_for" => format!("{who} asked {} for it by {due}.", names.from(promise)),
        "came_again" => format!("It came again, by {due}."),
        "series_ended" => format!("{who} ended the series: after this one none comes again."),
        kind => match Do::from_name(kind)? {
            Do::Accept => format!("{who} accepted."),
            Do::Decline => format!("{who} declined."),
            Do::Claim => format!("{who} said that it was done on {on}."),
            Do::Warn => format!("{who} said that it will be late{lead}."),
            Do::AskDay => format!("{who} asked for {on} instead{lead}."),
            Do::Agree => format!("{who} agreed to {due}."),
            Do::Stay => format!("{who} stayed with {due}."),
            Do::NotYet => format!("{who} said that it is not done yet."),
            Do::Keep => format!("{who} closed it: kept."),
            Do::KeepLate => format!("{who} closed it: kept late."),
            Do::Break => format!("{who} closed it: broken."),
            Do::Release => format!("{who} released {} from it.", names.from(promise)),
            Do::Remind => format!(
                "Its day had passed: both sides were asked, once. Silence of who promised counts as broken {GRACE_DAYS} days later."
            ),
            Do::Lapse => "Nobody answered: it counts as broken by silence.".to_owned(),
            Do::End => "One of the two sides is no longer here: it ended.".to_owned(),
        },
    })
}

/// What happened, oldest first, with the words that were given.
pub(super) fn history(events: &[Event], promise: &Promise, names: &Names, zone: &jiff::tz::TimeZone) -> Markup {
    html! {
        ol.told-history {
            @for event in events {
                @if let Some(sentence) = told(event, promise, names) {
                    @let at = event.at.to_zoned(zone.clone());
                    li {
                        time datetime=(event.at) { (at.strftime("%-d %B %Y, %H:%M").to_string()) }
                        div {
                            p { (sentence) }
                            @if let Some(why) = event.body.get("why").and_then(|why| why.as_str()) { blockquote.written { (why) } }
                        }
                    }
                }
            }
        }
    }
}
