//! The placebo table on the bundled sample, short: what `docs/verify.md` promises holds there.

#![expect(clippy::cast_possible_truncation, reason = "parts of dates")]

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use problems::placebo::{Dates, placebo};

/// Instants by the value of three fields (category, symptom, location), and of all tickets.
fn sample() -> (Vec<Vec<i64>>, Vec<i64>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz");
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    lzma_rust2::XzReader::new(std::io::BufReader::new(file), true).read_to_string(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (number, opened) = (place("number"), place("opened_at"));
    let fields = [place("subcategory"), place("u_symptom"), place("location")];
    let mut last: BTreeMap<String, (i64, [String; 3])> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        // 29/2/2016 01:16
        let parts: Vec<i64> =
            record[opened].split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap()).collect();
        let date = jiff::civil::date(parts[2] as i16, parts[1] as i8, parts[0] as i8);
        let day = date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second();
        let at = day + parts[3] * 3_600 + parts[4] * 60;
        last.insert(record[number].to_owned(), (at, fields.map(|field| record[field].to_owned())));
    }
    let mut all: Vec<i64> = last.values().map(|(at, _)| *at).collect();
    all.sort_unstable();
    let mut groups: HashMap<(usize, String), Vec<i64>> = HashMap::new();
    for (at, values) in last.values() {
        for (field, value) in values.iter().enumerate().filter(|(_, value)| *value != "?") {
            groups.entry((field, value.clone())).or_default().push(*at);
        }
    }
    let mut groups: Vec<((usize, String), Vec<i64>)> =
        groups.into_iter().filter(|(_, own)| (40..5_000).contains(&own.len())).collect();
    groups.sort();
    let problems = groups.into_iter().map(|(_, mut own)| {
        own.sort_unstable();
        own
    });
    (problems.collect(), all)
}

#[test]
fn on_the_sample_few_are_falsely_fixed_and_real_falls_are_seen() {
    let (problems, all) = sample();
    assert!(problems.len() > 100);
    // The fourteen whole weeks from Monday, 29 February 2016.
    let start = 1_456_704_000;
    let lines = placebo(&problems, &all, (start, start + 14 * 7 * 86_400 - 1), 10, 1);
    for line in &lines {
        println!("{line:?}: false {:?}, power {:?}", line.false_share(), line.power());
        assert!(line.judged >= 30, "{line:?}");
        assert!(line.false_share().unwrap() <= 0.10, "{line:?}");
        if line.dates != Dates::AfterWorstSoFar {
            assert!(line.power().unwrap() >= 0.65, "{line:?}");
        }
        // The guard is what makes the difference.
        assert!(line.plain > 2 * line.fixed, "{line:?}");
    }
    assert_eq!(lines.len(), 3);
}
