//! Whether a column's values are what a field wants, and how a field is made, in words.

use crate::api::Difficulty;
use crate::dates::DateKind;
use crate::mapping::{Field, FieldMap, Form, Mapping, Pick, Sort, Unit};
use crate::persons::is_requester;
use crate::plan::columns_of;
use crate::survey::{Column, Survey};

/// Takes columns out of a profile's mapping whose values are of another sort than the profile knows:
/// a column of durations under the name of a date would have every row rejected.
pub(crate) fn leave_out(mapping: &mut Mapping, survey: &Survey) -> Vec<Difficulty> {
    let names: Vec<String> = survey.columns.iter().map(|column| column.name.clone()).collect();
    let mut difficulties = Vec::new();
    let fields: Vec<Field> = mapping.fields.keys().copied().collect();
    for field in fields {
        let Some(map) = mapping.fields.get(&field) else {
            continue;
        };
        let indices = columns_of(map, field, mapping, &names);
        let columns: Vec<&Column> = indices.iter().filter_map(|&index| survey.columns.get(index)).collect();
        let (good, bad): (Vec<&Column>, Vec<&Column>) =
            columns.into_iter().partition(|column| column.present == 0 || fit(field, map, &[column]).0 >= 0.5);
        if bad.is_empty() || (good.is_empty() && matches!(field, Field::Opened | Field::When)) {
            continue;
        }
        let sort = match field.sort() {
            Sort::Date => "dates",
            Sort::Number => "numbers",
            _ => "yes and no",
        };
        difficulties.extend(bad.iter().map(|column| Difficulty {
            column: column.name.clone(),
            what: format!("left out: `{}` wants {sort}, and most of its values are something else", field.name()),
            count: column.present,
            examples: if is_requester(&column.name) {
                Vec::new()
            } else {
                column.values.keys().min().cloned().into_iter().collect()
            },
            remedy: "Nothing, or map another column to the field".into(),
        }));
        if good.is_empty() {
            mapping.fields.remove(&field);
        } else {
            let from = good.iter().map(|column| column.name.clone()).collect();
            if let Some(map) = mapping.fields.get_mut(&field) {
                map.from = from;
            }
        }
    }
    difficulties
}

/// How well the values fit the field, and why not.
pub(crate) fn fit(field: Field, map: &FieldMap, columns: &[&Column]) -> (f64, String) {
    let Some(column) = columns.iter().find(|column| column.present > 0) else {
        return if columns.is_empty() { (1.0, String::new()) } else { (0.6, "no value in the rows looked at".into()) };
    };
    let percent = |share: f64| format!("{:.0} % of its values", share * 100.0);
    match field.sort() {
        Sort::Date => {
            // Nothing but words for "none" is no reason against it.
            let share = if column.fillers == column.present { 1.0 } else { column.date_share().min(1.0) };
            (share, format!("only {} can be read as dates", percent(share)))
        }
        Sort::Number if !matches!(map.unit, Some(Unit::Present | Unit::Digits)) => {
            let share = column.number_share(field).min(1.0);
            (share, format!("only {} are numbers", percent(share)))
        }
        Sort::Flag if map.words.is_empty() && !map.sign => {
            let share = column.share(column.flags);
            (share, format!("only {} say yes or no", percent(share)))
        }
        _ => (1.0, String::new()),
    }
}

pub(crate) fn how(field: Field, map: &FieldMap, columns: usize) -> String {
    if map.from.is_empty() {
        return format!("always `{}`", map.constant.as_deref().unwrap_or_default());
    }
    match (field, field.sort()) {
        (Field::Requester, _) => return "pseudonym".into(),
        (_, Sort::Date) => return map.date.map_or("order not settled", DateKind::words).into(),
        (_, Sort::Number) => {
            return match map.unit {
                Some(Unit::Days) => "days, as minutes",
                Some(Unit::Hours) => "hours, as minutes",
                Some(Unit::Seconds) => "seconds, as minutes",
                Some(Unit::Minutes) => "minutes",
                Some(Unit::Present) => "1 when there is a value, else 0",
                Some(Unit::Digits) => "the digits of the code",
                None => "number",
            }
            .into();
        }
        (_, Sort::Flag) => {
            return if map.not { "yes or no, turned round" } else { "yes or no" }.into();
        }
        _ => {}
    }
    let mut how = match (map.pick, map.form) {
        (Pick::Join, _) if columns > 1 => "joined to a path",
        (Pick::Repeat, _) if columns > 1 => "all columns of that name",
        (_, Form::Html) => "text without HTML",
        (_, Form::Document) => "words of a document",
        (_, Form::List) => "names of a list",
        (_, Form::Breaks) => "values on lines of their own, joined",
        _ if columns > 1 => "the first that is present",
        _ => "as it stands",
    }
    .to_owned();
    if !map.words.is_empty() {
        how.push_str(", words replaced");
    }
    how
}
