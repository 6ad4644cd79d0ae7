//! What the finder makes of a file, and how well it agrees with known groups where the file has them.
//!
//! ```text
//! cargo run --release -p problems --example figures -- FILE [--split test] [--alike 0.05] [--top 20] [--times 1]
//!     [--columns title=…,text=…,group=…,opened=…,item=…,category=a+b …] [--delimiter ;]
//! ```
//! FILE is JSON Lines with `id, opened (seconds), title, text?, group?, split?` or delimited text with
//! `--columns canonical=COLUMN`. The last row of an id is kept. `--times N` repeats the record N times
//! with moved dates, for cost (`/usr/bin/time -v` tells it); `--shuffle SEED` deals the values of each field out anew, so that whatever
//! is still found is chance. Scores are those of the peers' bench: pairwise and B-cubed.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "a tool for figures: counts and dates are small"
)]

use std::collections::HashMap;
use std::error::Error;

use problems::{Field, Findings, Progress, Settings, Symptoms, Verdicts, find};

type Row = HashMap<String, String>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = String::new();
    let mut options: HashMap<String, String> = HashMap::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name) => drop(options.insert(name.to_owned(), arguments.next().unwrap_or_default())),
            None => file = argument,
        }
    }
    let mut rows = read(&file, &options)?;
    if let Some(split) = options.get("split") {
        rows.retain(|r| r.get("split") == Some(split));
    }
    let number = |name: &str, default: f64| options.get(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let default = Settings::default();
    let settings = Settings {
        alike: number("alike", f64::from(default.alike)) as f32,
        min_lift: number("lift", default.min_lift),
        ..default
    };
    let mut symptoms = symptoms(&rows, number("times", 1.0) as i64);
    if let Some(seed) = options.get("shuffle").and_then(|s| s.parse().ok()) {
        shuffle(&mut symptoms, seed);
    }
    eprintln!("{} tickets", symptoms.len());
    let findings = find(&symptoms, &Verdicts::default(), &settings, &|_: Progress| ());
    report(&symptoms, &findings, number("top", 20.0) as usize);
    if rows.iter().any(|r| r.contains_key("group")) {
        agreement(&rows, &findings);
    }
    Ok(())
}

fn read(file: &str, options: &HashMap<String, String>) -> Result<Vec<Row>, Box<dyn Error>> {
    let bytes = std::fs::read(file)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut rows: Vec<Row> = Vec::new();
    if let Some(columns) = options.get("columns") {
        let wanted: Vec<(&str, Vec<&str>)> =
            columns.split(',').filter_map(|c| c.split_once('=')).map(|(k, v)| (k, v.split('+').collect())).collect();
        let delimiter = options.get("delimiter").and_then(|d| d.bytes().next()).unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers()?.clone();
        for record in reader.records() {
            let record = record?;
            let mut row = Row::new();
            for (name, sources) in &wanted {
                let parts: Vec<&str> = sources
                    .iter()
                    .filter_map(|source| header.iter().position(|h| h == *source))
                    .filter_map(|place| record.get(place))
                    .filter(|v| !["", "?", "#N/B", "#MULTIVALUE", "NULL"].contains(v))
                    .collect();
                if !parts.is_empty() {
                    row.insert((*name).to_owned(), parts.join(" > "));
                }
            }
            rows.push(row);
        }
    } else {
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line)?;
            let row = value.as_object().into_iter().flatten().filter_map(|(key, value)| match value {
                serde_json::Value::String(s) if s.is_empty() => None,
                serde_json::Value::String(s) => Some((key.clone(), s.clone())),
                serde_json::Value::Null => None,
                other => Some((key.clone(), other.to_string())),
            });
            rows.push(row.collect());
        }
    }
    // The last row of an id tells how it ended.
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Row> = Vec::new();
    for (number, row) in rows.into_iter().enumerate() {
        let id = row.get("id").cloned().unwrap_or_else(|| number.to_string());
        if let Some(&place) = places.get(&id) {
            kept[place] = row;
        } else {
            places.insert(id, kept.len());
            kept.push(row);
        }
    }
    Ok(kept)
}

/// Seconds since 1970: a number, or day/month/year hour:minute.
fn instant(text: &str) -> i64 {
    if let Ok(seconds) = text.parse() {
        return seconds;
    }
    let parts: Vec<i64> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|p| p.parse().ok()).collect();
    let get = |place: usize| parts.get(place).copied().unwrap_or(0);
    let (year, month, day) = if get(0) > 31 { (get(0), get(1), get(2)) } else { (get(2), get(1), get(0)) };
    let date = jiff::civil::date(year as i16, month.clamp(1, 12) as i8, day.clamp(1, 28) as i8);
    let extra = (day - day.clamp(1, 28)) * 86_400;
    date.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |z| z.timestamp().as_second())
        + extra
        + get(3) * 3_600
        + get(4) * 60
}

