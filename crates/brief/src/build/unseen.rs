//! What nobody saw: the work that leaves no complaint behind.

use measures::Verdict;

use super::{Book, Inputs};
use crate::content::{Chart, Part, Sentence};
use crate::sheet::{Sheet, figure, line};
use crate::words;

pub(crate) fn part(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet) -> Part {
    let mut part = Part {
        key: "unseen".to_owned(),
        title: "What nobody saw".to_owned(),
        technical: "first-contact resolution, hand-overs, after-hours work, quiet days".to_owned(),
        sentences: Vec::new(),
        table: None,
        charts: Vec::new(),
        would_fill: Vec::new(),
    };
    first_contact(book, sheet, &mut part);
    moves(book, sheet, &mut part);
    super::classes::tell(inputs, book, sheet, &mut part);
    if let Some(mut share) = book.figure("after_hours", "share").filter(|f| f.value > 0.0) {
        if let Some(assumed) = &inputs.facts.calendar_assumed {
            share.meaning = format!("{} {assumed}", share.meaning);
        }
        let share = sheet.put(share);
        part.sentences.push(line().figure(&share).text(" of calls came in outside office hours.").end());
    }
    days(book, sheet, &mut part);
    alerts(book, sheet, &mut part);
    changes(inputs, book, sheet, &mut part);
    let known: u64 = inputs.facts.hours.iter().flatten().map(|&c| u64::from(c)).sum();
    if known >= 500 && inputs.facts.hours.len() == 7 {
        part.charts.push(Chart::Hours { grid: inputs.facts.hours.clone(), zone: inputs.facts.zone.clone() });
    }
    if part.sentences.is_empty() {
        part.would_fill.push("The history of each ticket (its moves between teams) and its priority. With them, the quiet work can be shown.".to_owned());
    }
    part
}

fn first_contact(book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    let count = book.figure("first_contact_resolved", "count");
    let share = book.figure("first_contact_resolved", "share");
    if let (Some(count), Some(share)) = (count, share) {
        if count.value <= 0.0 {
            return;
        }
        let were = if count.value < 1.5 { ") was" } else { ") were" };
        let (count, share) = (sheet.put(count), sheet.put(share));
        part.sentences.push(
            line()
                .text("Of all calls, ")
                .figure(&count)
                .text(" (")
                .figure(&share)
                .text(were)
                .text(" solved by whoever took them first, and stayed solved.")
                .end(),
        );
    }
}

fn moves(book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    let hops = book.figure("hops", "sum").or_else(|| book.figure("reassignments", "sum")).filter(|f| f.value > 0.0);
    let Some(hops) = hops else { return };
    let times = if hops.value < 1.5 { " time" } else { " times" };
    let hops = sheet.put(hops);
    let sentence = line().text("Behind the scenes, calls were handed on ").figure(&hops).text(times);
    part.sentences.push(match book.figure("reassigned", "share").filter(|f| f.value > 0.0) {
        Some(share) => {
            let share = sheet.put(share);
            sentence.text("; ").figure(&share).text(" of calls took more than one pair of hands.").end()
        }
        None => sentence.text(".").end(),
    });
}

fn days(book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    let Some(measure) = book.get("days_without_priority_1", "count") else { return };
    let Some(calm) = book.figure("days_without_priority_1", "count").filter(|f| f.value > 0.0) else { return };
    // n of a day measure is the number of days in the part of the record that is whole.
    #[expect(clippy::cast_precision_loss, reason = "counts of days stay far below 2^52")]
    let of = figure(
        "days",
        words::grouped(measure.n),
        measure.n as f64,
        "days",
        "Days in the part of the record that is whole.",
    )
    .on(measure.n)
    .rows("/measures#days_without_priority_1");
    let (calm, of) = (sheet.put(calm), sheet.put(of));
    let sentence = line().text("On ").figure(&calm).text(" of ").figure(&of).text(" days no top-priority call came in");
    part.sentences.push(match book.figure("quiet_days", "count").filter(|f| f.value > 0.0) {
        Some(quiet) => {
            let quiet = sheet.put(quiet);
            sentence.text("; on ").figure(&quiet).text(" nothing urgent at all.").end()
        }
        None => sentence.text(".").end(),
    });
}

