//! One act of a person.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::{CircleId, PersonId};
use serde::{Deserialize, Serialize};

use crate::canvas::Canvas;
use crate::chosen::Chosen;

/// Most tickets that an entry names of a problem which it takes whole: enough to find the problem again,
/// few enough that a line stays below a hundred kilobytes.
pub const SAMPLE: usize = 1_000;

/// A problem as it was when somebody acted on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Its id then.
    pub id: String,
    /// Its title then.
    pub title: String,
    /// Tickets that it had then.
    pub n: u64,
    /// Their keys, `source/id`: all, or [`SAMPLE`] of them, spread over its time.
    pub tickets: Vec<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// These are one problem; the first keeps its id.
    Merge {
        /// The problems, at least two.
        sides: Vec<Side>,
    },
    /// Some tickets are another problem than the rest.
    Split {
        /// What stays.
        rest: Side,
        /// Keys of the tickets that go: all of them, no sample.
        off: Vec<String>,
        /// Title of what goes; empty to take that of its first ticket.
        #[serde(default)]
        title: String,
    },
    /// Two problems are not the same, and should not be offered as such.
    Apart {
        /// The two.
        sides: [Side; 2],
    },
    /// Another title.
    Rename {
        /// The problem.
        of: Side,
        /// The title.
        title: String,
    },
    /// No problem.
    Dismiss {
        /// What was taken for one.
        of: Side,
        /// Why it is none.
        reason: String,
    },
    /// A version of the canvas.
    Canvas {
        /// The problem.
        of: Side,
        /// All of it.
        canvas: Box<Canvas>,
    },
    /// Marked as fixed.
    Fixed {
        /// The problem.
        of: Side,
        /// Day on which the fix was made.
        on: Date,
        /// The team that made it.
        team: String,
        /// What was done, in a few words.
        #[serde(default)]
        what: String,
    },
    /// Opened to the people of a circle, so that they propose options.
    Ask {
        /// The problem.
        of: Side,
        /// Who is asked: the people of this circle.
        circle: CircleId,
        /// The last day on which it waits for them.
        until: Date,
        /// Why they are asked.
        why: String,
    },
    /// Somebody who was asked for options proposes none.
    Pass {
        /// The problem.
        of: Side,
        /// What they say to it; may be empty.
        #[serde(default)]
        words: String,
    },
    /// A problem that somebody opened by hand, whatever the search has found: they saw it.
    Open {
        /// The problem: its tickets are those that were named, which may be none. Its id is [`Act::by_hand`] of the entry.
        of: Side,
        /// The circle whose leaders look at the reasoning.
        circle: CircleId,
        /// What was asked, and what is needed: its first canvas.
        canvas: Box<Canvas>,
    },
    /// What somebody who leads the circle says of the reasoning on a problem that was opened by hand.
    Review {
        /// The problem.
        of: Side,
        /// The entry by which it was opened.
        open: u64,
        /// What is clear in the reasoning.
        #[serde(default)]
        clear: String,
        /// What is missing in it.
        #[serde(default)]
        missing: String,
        /// Agreed; or back with a question.
        agreed: bool,
    },
    /// A window was chosen for work on it.
    Window {
        /// The problem.
        of: Side,
        /// Which, with what was predicted.
        chosen: Box<Chosen>,
    },
    /// An earlier entry does not hold any more.
    Undo {
        /// Its number.
        entry: u64,
    },
}

impl Act {
    /// The problems that it is about, as they were.
    #[must_use]
    pub fn sides(&self) -> Vec<&Side> {
        match self {
            Self::Merge { sides } => sides.iter().collect(),
            Self::Apart { sides } => sides.iter().collect(),
            Self::Split { rest: of, .. }
            | Self::Rename { of, .. }
            | Self::Dismiss { of, .. }
            | Self::Canvas { of, .. }
            | Self::Fixed { of, .. }
            | Self::Ask { of, .. }
            | Self::Pass { of, .. }
            | Self::Open { of, .. }
            | Self::Review { of, .. }
            | Self::Window { of, .. } => vec![of],
            Self::Undo { .. } => Vec::new(),
        }
    }

    /// Whether it says which tickets belong together.
    #[must_use]
    pub fn moves(&self) -> bool {
        matches!(self, Self::Merge { .. } | Self::Split { .. } | Self::Apart { .. })
    }

