//! Sums by ticket, small enough for the cache however long the record.

/// Sums of one ticket while candidates are gathered.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The ticket.
    pub doc: u32,
    /// Over words.
    pub words: f32,
    /// Over grams.
    pub grams: f32,
}

const NONE: Entry = Entry { doc: u32::MAX, words: 0.0, grams: 0.0 };

/// An open-addressed table of [`Entry`], emptied after each ticket by the places that were touched.
pub struct Table {
    slots: Vec<Entry>,
    touched: Vec<u32>,
}

impl Default for Table {
    fn default() -> Self {
        Self { slots: vec![NONE; 1 << 12], touched: Vec::new() }
    }
}

impl Table {
    /// The sums of a ticket, to add to.
    pub fn entry(&mut self, doc: u32) -> &mut Entry {
        if self.touched.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        // Neighbouring tickets lie side by side: postings come in order of time.
        let mut place = doc as usize & mask;
        while self.slots[place].doc != doc {
            if self.slots[place].doc == u32::MAX {
                self.slots[place].doc = doc;
                self.touched.push(u32::try_from(place).unwrap_or(u32::MAX));
                break;
            }
            place = (place + 1) & mask;
        }
        &mut self.slots[place]
    }

    /// Everything summed so far, in no particular order.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.touched.iter().map(|&place| self.slots[place as usize])
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        for place in self.touched.drain(..) {
            self.slots[place as usize] = NONE;
        }
    }

    fn grow(&mut self) {
        let kept: Vec<Entry> = self.entries().collect();
        self.touched.clear();
        self.slots = vec![NONE; self.slots.len() * 2];
        for entry in kept {
            *self.entry(entry.doc) = entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_survive_growth_and_clearing() {
        let mut table = Table::default();
        for round in 0..2 {
            for n in 0..20_000_u32 {
                table.entry(n % 7_000 * 4_096).words += 1.0;
            }
            let all: Vec<Entry> = table.entries().collect();
            assert_eq!(all.len(), 7_000, "round {round}");
            assert!((all.iter().map(|e| e.words).sum::<f32>() - 20_000.0).abs() < 0.5);
            table.clear();
            assert_eq!(table.entries().count(), 0);
        }
    }
}
