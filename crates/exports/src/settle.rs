//! The order of dates, from the whole column.

use formats::{Reader, Refusal};

use crate::api::{Options, Unsettled};
use crate::canonical::Millis;
use crate::dates::{DateKind, parse, show};
use crate::mapping::{Field, Mapping, Sort};
use crate::plan::columns_of;
use crate::survey::{Column, Survey, Votes};

/// What a column's votes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// This kind.
    Kind(DateKind),
    /// No date in it so far.
    Empty,
    /// Several orders fit every cell.
    Open,
    /// Some cells fit one order only, some the other only.
    Mixed,
}

fn verdict(votes: &Votes, present: u64) -> Verdict {
    if present == 0 {
        return Verdict::Empty;
    }
    let counters = [
        (votes.civil, DateKind::Ymd),
        (votes.seconds, DateKind::EpochSeconds),
        (votes.millis, DateKind::EpochMillis),
        (votes.serial, DateKind::Excel),
    ];
    let (most, kind) =
        counters.into_iter().max_by_key(|&(count, kind)| (count, kind == DateKind::Ymd)).unwrap_or((0, DateKind::Ymd));
    if most == 0 {
        return Verdict::Empty;
    }
    if kind != DateKind::Ymd {
        return Verdict::Kind(kind);
    }
    let open = votes.civil - votes.settled;
    if open == 0 {
        return Verdict::Kind(if votes.named * 2 > votes.settled { DateKind::Dmy } else { DateKind::Ymd });
    }
    let last = votes.years_last();
    // A few slips of the pen in one order do not unsettle the other.
    match (votes.only_dmy, votes.only_mdy) {
        (dmy, mdy) if dmy > 0 && dmy >= mdy.saturating_mul(50) && (last || votes.ymd < votes.dmy) => {
            Verdict::Kind(DateKind::Dmy)
        }
        (dmy, mdy) if mdy > 0 && mdy >= dmy.saturating_mul(50) && (last || votes.ymd < votes.mdy) => {
            Verdict::Kind(DateKind::Mdy)
        }
        (dmy, mdy) if dmy > 0 && mdy > 0 && votes.ymd < votes.dmy.max(votes.mdy) => Verdict::Mixed,
        _ if votes.ymd > votes.dmy.max(votes.mdy) => Verdict::Kind(DateKind::Ymd),
        _ if votes.ymd == votes.dmy.max(votes.mdy) && votes.years_first() => Verdict::Kind(DateKind::Ymd),
        _ if votes.dmy == 0 && votes.mdy == 0 && votes.ymd == 0 => Verdict::Empty,
        _ => Verdict::Open,
    }
}

/// The order that the file's decisive columns agree on.
fn order_of_file(survey: &Survey) -> Option<(DateKind, &Column)> {
    let mut found: Option<(DateKind, &Column)> = None;
    for column in survey.columns.iter().filter(|column| !column.handler && column.share(column.dates.civil) > 0.5) {
        // A column of years first says nothing about the others.
        if column.dates.civil == column.dates.settled {
            continue;
        }
        if let Verdict::Kind(kind @ (DateKind::Dmy | DateKind::Mdy)) = verdict(&column.dates, column.present) {
            match found {
                Some((other, _)) if other != kind => return None,
                Some(_) => {}
                None => found = Some((kind, column)),
            }
        }
    }
    found
}

/// A date field of the mapping whose kind the mapping does not say.
struct Wanted {
    field: Field,
    columns: Vec<usize>,
}

fn wanted(mapping: &Mapping, survey: &Survey) -> Vec<Wanted> {
    let names: Vec<String> = survey.columns.iter().map(|column| column.name.clone()).collect();
    let dates = mapping.fields.iter().filter(|(field, map)| field.sort() == Sort::Date && map.date.is_none());
    dates
        .map(|(&field, map)| Wanted { field, columns: columns_of(map, field, mapping, &names) })
        .filter(|wanted| !wanted.columns.is_empty())
        .collect()
}

/// The verdict on a field: that of its first column that has any dates.
fn judge(survey: &Survey, wanted: &Wanted) -> (Verdict, Option<usize>) {
    let verdicts = wanted.columns.iter().filter_map(|&index| {
        let column = survey.columns.get(index)?;
        Some((verdict(&column.dates, column.present), Some(index)))
    });
    verdicts
        .clone()
        .find(|(verdict, _)| *verdict != Verdict::Empty)
        .or_else(|| verdicts.clone().next())
        .unwrap_or((Verdict::Empty, None))
}

/// How a field's order was found, for the reason shown.
pub(crate) struct Settled {
    pub field: Field,
    pub kind: DateKind,
    pub reason: String,
}

