//! Aims: where a circle is going and why. A vision, greater goals handed down, goals, strategies, standards and
//! values; what serves what; what is missing; how far along.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::{AimId, PersonId};
use crate::words::words;
use crate::wrong::Wrongs;

/// What an aim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AimKind {
    /// The future picture.
    Vision,
    /// A goal of the organisation, division or department above, as it was understood here.
    GreaterGoal,
    /// A goal of the circle itself.
    Goal,
    /// How a goal is to be reached: strategy and approach.
    Strategy,
    /// What good means here.
    Standard,
    /// What is held to whatever the plan.
    Value,
}
words!(AimKind {
    Vision => "vision", "vision";
    GreaterGoal => "greater_goal", "greater goal";
    Goal => "goal", "goal";
    Strategy => "strategy", "strategy";
    Standard => "standard", "standard";
    Value => "value", "value";
});

impl AimKind {
    /// The kinds that it may serve.
    #[must_use]
    pub fn may_serve(self) -> &'static [Self] {
        match self {
            Self::Vision | Self::Value => &[Self::Vision],
            Self::GreaterGoal => &[Self::Vision, Self::GreaterGoal],
            Self::Goal => &[Self::Vision, Self::GreaterGoal, Self::Goal],
            Self::Strategy => &[Self::GreaterGoal, Self::Goal],
            Self::Standard => &[Self::Vision, Self::GreaterGoal, Self::Goal, Self::Value],
        }
    }

    /// The heading over several of them.
    #[must_use]
    pub fn many(self) -> &'static str {
        match self {
            Self::Vision => "Vision",
            Self::GreaterGoal => "Greater goals",
            Self::Goal => "Goals",
            Self::Strategy => "Strategies and approaches",
            Self::Standard => "Standards",
            Self::Value => "Values",
        }
    }
}

/// How an aim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AimState {
    /// It holds.
    Live,
    /// It rests, and may be taken up again.
    Paused,
    /// It was reached.
    Reached,
    /// It was given up, with the reason.
    Dropped,
}
words!(AimState {
    Live => "live", "live";
    Paused => "paused", "paused";
    Reached => "reached", "reached";
    Dropped => "dropped", "dropped";
});

impl AimState {
    /// Whether it still asks something of anybody.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Live | Self::Paused)
    }
}

/// Four kinds of what an aim needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// Money, kept in cents.
    Funding,
    /// Tools, counted in pieces.
    Tools,
    /// Knowledge and skills, counted in people who have them.
    Knowledge,
    /// Working time, in hours per week.
    Time,
}
words!(Resource {
    Funding => "funding", "funding";
    Tools => "tools", "tools";
    Knowledge => "knowledge", "knowledge and skills";
    Time => "time", "time";
});

impl Resource {
    /// What an amount of it is counted in, as a form asks for it.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Funding => "money, such as 1200 or 1200.50",
            Self::Tools => "pieces",
            Self::Knowledge => "people who have it",
            Self::Time => "hours per week",
        }
    }

    /// An amount as it is kept, from what was typed: cents of money, else whole units; more than nothing
    /// unless `none` is allowed.
    ///
    /// # Errors
    /// When it is no such amount.
    pub fn amount(self, field: &str, typed: &str, none: bool) -> Result<i64, Wrongs> {
        let least = i64::from(!none);
        if self != Self::Funding {
            return crate::text::whole(field, typed, least..=1_000_000, self.unit());
        }
        let wrong = || Wrongs::one(field, "Give an amount of money, such as 1200 or 1200.50.");
        let (whole, cents) = typed.trim().split_once('.').unwrap_or((typed.trim(), "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(cents) || cents.len() > 2 || whole.len() > 12 {
            return Err(wrong());
        }
        let number = |text: &str| text.parse::<i64>().map_err(|_| wrong());
        let cents = number(cents)? * if cents.len() == 1 { 10 } else { 1 };
        let amount = number(whole)? * 100 + cents;
        if amount >= least { Ok(amount) } else { Err(wrong()) }
    }

    /// An amount as it is read.
    #[must_use]
    pub fn shown_amount(self, amount: i64) -> String {
        match self {
            Self::Funding => {
                let whole = (amount / 100).to_string();
                let mut grouped = String::new();
                for (at, digit) in whole.chars().enumerate() {
                    if at > 0 && (whole.len() - at).is_multiple_of(3) {
                        grouped.push(',');
                    }
                    grouped.push(digit);
                }
                format!("{grouped}.{:02}", amount % 100)
            }
            Self::Tools => format!("{amount} {}", if amount == 1 { "piece" } else { "pieces" }),
            Self::Knowledge => format!("{amount} {}", if amount == 1 { "person" } else { "people" }),
            Self::Time => format!("{amount} hours per week"),
        }
    }
}

