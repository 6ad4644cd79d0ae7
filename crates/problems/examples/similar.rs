//! The most alike earlier tickets of each ticket of a batch.
//!
//! ```text
//! cargo run --release -p problems --example similar -- IN.jsonl -k 10 OUT.csv [--weights FILE] [--model FOLDER | --vectors 1]
//! ```
//! IN.jsonl: `{"id","opened","title","text"?,"fields"?:{…}}` a line, in order of time. OUT.csv:
//! `id,rank,other,score`, best first; the score is the probability of one cause.

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufReader};

#[path = "support/meaning.rs"]
mod meaning;

use problems::similar::{Line, Look, Similar, Weights};

/// Lines that are held at a time.
const AT_ONCE: usize = 8_192;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut files, mut options, mut k) = (Vec::new(), HashMap::new(), 10);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--") {
            Some(name) => drop(options.insert(name.to_owned(), arguments.next().unwrap_or_default())),
            None if argument == "-k" => k = arguments.next().unwrap_or_default().parse()?,
            None => files.push(argument),
        }
    }
    let model = meaning::model(&files, &options)?;
    let weights = match options.get("weights") {
        Some(file) => Weights::read(&std::fs::read_to_string(file)?)?,
        None => Weights::shipped_for(model.is_some()),
    };
    let [input, output] = files.as_slice() else { return Err("give IN.jsonl and OUT.csv".into()) };
    let mut out = csv::Writer::from_path(output)?;
    out.write_record(["id", "rank", "other", "score"])?;
    let mut similar = Similar::with_model(weights, Look::default(), model);
    let mut lines: Vec<Line> = Vec::with_capacity(AT_ONCE);
    let mut texts = BufReader::new(std::fs::File::open(input)?).lines().enumerate().peekable();
    while let Some((row, text)) = texts.next() {
        let text = text?;
        if !text.trim().is_empty() {
            lines.push(serde_json::from_str(&text).map_err(|e| format!("{input}, line {}: {e}", row + 1))?);
        }
        if lines.len() == AT_ONCE || texts.peek().is_none() {
            let answers = similar.extend(&lines, k);
            for (line, answer) in lines.iter().zip(answers) {
                for (rank, alike) in (1..).zip(answer) {
                    let (rank, score): (usize, f32) = (rank, alike.probability);
                    out.write_record([&line.id, &rank.to_string(), similar.id(alike.other), &format!("{score:.6}")])?;
                }
            }
            lines.clear();
        }
    }
    out.flush()?;
    Ok(())
}
