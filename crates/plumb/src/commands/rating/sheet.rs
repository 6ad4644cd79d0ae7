//! A file of comma-separated answers, every cell with the row that it stands in.

use std::path::Path;

use crate::error::CommandError;

/// Largest number that is computed with, either way: sums of squares of more would have no end.
const MOST: f64 = 1e9;

/// A file: its columns and rows.
pub struct Sheet {
    /// As it is told in errors.
    pub name: String,
    /// Columns.
    pub header: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    /// Line of the file that it begins on, from 1.
    line: u64,
    cells: Vec<String>,
}

impl Sheet {
    /// Reads a file whole.
    ///
    /// # Errors
    /// Refused when it cannot be read, has no rows, or a row has more or fewer cells than the header.
    pub fn read(path: &Path) -> Result<Self, CommandError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| {
            CommandError::refused(format!("{name}: {error}")).hint("give a file of comma-separated text")
        })?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
            CommandError::refused(format!("{name}: line {line} is not UTF-8")).hint("save the file as UTF-8 text")
        })?;
        let text = text.trim_start_matches('\u{feff}');
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let broken = |error: &csv::Error| {
            CommandError::refused(format!("{name}: {error}")).hint("give a file of comma-separated text")
        };
        let header: Vec<String> = reader.headers().map_err(|error| broken(&error))?.iter().map(str::to_owned).collect();
        if let Some(twice) = header.iter().enumerate().find(|(at, column)| header[..*at].contains(column)) {
            return Err(CommandError::refused(format!("{name}: the column `{}` is there twice", twice.1))
                .hint("give every column a name of its own"));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| broken(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != header.len() {
                return Err(CommandError::refused(format!(
                    "{name}: row {line} has {} cells where the header has {}",
                    record.len(),
                    header.len()
                ))
                .hint(
                    "give every row a cell for every column, an empty one for no answer; text with commas needs quotes",
                ));
            }
            rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
        }
        if rows.is_empty() {
            return Err(CommandError::refused(format!("{name}: there are no rows below the header"))
                .hint("give a header line and a row for every form"));
        }
        Ok(Self { name, header, rows })
    }

    /// The place of a column.
    ///
    /// # Errors
    /// Refused, with the columns that are there.
    pub fn column(&self, wanted: &str) -> Result<usize, CommandError> {
        self.header.iter().position(|column| column == wanted).ok_or_else(|| {
            CommandError::refused(format!("{}: there is no column `{wanted}`", self.name))
                .hint(format!("its columns are {}", self.header.join(", ")))
        })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Line of the file on which a row begins.
    pub fn line(&self, row: usize) -> u64 {
        self.rows.get(row).map_or(0, |row| row.line)
    }

    /// A cell; nothing where it is empty or `NA`.
    pub fn cell(&self, row: usize, column: usize) -> Option<&str> {
        let text = self.rows.get(row)?.cells.get(column)?.as_str();
        (!text.is_empty() && text != "NA").then_some(text)
    }

    /// A cell that must be there.
    ///
    /// # Errors
    /// Refused with the row.
    pub fn must(&self, row: usize, column: usize) -> Result<&str, CommandError> {
        self.cell(row, column).ok_or_else(|| {
            let name = self.header.get(column).map_or("", String::as_str);
            CommandError::refused(format!("{}: row {}: `{name}` is empty", self.name, self.line(row)))
                .hint(format!("give every row its {name}, or leave the row out"))
        })
    }

    /// A cell as a number.
    ///
    /// # Errors
    /// Refused with the row where it is none.
    pub fn number(&self, row: usize, column: usize) -> Result<Option<f64>, CommandError> {
        let Some(text) = self.cell(row, column) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(value) if value.abs() <= MOST => Ok(Some(value)),
            Ok(value) if value.is_finite() => {
                let name = self.header.get(column).map_or("", String::as_str);
                Err(CommandError::refused(format!(
                    "{}: row {}: `{name}` is `{text}`, and its square could not be summed up",
                    self.name,
                    self.line(row)
                ))
                .hint(format!("give answers between -{MOST:.0} and {MOST:.0}, in another unit where they are larger")))
            }
            _ => {
                let name = self.header.get(column).map_or("", String::as_str);
                Err(CommandError::refused(format!(
                    "{}: row {}: `{name}` is `{text}`, which is no number",
                    self.name,
                    self.line(row)
                ))
                .hint("give a number, or leave the cell empty for no answer"))
            }
        }
    }
}