/// What the rules need to know of an aim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// What it is.
    pub kind: AimKind,
    /// How it stands.
    pub state: AimState,
    /// The aim that it serves.
    pub serves: Option<AimId>,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// Whether it has a why.
    pub why: bool,
    /// Whether the higher-up has confirmed the restatement; of greater goals only.
    pub confirmed: bool,
    /// The day by which it should be so.
    pub horizon: Option<Date>,
}

/// What is missing of an aim: a gap to be filled, not an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// It does not say why.
    Why,
    /// Nobody answers for it.
    Owner,
    /// It serves nothing above it.
    Link,
    /// No strategy serves it.
    Strategy,
    /// The higher-up has not confirmed that it was understood.
    Confirmation,
}

impl Gap {
    /// As it is shown beside the aim.
    #[must_use]
    pub fn shown(self) -> &'static str {
        match self {
            Self::Why => "no why",
            Self::Owner => "no owner",
            Self::Link => "serves nothing yet",
            Self::Strategy => "no strategy",
            Self::Confirmation => "not confirmed from above",
        }
    }
}

/// All aims with what serves what.
#[derive(Debug, Clone, Default)]
pub struct Forest {
    nodes: BTreeMap<AimId, Outline>,
    below: BTreeMap<AimId, Vec<AimId>>,
}

