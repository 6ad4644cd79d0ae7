//! A record that is being looked through: what an earlier search kept is taken over, later tickets join, everything is
//! told; and kept ready, so that new tickets can join at once.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;

use crate::assemble::{self, Read};
use crate::clock::DAY;
use crate::desk::Desk;
use crate::model::{Findings, Progress, Settings, Symptoms};
use crate::similar::batch::Compared;
use crate::similar::checkpoint::{self, Grouped};
use crate::similar::group::Grouping;
use crate::similar::live::Live;
use crate::similar::relearn::{ENOUGH_LINKS, Pairs, relearn_pairs};
use crate::similar::ticket::{Coding, Kept, Ticket};
use crate::similar::worded::Worded;
use crate::similar::{Comparisons, Memory, Model, Similar, Weights};
use crate::stats::float;
use crate::verdicts::Verdicts;

/// Days within which people still link a ticket that came in.
const LINKED_WITHIN_DAYS: i64 = 28;
/// Links that one act of people counts for at most, so that one large merge does not teach alone.
const LINKS_OF_AN_ACT: usize = 4;

/// What [`crate::find`] found, ready for what comes next.
pub struct State {
    settings: Settings,
    verdicts: Verdicts,
    /// The index; `None` where no ticket has words.
    live: Option<Live>,
    /// Number of each key in the index.
    docs: HashMap<Box<str>, u32>,
    /// Theme of each group by words, as of the checkpoint.
    themes: BTreeMap<u32, u32>,
    /// What the weights were learned on again, for the notes.
    learned: Option<String>,
    /// Id of each group by words in the last result, and its theme's.
    ids: HashMap<u32, (String, Option<String>)>,
}

/// What was found under what people said, and what would have been found otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Under {
    /// What was found.
    pub findings: Findings,
    /// The same without merges and splits, on the same comparisons; `None` where people said none.
    pub without: Option<Findings>,
    /// The weights that were learned again on links of this record; `None` where the shipped ones were used.
    pub weights: Option<Weights>,
}

/// Where a new ticket belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Joined {
    /// Id of the problem that it belongs to, and of its theme; `None` where it is a single case so far, or
    /// where the problem is newer than the last result.
    pub problem: Option<String>,
    /// Id of the theme.
    pub theme: Option<String>,
    /// Tickets with words in the same group, this one included; 0 where it says nothing.
    pub tickets: u64,
    /// Average probability of one cause with them; 1 where its words are known there.
    pub alike: f32,
}

