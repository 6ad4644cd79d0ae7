//! What a record that grows costs, how far joining lies from a run over all, and how many ids stay.
//!
//! ```text
//! cargo run --release -p problems --example grow -- IN.jsonl [--hold 0.01]
//! ```
//! Finds the problems of all but the last `--hold` of the batch, then those of the whole batch, once from what the first
//! search kept ([`problems::Memory`], as the imported record does) and once anew: both must give the same. Tells CPU
//! seconds (Linux) of both, with reading and writing what is kept, and their ratio; pairwise F1 and the share of tickets
//! with exactly the same group against all tickets joined at once; and the share of the earlier problems whose id is
//! still there: hashed anew, and carried over by [`problems::Before`]. Then one ticket at a time joins.
//!
//! Ends with 1 where the ratio is above a tenth. That is so as well where a checkpoint lies among the new tickets, which
//! is told: at most once while a record grows by a sixteenth.

#![expect(clippy::disallowed_methods, reason = "it measures time")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a tool for figures: counts are small"
)]

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use problems::similar::Line;
use problems::{Before, Comparisons, Field, Findings, Memory, Settings, State, Symptoms, Verdicts, find, find_under};

/// Share of the time of a search of all that a search of a grown record may take.
const MOST: f64 = 0.1;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = arguments.first().ok_or("give IN.jsonl")?;
    let hold: f64 = arguments.iter().position(|a| a == "--hold").map_or(Ok(0.01), |at| arguments[at + 1].parse())?;
    let mut lines: Vec<Line> = Vec::new();
    for text in std::fs::read_to_string(file)?.lines() {
        lines.push(serde_json::from_str(text)?);
    }
    let cut = (lines.len() as f64 * (1.0 - hold)) as usize;
    let (early, all) = (symptoms(&lines[..cut]), symptoms(&lines));
    let ((first, kept), _) = timed("the earlier part", || searched(&early, &Kept::default()));
    let ((grown, next), again) = timed("grown", || searched(&all, &kept));
    let ((mut whole, anew), of_all) = timed("all anew", || searched(&all, &Kept::default()));
    assert!(grown == whole, "what was kept gives something else than a search of all");
    assert!(next.compared == anew.compared, "and keeps something else");
    println!(
        "{:.1} MB of comparisons and {:.1} MB of a checkpoint are kept",
        anew.compared.len() as f64 / 1e6,
        anew.checkpoint.len() as f64 / 1e6
    );
    let ratio = again / of_all;
    println!("{} tickets more: {:.1} % of the CPU time of all anew", lines.len() - cut, 100.0 * ratio);
    if next.anew {
        println!("a checkpoint lies among them: all was joined anew");
    }
    let once = Settings { at_once: true, ..Settings::default() };
    let once = timed("all anew, joined at once", || find(&all, &Verdicts::default(), &once, &|_| ())).0;
    compare(&whole, &once, 0);
    compare(&whole, &once, cut);
    println!("{} problems before, {} after, {} themes", first.problems.len(), whole.problems.len(), whole.themes.len());
    same_ids("ids hashed anew", &first, &whole);
    Before::of(&first, &early.keys).carry(&mut whole, &all.keys);
    same_ids("ids carried over", &first, &whole);
    // One at a time, on top of the whole record.
    let mut state = State::begin(&all, &Verdicts::default(), &Settings::default(), &|_| ()).0;
    let mut times: Vec<f64> = Vec::new();
    let before = cpu();
    for (number, line) in (0..1_000).zip(lines.get(cut..).unwrap_or_default().iter().cycle()) {
        let line = Line { id: format!("new {number}"), ..line.clone() };
        let begun = Instant::now();
        state.join(&line);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let spent = (cpu() - before) * 1e3 / times.len().max(1) as f64;
    times.sort_by(f64::total_cmp);
    if !times.is_empty() {
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        println!(
            "one joined: {spent:.2} CPU ms; by the clock mean {mean:.3} ms, median {:.3}, 99 % {:.3}",
            times[500], times[990]
        );
    }
    Ok(if ratio > MOST { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What a search kept.
#[derive(Default)]
struct Kept {
    compared: Vec<u8>,
    checkpoint: Vec<u8>,
    /// Whether the checkpoint is another one than that of the search before.
    anew: bool,
}

/// A search that goes on from what an earlier one kept, and what it keeps.
fn searched(symptoms: &Symptoms, earlier: &Kept) -> (Findings, Kept) {
    let mut kept = Kept::default();
    let mut keep = |all: &Comparisons, checkpoint: Option<&[u8]>| {
        all.write(&mut kept.compared).expect("memory takes what is written");
        kept.checkpoint = checkpoint.unwrap_or(&earlier.checkpoint).to_vec();
        kept.anew = checkpoint.is_some();
    };
    let memory = Memory {
        earlier: Comparisons::read(&earlier.compared),
        checkpoint: earlier.checkpoint.clone(),
        rests_on: "",
        keep: &mut keep,
    };
    let (verdicts, settings) = (Verdicts::default(), Settings::default());
    let found = find_under(symptoms, &verdicts, &settings, None, Some(memory), &|_| ()).findings;
    (found, kept)
}

/// CPU seconds of this process so far, of all its threads.
fn cpu() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let spent = |task: std::fs::DirEntry| -> Option<f64> {
        let told = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse().ok()
    };
    tasks.filter_map(spent).sum::<f64>() / 1e9
}

/// What comes of it, and the CPU seconds that it took.
fn timed<T>(what: &str, run: impl FnOnce() -> T) -> (T, f64) {
    let (begun, before) = (Instant::now(), cpu());
    let out = run();
    let spent = cpu() - before;
    println!("{what}: {spent:.3} CPU s, {:.2} s by the clock", begun.elapsed().as_secs_f64());
    (out, spent)
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

fn same_ids(what: &str, before: &Findings, after: &Findings) {
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
