//! A local sentence model given by path: text to a vector whose direction is what the text means.
//!
//! [`Model::open`] reads a folder as sentence-transformers saves it (`config.json`, `model.safetensors`,
//! `tokenizer.json` or `vocab.txt`); nothing is ever downloaded. It takes the BERT family with `WordPiece`: `MiniLM`, BGE,
//! E5, GTE and the monolingual BERTs. What it cannot compute exactly it refuses by name instead of answering
//! something close.
//!
//! A text is computed on its own, never padded to its neighbours: its vector does not depend on what else is asked,
//! nor on the number of threads.

mod encoder;
mod settings;
mod tensors;
mod wordpiece;

use std::path::{Path, PathBuf};

use encoder::Encoder;
use settings::{Pooling, Settings};
use wordpiece::WordPiece;

/// Why a model could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file is missing or cannot be read.
    #[error("{}: {cause}; give the folder that holds config.json, model.safetensors and tokenizer.json", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {why}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The model is of a kind that is not computed here.
    #[error("{}: {what} is not supported; use a BERT sentence model with a WordPiece vocabulary", path.display())]
    Unsupported {
        /// The file that says so.
        path: PathBuf,
        /// What it asks for.
        what: String,
    },
}

/// A sentence model in memory.
pub struct Model {
    words: WordPiece,
    encoder: Encoder,
    settings: Settings,
}

impl Model {
    /// Reads a model from its folder, or from a file in it.
    ///
    /// # Errors
    /// When a file is missing or damaged, or the model is of another kind.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let folder = if path.is_file() { path.parent().unwrap_or(Path::new(".")) } else { path };
        let settings = Settings::read(folder)?;
        let words = WordPiece::read(folder)?;
        let encoder = Encoder::read(&folder.join("model.safetensors"), &settings, words.len())?;
        Ok(Self { words, encoder, settings })
    }

    /// Numbers of a vector.
    #[must_use]
    pub fn width(&self) -> usize {
        self.settings.width
    }

    /// The vector of a text, of length 1. Tokens beyond the model's longest text are left out.
    #[must_use]
    pub fn vector(&self, text: &str) -> Vec<f32> {
        let tokens = self.words.tokens(text, self.settings.longest);
        let hidden = self.encoder.run(&tokens);
        let mut out = match self.settings.pooling {
            Pooling::First => hidden.row(0).to_vec(),
            Pooling::Mean => {
                let mut sum = vec![0.0; self.settings.width];
                for row in hidden.rows() {
                    for (sum, x) in sum.iter_mut().zip(row) {
                        *sum += x;
                    }
                }
                // Only the direction counts: the division by the number of tokens falls out.
                sum
            }
        };
        let norm = out.iter().map(|x| x * x).sum::<f32>().sqrt();
        if norm > 0.0 {
            for x in &mut out {
                *x /= norm;
            }
        }
        out
    }
}
