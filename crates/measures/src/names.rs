//! Names as numbers.

use std::collections::HashMap;

/// Gives each distinct name a number, in the order of first sight.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    numbers: HashMap<String, u32>,
    names: Vec<String>,
    last: u32,
}

impl Names {
    /// The number of a name, a new one at first sight.
    pub(crate) fn number(&mut self, name: &str) -> u32 {
        // Neighbours are often alike.
        if self.names.get(self.last as usize).is_some_and(|last| last == name) {
            return self.last;
        }
        self.last = if let Some(&number) = self.numbers.get(name) {
            number
        } else {
            let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
            self.numbers.insert(name.to_owned(), number);
            self.names.push(name.to_owned());
            number
        };
        self.last
    }

    /// The number of a name that was seen.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name of a number.
    pub(crate) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }
}
