//! The sentence model of the tools for figures: read by its path, or as vectors that were computed before.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;

use problems::similar::{Line, Model, meaning};

/// `--model FOLDER`, or `--vectors 1`: the vectors of each IN.jsonl lie in IN.f32 (see the example `vectors`).
pub fn model(files: &[String], options: &HashMap<String, String>) -> Result<Option<Model>, Box<dyn Error>> {
    if let Some(path) = options.get("model") {
        let model = embed::Model::open(Path::new(path))?;
        return Ok(Some(Model::new(move |text| model.vector(text))));
    }
    if !options.contains_key("vectors") {
        return Ok(None);
    }
    let mut known: HashMap<String, Vec<f32>> = HashMap::new();
    for file in files.iter().filter(|file| Path::new(file).extension().is_some_and(|end| end == "jsonl")) {
        let lines = std::fs::read_to_string(file)?;
        let bytes = std::fs::read(file.replace(".jsonl", ".f32"))?;
        let count = lines.lines().count().max(1);
        for (line, vector) in lines.lines().zip(bytes.chunks(bytes.len() / count)) {
            let line: Line = serde_json::from_str(line)?;
            let vector = vector.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
            known.insert(meaning::text(&line.title, &line.text), vector);
        }
    }
    Ok(Some(Model::new(move |text| known.get(text).cloned().unwrap_or_default())))
}