impl Forest {
    /// A forest of these aims. A link to an aim that is not among them counts for rules about links, and as a
    /// root for showing.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = (AimId, Outline)>) -> Self {
        let nodes: BTreeMap<_, _> = nodes.into_iter().collect();
        let mut below: BTreeMap<AimId, Vec<AimId>> = BTreeMap::new();
        for (id, node) in &nodes {
            if let Some(above) = node.serves {
                below.entry(above).or_default().push(*id);
            }
        }
        Self { nodes, below }
    }

    /// The aims that serve nothing among these, in order of their making.
    #[must_use]
    pub fn roots(&self) -> Vec<AimId> {
        let root = |node: &Outline| node.serves.is_none_or(|above| !self.nodes.contains_key(&above));
        self.nodes.iter().filter(|(_, node)| root(node)).map(|(id, _)| *id).collect()
    }

    /// The aims that serve this one directly.
    #[must_use]
    pub fn serving(&self, aim: AimId) -> &[AimId] {
        self.below.get(&aim).map_or(&[], Vec::as_slice)
    }

    /// The line of sight: the aims above, nearest first, without the aim itself. Ends even where there is a loop.
    #[must_use]
    pub fn above(&self, aim: AimId) -> Vec<AimId> {
        let mut seen = BTreeSet::from([aim]);
        let mut out = Vec::new();
        let mut at = aim;
        while let Some(above) = self.nodes.get(&at).and_then(|node| node.serves) {
            if !self.nodes.contains_key(&above) || !seen.insert(above) {
                break;
            }
            out.push(above);
            at = above;
        }
        out
    }

    /// Whether the line of sight ends at a vision.
    #[must_use]
    pub fn reaches_vision(&self, aim: AimId) -> bool {
        let top = self.above(aim).last().copied().unwrap_or(aim);
        self.nodes.get(&top).is_some_and(|node| node.kind == AimKind::Vision)
    }

    /// Whether `aim`, of a kind, may serve `above`. A new aim has no identifier yet.
    ///
    /// # Errors
    /// When that would be a loop, or a kind does not serve the other.
    pub fn may_serve(&self, aim: Option<AimId>, kind: AimKind, above: AimId) -> Result<(), Wrongs> {
        let Some(node) = self.nodes.get(&above) else {
            return Err(Wrongs::one("serves", "There is no such aim here. Choose one of the list."));
        };
        if let Some(aim) = aim
            && (aim == above || self.above(above).contains(&aim))
        {
            return Err(Wrongs::one("serves", "That would be a loop: the aim would serve itself. Choose another."));
        }
        if !kind.may_serve().contains(&node.kind) {
            let may: Vec<_> = kind.may_serve().iter().map(|kind| kind.shown()).collect();
            let (kind, may) = (kind.shown(), may.join(" or a "));
            return Err(Wrongs::one("serves", format!("A {kind} serves a {may}. Choose one, or none.")));
        }
        Ok(())
    }

    /// What is missing of an aim that still holds.
    #[must_use]
    pub fn gaps(&self, aim: AimId) -> Vec<Gap> {
        let Some(node) = self.nodes.get(&aim).filter(|node| node.state.is_open()) else { return Vec::new() };
        let mut gaps = Vec::new();
        let mut note = |missing: bool, gap: Gap| {
            if missing {
                gaps.push(gap);
            }
        };
        note(!node.why, Gap::Why);
        note(node.owner.is_none() && !matches!(node.kind, AimKind::Value | AimKind::Vision), Gap::Owner);
        // A vision is the top, and a value stands by itself.
        note(node.serves.is_none() && !matches!(node.kind, AimKind::Vision | AimKind::Value), Gap::Link);
        let strategy = |below: &AimId| {
            self.nodes.get(below).is_some_and(|node| node.kind == AimKind::Strategy && node.state != AimState::Dropped)
        };
        // A goal that is cut into goals has its strategies at those.
        let carried = |below: &AimId| self.nodes.get(below).is_some_and(|node| node.kind == AimKind::Goal);
        let serving = self.serving(aim);
        note(
            matches!(node.kind, AimKind::Goal | AimKind::GreaterGoal)
                && !serving.iter().any(|below| strategy(below) || carried(below)),
            Gap::Strategy,
        );
        note(node.kind == AimKind::GreaterGoal && !node.confirmed, Gap::Confirmation);
        gaps
    }

    /// Reached and all of the goals and strategies that serve an aim directly; dropped ones are not counted.
    #[must_use]
    pub fn reached_below(&self, aim: AimId) -> (u32, u32) {
        let counted = self.serving(aim).iter().filter_map(|below| self.nodes.get(below)).filter(|node| {
            matches!(node.kind, AimKind::GreaterGoal | AimKind::Goal | AimKind::Strategy)
                && node.state != AimState::Dropped
        });
        counted.fold((0, 0), |(reached, all), node| (reached + u32::from(node.state == AimState::Reached), all + 1))
    }

    /// The part of the forest that a page shows: from `roots` downwards, level by level, at most `most` aims. An
    /// aim whose serving aims are left out stands in the second set, so that the page can lead to them.
    #[must_use]
    pub fn cut(&self, roots: &[AimId], most: usize) -> (BTreeSet<AimId>, BTreeSet<AimId>) {
        let mut shown: BTreeSet<AimId> = roots.iter().take(most).copied().collect();
        let mut folded = BTreeSet::new();
        let mut open: VecDeque<AimId> = roots.iter().take(most).copied().collect();
        while let Some(at) = open.pop_front() {
            let serving = self.serving(at);
            if shown.len() + serving.len() > most {
                if !serving.is_empty() {
                    folded.insert(at);
                }
                continue;
            }
            for below in serving {
                if shown.insert(*below) {
                    open.push_back(*below);
                }
            }
        }
        (shown, folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn aim(n: usize) -> AimId {
        AimId::new(jiff::Timestamp::from_second(i64::try_from(n).unwrap()).unwrap(), [7; 10])
    }

    fn outline(kind: AimKind, serves: Option<usize>) -> Outline {
        Outline {
            kind,
            state: AimState::Live,
            serves: serves.map(aim),
            owner: None,
            why: true,
            confirmed: false,
            horizon: None,
        }
    }

    #[test]
    fn gaps_are_what_is_missing_and_no_more() {
        let owned = Outline {
            owner: Some(PersonId::new(jiff::Timestamp::UNIX_EPOCH, [1; 10])),
            ..outline(AimKind::Goal, Some(1))
        };
        let forest = Forest::new([
            (aim(0), outline(AimKind::Vision, None)),
            (aim(1), outline(AimKind::GreaterGoal, Some(0))),
            (aim(2), owned),
            (aim(3), outline(AimKind::Goal, None)),
            (aim(4), Outline { state: AimState::Dropped, ..outline(AimKind::Strategy, Some(3)) }),
        ]);
        assert_eq!(forest.gaps(aim(0)), []);
        assert_eq!(forest.gaps(aim(1)), [Gap::Owner, Gap::Confirmation]);
        assert_eq!(forest.gaps(aim(2)), [Gap::Strategy]);
        assert_eq!(forest.gaps(aim(3)), [Gap::Owner, Gap::Link, Gap::Strategy]);
        assert_eq!(forest.gaps(aim(4)), [], "what was dropped lacks nothing");
        assert!(forest.reaches_vision(aim(2)) && !forest.reaches_vision(aim(4)));
        assert_eq!(forest.above(aim(2)), [aim(1), aim(0)]);
    }

    #[test]
    fn kinds_serve_what_they_can_serve() {
        let forest = Forest::new([(aim(0), outline(AimKind::Vision, None)), (aim(1), outline(AimKind::Goal, Some(0)))]);
        assert!(forest.may_serve(None, AimKind::Strategy, aim(1)).is_ok());
        assert!(forest.may_serve(None, AimKind::Strategy, aim(0)).unwrap_err().of("serves").is_some());
        assert!(forest.may_serve(None, AimKind::Goal, aim(9)).is_err());
        assert!(forest.may_serve(Some(aim(0)), AimKind::Vision, aim(1)).is_err());
    }

    #[test]
    fn amounts_are_kept_in_their_smallest_unit() {
        assert_eq!(Resource::Funding.amount("asked", "1200.5", false).unwrap(), 120_050);
        assert_eq!(Resource::Funding.shown_amount(120_050), "1,200.50");
        assert_eq!(Resource::Funding.shown_amount(5), "0.05");
        for bad in ["", "-1", "1.234", "1e9", "12,5", "0", "9999999999999"] {
            assert!(Resource::Funding.amount("asked", bad, false).is_err(), "{bad}");
        }
        assert_eq!(Resource::Time.amount("asked", "8", false).unwrap(), 8);
        assert!(
            Resource::Time.amount("asked", "0", false).is_err() && Resource::Time.amount("asked", "0", true).is_ok()
        );
    }

    proptest! {
        /// However aims are linked one by one, what `may_serve` lets through never becomes a loop.
        #[test]
        fn no_loop_gets_in(links in proptest::collection::vec((0_usize..12, 0_usize..12), 0..60)) {
            let mut nodes: BTreeMap<AimId, Outline> = (0..12).map(|n| (aim(n), outline(AimKind::Goal, None))).collect();
            for (from, to) in links {
                let forest = Forest::new(nodes.clone());
                if forest.may_serve(Some(aim(from)), AimKind::Goal, aim(to)).is_ok() {
                    nodes.get_mut(&aim(from)).unwrap().serves = Some(aim(to));
                }
            }
            let forest = Forest::new(nodes.clone());
            for id in nodes.keys() {
                let above = forest.above(*id);
                prop_assert!(!above.contains(id));
                let top = above.last().unwrap_or(id);
                prop_assert!(nodes[top].serves.is_none(), "every line ends at an aim that serves nothing");
            }
            prop_assert!(!forest.roots().is_empty());
        }

        /// A page never shows more than it should, and every aim is shown, or below one that is marked as folded.
        #[test]
        fn a_cut_is_bounded_and_leads_everywhere(parents in proptest::collection::vec(0_usize..200, 1..200), most in 1_usize..60) {
            let nodes = parents.iter().enumerate().map(|(at, parent)| {
                (aim(at), outline(AimKind::Goal, (at > 0 && parent % 7 != 0).then(|| parent % at)))
            });
            let forest = Forest::new(nodes);
            let roots = forest.roots();
            let (shown, folded) = forest.cut(&roots, most);
            prop_assert!(shown.len() <= most.max(1));
            for at in 0..parents.len() {
                let line: Vec<_> = std::iter::once(aim(at)).chain(forest.above(aim(at))).collect();
                let top = line.last().unwrap();
                let reached = line.iter().any(|id| shown.contains(id) && (*id == aim(at) || folded.contains(id)));
                prop_assert!(reached || !roots.iter().take(most).any(|root| root == top));
            }
        }
    }
}
