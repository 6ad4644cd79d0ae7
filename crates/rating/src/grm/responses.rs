//! Answers as counts of distinct patterns.

use super::Refused;

/// The code of "not able to say".
pub const MISSING: u8 = u8::MAX;

/// Distinct rows of answers, each with how often it occurs.
#[derive(Debug, Clone)]
pub struct Responses {
    items: usize,
    /// Per item the codes that occur, lowest first.
    categories: Vec<Vec<u8>>,
    /// Patterns, item by item, as places among those codes.
    cells: Vec<u8>,
    counts: Vec<u32>,
    groups: Vec<u8>,
    of_row: Vec<Option<u32>>,
    group_count: usize,
}

impl Responses {
    /// From rows of `items` codes each (categories from 0, [`MISSING`]), one row after the other. A row without any
    /// answer tells nothing and is left out. A category that nobody used has no threshold; it is told in the item's
    /// `categories`.
    ///
    /// # Errors
    /// [`Refused`] for half rows, no answers, an item with fewer than two categories in use, codes above 99.
    pub fn new(answers: &[u8], items: usize) -> Result<Self, Refused> {
        Self::in_groups(answers, items, &[])
    }

    /// The same with a group for each row (from 0; none means one group for all).
    ///
    /// # Errors
    /// As [`Self::new`]; [`Refused::Ragged`] too when there are not as many groups as rows.
    pub fn in_groups(answers: &[u8], items: usize, groups: &[u8]) -> Result<Self, Refused> {
        if items == 0 {
            return Err(Refused::Nothing { rows: 0, items });
        }
        let rows = answers.len() / items;
        if !answers.len().is_multiple_of(items) || (!groups.is_empty() && groups.len() != rows) {
            return Err(Refused::Ragged { cells: answers.len(), items });
        }
        let mut seen = vec![[false; 256]; items];
        for row in answers.chunks_exact(items) {
            for (seen, code) in seen.iter_mut().zip(row) {
                seen[usize::from(*code)] = true;
            }
        }
        let mut categories = Vec::with_capacity(items);
        for (item, seen) in seen.iter().enumerate() {
            if let Some(code) = (100..MISSING).find(|code| seen[usize::from(*code)]) {
                return Err(Refused::Category { item, code });
            }
            let used: Vec<u8> = (0..100).filter(|code| seen[usize::from(*code)]).collect();
            if used.len() < 2 {
                return Err(Refused::Constant { item, used: used.len() });
            }
            categories.push(used);
        }
        let group = |row: usize| groups.get(row).copied().unwrap_or(0);
        let row = |row: u32| &answers[row as usize * items..(row as usize + 1) * items];
        let count = u32::try_from(rows).map_err(|_| Refused::Ragged { cells: answers.len(), items })?;
        let mut order: Vec<u32> = (0..count).filter(|at| row(*at).iter().any(|code| *code != MISSING)).collect();
        order.sort_unstable_by(|one, other| {
            (group(*one as usize), row(*one), *one).cmp(&(group(*other as usize), row(*other), *other))
        });
        let mut out = Self {
            items,
            cells: Vec::new(),
            counts: Vec::new(),
            groups: Vec::new(),
            of_row: vec![None; rows],
            group_count: groups.iter().copied().max().map_or(1, |most| usize::from(most) + 1),
            categories,
        };
        let mut place = vec![[0_u8; 256]; items];
        for (place, used) in place.iter_mut().zip(&out.categories) {
            place[usize::from(MISSING)] = MISSING;
            for (at, code) in (0_u8..).zip(used) {
                place[usize::from(*code)] = at;
            }
        }
        let mut last: Option<u32> = None;
        for at in order {
            let same = last.is_some_and(|last| row(last) == row(at) && group(last as usize) == group(at as usize));
            if same {
                if let Some(count) = out.counts.last_mut() {
                    *count += 1;
                }
            } else {
                out.cells.extend(row(at).iter().zip(&place).map(|(code, place)| place[usize::from(*code)]));
                out.counts.push(1);
                out.groups.push(group(at as usize));
            }
            out.of_row[at as usize] = u32::try_from(out.counts.len() - 1).ok();
            last = Some(at);
        }
        if out.counts.is_empty() {
            return Err(Refused::Nothing { rows: 0, items });
        }
        Ok(out)
    }

    /// Distinct rows that have an answer, in order, and the place of each row among them.
    pub(crate) fn distinct_rows(answers: &[u8], items: usize) -> (Vec<&[u8]>, Vec<Option<u32>>) {
        let rows: Vec<&[u8]> = answers.chunks_exact(items.max(1)).collect();
        let mut distinct: Vec<&[u8]> =
            rows.iter().copied().filter(|row| row.iter().any(|code| *code != MISSING)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let place = |row: &&[u8]| distinct.binary_search(row).ok().and_then(|at| u32::try_from(at).ok());
        let of_row = rows.iter().map(place).collect();
        (distinct, of_row)
    }

    /// Items.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items
    }

    /// The codes in use, item by item.
    #[must_use]
    pub fn categories(&self) -> &[Vec<u8>] {
        &self.categories
    }

    /// Distinct patterns.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.counts.len()
    }

    /// Groups of rows.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.group_count
    }

    /// The pattern of each row; `None` for a row without answers.
    #[must_use]
    pub fn of_row(&self) -> &[Option<u32>] {
        &self.of_row
    }

    /// A pattern as places among the codes in use, or [`MISSING`]; empty for a number that is none.
    #[must_use]
    pub fn pattern(&self, at: usize) -> &[u8] {
        self.cells.get(at * self.items..(at + 1) * self.items).unwrap_or_default()
    }

    /// How often a pattern occurs.
    #[must_use]
    pub fn count(&self, at: usize) -> u32 {
        self.counts.get(at).copied().unwrap_or(0)
    }

    /// The group of a pattern.
    #[must_use]
    pub fn group(&self, at: usize) -> usize {
        self.groups.get(at).copied().map_or(0, usize::from)
    }

    /// Every `step`-th pattern: a systematic sample, since patterns are sorted. `None` when an item would be left with
    /// a category that nobody in it used.
    pub(crate) fn every(&self, step: usize) -> Option<Self> {
        let kept: Vec<usize> = (step / 2..self.distinct()).step_by(step).collect();
        for (item, used) in self.categories.iter().enumerate() {
            let mut times = vec![0_usize; used.len()];
            for at in &kept {
                if let Some(times) = times.get_mut(usize::from(self.pattern(*at)[item])) {
                    *times += 1;
                }
            }
            if times.iter().any(|times| *times < 5) {
                return None;
            }
        }
        Some(Self {
            items: self.items,
            categories: self.categories.clone(),
            cells: kept.iter().flat_map(|at| self.pattern(*at).iter().copied()).collect(),
            counts: kept.iter().map(|at| self.count(*at)).collect(),
            groups: kept.iter().map(|at| self.groups[*at]).collect(),
            of_row: Vec::new(),
            group_count: self.group_count,
        })
    }
}
