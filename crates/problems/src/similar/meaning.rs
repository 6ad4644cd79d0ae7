//! What a sentence model says about tickets, where the owner supplies one.
//!
//! The model is handed in as a function from a text to a vector; this room knows neither files nor networks. Vectors
//! are kept in eight bits a number and compared in whole numbers, so that sums do not depend on their order. A new
//! ticket is compared with the latest ones only ([`super::Look::meaning`]): the cost of a ticket does not grow with
//! the record.

use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use super::single;
use super::space::ByHash;
use super::ticket::Ticket;
use crate::text::tokens::{hash, mix};

type Vectors = dyn Fn(&str) -> Vec<f32> + Send + Sync;

/// A sentence model: a text to a vector, always of the same width, whose direction is what the text means.
#[derive(Clone)]
pub struct Model(Arc<Vectors>);

impl Model {
    /// Takes a function that gives the same vector for the same text, whatever is asked beside it.
    pub fn new(vector: impl Fn(&str) -> Vec<f32> + Send + Sync + 'static) -> Self {
        Self(Arc::new(vector))
    }

    /// What the model gives for a text.
    #[must_use]
    pub fn vector(&self, text: &str) -> Vec<f32> {
        self.0(text)
    }

    /// What a ticket means: its title and the beginning of its description.
    pub(super) fn of(&self, ticket: &impl Ticket) -> Vec<f32> {
        let text = text(ticket.title(), ticket.text());
        if text.is_empty() { Vec::new() } else { self.0(&text) }
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Model")
    }
}

/// Bytes of a description that a model is given, about sixty tokens: its time grows with them, and what a ticket is
/// about stands at the beginning.
const TEXT_BYTES: usize = 256;

/// The words of a ticket that a model is given.
#[must_use]
pub fn text(title: &str, text: &str) -> String {
    let end = (0..=TEXT_BYTES.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    format!("{}\n{}", title.trim(), text[..end].trim()).trim().to_owned()
}

/// A vector in eight bits a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Code {
    pub(super) numbers: Vec<i8>,
    /// What one step is worth, so that the whole has length 1; 0 where there is no vector.
    pub(super) step: f32,
}

impl Code {
    pub(super) fn of(vector: &[f32]) -> Self {
        let most = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        if !most.is_normal() {
            return Self::default();
        }
        #[expect(clippy::cast_possible_truncation, reason = "held to ±127")]
        let numbers: Vec<i8> = vector.iter().map(|x| (x / most * 127.0).round().clamp(-127.0, 127.0) as i8).collect();
        let square: i64 = numbers.iter().map(|&x| i64::from(x) * i64::from(x)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a few millions")]
        let length = (square as f64).sqrt();
        Self { numbers, step: single(1.0 / length) }
    }

    pub(super) fn view(&self) -> View<'_> {
        View { numbers: &self.numbers, step: self.step }
    }
}

/// A vector of the index or of a text that is asked.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct View<'a> {
    numbers: &'a [i8],
    step: f32,
}

impl View<'_> {
    /// Whether there is a vector.
    pub(super) fn is_there(&self) -> bool {
        self.step > 0.0
    }

    /// Cosine; 0 where one of them has no vector, or where they point away from each other.
    pub(super) fn alike(&self, other: &View<'_>) -> f32 {
        let dot: i32 = self.numbers.iter().zip(other.numbers).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
        #[expect(clippy::cast_precision_loss, reason = "seven digits are more than eight bits hold")]
        let dot = dot as f32;
        (dot * self.step * other.step).max(0.0)
    }
}

/// Vectors that a model gave, by the text: what a search kept, so that the next one need not ask the model again.
pub(super) type Codes = ByHash<Code>;

/// Vectors of all tickets, where there is a model.
#[derive(Default)]
pub(super) struct Meanings {
    model: Option<Model>,
    /// Those of an earlier search.
    before: Codes,
    width: usize,
    numbers: Vec<i8>,
    steps: Vec<f32>,
    /// First ticket with each text: desks write the same again and again, and the model is what costs time.
    known: ByHash<u32>,
}

impl Meanings {
    pub(super) fn new(model: Option<Model>) -> Self {
        Self { model, ..Self::default() }
    }

    /// Whether there is a model.
    pub(super) fn is_there(&self) -> bool {
        self.model.is_some()
    }

    /// Takes vectors that the same model gave in an earlier search.
    pub(super) fn remember(&mut self, vectors: Codes) {
        self.before = vectors;
    }

