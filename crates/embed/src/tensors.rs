//! Tensors of a safetensors file: eight bytes with the length of a JSON header, the header, the numbers.
//! Format: <https://github.com/huggingface/safetensors>, "Format".

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use ndarray::{Array1, Array2};
use serde::Deserialize;
use serde_json::Value;

use super::Error;

/// Where a tensor lies in the file.
#[derive(Deserialize)]
struct Place {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// A file of tensors in memory.
pub struct Tensors {
    path: PathBuf,
    bytes: Vec<u8>,
    /// Where the numbers begin.
    body: usize,
    places: HashMap<String, Place>,
}

impl Tensors {
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|cause| Error::Read { path: path.to_owned(), cause })?;
        let bad = |why: &str| Error::Format { path: path.to_owned(), why: format!("no safetensors file: {why}") };
        let length = bytes.first_chunk::<8>().map(|eight| u64::from_le_bytes(*eight));
        let body = length.and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_add(8));
        let body = body.filter(|&body| body <= bytes.len()).ok_or_else(|| bad("its header is not there"))?;
        let header: HashMap<String, Value> =
            serde_json::from_slice(&bytes[8..body]).map_err(|e| bad(&e.to_string()))?;
        let mut places = HashMap::new();
        for (name, value) in header {
            if name == "__metadata__" {
                continue;
            }
            let place: Place = serde_json::from_value(value).map_err(|e| bad(&format!("{name}: {e}")))?;
            // Names differ only in what the network was part of when it was saved.
            places.insert(name.strip_prefix("bert.").unwrap_or(&name).to_owned(), place);
        }
        Ok(Self { path: path.to_owned(), bytes, body, places })
    }

    /// A tensor of this shape, as single precision.
    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let bad = |why: String| Error::Format { path: self.path.clone(), why: format!("{name}: {why}") };
        let place = self.places.get(name).ok_or_else(|| bad("not in the file".to_owned()))?;
        if place.shape != shape {
            return Err(bad(format!("its shape is {:?} where {shape:?} was expected", place.shape)));
        }
        let (from, to) = place.data_offsets;
        let range = from.checked_add(self.body).zip(to.checked_add(self.body));
        let bytes = range.and_then(|(from, to)| self.bytes.get(from..to));
        let bytes = bytes.ok_or_else(|| bad("its numbers lie beyond the end of the file".to_owned()))?;
        let numbers: Vec<f32> = match place.dtype.as_str() {
            "F32" => bytes.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
            "F16" => bytes.as_chunks::<2>().0.iter().map(|two| f16::from_le_bytes(*two).to_f32()).collect(),
            "BF16" => bytes.as_chunks::<2>().0.iter().map(|two| bf16::from_le_bytes(*two).to_f32()).collect(),
            other => {
                return Err(Error::Unsupported { path: self.path.clone(), what: format!("{name} as {other}") });
            }
        };
        if shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n)) != Some(numbers.len()) {
            return Err(bad("it has another number of numbers than its shape says".to_owned()));
        }
        Ok(numbers)
    }

    /// A matrix.
    pub fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Array2<f32>, Error> {
        let numbers = self.numbers(name, &[rows, columns])?;
        Array2::from_shape_vec((rows, columns), numbers)
            .map_err(|e| Error::Format { path: self.path.clone(), why: format!("{name}: {e}") })
    }

    /// A vector.
    pub fn vector(&self, name: &str, width: usize) -> Result<Array1<f32>, Error> {
        self.numbers(name, &[width]).map(Array1::from_vec)
    }

    /// Rows of a matrix, whose number only the file tells.
    pub fn rows(&self, name: &str) -> usize {
        self.places.get(name).and_then(|place| place.shape.first()).copied().unwrap_or(0)
    }
}
