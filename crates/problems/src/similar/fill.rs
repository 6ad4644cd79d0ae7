//! For an index that is only asked: taking tickets in without asking what each is like, and the reasons for
//! several alike tickets at once.

use super::{Line, Reader, Reason, Similar, Ticket, language};

/// What each side adds to the log odds, and the words in common with their rarity in nats.
type Told = (Vec<Reason>, Vec<(String, f32)>);

impl Similar {
    /// Takes tickets in, in order of time. What is asked afterwards is answered as after
    /// [`Similar::extend`], which compares each of them besides and takes some ten times as long.
    pub fn fill<L: Ticket>(&mut self, lines: &[L]) {
        let (mut workers, threads) = self.hands(lines.len());
        let mut rest = lines;
        while !rest.is_empty() {
            let first = u32::try_from(self.len()).unwrap_or(u32::MAX);
            let count = self.enter(rest, threads, &mut workers);
            rest = &rest[count..];
            self.settle(first);
        }
        self.workers = workers;
    }

    /// [`Similar::why`] for several tickets of the index: the asking text is read and weighed once.
    #[must_use]
    pub fn whys(&self, line: &Line, others: &[u32]) -> Vec<Told> {
        let mut reader = Reader::default();
        let votes = reader.votes(&line.title, &line.text);
        let language = language::decide(&votes, self.tally.language());
        let mut surfaces: Vec<(u32, String)> = Vec::new();
        let tell = |t: crate::text::tokens::Term<'_>| {
            surfaces.extend(self.words.number(t.hash).map(|term| (term, t.surface.to_owned())));
        };
        reader.read(&line.title, &line.text, language, tell, |_| ());
        self.ask_with(line, |asked, scratch| {
            let one = |&other: &u32| {
                if other as usize >= self.len() {
                    return (Vec::new(), Vec::new());
                }
                let mut common: Vec<(u32, f32)> = Vec::new();
                self.words.shared(&scratch.words, other, |weighed, _| common.push((weighed.term, weighed.idf)));
                let mut words: Vec<(String, f32)> = Vec::with_capacity(common.len());
                for (term, surface) in &surfaces {
                    if let Some(place) = common.iter().position(|(known, _)| known == term) {
                        words.push((surface.clone(), common.swap_remove(place).1));
                    }
                }
                words.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                (self.weights.reasons(&self.alone(asked, scratch, other)), words)
            };
            others.iter().map(one).collect()
        })
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
            let alike = filled.ask(&line(n), 10);
            assert_eq!(alike, extended.ask(&line(n), 10));
            let others: Vec<u32> = alike.iter().map(|alike| alike.other).collect();
            let whys = filled.whys(&line(n), &others);
            assert!(whys.len() == others.len() && !whys[0].0.is_empty());
            for (other, (reasons, words)) in others.into_iter().zip(whys) {
                let (alone, words_alone) = filled.why(&line(n), other);
                assert_eq!((format!("{reasons:?}"), words), (format!("{alone:?}"), words_alone));
            }
        }
    }
}