fn symptoms(rows: &[Row], times: i64) -> Symptoms {
    let names = ["item", "service", "category", "symptom", "resolution", "location", "department", "client", "team"];
    let mut out = Symptoms::default();
    let mut fields: Vec<(Field, HashMap<String, u32>)> = names
        .iter()
        .map(|&name| (Field { name, values: vec![String::new()], codes: Vec::new() }, HashMap::new()))
        .collect();
    let mut requesters: HashMap<String, u32> = HashMap::new();
    for round in 0..times.max(1) {
        for (number, row) in rows.iter().enumerate() {
            let get = |name: &str| row.get(name).cloned().unwrap_or_default();
            let id = row.get("id").cloned().unwrap_or_else(|| number.to_string());
            let suffix = if round > 0 { format!(" #{round}") } else { String::new() };
            out.keys.push(format!("{id}{suffix}"));
            let moved = round * 7 * 86_400 + round * (number as i64 * 7_919 % 86_400);
            let opened = instant(&get("opened")) + moved;
            out.opened.push(opened);
            let resolved = get("resolved");
            let hours = (instant(&resolved) + moved - opened) as f32 / 3_600.0;
            out.hours_open.push(if resolved.is_empty() { f32::NAN } else { hours });
            out.touch_minutes.push(f32::NAN);
            let next = requesters.len() as u32 + 1;
            let person = row.get("requester").map_or(0, |r| *requesters.entry(r.clone()).or_insert(next));
            out.requester.push(person);
            // A word of its own keeps a repeated text from being the same wording.
            out.title.push(if get("title").is_empty() {
                String::new()
            } else {
                get("title") + &suffix.replace('#', "once again ")
            });
            out.text.push(get("text"));
            for (field, seen) in &mut fields {
                let value = get(field.name);
                let code = if value.is_empty() {
                    0
                } else {
                    *seen.entry(value.clone()).or_insert_with(|| {
                        field.values.push(value);
                        field.values.len() as u32 - 1
                    })
                };
                field.codes.push(code);
            }
        }
    }
    out.fields = fields.into_iter().map(|(field, _)| field).collect();
    out
}

/// Deals the codes of each field out anew (Fisher and Yates, with a small generator of its own).
fn shuffle(symptoms: &mut Symptoms, mut seed: u64) {
    for field in &mut symptoms.fields {
        for place in (1..field.codes.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            field.codes.swap(place, ((seed >> 20) % (place as u64 + 1)) as usize);
        }
    }
}

fn report(symptoms: &Symptoms, findings: &Findings, top: usize) {
    for note in &findings.notes {
        println!("note: {note}");
    }
    let n = symptoms.len().max(1) as f64;
    let covered = n - findings.noise as f64;
    println!("{} problems cover {:.1} % of {n} tickets", findings.problems.len(), 100.0 * covered / n);
    let sizes: Vec<u64> = findings.problems.iter().map(|p| p.n).collect();
    for least in [3, 10, 26, 50, 100, 500] {
        let kept: Vec<u64> = sizes.iter().copied().filter(|&s| s >= least).collect();
        println!("  of at least {least}: {} problems, {} tickets", kept.len(), kept.iter().sum::<u64>());
    }
    for problem in findings.problems.iter().take(top) {
        println!(
            "\n{} [{}] n={} people={:?} weight={:.0}",
            problem.title, problem.id, problem.n, problem.people, problem.weight
        );
        println!(
            "   trend {} {:.2?} ({:.2?}–{:.2?})",
            problem.trend.direction.word(),
            problem.trend.ratio,
            problem.trend.low,
            problem.trend.high
        );
        for why in &problem.why {
            println!("   {why}");
        }
        for &example in &problem.examples {
            let title = symptoms.title_of(example as usize);
            if !title.is_empty() {
                println!("      · {title}");
            }
        }
    }
}

fn pairs(n: f64) -> f64 {
    n * (n - 1.0) / 2.0
}

/// Pairwise F1 and B-cubed F1 against the column `group`; a ticket without problem stands alone.
fn agreement(rows: &[Row], findings: &Findings) {
    let (mut gold, mut found): (HashMap<String, f64>, HashMap<String, f64>) = (HashMap::new(), HashMap::new());
    let mut both: HashMap<(String, String), f64> = HashMap::new();
    let mut labels = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let Some(group) = row.get("group") else { continue };
        let label = findings.assignment[place].map_or_else(|| format!("alone {place}"), |p| format!("problem {p}"));
        *gold.entry(group.clone()).or_default() += 1.0;
        *found.entry(label.clone()).or_default() += 1.0;
        *both.entry((group.clone(), label.clone())).or_default() += 1.0;
        labels.push((group.clone(), label));
    }
    let sum = |counts: Vec<f64>| counts.into_iter().map(pairs).sum::<f64>();
    let hit = sum(both.values().copied().collect());
    let (precision, recall) =
        (hit / sum(found.values().copied().collect()), hit / sum(gold.values().copied().collect()));
    let f1 = |p: f64, r: f64| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
    let (mut all, mut mates) = ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0));
    for (group, label) in &labels {
        let common = both[&(group.clone(), label.clone())];
        let (p, r) = (common / found[label], common / gold[group]);
        all = (all.0 + p, all.1 + r, all.2 + 1.0);
        if gold[group] > 1.0 {
            mates = (mates.0 + p, mates.1 + r, mates.2 + 1.0);
        }
    }
    println!(
        "pairwise P {precision:.4} R {recall:.4} F1 {:.4} · B-cubed P {:.4} R {:.4} F1 {:.4} · of those with a mate F1 {:.4}",
        f1(precision, recall),
        all.0 / all.2,
        all.1 / all.2,
        f1(all.0 / all.2, all.1 / all.2),
        f1(mates.0 / mates.2, mates.1 / mates.2)
    );
}
