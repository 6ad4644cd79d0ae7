//! What a record that grows costs, how far joining lies from a run over all, and how many ids stay.
//!
//! ```text
//! cargo run --release -p problems --example grow -- IN.jsonl [--hold 0.01]
//! ```
//! Finds the problems of all but the last `--hold` of the batch, lets the others join ([`problems::State::update`]),
//! finds those of the whole batch anew, and once more from what the first search compared ([`problems::Memory`], as the
//! imported record does): that must give the same. Tells CPU seconds (Linux), pairwise F1 and the share of tickets with
//! exactly the same group, and the share of the earlier problems whose id is still there: hashed anew, carried
//! over by [`problems::Before`], and after the update.

#![expect(clippy::disallowed_methods, reason = "it measures time")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a tool for figures: counts are small"
)]

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::time::Instant;

use problems::similar::Line;
use problems::{Before, Comparisons, Field, Findings, Memory, Settings, State, Symptoms, Verdicts, find, find_under};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = arguments.first().ok_or("give IN.jsonl")?;
    let hold: f64 = arguments.iter().position(|a| a == "--hold").map_or(Ok(0.01), |at| arguments[at + 1].parse())?;
    let mut lines: Vec<Line> = Vec::new();
    for text in std::fs::read_to_string(file)?.lines() {
        lines.push(serde_json::from_str(text)?);
    }
    let cut = (lines.len() as f64 * (1.0 - hold)) as usize;
    let (early, all) = (symptoms(&lines[..cut]), symptoms(&lines));
    let (verdicts, settings) = (Verdicts::default(), Settings::default());
    let (mut state, first) = timed("the earlier part", || State::begin(&early, &verdicts, &settings, &|_| ()));
    let live = lines.get(cut..).unwrap_or_default().iter();
    let grown = timed("joined and told anew", || state.update(&all, &verdicts, &|_| ()));
    let mut whole = timed("all anew", || find(&all, &verdicts, &settings, &|_| ()));
    let compared = searched(&early, &[]).1;
    println!("{:.1} MB are kept of the earlier part", compared.len() as f64 / 1e6);
    let (again, _) = timed("all anew, compared where it is new", || searched(&all, &compared));
    assert!(again == whole, "what was compared before gives something else than comparing all");
    compare(&grown, &whole, 0);
    compare(&grown, &whole, cut);
    println!("{} problems before, {} after, {} themes", first.problems.len(), whole.problems.len(), whole.themes.len());
    kept("ids hashed anew", &first, &whole);
    Before::of(&first, &early.keys).carry(&mut whole, &all.keys);
    kept("ids carried over to the run over all", &first, &whole);
    kept("ids after the update", &first, &grown);
    // One at a time, on top of the whole record.
    let mut times: Vec<f64> = Vec::new();
    let before = cpu();
    for (number, line) in (0..1_000).zip(live.cycle()) {
        let line = Line { id: format!("new {number}"), ..line.clone() };
        let begun = Instant::now();
        state.join(&line);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let spent = cpu() - before;
    times.sort_by(f64::total_cmp);
    if !times.is_empty() {
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        println!(
            "one joined: {spent:.2} CPU ms; by the clock mean {mean:.3} ms, median {:.3}, 99 % {:.3}",
            times[500], times[990]
        );
    }
    Ok(())
}

/// A search that goes on from what an earlier one kept, and what it keeps.
fn searched(symptoms: &Symptoms, kept: &[u8]) -> (Findings, Vec<u8>) {
    let mut out = Vec::new();
    let mut keep = |all: &Comparisons| all.write(&mut out).expect("memory takes what is written");
    let memory = Memory { earlier: Comparisons::read(kept), rests_on: "", keep: &mut keep };
    let (verdicts, settings) = (Verdicts::default(), Settings::default());
    let found = find_under(symptoms, &verdicts, &settings, None, Some(memory), &|_| ()).findings;
    (found, out)
}

/// CPU seconds of this process so far, in hundredths.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    after.split(' ').skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let (begun, before) = (Instant::now(), cpu());
    let out = run();
    println!("{what}: {:.2} CPU s, {:.2} s by the clock", cpu() - before, begun.elapsed().as_secs_f64());
    out
}

fn symptoms(lines: &[Line]) -> Symptoms {
    let mut out = Symptoms::default();
    let mut category = Field { name: "category", values: vec![String::new()], codes: Vec::new() };
    let mut codes: HashMap<String, u32> = HashMap::new();
    let mut people: HashMap<String, u32> = HashMap::new();
    for line in lines {
        out.keys.push(line.id.clone());
        out.opened.push(line.opened);
        out.hours_open.push(f32::NAN);
        out.touch_minutes.push(f32::NAN);
        out.title.push(line.title.clone());
        out.text.push(line.text.clone());
        let person = line.fields.get("reporter").map(|who| {
            let next = people.len() as u32 + 1;
            *people.entry(who.clone()).or_insert(next)
        });
        out.requester.push(person.unwrap_or(0));
        let value = line.fields.get("component").or_else(|| line.fields.get("category"));
        category.codes.push(value.map_or(0, |value| {
            *codes.entry(value.clone()).or_insert_with(|| {
                category.values.push(value.clone());
                category.values.len() as u32 - 1
            })
        }));
    }
    out.fields.push(category);
    out
}

fn kept(what: &str, before: &Findings, after: &Findings) {
    let ids: HashSet<&str> = after.problems.iter().map(|p| p.id.as_str()).collect();
    let stay = before.problems.iter().filter(|p| ids.contains(p.id.as_str())).count();
    let themes: HashSet<&str> = after.themes.iter().map(|t| t.id.as_str()).collect();
    let themes_stay = before.themes.iter().filter(|t| themes.contains(t.id.as_str())).count();
    println!(
        "{what}: {:.4} of the problems, {:.4} of the themes",
        stay as f64 / before.problems.len().max(1) as f64,
        themes_stay as f64 / before.themes.len().max(1) as f64
    );
}

/// Pairs with at least one ticket from `from` on.
fn compare(one: &Findings, other: &Findings, from: usize) {
    let label = |findings: &Findings, n: usize| {
        findings.assignment[n].unwrap_or(u32::MAX - u32::try_from(n).unwrap_or(u32::MAX))
    };
    let count = |of: &dyn Fn(usize) -> (u32, u32), until: usize| {
        let mut sizes: HashMap<(u32, u32), f64> = HashMap::new();
        for n in 0..until {
            *sizes.entry(of(n)).or_default() += 1.0;
        }
        sizes
    };
    let n = one.assignment.len();
    let pairs = |of: &dyn Fn(usize) -> (u32, u32)| {
        let sum = |until| count(of, until).values().map(|n| n * (n - 1.0) / 2.0).sum::<f64>();
        sum(n) - sum(from)
    };
    let both = |t: usize| (label(one, t), label(other, t));
    let (left, right) = (|t: usize| (label(one, t), 0), |t: usize| (0, label(other, t)));
    let (all, lefts, rights) = (count(&both, n), count(&left, n), count(&right, n));
    let same = (from..n).filter(|&t| all[&both(t)] >= lefts[&left(t)] && all[&both(t)] >= rights[&right(t)]).count();
    println!(
        "tickets from {from}: pairwise F1 against the run over all {:.4}; {:.4} have exactly the same group",
        2.0 * pairs(&both) / (pairs(&left) + pairs(&right)).max(1.0),
        same as f64 / (n - from).max(1) as f64
    );
}
