//! Problems and themes of a batch.
//!
//! ```text
//! cargo run --release -p problems --example groups -- IN.jsonl OUT.csv [--alike P] [--wide C] [--lost SHARE] [--longest DAYS] [--top N] [--split dev] [--weights FILE] [--model FOLDER | --vectors 1]
//! ```
//! IN.jsonl: `{"id","opened","title","text"?,"fields"?:{…}}` a line, in order of time. OUT.csv:
//! `ticket,problem,theme`, every ticket once; empty where it stands alone. `--split` keeps the lines with
//! that `split`.

use std::collections::HashMap;
use std::error::Error;

#[path = "support/meaning.rs"]
mod meaning;

use problems::Verdicts;
use problems::similar::group::{Grouping, group};
use problems::similar::{Line, Weights};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut files, mut options) = (Vec::new(), HashMap::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name) => drop(options.insert(name.to_owned(), arguments.next().unwrap_or_default())),
            None => files.push(argument),
        }
    }
    let [input, output] = files.as_slice() else { return Err("give IN.jsonl and OUT.csv".into()) };
    let number = |name: &str, default: f32| options.get(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let mut how = Grouping::default();
    how.alike = number("alike", how.alike);
    how.look.longest_days = number("longest", how.look.longest_days);
    how.widening.alike = number("wide", how.widening.alike);
    how.gathering.lost = number("lost", how.gathering.lost);
    how.gathering.own = number("own", how.gathering.own);
    how.gathering.least = number("least", how.gathering.least);
    how.gathering.neighbours = options.get("near").and_then(|v| v.parse().ok()).unwrap_or(how.gathering.neighbours);
    let mut lines: Vec<Line> = Vec::new();
    for (row, text) in std::fs::read_to_string(input)?.lines().enumerate() {
        if options.get("split").is_none_or(|split| text.contains(&format!("\"split\": \"{split}\""))) {
            lines.push(serde_json::from_str(text).map_err(|e| format!("{input}, line {}: {e}", row + 1))?);
        }
    }
    let model = meaning::model(&files, &options)?;
    let weights = match options.get("weights") {
        Some(file) => Weights::read(&std::fs::read_to_string(file)?)?,
        None => Weights::shipped_for(model.is_some()),
    };
    let groups = group(&lines, &weights, model.as_ref(), &Verdicts::default(), &how);
    let mut out = csv::Writer::from_path(output)?;
    out.write_record(["ticket", "problem", "theme"])?;
    let word = |group: Option<u32>| group.map(|g| g.to_string()).unwrap_or_default();
    for (line, (problem, theme)) in lines.iter().zip(groups.problem.iter().zip(&groups.theme)) {
        out.write_record([&line.id, &word(*problem), &word(*theme)])?;
    }
    out.flush()?;
    let top = options.get("top").and_then(|v| v.parse().ok()).unwrap_or(0);
    println!("{} tickets, {} problems, {} themes", lines.len(), groups.problems.len(), groups.themes.len());
    for (name, list) in [("problem", &groups.problems), ("theme", &groups.themes)] {
        for found in list.iter().take(top) {
            println!("{name} {:6}  {}", found.tickets.len(), lines[found.stands as usize].title);
        }
    }
    Ok(())
}