fn changes(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    if inputs.facts.changes == 0 {
        return;
    }
    if let (Some(quiet), Some(share)) =
        (book.figure("changes_without_tickets_after", "count"), book.figure("changes_without_tickets_after", "share"))
        && quiet.value > 0.0
    {
        let changes = if quiet.value < 1.5 { " change to systems (" } else { " changes to systems (" };
        let (quiet, share) = (sheet.put(quiet), sheet.put(share));
        part.sentences.push(
            line()
                .text("After ")
                .figure(&quiet)
                .text(changes)
                .figure(&share)
                .text("), no call about them was seen for three days.")
                .end(),
        );
    }
    planned(inputs, book, sheet, part);
    disrupted(book, sheet, part);
    if let Some(effect) = inputs.changes {
        part.sentences.extend(after_changes(effect, sheet));
    }
}

/// What was planned for changes beside what was seen: their end, and the calls while they were being done.
fn planned(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    if let Some(over) = book.figure("changes_overran", "share") {
        let over = sheet.put(over);
        let sentence = line().figure(&over).text(" of the changes with a planned end ended later");
        part.sentences.push(match book.figure("change_overrun_minutes", "median") {
            Some(late) => {
                let late = sheet.put(late);
                sentence.text(", half of them by up to ").figure(&late).text(".").end()
            }
            None => sentence.text(".").end(),
        });
    }
    let during = book.get("tickets_during_changes", "count").filter(|during| during.n >= ENOUGH_CHANGES);
    let beside = book.figure("tickets_weeks_beside_changes", "mean");
    let (Some(during), Some(beside)) = (during, beside) else { return };
    let calls = during.value.unwrap_or(0.0);
    // Nothing in any of the weeks: tickets do not name what changes are made to.
    if calls <= 0.0 && beside.value <= 0.0 {
        return;
    }
    let (low, high) = inputs.rates.lost_minutes;
    let hours = [low, high].map(|minutes| calls * minutes / 60.0);
    let lost = figure(
        "changes.hours_lost",
        format!("{} to {}", words::count_short(hours[0].round()), words::count_short(hours[1].round())),
        f64::midpoint(hours[0], hours[1]),
        "hours",
        "Hours that people lost by these calls, at your range of people and minutes a call.",
    )
    .on(during.n)
    .within(Some(hours[0]), Some(hours[1]), "range of the rates")
    .steps(vec![format!(
        "{} calls × {} to {} minutes of people a call ÷ 60",
        words::decimal(calls, 0),
        words::decimal(low, 0),
        words::decimal(high, 0)
    )])
    .rows("/rows?measure=tickets_during_changes");
    let (seen, beside, lost) = (sheet.put(book.of(during, None)), sheet.put(beside), sheet.put(lost));
    let sentence = line()
        .text("While changes were being done, ")
        .figure(&seen)
        .text(" calls about the same systems came in (")
        .figure(&lost)
        .text(" hours of the people who called); in the same hours of the weeks beside, ")
        .figure(&beside);
    part.sentences.push(match book.figure("planned_downtime_minutes", "sum").filter(|planned| planned.value > 0.0) {
        Some(planned) => {
            let planned = sheet.put(planned);
            sentence
                .text(". Downtime of systems was planned for ")
                .figure(&planned)
                .text(", all changes added up.")
                .end()
        }
        None => sentence.text(".").end(),
    });
}

