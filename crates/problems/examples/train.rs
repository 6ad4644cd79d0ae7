//! Learns the weights that Plumb ships, and tells how they do on the part that was held out.
//!
//! ```text
//! cargo run --release -p problems --example train -- DEV.jsonl… [--until 0.67] [--ridge 0.03] [--out FILE] [--start FILE] [--named WORDS] [--model FOLDER | --vectors 1]
//! ```
//! DEV.jsonl: lines of the batch form with `group` (tickets of one cause) and `split`; only `dev` lines
//! are read, so the test part cannot leak. Weights are learned on the first `--until` share of each file
//! and checked on the rest; with `--until 1` on all. `--out` writes the weights file, `--start` reads one
//! and only checks it. Deterministic.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a tool for figures: counts are small"
)]

use std::collections::{HashMap, HashSet};
use std::error::Error;

#[path = "support/meaning.rs"]
mod meaning;

use problems::similar::learn::{Learning, List, learn, lists, scored};
use problems::similar::pair::{FEATURES, NAMES};
use problems::similar::{Line, Look, Model, Weights};

struct Part {
    name: String,
    fit: Vec<List>,
    held: Vec<List>,
    /// Tickets held out that have an earlier mate, found or not.
    asked: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut files, mut options) = (Vec::new(), HashMap::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name) => drop(options.insert(name.to_owned(), arguments.next().unwrap_or_default())),
            None => files.push(argument),
        }
    }
    let number = |name: &str, default: f64| options.get(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let look = Look {
        by_text: number("by-text", 30.0) as usize,
        by_time: number("by-time", 40.0) as usize,
        field: number("field", 8.0) as usize,
        recent: number("recent", 10.0) as usize,
        by_meaning: number("by-meaning", 20.0) as usize,
        ..Look::default()
    };
    let model = meaning::model(&files, &options)?;
    let read = |file: &String| read(file, number("until", 0.67), look, model.clone());
    let parts: Vec<Part> = files.iter().map(read).collect::<Result<_, _>>()?;
    let zero = Weights { pair: [0.0; FEATURES], calibration: [-6.0, 1.0], learned_on: String::new() };
    let weights = if let Some(file) = options.get("start") {
        Weights::read(&std::fs::read_to_string(file)?)?
    } else {
        let all: Vec<List> = parts.iter().flat_map(|p| p.fit.iter().cloned()).collect();
        let learning = Learning { ridge: number("ridge", Learning::default().ridge), ..Learning::default() };
        let named = options.get("named").cloned().unwrap_or_else(|| files.join(", "));
        learn(&all, &zero, &learning, &named)
    };
    for (name, weight) in NAMES.iter().zip(weights.pair) {
        println!("{weight:9.4}  {name}");
    }
    println!("calibration {:?}", weights.calibration);
    for part in &parts {
        tell(&part.name, "learned on", &part.fit, None, &weights);
        tell(&part.name, "held out", &part.held, Some(part.asked), &weights);
    }
    if let Some(file) = options.get("out") {
        std::fs::write(file, weights.write())?;
    }
    Ok(())
}

fn read(file: &str, until: f64, look: Look, model: Option<Model>) -> Result<Part, Box<dyn Error>> {
    let (mut lines, mut cause) = (Vec::new(), Vec::new());
    let mut numbers: HashMap<String, u64> = HashMap::new();
    for text in std::fs::read_to_string(file)?.lines() {
        let value: serde_json::Value = serde_json::from_str(text)?;
        if value["split"] != "dev" {
            continue;
        }
        lines.push(serde_json::from_value::<Line>(value.clone())?);
        let next = numbers.len() as u64;
        cause.push(Some(*numbers.entry(value["group"].to_string()).or_insert(next)));
    }
    let cut = (lines.len() as f64 * until).round() as usize;
    let mut fit = lists(&lines, &cause, 0, look, model);
    let held = fit.split_off(cut.min(fit.len()));
    let mut seen = HashSet::new();
    let mut asked = 0;
    for (place, group) in cause.iter().enumerate() {
        asked += usize::from(!seen.insert(*group) && place >= cut);
    }
    Ok(Part { name: file.to_owned(), fit, held, asked })
}

/// Recall and mean reciprocal rank, and how well the probabilities hold.
fn tell(file: &str, part: &str, lists: &[List], asked: Option<usize>, weights: &Weights) {
    if lists.is_empty() {
        return;
    }
    let (mut at1, mut at5, mut at10, mut reciprocal, mut reached) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for list in lists.iter().filter(|l| l.mates.contains(&true)) {
        let score: Vec<f32> = list.rows.iter().map(|row| weights.score(row)).collect();
        let best = score.iter().zip(&list.mates).filter(|(_, m)| **m).map(|(s, _)| *s).fold(f32::MIN, f32::max);
        let rank = 1 + score.iter().filter(|s| **s > best).count();
        reached += 1.0;
        at1 += f64::from(u8::from(rank <= 1));
        at5 += f64::from(u8::from(rank <= 5));
        at10 += f64::from(u8::from(rank <= 10));
        reciprocal += 1.0 / rank as f64;
    }
    let n = asked.map_or(reached, |n| n as f64).max(1.0);
    println!(
        "{file} {part}: {n} asked, candidates reach {:.4} · Recall@1 {:.4} @5 {:.4} @10 {:.4} · MRR {:.4}",
        reached / n,
        at1 / n,
        at5 / n,
        at10 / n,
        reciprocal / n
    );
    let mut steps = [(0.0, 0.0, 0.0); 6];
    for (score, mate) in scored(lists, weights, 10) {
        let p = f64::from(weights.probability(score));
        let place = [0.02, 0.05, 0.1, 0.25, 0.5].iter().filter(|&&s| p >= s).count();
        steps[place].0 += 1.0;
        steps[place].1 += p;
        steps[place].2 += f64::from(u8::from(mate));
    }
    for (count, said, true_) in steps {
        if count > 0.0 {
            println!("   {count:7} pairs said {:.4}, were {:.4}", said / count, true_ / count);
        }
    }
}
