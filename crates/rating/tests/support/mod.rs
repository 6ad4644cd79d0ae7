//! Reads the reference values that lie beside the project, where they do.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::path::PathBuf;

/// The path of a reference file; `None`, with a line that says so, where it is not there.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")).join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} is not beside the project");
    None
}

/// A reference file of comma-separated text: header and rows of trimmed cells.
pub fn table(name: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let path = shared(name)?;
    let bytes = std::fs::read(&path).unwrap();
    let bytes = if path.extension().is_some_and(|extension| extension == "xz") {
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut lzma_rust2::XzReader::new(bytes.as_slice(), true), &mut out).unwrap();
        out
    } else {
        bytes
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    Some((header, rows))
}

/// Some columns of a reference file, `NA` and empty as missing.
pub fn columns(name: &str, wanted: &[&str]) -> Option<Vec<Vec<Option<f64>>>> {
    let (header, rows) = table(name)?;
    let column = |wanted: &&str| {
        let at = header.iter().position(|name| name == wanted).unwrap_or_else(|| panic!("{name}: no {wanted}"));
        rows.iter().map(|row| row[at].parse().ok()).collect()
    };
    Some(wanted.iter().map(column).collect())
}

pub fn close(name: &str, got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{name}: {got} where the reference says {expected}");
}
