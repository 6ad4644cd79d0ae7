//! What texts say: words and identifiers, their language, and which kinds of names tell problems apart.

pub mod kinds;
pub mod language;
pub mod tokens;
