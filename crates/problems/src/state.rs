//! A record that has been looked through, kept ready: new tickets join it, and a record that has grown
//! is told again without reading all of it anew.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::assemble::{self, Read};
use crate::clock::DAY;
use crate::desk::Desk;
use crate::ids::Before;
use crate::model::{Findings, Progress, Settings, Symptoms};
use crate::similar::batch::Compared;
use crate::similar::comparisons::Keep;
use crate::similar::group::Grouping;
use crate::similar::live::Live;
use crate::similar::relearn::{ENOUGH_LINKS, Pairs, relearn_pairs};
use crate::similar::ticket::{Coding, Kept, Ticket};
use crate::similar::worded::Worded;
use crate::similar::{Comparisons, Memory, Model, Similar, Weights};
use crate::stats::float;
use crate::text::tokens::{hash, mix};
use crate::verdicts::Verdicts;

/// Share of new or changed tickets from which on [`State::update`] runs over all: joined one by one, a
/// tenth of a record differs from a run over all by a few tickets in a hundred (`docs/problems.md`).
const ANEW: f64 = 0.1;
/// Days within which people still link a ticket that came in.
const LINKED_WITHIN_DAYS: i64 = 28;
/// Links that one act of people counts for at most, so that one large merge does not teach alone.
const LINKS_OF_AN_ACT: usize = 4;

