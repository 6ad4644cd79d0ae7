//! What one ticket costs, and how far tickets joined one by one lie from a run over all.
//!
//! ```text
//! cargo run --release -p problems --example live -- IN.jsonl [--hold 0.1] [--ask 1000] [--only-ask 1]
//! ```
//! Groups all but the last `--hold` of the batch, joins those one by one, and compares with the grouping of
//! all at once: pairwise F1 and the share of tickets whose group is exactly the same. Then asks for the most
//! alike of `--ask` texts. `--only-ask 1` leaves the grouping out.

#![expect(clippy::disallowed_methods, reason = "it measures time")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a tool for figures: counts are small"
)]

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

use problems::Verdicts;
use problems::similar::group::Grouping;
use problems::similar::live::Live;
use problems::similar::{Line, Look, Similar, Weights};

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
    let mut lines: Vec<Line> = Vec::new();
    for text in std::fs::read_to_string(files.first().ok_or("give IN.jsonl")?)?.lines() {
        lines.push(serde_json::from_str(text)?);
    }
    let (weights, how, asks) = (Weights::shipped(), Grouping::default(), number("ask", 1_000.0) as usize);
    if options.contains_key("only-ask") {
        let mut similar = Similar::new(weights, Look::default());
        similar.extend(&lines, 1);
        ask(&similar, &lines, asks);
        return Ok(());
    }
    let cut = (lines.len() as f64 * (1.0 - number("hold", 0.1))) as usize;
    let begun = Instant::now();
    let mut live = Live::new(&lines[..cut], &weights, &Verdicts::default(), &how);
    println!("{cut} grouped at once in {:.2?}", begun.elapsed());
    let mut times: Vec<f64> = Vec::new();
    for line in &lines[cut..] {
        let begun = Instant::now();
        live.join(line);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    tell("join", &mut times);
    ask(live.similar(), &lines, asks);
    let whole = Live::new(&lines, &weights, &Verdicts::default(), &how);
    let label = |live: &Live| -> Vec<u32> {
        (0..lines.len() as u32).map(|n| live.problem(n).unwrap_or(u32::MAX - n)).collect()
    };
    compare(&label(&live), &label(&whole), 0);
    compare(&label(&live), &label(&whole), cut);
    Ok(())
}

fn ask(similar: &Similar, lines: &[Line], asks: usize) {
    let mut times: Vec<f64> = Vec::new();
    for n in 0..asks {
        let line = &lines[n * 7_919 % lines.len()];
        let begun = Instant::now();
        let found = similar.ask(line, 10);
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        assert!(found.len() <= 10);
    }
    tell("ask", &mut times);
}

fn tell(what: &str, times: &mut [f64]) {
    if times.is_empty() {
        return;
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let mean = times.iter().sum::<f64>() / times.len() as f64;
    println!(
        "{what}: {} times, mean {mean:.3} ms, median {:.3}, 99 % {:.3}, longest {:.3}",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// Pairs with at least one ticket from `from` on.
fn compare(one: &[u32], other: &[u32], from: usize) {
    let sizes = |labels: &mut dyn Iterator<Item = (u32, u32)>| {
        let mut sizes: HashMap<(u32, u32), f64> = HashMap::new();
        for label in labels {
            *sizes.entry(label).or_default() += 1.0;
        }
        sizes
    };
    let pairs = |labels: &dyn Fn(usize) -> (u32, u32)| {
        let count =
            |until: usize| sizes(&mut (0..until).map(labels)).values().map(|n| n * (n - 1.0) / 2.0).sum::<f64>();
        count(one.len()) - count(from)
    };
    let both = pairs(&|n| (one[n], other[n]));
    let (a, b) = (pairs(&|n| (one[n], 0)), pairs(&|n| (0, other[n])));
    let all = sizes(&mut (0..one.len()).map(|n| (one[n], other[n])));
    let (left, right) = (sizes(&mut one.iter().map(|&l| (l, 0))), sizes(&mut other.iter().map(|&l| (0, l))));
    let same = (from..one.len())
        .filter(|&n| {
            let size = all[&(one[n], other[n])];
            size >= left[&(one[n], 0)] && size >= right[&(0, other[n])]
        })
        .count();
    println!(
        "tickets from {from}: pairwise F1 against the run over all {:.4}; {:.4} have exactly the same group",
        2.0 * both / (a + b).max(1.0),
        same as f64 / (one.len() - from).max(1) as f64
    );
}
