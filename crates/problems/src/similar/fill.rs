//! For an index that is only asked: taking tickets in without asking what each is like, and the reasons for
//! several alike tickets at once.

use serde::Serialize;

use super::{Reader, Reason, Similar, Ticket, language};

/// A word that two tickets have in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Word {
    /// As it stands in the ticket that was asked for.
    pub word: String,
    /// How rare it is among the tickets, in nats.
    pub rarity: f32,
    /// What it adds to the log odds of one cause: by how much they would fall if it were not in common.
    pub adds: f32,
}

/// What each side adds to the log odds, and the words in common, the rarest first.
pub type Told = (Vec<Reason>, Vec<Word>);

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

    /// Why a ticket of the index is alike: what each side adds, and the words in common; empty for a ticket that is not in.
    #[must_use]
    pub fn why(&self, line: &impl Ticket, other: u32) -> Told {
        self.whys(line, &[other]).pop().unwrap_or_default()
    }

    /// [`Similar::why`] for several tickets of the index: the asking text is read and weighed once.
    #[must_use]
    pub fn whys(&self, line: &impl Ticket, others: &[u32]) -> Vec<Told> {
        let mut reader = Reader::default();
        let votes = reader.votes(line.title(), line.text());
        let language = language::decide(&votes, self.tally.language());
        let mut surfaces: Vec<(u32, String)> = Vec::new();
        let tell = |t: crate::text::tokens::Term<'_>| {
            surfaces.extend(self.words.number(t.hash).map(|term| (term, t.surface.to_owned())));
        };
        reader.read(line.title(), line.text(), language, tell, |_| ());
        self.ask_with(line, |asked, scratch| {
            let one = |&other: &u32| {
                if other as usize >= self.len() {
                    return Told::default();
                }
                let mut common = self.by_term(asked, scratch, other);
                let mut words: Vec<Word> = Vec::with_capacity(common.len());
                for (term, surface) in &surfaces {
                    if let Some(place) = common.iter().position(|(known, ..)| known == term) {
                        let (_, rarity, adds) = common.swap_remove(place);
                        words.push(Word { word: surface.clone(), rarity, adds });
                    }
                }
                words.sort_by(|a, b| b.rarity.total_cmp(&a.rarity).then_with(|| a.word.cmp(&b.word)));
                (self.weights.reasons(&self.alone(asked, scratch, other)), words)
            };
            others.iter().map(one).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Look, Weights};
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

    #[test]
    fn what_a_word_adds_is_what_the_odds_lose_without_it() {
        let mut similar = Similar::new(Weights::shipped(), Look::default());
        let line = |n: i64, title: &str| Line {
            id: n.to_string(),
            opened: 1_700_000_000 + 60 * n,
            title: title.to_owned(),
            ..Line::default()
        };
        let mut lines: Vec<Line> = (0..60).map(|n| line(n, &format!("printer number {n} is out of paper"))).collect();
        lines.push(line(60, "zeppelin printer prints blank"));
        similar.fill(&lines);
        let asked = line(61, "printer zeppelin lands");
        let (reasons, words) = similar.why(&asked, 60);
        let adds = |word: &str| words.iter().find(|one| one.word == word).unwrap_or_else(|| panic!("{words:?}")).adds;
        assert!(adds("zeppelin") > adds("printer"), "a rare word says more: {words:?}");
        assert!(words.iter().all(|one| one.adds.is_finite() && one.rarity > 0.0), "{words:?}");
        let sides: f32 = reasons.iter().filter(|r| ["words", "title"].contains(&r.about)).map(|r| r.adds).sum();
        // Where it is the only word in common, it is what speaks for it.
        let (_, alone) = similar.why(&line(61, "zeppelin lands"), 60);
        assert!(sides > 0.0 && alone.len() == 1 && alone[0].adds > 0.0, "{alone:?}");
        assert!(similar.why(&asked, 999).1.is_empty());
    }
}
