//! Comments, and cells by an attribute of the raters. Both rules see who answered and nothing else.

use std::collections::BTreeSet;

/// Raters whose comments are shown together at least.
pub const COMMENT_MINIMUM: usize = 5;
/// The same where only some of the comments are shown; so many must be left over as well.
pub const COMMENT_FILTERED_MINIMUM: usize = 8;
/// Raters of a cell by an attribute at least; so many must be in the rest as well.
pub const CELL_MINIMUM: usize = 10;

/// Whether the comments of `some` of `all` raters may be shown. Comments are read word for word, so whoever sees all and
/// some sees the rest too: what is left over must be as large as what is shown, or nobody. They are never shown by an
/// attribute of the raters.
#[must_use]
pub fn comments_allowed(some: &BTreeSet<u32>, all: &BTreeSet<u32>) -> bool {
    if !some.is_subset(all) {
        return false;
    }
    if some.len() == all.len() {
        return all.len() >= COMMENT_MINIMUM;
    }
    some.len() >= COMMENT_FILTERED_MINIMUM && all.len() - some.len() >= COMMENT_FILTERED_MINIMUM
}

/// Over whom a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// One leader.
    Leader,
    /// The whole organisation.
    Organisation,
}

/// Why cells by attributes are not shown at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoCells {
    /// An attribute of the raters beside one leader.
    #[error("attributes of those who answered are told over the whole organisation only, never of one leader")]
    OneLeader,
    /// Two attributes crossed.
    #[error("one attribute at a time: two crossed make cells of few")]
    Crossed,
}

/// Which cells of an attribute may be shown, in the order given. A cell is shown with at least [`CELL_MINIMUM`] raters
/// in it and as many outside of it. What is hidden must number as many together as well, or nobody: the smallest cells go
/// with it until it does, since the total is known.
///
/// # Errors
/// When the figure is of one leader, or crosses attributes.
pub fn cells(cells: &[BTreeSet<u32>], attributes: usize, grain: Grain) -> Result<Vec<bool>, NoCells> {
    if grain == Grain::Leader {
        return Err(NoCells::OneLeader);
    }
    if attributes != 1 {
        return Err(NoCells::Crossed);
    }
    let all: usize = cells.iter().map(BTreeSet::len).sum();
    let mut shown: Vec<bool> =
        cells.iter().map(|cell| cell.len() >= CELL_MINIMUM && all - cell.len() >= CELL_MINIMUM).collect();
    loop {
        let hidden: usize = cells.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(cell, _)| cell.len()).sum();
        if hidden == 0 || hidden >= CELL_MINIMUM {
            return Ok(shown);
        }
        let smallest = (0..cells.len()).filter(|at| shown[*at]).min_by_key(|at| (cells[*at].len(), *at));
        match smallest {
            Some(at) => shown[at] = false,
            None => return Ok(shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(range: std::ops::Range<u32>) -> BTreeSet<u32> {
        range.collect()
    }

    #[test]
    fn comments_need_five_or_eight_and_eight_left_over() {
        assert!(!comments_allowed(&set(0..4), &set(0..4)) && comments_allowed(&set(0..5), &set(0..5)));
        // All but one: whoever sees both lists reads the one.
        assert!(!comments_allowed(&set(0..15), &set(0..16)));
        assert!(!comments_allowed(&set(0..7), &set(0..20)) && comments_allowed(&set(0..8), &set(0..16)));
        assert!(!comments_allowed(&set(8..17), &set(0..16)), "of somebody who is not there");
        assert!(!comments_allowed(&set(0..0), &set(0..0)));
    }

    #[test]
    fn a_cell_and_what_is_left_number_ten() {
        let three = [set(0..12), set(12..30), set(30..45)];
        assert_eq!(cells(&three, 1, Grain::Organisation), Ok(vec![true, true, true]));
        // One small cell would be the total less the others: the next smallest goes with it.
        let small = [set(0..12), set(12..30), set(30..34)];
        assert_eq!(cells(&small, 1, Grain::Organisation), Ok(vec![false, true, false]));
        // A cell with few outside of it tells of those few.
        let most = [set(0..40), set(40..45)];
        assert_eq!(cells(&most, 1, Grain::Organisation), Ok(vec![false, false]));
        // An empty cell hides nobody.
        assert_eq!(cells(&[set(0..12), set(12..30), set(0..0)], 1, Grain::Organisation), Ok(vec![true, true, false]));
        assert_eq!(cells(&three, 1, Grain::Leader), Err(NoCells::OneLeader));
        assert_eq!(cells(&three, 2, Grain::Organisation), Err(NoCells::Crossed));
    }
}