impl State {
    /// Looks through a record. What is found is that of [`crate::find`].
    #[must_use]
    pub fn begin(
        symptoms: &Symptoms,
        verdicts: &Verdicts,
        settings: &Settings,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> (Self, Findings) {
        Self::begin_with(symptoms, verdicts, settings, None, progress)
    }

    /// As [`Self::begin`], with a sentence model beside the words. With one the weights stay as they are shipped:
    /// links of a desk are few, and what a model is worth cannot be learned on them.
    #[must_use]
    pub fn begin_with(
        symptoms: &Symptoms,
        verdicts: &Verdicts,
        settings: &Settings,
        model: Option<&Model>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> (Self, Findings) {
        let (state, found) = Self::look(symptoms, verdicts, settings, (model, false, None), progress);
        (state, found.findings)
    }

    /// Looks through a record under what people said and, where `beside`, once more without their merges and
    /// splits. Tickets are compared once for both, and those not at all whose comparisons an earlier search kept.
    pub(crate) fn look(
        symptoms: &Symptoms,
        verdicts: &Verdicts,
        settings: &Settings,
        (model, beside, memory): (Option<&Model>, bool, Option<Memory<'_>>),
        progress: &(dyn Fn(Progress) + Sync),
    ) -> (Self, Under) {
        let desk = Desk::new(symptoms);
        let coding = Coding::new(symptoms);
        let worded = worded(&desk);
        let lines: Vec<Kept<'_>> = worded.iter().map(|&rank| kept(&desk, &coding, rank)).collect();
        let mut state = Self {
            settings: settings.clone(),
            verdicts: Verdicts::default(),
            live: None,
            docs: HashMap::new(),
            themes: BTreeMap::new(),
            learned: None,
            ids: HashMap::new(),
        };
        let beside = beside && !(verdicts.together.is_empty() && verdicts.apart.is_empty());
        let how = Grouping { alike: settings.alike, ..Grouping::default() };
        let (mut without, mut weights) = (None, None);
        if lines.is_empty() {
            without = beside.then(|| state.tell(&desk, progress));
            state.verdicts = verdicts.clone();
            let findings = state.tell(&desk, progress);
            return (state, Under { findings, without, weights });
        }
        let (mut known, checkpoint, keep) = match memory {
            Some(Memory { earlier, checkpoint, rests_on, keep }) => {
                (Comparisons::begin(&lines, &how, rests_on, earlier), checkpoint, Some(keep))
            }
            None => (Comparisons::default(), Vec::new(), None),
        };
        let linked = pairs(&desk, &worded, verdicts);
        weights = state.learn(&lines, (&linked, model.is_some()), &how, keep.is_some().then_some(&mut known));
        let used = weights.clone().unwrap_or_else(|| Weights::shipped_for(model.is_some()));
        known.under(&used);
        // The first tickets are joined at once, the later ones one by one.
        let place = if settings.at_once { lines.len() } else { checkpoint::place(&desk.opened) };
        let first = lines.get(..place).unwrap_or_default();
        let mut compared = Compared::begin(&used, model, &how, known);
        let kept = compared.resume(first, &checkpoint);
        drop(checkpoint);
        let mut anew = kept.is_none();
        let mut kept = kept.unwrap_or_default();
        compared.reach(&lines, place, &how, progress);
        let free = Verdicts::default();
        let mut grouped: Vec<(u64, Grouped)> = Vec::new();
        for verdicts in beside.then_some(&free).into_iter().chain([verdicts]) {
            let said = checkpoint::said(verdicts);
            let known = kept.iter().position(|(known, _)| *known == said);
            let one = if let Some(known) = known {
                kept.swap_remove(known).1
            } else {
                anew = true;
                let (back, one) = compared.group(verdicts, &how, progress);
                compared = back;
                one
            };
            grouped.push((said, one));
        }
        let checkpoint = (anew && keep.is_some() && checkpoint::has(place)).then(|| {
            let grouped: Vec<(u64, &Grouped)> = grouped.iter().map(|(said, one)| (*said, one)).collect();
            compared.checkpoint(&grouped)
        });
        compared.reach(&lines, lines.len(), &how, progress);
        if let Some(keep) = keep {
            compared.keep(keep, checkpoint.as_deref());
        }
        drop(checkpoint);
        state.docs = lines.iter().map(|line| Box::from(line.id())).zip(0..).collect();
        let (index, mates) = compared.done(place);
        let mut index = Some(index);
        let mut findings = Findings::default();
        // First without what people said, where it is asked for, then under it.
        let last = grouped.len() - 1;
        for (number, (_, grouped)) in grouped.into_iter().enumerate() {
            if number == last {
                state.verdicts = verdicts.clone();
            }
            state.resume(index.take(), grouped, place, &mates, &how);
            let told = state.tell(&desk, progress);
            if number == last {
                findings = told;
            } else {
                without = Some(told);
                index = state.live.take().map(Live::into_similar);
            }
        }
        (state, Under { findings, without, weights })
    }

    /// Goes on from the checkpoint: the later tickets join, each by its mates.
    fn resume(
        &mut self,
        index: Option<Similar>,
        grouped: Grouped,
        place: usize,
        mates: &[Vec<(u32, f32)>],
        how: &Grouping,
    ) {
        let Some(index) = index else { return };
        self.themes.clone_from(&grouped.themes);
        let mut live = Live::resume(index, grouped, how);
        for (ticket, mates) in (u32::try_from(place).unwrap_or(u32::MAX)..).zip(mates) {
            live.place(ticket, mates);
        }
        self.live = Some(live);
    }

    /// The record's own weights, where people linked enough; with a model those that are shipped stay.
    fn learn(
        &mut self,
        lines: &[Kept<'_>],
        (pairs, modelled): (&Pairs, bool),
        how: &Grouping,
        known: Option<&mut Comparisons>,
    ) -> Option<Weights> {
        if modelled || pairs.len() < ENOUGH_LINKS {
            return None;
        }
        self.learned = Some(format!(
            "How alike tickets are was learned again on {} links that people made in this record.",
            crate::describe::thousands(float(pairs.len()))
        ));
        let learn = || relearn_pairs(lines, pairs, &Weights::shipped(), how.look);
        Some(match known {
            Some(known) => known.weights(pairs, learn),
            None => learn(),
        })
    }

    /// Takes one new ticket and tells where it belongs, at once. Counts, reasons and groups by coded fields
    /// follow with the next search. A key that is known already is not taken twice.
    pub fn join(&mut self, ticket: &impl Ticket) -> Joined {
        let none = Joined { problem: None, theme: None, tickets: 0, alike: 0.0 };
        if self.docs.contains_key(ticket.id()) {
            return none;
        }
        let Some(joined) = self.take(ticket) else { return none };
        let (problem, theme) = match joined.problem.and_then(|root| self.ids.get(&root)) {
            Some((problem, theme)) => (Some(problem.clone()), theme.clone()),
            None => (None, None),
        };
        Joined { problem, theme, tickets: joined.tickets, alike: joined.alike }
    }

    /// The index of all tickets with words, to be asked for the most alike.
    #[must_use]
    pub fn similar(&self) -> Option<&Similar> {
        self.live.as_ref().map(Live::similar)
    }

    fn take(&mut self, ticket: &impl Ticket) -> Option<crate::similar::live::Joined> {
        let live = self.live.as_mut()?;
        let joined = live.join(ticket);
        self.docs.insert(ticket.id().into(), joined.ticket);
        Some(joined)
    }

    /// Tells what there is.
    fn tell(&mut self, desk: &Desk<'_>, progress: &(dyn Fn(Progress) + Sync)) -> Findings {
        let docs: Vec<Option<u32>> = (0..desk.len())
            .map(|rank| {
                let key = desk.symptoms.keys.get(desk.ticket(u32::try_from(rank).unwrap_or(u32::MAX)))?;
                self.docs.get(key.as_str()).copied()
            })
            .collect();
        let worded = self.live.as_ref().map(|live| Worded::new(live, &docs));
        let read = Read {
            worded: worded.as_ref(),
            themes: &self.themes,
            verdicts: &self.verdicts,
            settings: &self.settings,
            learned: self.learned.as_deref(),
        };
        let findings = assemble::findings(desk, &read, progress);
        self.remember(desk, &findings);
        findings
    }

    fn remember(&mut self, desk: &Desk<'_>, findings: &Findings) {
        self.ids.clear();
        let Some(live) = &self.live else { return };
        for problem in findings.problems.iter().filter(|p| p.dismissed.is_none()) {
            let mut roots: Vec<u32> = Vec::new();
            for key in problem.members.iter().filter_map(|&t| desk.symptoms.keys.get(t as usize)) {
                roots.extend(self.docs.get(key.as_str()).and_then(|&doc| live.problem(doc)));
            }
            roots.sort_unstable();
            roots.dedup();
            for root in roots {
                // Of a group that people split the heavier part comes first, and stays.
                self.ids.entry(root).or_insert_with(|| (problem.id.clone(), problem.theme.clone()));
            }
        }
    }
}

/// Ranks of the tickets that the index holds: all where any has words, so that a word is as rare as it is
/// among all of them.
fn worded(desk: &Desk<'_>) -> Vec<u32> {
    let symptoms = desk.symptoms;
    let says = |t: usize| !symptoms.title_of(t).trim().is_empty() || !symptoms.text_of(t).trim().is_empty();
    let any = (0..desk.len()).any(says);
    (0_u32..).take(if any { desk.len() } else { 0 }).collect()
}

fn kept<'a>(desk: &Desk<'_>, coding: &'a Coding<'_>, rank: u32) -> Kept<'a> {
    coding.ticket(u32::try_from(desk.ticket(rank)).unwrap_or(u32::MAX))
}

/// Links of the record teach where both tickets were opened before this: before the month in which the last four weeks of
/// the record begin. Links of the latest tickets are still being made, and searches of one month learn the same. All teach
/// where that would leave less than half of the record.
fn settled(desk: &Desk<'_>) -> i64 {
    let end = desk.opened.last().copied().unwrap_or(0);
    let month = jiff::Timestamp::from_second(end.saturating_sub(LINKED_WITHIN_DAYS * DAY)).ok().and_then(|at| {
        let first = at.to_zoned(TimeZone::UTC).date().first_of_month();
        Some(first.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
    });
    let enough = |from: &i64| 2 * desk.opened.partition_point(|at| at < from) >= desk.len();
    month.filter(enough).unwrap_or(i64::MAX)
}

/// Pairs that people linked, or held apart, as places in the list of tickets of the index.
fn pairs(desk: &Desk<'_>, worded: &[u32], verdicts: &Verdicts) -> Pairs {
    let mut pairs = Pairs::default();
    let spoken = crate::held::ranks_of(desk, verdicts);
    if desk.symptoms.links.is_empty() && desk.symptoms.unlinked.is_empty() && spoken.is_empty() {
        return pairs;
    }
    let mut rank_of = vec![u32::MAX; desk.len()];
    for (rank, &ticket) in (0_u32..).zip(&desk.order) {
        if let Some(place) = rank_of.get_mut(ticket as usize) {
            *place = rank;
        }
    }
    let place = |rank: u32| worded.binary_search(&rank).ok();
    let of = |ticket: u32| rank_of.get(ticket as usize).and_then(|&rank| place(rank));
    let both = |&(a, b): &(u32, u32)| of(a).zip(of(b)).filter(|(a, b)| a != b);
    let settled = settled(desk);
    let old = |pair: &(u32, u32)| [pair.0, pair.1].iter().all(|&t| desk.symptoms.opened_at(t as usize) < settled);
    pairs.same.extend(desk.symptoms.links.iter().filter(|pair| old(pair)).filter_map(both));
    pairs.apart.extend(desk.symptoms.unlinked.iter().filter(|pair| old(pair)).filter_map(both));
    let of = |key: &String| spoken.get(key.as_str()).and_then(|&rank| place(rank));
    for list in &verdicts.together {
        let told: Vec<usize> = list.iter().filter_map(of).collect();
        let step = (told.len() / (LINKS_OF_AN_ACT + 1)).max(1);
        let chosen: Vec<usize> = told.iter().copied().step_by(step).take(LINKS_OF_AN_ACT + 1).collect();
        pairs
            .same
            .extend(chosen.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).filter(|(a, b)| a != b));
    }
    for (one, other) in &verdicts.apart {
        let both = one.iter().filter_map(of).zip(other.iter().filter_map(of));
        pairs.apart.extend(both.filter(|(a, b)| a != b).take(LINKS_OF_AN_ACT));
    }
    pairs
}
