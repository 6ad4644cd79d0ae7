//! Rows that have a place: sets of places, and what can be asked of a file whose rows lie in a fixed order.

use std::fmt::Debug;
use std::ops::Range;

use arrow::array::RecordBatch;

use crate::answer::QueryError;
use crate::session::Table;

/// A set of rows of a file, each by its place from 0. Takes a bit for every row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    bits: Vec<u64>,
    rows: usize,
}

impl Places {
    /// None of so many rows.
    #[must_use]
    pub fn none(rows: usize) -> Self {
        Self { bits: vec![0; rows.div_ceil(64)], rows }
    }

    /// All of so many rows.
    #[must_use]
    pub fn all(rows: usize) -> Self {
        let mut bits = vec![u64::MAX; rows.div_ceil(64)];
        if let Some(last) = bits.last_mut().filter(|_| !rows.is_multiple_of(64)) {
            *last = (1 << (rows % 64)) - 1;
        }
        Self { bits, rows }
    }

    /// Adds a row; one that lies behind the last of the file is left out.
    #[inline]
    pub fn insert(&mut self, place: u32) {
        let place = place as usize;
        if place < self.rows
            && let Some(word) = self.bits.get_mut(place / 64)
        {
            *word |= 1 << (place % 64);
        }
    }

    /// Keeps those that are in the other set too.
    pub fn intersect(&mut self, other: &Self) {
        let others = other.bits.iter().copied().chain(std::iter::repeat(0));
        for (word, other) in self.bits.iter_mut().zip(others) {
            *word &= other;
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.bits.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The places in ascending order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).step_by(64).zip(&self.bits).flat_map(|(start, &word)| {
            std::iter::successors(Some(word), |left| Some(left & left.wrapping_sub(1)))
                .take_while(|left| *left != 0)
                .map(move |left| start + left.trailing_zeros())
        })
    }
}

/// A table whose rows lie in one file in a fixed order, with what finds them by words and in orders of their columns.
///
/// A trait because the file is made where the record is kept and asked where its rows are told. All of it works on the
/// calling thread and on others for as long as it takes: some milliseconds a million rows.
pub trait ByPlace: Debug + Send + Sync {
    /// The file as a table: beside the columns of its rows it has their places as [`PLACE`].
    fn table(&self) -> Table;

    /// How many rows it has.
    fn rows(&self) -> usize;

    /// Rows that have these words, with case folded as `lower` in SQL folds it, in one of their texts.
    ///
    /// # Errors
    /// When what was laid beside the file cannot be read.
    fn holding(&self, words: &str) -> Result<Places, QueryError>;

    /// Those of a set that stand in this stretch of an order: by a column, missing values last, then by key. Without a
    /// column by place.
    ///
    /// # Errors
    /// When there is no such order, or it cannot be read.
    fn ordered(&self, among: &Places, by: Option<(&str, bool)>, stretch: Range<usize>) -> Result<Vec<u32>, QueryError>;

    /// Some columns of some rows, in the order of these places, each of them once at most.
    ///
    /// # Errors
    /// When the file cannot be read or has no such column.
    fn read(&self, places: &[u32], columns: &[&str]) -> Result<RecordBatch, QueryError>;
}

/// The column of a table that lies [`ByPlace`] which tells the place of a row.
pub const PLACE: &str = "place";