    /// What it is called where it is kept.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Apart { .. } => "apart",
            Self::Rename { .. } => "rename",
            Self::Dismiss { .. } => "dismiss",
            Self::Canvas { .. } => "canvas",
            Self::Fixed { .. } => "fixed",
            Self::Ask { .. } => "ask",
            Self::Pass { .. } => "pass",
            Self::Open { .. } => "open",
            Self::Review { .. } => "review",
            Self::Window { .. } => "window",
            Self::Undo { .. } => "undo",
        }
    }

    /// The words in it that go with a person when they are erased: `mine` says whether it is an entry of theirs.
    /// Puts `erased` in their place; whether there were any. What an entry says for the organisation stays.
    pub fn forget(&mut self, person: PersonId, mine: bool, erased: &str) -> bool {
        let words: Vec<&mut String> = match self {
            Self::Canvas { canvas, .. } => return canvas.forget(person, erased),
            Self::Ask { why: words, .. } | Self::Pass { words, .. } if mine => vec![words],
            Self::Open { canvas, .. } if mine => vec![&mut canvas.asked, &mut canvas.needed],
            Self::Review { clear, missing, .. } if mine => vec![clear, missing],
            _ => Vec::new(),
        };
        let mut any = false;
        for words in words.into_iter().filter(|words| !words.is_empty() && **words != erased) {
            erased.clone_into(words);
            any = true;
        }
        any
    }

    /// The id of a problem that was opened by hand by the entry of this number.
    #[must_use]
    pub fn by_hand(number: u64) -> String {
        format!("by-hand-{number}")
    }

    /// The canvas that it writes.
    #[must_use]
    pub fn canvas(&self) -> Option<&Canvas> {
        match self {
            Self::Canvas { canvas, .. } | Self::Open { canvas, .. } => Some(canvas),
            _ => None,
        }
    }

    /// Keys of all tickets that it names.
    pub fn tickets(&self) -> impl Iterator<Item = &str> {
        let off = if let Self::Split { off, .. } = self { off.as_slice() } else { &[] };
        let named: Vec<&str> =
            self.sides().into_iter().flat_map(|side| &side.tickets).chain(off).map(String::as_str).collect();
        named.into_iter()
    }
}

/// One entry of the casebook.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who, where people sign in.
    pub person: Option<PersonId>,
    /// Who, as they called themselves where nobody was signed in; empty where nobody said.
    pub by: String,
    /// What was done.
    pub act: Act,
}

/// At most [`SAMPLE`] of some keys, spread evenly over them: first and last are always there.
#[must_use]
pub fn sample(keys: &[String]) -> Vec<String> {
    if keys.len() <= SAMPLE {
        return keys.to_vec();
    }
    let last = keys.len() - 1;
    (0..SAMPLE).filter_map(|place| keys.get(place * last / (SAMPLE - 1)).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_hold_first_and_last_and_no_key_twice() {
        let keys: Vec<String> = (0..SAMPLE * 3 + 7).map(|n| n.to_string()).collect();
        let mut chosen = sample(&keys);
        assert_eq!((chosen.len(), chosen.first(), chosen.last()), (SAMPLE, keys.first(), keys.last()));
        chosen.sort();
        chosen.dedup();
        assert_eq!(chosen.len(), SAMPLE);
        assert_eq!(sample(&keys[..5]), keys[..5]);
    }

    #[test]
    fn an_act_is_read_as_it_was_written_under_its_name() {
        let of = Side { id: "t1".into(), title: "Printer \"jams\"".into(), n: 2, tickets: vec!["a/1".into()] };
        let owner = Some(PersonId::new("2026-03-02T08:00:00Z".parse().unwrap(), [1; 10]));
        let canvas = Box::new(Canvas { owner_person: owner, ..Canvas::default() });
        let acts = [
            Act::Merge { sides: vec![of.clone(), of.clone()] },
            Act::Split { rest: of.clone(), off: vec!["a/2".into()], title: String::new() },
            Act::Apart { sides: [of.clone(), of.clone()] },
            Act::Rename { of: of.clone(), title: "x".into() },
            Act::Dismiss { of: of.clone(), reason: "y".into() },
            Act::Canvas { of: of.clone(), canvas },
            Act::Fixed {
                of: of.clone(),
                on: jiff::civil::date(2026, 2, 28),
                team: "Network".into(),
                what: String::new(),
            },
            Act::Ask {
                of: of.clone(),
                circle: CircleId::new(jiff::Timestamp::UNIX_EPOCH, [2; 10]),
                until: jiff::civil::date(2026, 3, 9),
                why: "Ours did not hold".into(),
            },
            Act::Pass { of: of.clone(), words: String::new() },
            Act::Open {
                of: of.clone(),
                circle: CircleId::new(jiff::Timestamp::UNIX_EPOCH, [2; 10]),
                canvas: Box::default(),
            },
            Act::Window { of: of.clone(), chosen: Box::new(Chosen { tickets: (0.0, 0.4, 2.0), ..Chosen::default() }) },
            Act::Review { of, open: 1, clear: "The steps".into(), missing: String::new(), agreed: true },
            Act::Undo { entry: 2 },
        ];
        for act in acts {
            let text = serde_json::to_string(&act).unwrap();
            assert!(text.starts_with(&format!("{{\"act\":\"{}\"", act.kind())), "{text}");
            assert_eq!(serde_json::from_str::<Act>(&text).unwrap(), act, "{text}");
        }
    }
}