/// What [`crate::find`] found, ready for what comes next.
pub struct State {
    settings: Settings,
    verdicts: Verdicts,
    /// A sentence model, where the owner supplies one.
    model: Option<Model>,
    /// The index; `None` where no ticket has words.
    live: Option<Live>,
    /// Number of each key in the index.
    docs: HashMap<Box<str>, u32>,
    /// Hash of what each ticket of the index says.
    said: Vec<u64>,
    /// Tickets of the last run over all.
    whole: usize,
    /// Theme of each group by words, as of the last run over all.
    themes: BTreeMap<u32, u32>,
    /// What the weights were learned on again, for the notes.
    learned: Option<String>,
    /// Id of each group by words in the last result, and its theme's.
    ids: HashMap<u32, (String, Option<String>)>,
    before: Before,
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
            model: model.cloned(),
            live: None,
            docs: HashMap::new(),
            said: lines.par_iter().map(said).collect(),
            whole: desk.len(),
            themes: BTreeMap::new(),
            learned: None,
            ids: HashMap::new(),
            before: Before::default(),
        };
        let beside = beside && !(verdicts.together.is_empty() && verdicts.apart.is_empty());
        let how = Grouping { alike: settings.alike, ..Grouping::default() };
        let (mut without, mut weights, mut held) = (None, None, None);
        let mut index = None;
        if !lines.is_empty() {
            let mut known = memory.map(|Memory { earlier, rests_on, keep }| {
                let known = Comparisons::begin(&lines, &how, rests_on, earlier);
                (known, keep)
            });
            let linked = pairs(&desk, &worded, verdicts);
            weights = state.learn(&lines, &linked, &how, known.as_mut().map(|(known, _)| known));
            let used = weights.clone().unwrap_or_else(|| Weights::shipped_for(model.is_some()));
            let compared = compare(&lines, &used, model, &how, known, progress);
            let free = beside.then(|| compared.pairs(&Verdicts::default(), &how));
            held = Some(compared.pairs(verdicts, &how));
            index = Some(compared.done());
            state.docs = lines.iter().map(|line| Box::from(line.id())).zip(0..).collect();
            if let Some(free) = free
                && let Some(similar) = index.take()
            {
                state.live = Some(Live::from_batch(free.join(similar, &how), &how));
                without = Some(state.tell(&desk, None, progress));
                index = state.live.take().map(Live::into_similar);
            }
        } else if beside {
            without = Some(state.tell(&desk, None, progress));
        }
        state.verdicts = verdicts.clone();
        state.live = held.zip(index).map(|(held, similar)| Live::from_batch(held.join(similar, &how), &how));
        let findings = state.tell(&desk, None, progress);
        (state, Under { findings, without, weights })
    }

    /// The record's own weights, where people linked enough; with a model those that are shipped stay.
    fn learn(
        &mut self,
        lines: &[Kept<'_>],
        pairs: &Pairs,
        how: &Grouping,
        known: Option<&mut Comparisons>,
    ) -> Option<Weights> {
        if self.model.is_some() || pairs.len() < ENOUGH_LINKS {
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

    /// Tells a record that has grown: new tickets are joined one by one, in order of time, and everything is
    /// counted anew. Runs over all where verdicts have changed, or where more than a tenth of the tickets
    /// are new, changed or gone since the last run over all. Groups keep their ids.
    pub fn update(
        &mut self,
        symptoms: &Symptoms,
        verdicts: &Verdicts,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Findings {
        let desk = Desk::new(symptoms);
        let coding = Coding::new(symptoms);
        let ranks = worded(&desk);
        let unknown: Vec<u32> =
            ranks.iter().copied().filter(|&rank| !self.docs.contains_key(kept(&desk, &coding, rank).id())).collect();
        let changed = ranks
            .par_iter()
            .filter(|&&rank| {
                let line = kept(&desk, &coding, rank);
                let doc = self.docs.get(line.id()).and_then(|&doc| self.said.get(doc as usize));
                doc.is_some_and(|&before| before != said(&line))
            })
            .count();
        let gone = (self.docs.len() + unknown.len()).saturating_sub(ranks.len());
        let grown = desk.len().saturating_sub(self.whole);
        let moved = float(grown.max(unknown.len()) + changed + gone) > ANEW * float(self.whole);
        if moved || *verdicts != self.verdicts || (self.live.is_none() && !unknown.is_empty()) {
            let before = std::mem::take(&mut self.before);
            let model = self.model.take();
            let (mut state, mut findings) =
                Self::begin_with(symptoms, verdicts, &self.settings, model.as_ref(), progress);
            before.carry(&mut findings, &symptoms.keys);
            state.remember(&desk, &findings);
            *self = state;
            return findings;
        }
        let total = unknown.len() as u64;
        for (done, &rank) in (0_u64..).zip(&unknown) {
            if done % 256 == 0 {
                progress(Progress { stage: "Joining new tickets", done, total });
            }
            self.take(&kept(&desk, &coding, rank));
        }
        let known = self.themes.clone();
        let mut findings = self.tell(&desk, Some(&known), progress);
        let before = std::mem::take(&mut self.before);
        before.carry(&mut findings, &symptoms.keys);
        self.remember(&desk, &findings);
        findings
    }

    /// Takes one new ticket and tells where it belongs, at once. Counts, reasons and groups by coded fields
    /// follow with the next [`Self::update`]. A key that is known already is not taken twice.
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
        self.said.push(said(ticket));
        Some(joined)
    }

    /// Tells what there is; `known` are the themes of an earlier run over all.
    fn tell(
        &mut self,
        desk: &Desk<'_>,
        known: Option<&BTreeMap<u32, u32>>,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Findings {
        let docs: Vec<Option<u32>> = (0..desk.len())
            .map(|rank| {
                let key = desk.symptoms.keys.get(desk.ticket(u32::try_from(rank).unwrap_or(u32::MAX)))?;
                self.docs.get(key.as_str()).copied()
            })
            .collect();
        let worded = self.live.as_ref().map(|live| Worded::new(live, &docs));
        let read = Read {
            worded: worded.as_ref(),
            known,
            verdicts: &self.verdicts,
            settings: &self.settings,
            learned: self.learned.as_deref(),
        };
        let (findings, themes) = assemble::findings(desk, &read, progress);
        if known.is_none() {
            self.themes = themes;
        }
        self.remember(desk, &findings);
        findings
    }

    fn remember(&mut self, desk: &Desk<'_>, findings: &Findings) {
        self.before = Before::of(findings, &desk.symptoms.keys);
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

/// Compares tickets, as far as an earlier search has not, and hands all comparisons to whoever keeps them.
fn compare(
    lines: &[Kept<'_>],
    weights: &Weights,
    model: Option<&Model>,
    how: &Grouping,
    known: Option<(Comparisons, Keep<'_>)>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Compared {
    let Some((mut known, keep)) = known else {
        return Compared::run(lines, weights, model, how, Comparisons::default(), progress);
    };
    known.under(weights);
    let compared = Compared::run(lines, weights, model, how, known, progress);
    keep(compared.all());
    compared
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

fn said(ticket: &impl Ticket) -> u64 {
    mix(hash(ticket.title()), hash(ticket.text()))
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
