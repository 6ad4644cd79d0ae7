//! Typed looks into record batches, and one parallel pass over a table.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, PrimitiveArray, RecordBatch, StringArray, StringViewArray,
};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Float64Type, Int8Type, Int32Type, TimestampMillisecondType};
use futures::StreamExt;
use query::Session;

use crate::error::{MeasureError, Result};

/// A column of text in whichever layout the reader gave it.
pub enum Text {
    /// Offsets and bytes.
    Plain(StringArray),
    /// Views.
    View(StringViewArray),
}

impl Text {
    /// The value of a row, `None` when missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Plain(array) => array.is_valid(row).then(|| array.value(row)),
            Self::View(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

/// A column of numbers, instants included.
pub struct Numbers<T: ArrowPrimitiveType>(PrimitiveArray<T>);

impl<T: ArrowPrimitiveType> Numbers<T> {
    /// The value of a row, `None` when missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T::Native> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

/// Instants in milliseconds since 1970.
pub type Instants = Numbers<TimestampMillisecondType>;
/// Small counts.
pub type Counts = Numbers<Int32Type>;
/// Ranks.
pub type Ranks = Numbers<Int8Type>;

/// A column of yes and no.
pub struct Flags(BooleanArray);

impl Flags {
    /// The value of a row, `None` when missing.
    #[inline]
    pub fn get(&self, row: usize) -> Option<bool> {
        self.0.is_valid(row).then(|| self.0.value(row))
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef> {
    batch.column_by_name(name).ok_or_else(|| {
        MeasureError::Request(format!("the record has no column `{name}`; was it made by another version?"))
    })
}

/// A column of text.
pub fn text(batch: &RecordBatch, name: &str) -> Result<Text> {
    let array = column(batch, name)?;
    Ok(match array.data_type() {
        DataType::Utf8 => Text::Plain(array.as_string::<i32>().clone()),
        DataType::Utf8View => Text::View(array.as_string_view().clone()),
        _ => Text::Plain(cast(array, &DataType::Utf8)?.as_string::<i32>().clone()),
    })
}

fn numbers<T: ArrowPrimitiveType>(batch: &RecordBatch, name: &str) -> Result<Numbers<T>> {
    let array = column(batch, name)?;
    let array: ArrayRef =
        if array.data_type() == &T::DATA_TYPE { Arc::clone(array) } else { cast(array, &T::DATA_TYPE)? };
    Ok(Numbers(array.as_primitive::<T>().clone()))
}

/// A column of instants.
pub fn instants(batch: &RecordBatch, name: &str) -> Result<Instants> {
    // The zone is part of the type, the numbers are UTC whichever it is.
    let array = column(batch, name)?;
    if let Some(array) = array.as_primitive_opt::<TimestampMillisecondType>() {
        return Ok(Numbers(array.clone()));
    }
    numbers(batch, name)
}

/// A column of small counts.
pub fn counts(batch: &RecordBatch, name: &str) -> Result<Counts> {
    numbers(batch, name)
}

/// A column of ranks.
pub fn ranks(batch: &RecordBatch, name: &str) -> Result<Ranks> {
    numbers(batch, name)
}

/// A column of floats.
pub fn floats(batch: &RecordBatch, name: &str) -> Result<Float64Array> {
    Ok(numbers::<Float64Type>(batch, name)?.0)
}

/// A column of yes and no.
pub fn flags(batch: &RecordBatch, name: &str) -> Result<Flags> {
    let array = column(batch, name)?;
    let array = array
        .as_boolean_opt()
        .ok_or_else(|| MeasureError::Request(format!("the record's column `{name}` is no yes or no")))?;
    Ok(Flags(array.clone()))
}

/// Reads some columns of a table once, each partition by its own task into its own state.
///
/// Which rows a partition gets is not fixed: states must be merged so that their order does not matter.
pub async fn scan<S, F>(session: &Session, table: &str, columns: &[&str], step: F) -> Result<Vec<S>>
where
    S: Default + Send + 'static,
    F: Fn(&mut S, &RecordBatch) -> Result<()> + Send + Sync + 'static,
{
    let streams = session.partitions(&format!("select {} from {table}", columns.join(", "))).await?;
    let step = Arc::new(step);
    let tasks: Vec<_> = streams
        .into_iter()
        .map(|mut stream| {
            let step = Arc::clone(&step);
            tokio::spawn(async move {
                let mut state = S::default();
                while let Some(batch) = stream.next().await {
                    step(&mut state, &batch?)?;
                }
                Ok::<S, MeasureError>(state)
            })
        })
        .collect();
    let mut states = Vec::with_capacity(tasks.len());
    for task in tasks {
        states.push(task.await??);
    }
    Ok(states)
}

/// A hash of text that is the same on every machine and in every version: the finaliser of
/// splitmix64 folded over eight bytes at a time, good enough to tell values of one record apart.
#[must_use]
pub fn hash(seed: u64, text: &str) -> u64 {
    let mut state = seed ^ 0xcbf2_9ce4_8422_2325 ^ (text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0_u8; 8];
        if let Some(part) = word.get_mut(..chunk.len()) {
            part.copy_from_slice(chunk);
        }
        state = mix(state ^ u64::from_le_bytes(word));
    }
    mix(state)
}

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014).
#[must_use]
pub fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
