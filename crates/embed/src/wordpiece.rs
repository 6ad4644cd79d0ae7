//! Text to numbers of word pieces, as BERT reads it: cleaned, split at blanks and punctuation, each word cut
//! greedily into the longest pieces of the vocabulary (Wu and others 2016).

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::Error;
use super::settings::read;

/// Number of a piece.
pub type Token = u32;

/// A vocabulary and how texts are cleaned for it.
pub struct WordPiece {
    pieces: HashMap<String, Token>,
    prefix: String,
    longest_word: usize,
    unknown: Token,
    first: Token,
    last: Token,
    lowercase: bool,
    strip_accents: bool,
    split_ideographs: bool,
}

/// `tokenizer.json`, what of it counts here.
#[derive(Deserialize)]
struct File {
    normalizer: Option<Normalizer>,
    pre_tokenizer: Option<Typed>,
    model: Vocabulary,
}

#[derive(Deserialize)]
struct Typed {
    r#type: String,
}

#[derive(Deserialize)]
struct Normalizer {
    r#type: String,
    #[serde(default)]
    lowercase: bool,
    strip_accents: Option<bool>,
    #[serde(default)]
    handle_chinese_chars: bool,
}

#[derive(Deserialize)]
struct Vocabulary {
    #[serde(default)]
    r#type: String,
    #[serde(default = "unknown")]
    unk_token: String,
    #[serde(default = "prefix")]
    continuing_subword_prefix: String,
    #[serde(default = "hundred")]
    max_input_chars_per_word: usize,
    vocab: serde_json::Value,
}

fn unknown() -> String {
    "[UNK]".to_owned()
}

fn prefix() -> String {
    "##".to_owned()
}

fn hundred() -> usize {
    100
}

/// `tokenizer_config.json`, where there is only a list of words.
#[derive(Deserialize)]
#[serde(default)]
struct Plain {
    do_lower_case: bool,
    strip_accents: Option<bool>,
    tokenize_chinese_chars: bool,
}

impl Default for Plain {
    fn default() -> Self {
        Self { do_lower_case: true, strip_accents: None, tokenize_chinese_chars: true }
    }
}