/// Looks at the file until every mapped date column's order is plain, or the file ends.
///
/// # Errors
/// When the file cannot be read on.
pub(crate) fn settle(
    mapping: &Mapping,
    survey: &mut Survey,
    reader: &mut dyn Reader,
    options: &Options,
) -> Result<(Vec<Settled>, Vec<Unsettled>), Refusal> {
    let wanted = wanted(mapping, survey);
    let plain = |survey: &Survey, wanted: &Wanted| match judge(survey, wanted).0 {
        // Mixed now is mixed at the end.
        Verdict::Kind(_) | Verdict::Mixed => true,
        Verdict::Open | Verdict::Empty => options.date_order.is_some() || order_of_file(survey).is_some(),
    };
    let columns: Vec<usize> = wanted.iter().flat_map(|wanted| wanted.columns.iter().copied()).collect();
    survey.go_on(reader, &columns, |survey| wanted.iter().all(|wanted| plain(survey, wanted)))?;
    let (mut settled, mut unsettled) = (Vec::new(), Vec::new());
    for wanted in &wanted {
        let (verdict, index) = judge(survey, wanted);
        let Some(column) = index.and_then(|index| survey.columns.get(index)) else {
            continue;
        };
        if column.dates.turned() && options.date_order.is_none() {
            unsettled.push(turned(column));
            continue;
        }
        let of_file = order_of_file(survey);
        let (kind, reason) = match (verdict, options.date_order) {
            (Verdict::Kind(kind @ (DateKind::EpochSeconds | DateKind::EpochMillis | DateKind::Excel)), _) => {
                (kind, format!("its numbers are {}", kind.words()))
            }
            (Verdict::Kind(kind), _) if column.dates.civil == column.dates.settled => {
                (kind, "every date in it says its own order".to_owned())
            }
            (_, Some(order)) => (order, "by --date-order".to_owned()),
            (Verdict::Kind(kind), None) => {
                let example = match kind {
                    DateKind::Dmy => &column.dates.example_dmy,
                    DateKind::Mdy => &column.dates.example_mdy,
                    _ => &None,
                };
                let example = example
                    .as_deref()
                    .map_or(String::new(), |example| format!(": `{example}` can be read in no other"));
                (kind, format!("{} comes out of the column{example}", kind.words()))
            }
            (Verdict::Open | Verdict::Empty, None) if of_file.is_some() => {
                let (kind, other) = of_file.unwrap_or((DateKind::Ymd, column));
                (kind, format!("column `{}` of the same file is {}", other.name, kind.words()))
            }
            (Verdict::Empty, None) => (DateKind::Ymd, "no date in it".to_owned()),
            // Each cell is the same day in either order: it does not matter.
            (Verdict::Open, None) if column.dates.ambiguous.is_none() && column.dates.ymd == 0 => {
                (DateKind::Dmy, "every date in it is the same in either order".to_owned())
            }
            (Verdict::Open | Verdict::Mixed, None) => {
                unsettled.push(refused(column, verdict));
                continue;
            }
        };
        settled.push(Settled { field: wanted.field, kind, reason });
    }
    Ok((settled, unsettled))
}

fn refused(column: &Column, verdict: Verdict) -> Unsettled {
    let votes = &column.dates;
    if verdict == Verdict::Mixed {
        let (one, other) =
            (votes.example_dmy.clone().unwrap_or_default(), votes.example_mdy.clone().unwrap_or_default());
        return Unsettled {
            column: column.name.clone(),
            readings: readings(&one).into_iter().chain(readings(&other)).collect(),
            example: format!("{one}, {other}"),
            remedy: "The column mixes two orders. Give --date-order dmy or mdy: rows that do not fit it are then rejected, or mend the file".into(),
        };
    }
    let example = votes.ambiguous.clone().or_else(|| column.values.keys().min().cloned()).unwrap_or_default();
    let readings = readings(&example);
    let flags: Vec<&str> = readings.iter().map(|(flag, _)| flag.as_str()).collect();
    let remedy = format!(
        "Give the order that is right: {}",
        flags.iter().map(|flag| format!("--date-order {flag}")).collect::<Vec<_>>().join(" or ")
    );
    Unsettled { column: column.name.clone(), example, readings, remedy }
}

/// A worksheet has made dates of its own out of some cells.
fn turned(column: &Column) -> Unsettled {
    let example = column.dates.example_ymd.clone().unwrap_or_default();
    let shown = |local: Millis| show(local).trim_end_matches('Z').to_owned();
    let stands = parse(&example, DateKind::Ymd).ok().map(|written| ("year-month-day".to_owned(), shown(written.local)));
    let turned = crate::dates::parts(&example)
        .and_then(|parts| parts.turned())
        .map(|written| ("year-day-month".to_owned(), shown(written.local)));
    let text = column.dates.example_mdy.as_ref().or(column.dates.example_dmy.as_ref());
    Unsettled {
        column: column.name.clone(),
        readings: stands.into_iter().chain(turned).collect(),
        example,
        remedy: format!(
            "A worksheet seems to have exchanged day and month wherever it could: it left only dates such as `{}` as text. Import the file as the tool wrote it, never saved by a worksheet; or give --date-order {} to take all dates as they stand",
            text.map_or("", String::as_str),
            if column.dates.only_mdy >= column.dates.only_dmy { "mdy" } else { "dmy" },
        ),
    }
}

fn readings(example: &str) -> Vec<(String, String)> {
    let mut readings: Vec<(DateKind, Millis)> = Vec::new();
    for kind in [DateKind::Dmy, DateKind::Mdy, DateKind::Ymd] {
        if let Ok(written) = parse(example, kind)
            && !readings.iter().any(|(_, other)| *other == written.local)
        {
            readings.push((kind, written.local));
        }
    }
    readings
        .into_iter()
        .map(|(kind, local)| (kind.name().to_owned(), show(local).trim_end_matches('Z').to_owned()))
        .collect()
}
