//! The decimal mark of a column of numbers: `1.234` alone may be a thousand and more or little more than one, the
//! other cells of its column tell.

use formats::Format;

use crate::api::Difficulty;
use crate::mapping::{Field, Mapping, Sort, Unit};
use crate::plan::columns_of;
use crate::survey::Survey;

/// What the numbers of a column tell about their marks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    /// Cells in which the comma can only be the decimal mark, and in which the point can.
    comma: u64,
    point: u64,
    /// Cells that can be read either way.
    either: u64,
    example: Option<String>,
}

/// What one number tells.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    Comma,
    Point,
    Either,
}

fn told(number: &str) -> Told {
    let (commas, points) = (number.matches(',').count(), number.matches('.').count());
    let Some(at) = number.rfind([',', '.']) else { return Told::Nothing };
    let (before, after) = number.split_at(at);
    let before = before.trim_start_matches(['-', '+']);
    if commas + points == 1 && after.len() == 4 && (1..=3).contains(&before.len()) && before != "0" {
        return Told::Either;
    }
    let comma = match (commas, points) {
        // One mark again and again parts thousands, so that the other is the decimal mark.
        (2.., 0) => false,
        (0, 2..) => true,
        _ => after.starts_with(','),
    };
    if comma { Told::Comma } else { Told::Point }
}

impl Marks {
    pub(crate) fn count(&mut self, number: &str) {
        match told(number) {
            Told::Nothing => {}
            Told::Comma => self.comma += 1,
            Told::Point => self.point += 1,
            Told::Either => {
                self.either += 1;
                self.example.get_or_insert_with(|| number.to_owned());
            }
        }
    }

    /// The mark that all cells which tell one agree on.
    fn proven(&self) -> Option<char> {
        match (self.comma > 0, self.point > 0) {
            (true, false) => Some(','),
            (false, true) => Some('.'),
            _ => None,
        }
    }
}

/// Settles the decimal mark of the mapped numbers of a delimited text as far as their columns tell it; what stays open is
/// a difficulty.
pub(crate) fn settle(mapping: &mut Mapping, survey: &Survey) -> Vec<Difficulty> {
    let mut difficulties = Vec::new();
    // Other formats have one mark.
    if !matches!(survey.format, Format::Csv { .. }) {
        return difficulties;
    }
    let names: Vec<String> = survey.columns.iter().map(|column| column.name.clone()).collect();
    let fields: Vec<Field> = mapping.fields.keys().copied().filter(|field| field.sort() == Sort::Number).collect();
    for field in fields {
        let Some(map) = mapping.fields.get(&field) else { continue };
        if map.decimal.is_some() || matches!(map.unit, Some(Unit::Present | Unit::Digits)) {
            continue;
        }
        let first = columns_of(map, field, mapping, &names).first().copied();
        let Some(column) = first.and_then(|index| survey.columns.get(index)) else { continue };
        let marks = &column.marks;
        match marks.proven() {
            // Rows further down may have a number that can be read either way.
            Some(mark) if marks.either > 0 || !survey.whole => {
                if let Some(map) = mapping.fields.get_mut(&field) {
                    map.decimal = Some(mark);
                }
            }
            None if marks.either > 0 => difficulties.push(Difficulty {
                column: column.name.clone(),
                what: "thousands or a fraction: numbers with three figures behind their mark are read as a fraction"
                    .into(),
                count: marks.either,
                examples: marks.example.iter().cloned().collect(),
                remedy: format!("Say in the mapping which decimal mark they have (fields.{}.decimal)", field.name()),
            }),
            _ => {}
        }
    }
    difficulties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_single_numbers() {
        for (number, expected) in [
            ("12", Told::Nothing),
            ("1.234", Told::Either),
            ("-12,345", Told::Either),
            ("0.125", Told::Point),
            ("1234,567", Told::Comma),
            ("12,5", Told::Comma),
            ("12.50", Told::Point),
            ("1.234,5", Told::Comma),
            ("1,234.5", Told::Point),
            ("1.234.567", Told::Comma),
            ("1,234,567", Told::Point),
        ] {
            assert_eq!(told(number), expected, "{number}");
        }
    }
}