impl WordPiece {
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("tokenizer.json");
        if !path.exists() {
            return Self::from_list(folder);
        }
        let file: File = read(&path)?;
        let refuse = |what: String| Error::Unsupported { path: path.clone(), what };
        if file.model.r#type != "WordPiece" {
            return Err(refuse(format!("a vocabulary of type “{}”", file.model.r#type)));
        }
        let cleaned = file.normalizer.filter(|n| n.r#type == "BertNormalizer");
        let cleaned = cleaned.ok_or_else(|| refuse("another normaliser than BERT's".to_owned()))?;
        if file.pre_tokenizer.is_none_or(|p| p.r#type != "BertPreTokenizer") {
            return Err(refuse("another way to split words than BERT's".to_owned()));
        }
        let pieces: HashMap<String, Token> = serde_json::from_value(file.model.vocab)
            .map_err(|e| Error::Format { path: path.clone(), why: format!("its vocabulary: {e}") })?;
        let mut out = Self::of(&path, pieces, &file.model.unk_token)?;
        out.prefix = file.model.continuing_subword_prefix;
        out.longest_word = file.model.max_input_chars_per_word;
        out.lowercase = cleaned.lowercase;
        out.strip_accents = cleaned.strip_accents.unwrap_or(cleaned.lowercase);
        out.split_ideographs = cleaned.handle_chinese_chars;
        Ok(out)
    }

    /// From `vocab.txt`, one piece a line.
    fn from_list(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("vocab.txt");
        let list = std::fs::read_to_string(&path).map_err(|cause| Error::Read { path: path.clone(), cause })?;
        let pieces = list.lines().map(str::to_owned).zip(0..).collect();
        let mut out = Self::of(&path, pieces, "[UNK]")?;
        let config = folder.join("tokenizer_config.json");
        let plain: Plain = if config.exists() { read(&config)? } else { Plain::default() };
        out.lowercase = plain.do_lower_case;
        out.strip_accents = plain.strip_accents.unwrap_or(plain.do_lower_case);
        out.split_ideographs = plain.tokenize_chinese_chars;
        Ok(out)
    }

    fn of(path: &PathBuf, pieces: HashMap<String, Token>, unknown: &str) -> Result<Self, Error> {
        let number = |piece: &str| {
            pieces.get(piece).copied().ok_or_else(|| Error::Format {
                path: path.to_owned(),
                why: format!("its vocabulary has no piece “{piece}”"),
            })
        };
        let (unknown, first, last) = (number(unknown)?, number("[CLS]")?, number("[SEP]")?);
        Ok(Self {
            pieces,
            prefix: prefix(),
            longest_word: hundred(),
            unknown,
            first,
            last,
            lowercase: true,
            strip_accents: true,
            split_ideographs: true,
        })
    }

    /// Numbers that the vocabulary uses, from 0.
    pub fn len(&self) -> usize {
        self.pieces.values().map(|&n| n as usize + 1).max().unwrap_or(0)
    }

    /// The pieces of a text between the two that mark its ends, at most `longest` in all.
    pub fn tokens(&self, text: &str, longest: usize) -> Vec<Token> {
        let mut out = vec![self.first];
        let room = longest.saturating_sub(1);
        let mut word = String::new();
        for c in self.clean(text) {
            if out.len() >= room {
                break;
            }
            let alone = punctuation(c) || (self.split_ideographs && ideograph(c));
            if c == ' ' || alone {
                self.cut(&word, &mut out);
                word.clear();
            }
            if alone {
                self.cut(c.encode_utf8(&mut [0; 4]), &mut out);
            } else if c != ' ' {
                word.push(c);
            }
        }
        self.cut(&word, &mut out);
        out.truncate(room.max(1));
        out.push(self.last);
        out
    }

    /// Without control characters, every kind of blank the same, in lower case and without accents where the model
    /// was trained so.
    fn clean(&self, text: &str) -> Vec<char> {
        let blank = |c: char| if c.is_whitespace() { ' ' } else { c };
        let kept = text
            .chars()
            .map(blank)
            .filter(|&c| c == ' ' || (c != '\u{fffd}' && c.general_category_group() != GeneralCategoryGroup::Other));
        let plain: String = if self.strip_accents {
            kept.nfd().filter(|&c| canonical_combining_class(c) == 0).collect()
        } else {
            kept.collect()
        };
        if self.lowercase { plain.chars().flat_map(char::to_lowercase).collect() } else { plain.chars().collect() }
    }

    /// Cuts a word into pieces; one that cannot be cut is unknown as a whole.
    fn cut(&self, word: &str, out: &mut Vec<Token>) {
        if word.is_empty() {
            return;
        }
        let began = out.len();
        let mut rest = word;
        let mut tried = String::new();
        while !rest.is_empty() && word.chars().count() <= self.longest_word {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
            let found = ends.rev().find_map(|end| {
                tried.clear();
                if rest.len() < word.len() {
                    tried.push_str(&self.prefix);
                }
                tried.push_str(&rest[..end]);
                self.pieces.get(&tried).map(|&piece| (end, piece))
            });
            let Some((end, piece)) = found else { break };
            out.push(piece);
            rest = &rest[end..];
        }
        if !rest.is_empty() {
            out.truncate(began);
            out.push(self.unknown);
        }
    }
}

/// Unicode's punctuation, and every ASCII sign that is neither letter nor digit.
fn punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || (!c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Punctuation)
}

/// The blocks of ideographs that BERT reads one by one.
fn ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x2_0000..=0x2_a6df | 0x2_a700..=0x2_ceaf
        | 0xf900..=0xfaff | 0x2_f800..=0x2_fa1f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> WordPiece {
        let pieces = ["[UNK]", "[CLS]", "[SEP]"].iter().chain(list).map(|w| (*w).to_owned()).zip(0..).collect();
        WordPiece::of(&PathBuf::from("here"), pieces, "[UNK]").unwrap()
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces() {
        let words = words(&["print", "##er", "##ing", ",", "cafe", "界", "p", "##r"]);
        assert_eq!(words.tokens("Printer, PRINTING", 99), [1, 3, 4, 6, 3, 5, 2]);
        assert_eq!(words.tokens("Café\u{7}\t世界", 99), [1, 7, 0, 8, 2]);
        assert_eq!(words.tokens("printed", 99), [1, 0, 2]);
        assert_eq!(words.tokens("", 99), [1, 2]);
        assert_eq!(words.tokens(&"p".repeat(200), 99), [1, 0, 2]);
        assert_eq!(words.tokens("print print print", 3), [1, 3, 2]);
    }
}
