//! The little of dense linear algebra that is needed: symmetric positive definite systems of some dozen unknowns.

/// A square matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Square {
    /// Rows and columns.
    pub n: usize,
    /// `n · n` cells, row by row.
    pub cells: Vec<f64>,
}

impl Square {
    /// All zero.
    #[must_use]
    pub fn zero(n: usize) -> Self {
        Self { n, cells: vec![0.0; n * n] }
    }

    /// The cell of a row and a column, both below `n`.
    #[must_use]
    #[inline]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.n + column]
    }

    /// The cell of a row and a column, to be changed.
    #[inline]
    pub fn at_mut(&mut self, row: usize, column: usize) -> &mut f64 {
        &mut self.cells[row * self.n + column]
    }

    /// Replaces the lower triangle by the Cholesky factor L of A = L Lᵀ (what lies above is left as it was).
    /// False, with the matrix half changed, when A is not positive definite.
    #[must_use]
    pub fn cholesky(&mut self) -> bool {
        let n = self.n;
        for row in 0..n {
            for column in 0..=row {
                let (before, after) = self.cells.split_at(row * n);
                let this = &after[..=row];
                let other = if column == row { this } else { &before[column * n..=column * n + column] };
                let dot: f64 = this[..column].iter().zip(&other[..column]).map(|(a, b)| a * b).sum();
                let left = this[column] - dot;
                if column == row {
                    if left <= 0.0 || !left.is_finite() {
                        return false;
                    }
                    self.cells[row * n + row] = left.sqrt();
                } else {
                    self.cells[row * n + column] = left / other[column];
                }
            }
        }
        true
    }

    /// Solves L y = v in place, this being a Cholesky factor.
    pub fn forward(&self, v: &mut [f64]) {
        for row in 0..self.n {
            let cells = &self.cells[row * self.n..=row * self.n + row];
            let dot: f64 = cells[..row].iter().zip(&v[..row]).map(|(a, b)| a * b).sum();
            v[row] = (v[row] - dot) / cells[row];
        }
    }

    /// Solves Lᵀ x = v in place, this being a Cholesky factor.
    pub fn backward(&self, v: &mut [f64]) {
        for row in (0..self.n).rev() {
            v[row] /= self.at(row, row);
            let x = v[row];
            for (column, value) in v[..row].iter_mut().enumerate() {
                *value -= self.at(row, column) * x;
            }
        }
    }

    /// The inverse of a symmetric positive definite matrix and the logarithm of its determinant; `None` when it is
    /// not positive definite.
    #[must_use]
    pub fn inverse(&self) -> Option<(Self, f64)> {
        let mut factor = self.clone();
        if !factor.cholesky() {
            return None;
        }
        let mut inverse = Self::zero(self.n);
        let mut column_of = vec![0.0; self.n];
        for column in 0..self.n {
            column_of.fill(0.0);
            column_of[column] = 1.0;
            factor.forward(&mut column_of);
            factor.backward(&mut column_of);
            for (row, value) in column_of.iter().enumerate() {
                *inverse.at_mut(row, column) = *value;
            }
        }
        let log_determinant = (0..self.n).map(|at| 2.0 * factor.at(at, at).ln()).sum();
        Some((inverse, log_determinant))
    }
}

/// Solves A x = v for a symmetric positive definite A; false, with `v` spoilt, when A is none.
#[must_use]
pub fn solve(mut matrix: Square, v: &mut [f64]) -> bool {
    if !matrix.cholesky() {
        return false;
    }
    matrix.forward(v);
    matrix.backward(v);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_solved_and_inverted() {
        let matrix = Square { n: 3, cells: vec![4.0, 2.0, 0.6, 2.0, 3.0, 0.4, 0.6, 0.4, 2.0] };
        let mut v = vec![1.0, -2.0, 0.5];
        let asked = v.clone();
        assert!(solve(matrix.clone(), &mut v));
        for (row, asked) in asked.iter().enumerate() {
            let got: f64 = (0..3).map(|column| matrix.at(row, column) * v[column]).sum();
            assert!((got - asked).abs() < 1e-13);
        }
        let (inverse, log_determinant) = matrix.inverse().unwrap();
        let determinant: f64 = 4.0 * (6.0 - 0.16) - 2.0 * (4.0 - 0.24) + 0.6 * (0.8 - 1.8);
        assert!((log_determinant - determinant.ln()).abs() < 1e-13);
        assert!((inverse.at(0, 1) - inverse.at(1, 0)).abs() < 1e-14);
        assert!(!solve(Square { n: 2, cells: vec![1.0, 2.0, 2.0, 1.0] }, &mut [1.0, 1.0]));
    }
}
