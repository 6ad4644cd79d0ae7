//! What is wrong with what somebody typed: the field, and what to do about it. Nothing typed is lost: pages
//! show the words again beside the message.

use std::fmt;

use serde::Serialize;

/// One field and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// Name of the field, as forms and the API name it; empty when it is about the whole.
    pub field: String,
    /// What is wrong and what would be right, as a sentence.
    pub message: String,
}

/// All that is wrong with one act.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Wrongs(pub Vec<Wrong>);

impl Wrongs {
    /// One wrong.
    #[must_use]
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        Self(vec![Wrong { field: field.to_owned(), message: message.into() }])
    }

    /// Adds one.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(Wrong { field: field.to_owned(), message: message.into() });
    }

    /// Keeps what is right and notes what is wrong: `let title = wrongs.take(line("title", &text, 200));`.
    /// The default stands in only until [`Wrongs::or`] refuses the whole.
    pub fn take<T: Default>(&mut self, read: Result<T, Self>) -> T {
        read.unwrap_or_else(|wrongs| {
            self.0.extend(wrongs.0);
            T::default()
        })
    }

    /// What was read, unless something was wrong.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn or<T>(self, read: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(read) } else { Err(self) }
    }

    /// The message of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.as_str())
    }
}

impl fmt::Display for Wrongs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, wrong) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            if wrong.field.is_empty() {
                f.write_str(&wrong.message)?;
            } else {
                write!(f, "{}: {}", wrong.field, wrong.message)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Wrongs {}
