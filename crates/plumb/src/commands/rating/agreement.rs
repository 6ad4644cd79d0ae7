//! `plumb rating agreement`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rating::classical::Column;
use rating::classical::agreement::{Scale, by_group};
use rating::num::{mean, median, whole};
use serde_json::{Value, json};

use super::classical::told;
use super::sheet::Sheet;
use crate::args::{Format, RatingAgreement};
use crate::commands::output;
use crate::error::{CommandError, CommandResult, Done};

/// Prints reliability and agreement.
pub fn run(given: &RatingAgreement) -> CommandResult {
    let scale = scale(&given.scale)?;
    let sheet = Sheet::read(&given.file)?;
    let group = sheet.column(&given.group)?;
    let mut columns: Vec<Column> = Vec::new();
    for (at, name) in given.items.iter().enumerate() {
        if given.items[..at].contains(name) {
            return Err(CommandError::usage(format!("the item `{name}` is given twice")).hint("give each item once"));
        }
        let column = sheet.column(name)?;
        columns.push((0..sheet.len()).map(|row| sheet.number(row, column)).collect::<Result<_, _>>()?);
    }
    let mut number: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    let mut groups = Vec::with_capacity(sheet.len());
    for row in 0..sheet.len() {
        let name = sheet.must(row, group)?;
        groups.push(*number.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() - 1
        }));
    }
    let items: Vec<&str> = given.items.iter().map(String::as_str).collect();
    let beyond = columns.iter().flatten().flatten().any(|answer| *answer < scale.low || *answer > scale.high());
    let used = (!beyond).then_some(scale);
    let mut told = told(&groups, &columns, &items, used);
    if beyond {
        told.notes.push(format!(
            "some answers lie outside of {}: no r_wg and no a_wg; give the scale with --scale LOW-HIGH",
            given.scale
        ));
    }
    for (name, column) in items.iter().zip(&columns) {
        told.one_way(&groups, column, &format!("_{name}"));
        if let Ok(agreed) = by_group(&groups, std::slice::from_ref(column), used) {
            let rwg: Vec<f64> = agreed.iter().filter_map(|group| group.rwg_j.get("uniform").copied()).collect();
            let ad: Vec<f64> = agreed.iter().filter_map(|group| group.ad_mean).collect();
            for (figure, values) in [("rwg", rwg), ("AD_mean", ad)] {
                told.figures.insert(format!("{figure}_{name}_mean"), json!(mean(&values)));
                told.figures.insert(format!("{figure}_{name}_median"), json!(median(&values)));
            }
        }
    }
    told.figures.insert("n".into(), json!(sheet.len()));
    match given.output.format {
        Format::Json => {
            let by_group: Vec<Value> = told
                .groups
                .iter()
                .map(|group| {
                    json!({
                        "grpid": names.get(group.group), "gsize": group.size, "rwg.j": group.rwg_j,
                        "rwg.lindell": group.rwg_j_lindell, "a.wg": group.a_wg, "AD.M": group.ad_mean,
                        "AD.M_median": group.ad_median, "item_variance": group.item_variance,
                    })
                })
                .collect();
            let mut map = told.figures;
            map.insert("file".into(), json!(sheet.name));
            map.insert("group".into(), json!(given.group));
            map.insert("items".into(), json!(items));
            map.insert("groups".into(), json!(names.len()));
            map.insert("scale".into(), used.map_or(Value::Null, |scale| json!([scale.low, scale.high()])));
            map.insert("by_group".into(), json!(by_group));
            map.insert("notes".into(), json!(told.notes));
            output::json(&map)?;
        }
        Format::Text => {
            let rows: Vec<Vec<String>> = told
                .figures
                .iter()
                .filter_map(|(name, value)| Some(vec![name.clone(), format!("{:.4}", value.as_f64()?)]))
                .collect();
            let mut text = format!("{} rows in {} groups.\n\n", sheet.len(), names.len());
            text.push_str(&output::table(&["figure", "value"], &rows, &[1]));
            for note in &told.notes {
                let _ = write!(text, "\nNote: {note}.");
            }
            output::print(&text)?;
        }
    }
    Ok(Done::All)
}

fn scale(text: &str) -> Result<Scale, CommandError> {
    let ends = text
        .split_once('-')
        .and_then(|(low, high)| Some((low.trim().parse::<u8>().ok()?, high.trim().parse::<u8>().ok()?)));
    match ends {
        Some((low, high)) if high > low && high - low < 100 => {
            let low = f64::from(low);
            Ok(Scale { low, categories: whole(f64::from(high) - low, 100) + 1 })
        }
        _ => {
            Err(CommandError::usage(format!("--scale `{text}` is no scale"))
                .hint("write LOW-HIGH, such as 1-5 or 0-10"))
        }
    }
}
