//! Writing: figures are put on the sheet once, sentences refer to them.

use crate::content::{Figure, Piece, Sentence};
use crate::words;

/// Figures in the order in which they were first said.
#[derive(Debug, Default)]
pub struct Sheet {
    figures: Vec<Figure>,
}

impl Sheet {
    /// Puts a figure down and returns its text and name; the same name twice keeps the first.
    pub fn put(&mut self, figure: Figure) -> Said {
        if let Some(known) = self.figures.iter().find(|f| f.name == figure.name) {
            return Said { name: known.name.clone(), text: known.text.clone() };
        }
        let said = Said { name: figure.name.clone(), text: figure.text.clone() };
        self.figures.push(figure);
        said
    }

    /// All figures that `used` tells are said somewhere.
    pub fn into_figures(self) -> Vec<Figure> {
        self.figures
    }
}

/// A figure that stands on the sheet.
#[derive(Debug, Clone)]
pub struct Said {
    name: String,
    text: String,
}

/// Begins a sentence.
#[must_use]
pub fn line() -> Line {
    Line::default()
}

/// A sentence being written.
#[derive(Debug, Default)]
pub struct Line {
    sentence: Sentence,
}

impl Line {
    /// Our own words.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.sentence.text.push_str(text);
        if let Some(Piece::Text(last)) = self.sentence.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.sentence.pieces.push(Piece::Text(text.to_owned()));
        }
        self
    }

    /// A name out of the record, cut to so many characters.
    #[must_use]
    pub fn name(mut self, name: &str, longest: usize) -> Self {
        let name = words::clean(name, longest);
        self.sentence.text.push_str(&name);
        self.sentence.pieces.push(Piece::Name(name));
        self
    }

    /// A figure.
    #[must_use]
    pub fn figure(mut self, figure: &Said) -> Self {
        self.sentence.text.push_str(&figure.text);
        self.sentence.pieces.push(Piece::Figure(figure.name.clone()));
        self
    }

    /// Ends the sentence.
    #[must_use]
    pub fn end(self) -> Sentence {
        self.sentence
    }
}

/// Ten significant digits: enough for any figure, free of the dust of binary fractions.
pub(crate) fn exact(value: f64) -> f64 {
    format!("{value:.9e}").parse().unwrap_or(value)
}

/// A figure with nothing but name, text, value, unit and meaning; the rest is added by the methods.
#[must_use]
pub fn figure(name: impl Into<String>, text: String, value: f64, unit: &str, meaning: impl Into<String>) -> Figure {
    Figure {
        name: name.into(),
        text,
        value: exact(value),
        unit: unit.to_owned(),
        n: None,
        low: None,
        high: None,
        interval: None,
        meaning: meaning.into(),
        steps: Vec::new(),
        rows: None,
    }
}

impl Figure {
    /// How many rows it rests on.
    #[must_use]
    pub fn on(mut self, n: u64) -> Self {
        self.n = Some(n);
        self
    }

    /// Its interval and what that is.
    #[must_use]
    pub fn within(mut self, low: Option<f64>, high: Option<f64>, what: &str) -> Self {
        if low.is_some() || high.is_some() {
            self.low = low.map(exact);
            self.high = high.map(exact);
            self.interval = Some(what.to_owned());
        }
        self
    }

    /// What opens its rows.
    #[must_use]
    pub fn rows(mut self, link: impl Into<String>) -> Self {
        self.rows = Some(link.into());
        self
    }

    /// Its arithmetic.
    #[must_use]
    pub fn steps(mut self, steps: Vec<String>) -> Self {
        self.steps = steps;
        self
    }
}
