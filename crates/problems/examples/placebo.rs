//! How often `plumb verify` is wrong on a record, by dates on which nothing was fixed.
//!
//! ```text
//! cargo run --release -p problems --example placebo -- FILE [--columns id=…,opened=…,item=…,category=a+b …]
//!     [--delimiter ;] [--dates 20] [--seed 1] [--values 1] [--courses 1]
//! ```
//! FILE (also `.xz`) is delimited text with `--columns canonical=COLUMN`, or JSON Lines with `id`, `opened`
//! (seconds) and the fields; the last row of an id is kept. Problems are those that `problems::find` finds;
//! `--values 1` takes each value of each field with 30 tickets or more as if it were one, for records in which
//! few problems are found. `--courses 1` also tells how many onsets, ends, bursts and trends are told.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::io::Read;

use problems::placebo::{Dates, placebo, share};
use problems::{Field, Progress, Settings, Symptoms, course, find};

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
    let symptoms = symptoms(&read(&file, &options)?);
    let number = |name: &str, default: u64| options.get(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let findings = find(&symptoms, &problems::Verdicts::default(), &Settings::default(), &|_: Progress| ());
    let Some(observed) = findings.observed else { return Err("no week is whole".into()) };
    let mut all = symptoms.opened.clone();
    all.sort_unstable();
    let sorted = |tickets: &mut dyn Iterator<Item = usize>| {
        let mut own: Vec<i64> = tickets.map(|ticket| symptoms.opened_at(ticket)).collect();
        own.sort_unstable();
        own
    };
    let mut problems: Vec<Vec<i64>> =
        findings.problems.iter().map(|p| sorted(&mut p.members.iter().map(|&m| m as usize))).collect();
    println!("{} tickets, {} problems", symptoms.len(), problems.len());
    if number("values", 0) > 0 {
        for field in &symptoms.fields {
            for code in 1..u32::try_from(field.values.len())? {
                let own = sorted(&mut (0..symptoms.len()).filter(|&ticket| field.code(ticket) == code));
                if own.len() >= 30 && own.len() * 5 < symptoms.len() * 2 {
                    problems.push(own);
                }
            }
        }
        println!("{} with the values of the fields", problems.len());
    }
    println!(
        "dates            tried  judged  fixed (false)  not fixed  70 % cut seen  50 % cut seen  plain: fixed  fell 20 %"
    );
    for line in placebo(&problems, &all, observed, usize::try_from(number("dates", 20))?, number("seed", 1)) {
        let name = match line.dates {
            Dates::Random => "at random",
            Dates::AfterWorst => "after the worst",
            Dates::AfterWorstSoFar => "worst so far",
        };
        let part = |a: u64, b: u64| share(a, b).unwrap_or(f64::NAN);
        println!(
            "{name:<16} {:>5}  {:>6}  {:>13.3}  {:>9.3}  {:>13.3}  {:>13.3}  {:>12.3}  {:>9.3}",
            line.tried,
            line.judged,
            part(line.fixed, line.judged),
            part(line.not_fixed, line.judged),
            part(line.cut_70.1, line.cut_70.0),
            part(line.cut_50.1, line.cut_50.0),
            part(line.plain, line.judged),
            part(line.fell, line.judged),
        );
    }
    if number("courses", 0) > 0 {
        let courses = course::courses(&problems, &all, Some(observed));
        let count = |test: &dyn Fn(&course::Course) -> bool| courses.iter().filter(|c| test(c)).count();
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        for course in &courses {
            *words.entry(course.trend.direction.word()).or_default() += 1;
        }
        println!(
            "courses: {} looked at, {} with an onset, {} ended, {} with bursts; {words:?}",
            count(&|c| c.p.is_some()),
            count(&|c| c.onset.is_some()),
            count(&|c| c.ended.is_some()),
            count(&|c| !c.bursts.is_empty())
        );
    }
    Ok(())
}

fn read(file: &str, options: &HashMap<String, String>) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut bytes = std::fs::read(file)?;
    if bytes.starts_with(b"\xfd7zXZ") {
        let mut out = Vec::new();
        lzma_rust2::XzReader::new(bytes.as_slice(), true).read_to_end(&mut out)?;
        bytes = out;
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut kept: BTreeMap<String, Row> = BTreeMap::new();
    let mut keep = |row: Row| {
        if let Some(id) = row.get("id").cloned() {
            kept.insert(id, row);
        }
    };
    if let Some(columns) = options.get("columns") {
        let wanted: Vec<(&str, Vec<&str>)> =
            columns.split(',').filter_map(|c| c.split_once('=')).map(|(k, v)| (k, v.split('+').collect())).collect();
        let delimiter = options.get("delimiter").and_then(|d| d.bytes().next()).unwrap_or(b',');
        let text = text.trim_start_matches('\u{feff}').as_bytes();
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text);
        let header = reader.headers()?.clone();
        for record in reader.records() {
            let record = record?;
            let value = |column: &&str| {
                let place = header.iter().position(|name| name == *column)?;
                record.get(place).filter(|v| !["", "?", "#N/B", "#MULTIVALUE", "NULL"].contains(v))
            };
            let row = wanted.iter().filter_map(|(name, columns)| {
                let parts: Vec<&str> = columns.iter().filter_map(value).collect();
                (!parts.is_empty()).then(|| ((*name).to_owned(), parts.join(" > ")))
            });
            keep(row.collect());
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
            keep(row.collect());
        }
    }
    Ok(kept.into_values().collect())
}

/// Seconds since 1970: a number, or day/month/year hour:minute, or year-month-day hour:minute.
fn instant(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let parts: Vec<i64> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|p| p.parse().ok()).collect();
    let get = |place: usize| parts.get(place).copied().unwrap_or(0);
    let (year, month, day) = if get(0) > 31 { (get(0), get(1), get(2)) } else { (get(2), get(1), get(0)) };
    let date = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let zoned = date.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second() + get(3) * 3_600 + get(4) * 60)
}

fn symptoms(rows: &[Row]) -> Symptoms {
    let names = ["item", "service", "category", "symptom", "resolution", "location", "department", "client", "team"];
    let mut out = Symptoms::default();
    let mut fields: Vec<(Field, HashMap<String, u32>)> = names
        .iter()
        .map(|&name| (Field { name, values: vec![String::new()], codes: Vec::new() }, HashMap::new()))
        .collect();
    for row in rows {
        let get = |name: &str| row.get(name).map_or("", String::as_str);
        let Some(opened) = instant(get("opened")) else { continue };
        out.keys.push(get("id").to_owned());
        out.opened.push(opened);
        out.hours_open.push(f32::NAN);
        out.touch_minutes.push(f32::NAN);
        out.requester.push(0);
        out.title.push(get("title").to_owned());
        out.text.push(get("text").to_owned());
        for (field, seen) in &mut fields {
            let value = get(field.name);
            let next = u32::try_from(field.values.len()).unwrap_or(0);
            let code = match seen.get(value) {
                _ if value.is_empty() => 0,
                Some(&code) => code,
                None => {
                    field.values.push(value.to_owned());
                    seen.insert(value.to_owned(), next);
                    next
                }
            };
            field.codes.push(code);
        }
    }
    out.fields = fields.into_iter().map(|(field, _)| field).collect();
    out
}
