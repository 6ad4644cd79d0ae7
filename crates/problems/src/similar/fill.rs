//! Taking tickets in without asking what each is like: for an index that is only asked later.

use super::{Line, Similar};

impl Similar {
    /// Takes tickets in, in order of time. What is asked afterwards is answered as after
    /// [`Similar::extend`], which compares each of them besides and takes some ten times as long.
    pub fn fill(&mut self, lines: &[Line]) {
        self.extend_with(lines, |_, _, _| ());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Look, Weights};
    use super::*;

    #[test]
    fn answers_are_those_of_an_index_that_was_asked_all_along() {
        let words = ["printer", "blank", "labels", "tunnel", "drops", "hotel", "password", "expired", "monday"];
        let line = |n: usize| Line {
            id: n.to_string(),
            opened: 1_700_000_000 + 3_600 * i64::try_from(n).unwrap_or(0),
            title: format!("{} {} {}", words[n % 9], words[n * 5 % 7], words[n * n % 8]),
            ..Line::default()
        };
        let lines: Vec<Line> = (0..3_000).map(line).collect();
        let (mut filled, mut extended) =
            (Similar::new(Weights::shipped(), Look::default()), Similar::new(Weights::shipped(), Look::default()));
        for part in lines.chunks(700) {
            filled.fill(part);
        }
        extended.extend(&lines, 3);
        for n in 3_000..3_020 {
            assert_eq!(filled.ask(&line(n), 10), extended.ask(&line(n), 10));
        }
    }
}
