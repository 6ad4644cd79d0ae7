//! Vectors of the texts of a batch, so that a model's time is spent once for many trials, or to hold the model
//! against another implementation of it.
//!
//! ```text
//! cargo run --release -p problems --example vectors -- MODEL IN.jsonl OUT.f32
//! ```
//! MODEL: a folder with a sentence model. OUT.f32: the vectors of the lines one after the other, single precision,
//! little endian.

use std::error::Error;
use std::io::Write;
use std::path::Path;

use problems::similar::{Line, meaning};
use rayon::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, input, output] = arguments.as_slice() else { return Err("give MODEL, IN.jsonl and OUT.f32".into()) };
    let model = embed::Model::open(Path::new(model))?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(output)?);
    let lines = std::fs::read_to_string(input)?;
    let lines: Vec<Line> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let vectors: Vec<Vec<f32>> =
        lines.par_iter().map(|line| model.vector(&meaning::text(&line.title, &line.text))).collect();
    for x in vectors.iter().flatten() {
        out.write_all(&x.to_le_bytes())?;
    }
    out.flush()?;
    Ok(())
}