    /// The vectors of all texts that are in, for the next search; those of an earlier one are let go.
    pub(super) fn learned(&mut self) -> Codes {
        self.before = Codes::default();
        let texts = self.known.iter().map(|(&text, &doc)| (text, self.view(doc)));
        let there = texts.filter(|(_, view)| view.is_there());
        there.map(|(text, view)| (text, Code { numbers: view.numbers.to_vec(), step: view.step })).collect()
    }

    /// The vector of a ticket that is in, as numbers; `None` where it has none.
    pub(super) fn vector(&self, doc: u32) -> Option<Vec<f32>> {
        let view = self.view(doc);
        view.is_there().then(|| view.numbers.iter().map(|&x| f32::from(x) * view.step).collect())
    }

    /// Vectors of tickets that are to be taken in.
    pub(super) fn read<L: Ticket>(&self, block: &[L]) -> Vec<Code> {
        match (&self.model, block) {
            (None, _) => Vec::new(),
            (Some(_), [one]) => vec![self.code(one)],
            (Some(_), _) => block.par_iter().map(|ticket| self.code(ticket)).collect(),
        }
    }

    /// The vector of one ticket.
    pub(super) fn code(&self, ticket: &impl Ticket) -> Code {
        let Some(model) = &self.model else { return Code::default() };
        let text = key(ticket);
        if let Some(&doc) = self.known.get(&text) {
            let view = self.view(doc);
            return Code { numbers: view.numbers.to_vec(), step: view.step };
        }
        self.before.get(&text).cloned().unwrap_or_else(|| Code::of(&model.of(ticket)))
    }

    /// Takes the next ticket in.
    pub(super) fn add(&mut self, ticket: &impl Ticket, code: &Code) {
        let doc = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        self.known.entry(key(ticket)).or_insert(doc);
        self.width = self.width.max(code.numbers.len());
        // One of another width cannot be compared: it is kept as if there were none.
        let fits = code.numbers.len() == self.width;
        self.numbers.resize(doc as usize * self.width, 0);
        self.numbers.extend(code.numbers.iter().filter(|_| fits));
        self.numbers.resize((doc as usize + 1) * self.width, 0);
        self.steps.push(if fits { code.step } else { 0.0 });
    }

    /// The vector of a ticket that is in.
    pub(super) fn view(&self, doc: u32) -> View<'_> {
        let from = doc as usize * self.width;
        let numbers = self.numbers.get(from..from + self.width).unwrap_or_default();
        View { numbers, step: self.steps.get(doc as usize).copied().unwrap_or(0.0) }
    }
}

fn key(ticket: &impl Ticket) -> u64 {
    mix(hash(ticket.title()), hash(ticket.text()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similar::Line;

    fn line(title: &str) -> Line {
        Line { title: title.to_owned(), ..Line::default() }
    }

    #[test]
    fn eight_bits_tell_the_cosine_to_two_digits() {
        let a: Vec<f32> = (0..64_u8).map(|n| f32::from(n % 7) - 1.0).collect();
        let b: Vec<f32> = (0..64_u8).map(|n| f32::from(n % 5) - 1.0).collect();
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let exact = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
        let (a, b) = (Code::of(&a), Code::of(&b));
        assert!((a.view().alike(&b.view()) - exact).abs() < 0.01 && (a.view().alike(&a.view()) - 1.0).abs() < 1e-4);
        for strange in [vec![], vec![0.0; 64], vec![f32::NAN; 64], vec![f32::INFINITY; 64]] {
            assert!(Code::of(&strange).view().alike(&a.view()) == 0.0);
        }
    }

    #[test]
    fn the_same_text_is_computed_once_and_a_strange_width_does_no_harm() {
        let calls = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let mut meanings = Meanings::new(Some(Model::new(move |text| {
            counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            vec![1.0; if text == "odd" { 2 } else { 3 }]
        })));
        for title in ["", "twin", "odd", "twin"] {
            let code = meanings.read(&[line(title)]).pop().unwrap();
            meanings.add(&line(title), &code);
        }
        let alike = |a, b| meanings.view(a).alike(&meanings.view(b));
        assert!(alike(1, 3) > 0.99 && alike(0, 1) == 0.0 && alike(2, 1) == 0.0);
        assert_eq!(calls.load(std::sync::atomic::Ordering::Relaxed), 2);
    }

    #[test]
    fn a_model_is_given_the_beginning_of_a_description() {
        assert_eq!(text(" a ", ""), "a");
        assert!(text("", &"é".repeat(1_000)).len() <= TEXT_BYTES);
    }
}