/// What changes took people beyond what is usual and beyond what was planned.
fn disrupted(book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    let Some(minutes) = book.get("change_disruption_minutes", "sum").filter(|m| m.n >= ENOUGH_CHANGES) else { return };
    let (Some(low), Some(mid), Some(high)) = (minutes.low, minutes.value, minutes.high) else { return };
    let [from, mid, to] = [low, mid, high].map(|minutes| minutes / 60.0);
    if to.round() < 1.0 {
        return;
    }
    let took = figure(
        "changes.disruption",
        format!("{} to {}", words::count_short(from.round()), words::count_short(to.round())),
        mid,
        "hours",
        "Hours that people lost by calls beyond the usual while changes were done, and by work beyond its planned time.",
    )
    .on(minutes.n)
    .within(Some(from), Some(to), "range of the rates")
    .rows("/rows?measure=change_disruption_minutes");
    let took = sheet.put(took);
    part.sentences.push(
        line()
            .text("Held against what was planned and against the same hours of other weeks, changes took people ")
            .figure(&took)
            .text(" hours more, all added up.")
            .end(),
    );
}

/// What monitoring told before anybody called.
fn alerts(book: &Book<'_>, sheet: &mut Sheet, part: &mut Part) {
    let Some(early) = book.get("alerts_before_calls", "count").filter(|m| m.n >= ENOUGH_ALERTS) else { return };
    let Some(count) = book.figure("alerts_before_calls", "count").filter(|f| f.value > 0.0) else { return };
    let count = sheet.put(count);
    let of = figure(
        "alerts",
        words::grouped(early.n),
        float(early.n),
        "alerts",
        "Tickets that monitoring opened about a system that they name.",
    )
    .on(early.n)
    .rows("/rows?measure=tickets&class=monitoring");
    let of = sheet.put(of);
    let sentence =
        line().text("Monitoring told of trouble before anybody called ").figure(&count).text(" times of ").figure(&of);
    part.sentences.push(match book.figure("alerts_nobody_felt", "count").filter(|f| f.value > 0.0) {
        Some(unfelt) => {
            let unfelt = sheet.put(unfelt);
            sentence.text("; ").figure(&unfelt).text(" times it was dealt with before anybody called at all.").end()
        }
        None => sentence.text(".").end(),
    });
}

/// Fewer alerts say nothing.
const ENOUGH_ALERTS: u64 = 10;

#[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}

/// Fewer changes say nothing of calls while they are done.
const ENOUGH_CHANGES: u64 = 10;

/// What was seen after changes, beside the same search on other dates: sequence, and nothing more.
#[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
fn after_changes(effect: &measures::ChangeEffect, sheet: &mut Sheet) -> Vec<Sentence> {
    let Some(placebo) = effect.placebo.filter(|_| effect.verdict != Verdict::NotEnough) else { return Vec::new() };
    let window = words::hours(f64::from(effect.settings.hours));
    let seen = figure(
        "changes.after",
        words::count(effect.blamed as f64),
        effect.blamed as f64,
        "tickets",
        format!("Tickets on the same system, opened within {window} after a change to it."),
    )
    .on(effect.changes)
    .rows("/measures#changes_followed_by_tickets");
    let elsewhere = figure(
        "changes.placebo",
        words::count(placebo.median.round()),
        placebo.median,
        "tickets",
        format!(
            "The same search with every change moved to another week, {} times; the middle of what was found.",
            effect.settings.placebos
        ),
    )
    .on(effect.changes)
    .within(Some(placebo.low), Some(placebo.high), "middle 95% of the moved dates")
    .rows("/measures#changes_followed_by_tickets");
    let (seen, elsewhere) = (sheet.put(seen), sheet.put(elsewhere));
    let told = line()
        .text("Within ")
        .text(&window)
        .text(" after changes, ")
        .figure(&seen)
        .text(" calls about the same systems were seen; on dates picked at random, ")
        .figure(&elsewhere)
        .text(".")
        .end();
    let verdict = match effect.verdict {
        Verdict::More => "So more calls and changes are seen together than chance would bring.",
        Verdict::Fewer => "So fewer calls are seen after changes than chance would bring.",
        Verdict::Coincidence | Verdict::NotEnough => {
            "So changes and calls are seen together no more than chance would bring."
        }
    };
    vec![told, line().text(verdict).end()]
}
