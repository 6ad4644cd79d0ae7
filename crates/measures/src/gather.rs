//! What the partitions gathered, put together in an order that does not depend on them.

use rayon::prelude::*;

use crate::accumulate::{Burning, Count, Counters, NOWHERE, Part, Plan, REPEAT_MS, Tells, Urgent};
use crate::changes::Changes;
use crate::extent::{Extent, Span};
use crate::names::Names;
use crate::stats::{censored, sort};
use crate::value::By;

/// Durations of all groups, each group's sorted.
pub(crate) struct Sorted {
    keys: Vec<u32>,
    /// Where each group starts; one more than there are groups.
    starts: Vec<usize>,
}

impl Sorted {
    pub(crate) fn group(&self, group: usize) -> &[u32] {
        let (Some(&from), Some(&to)) = (self.starts.get(group), self.starts.get(group + 1)) else { return &[] };
        self.keys.get(from..to).unwrap_or_default()
    }
}

/// Everything that the figures are made of.
pub(crate) struct Gathered {
    /// Names of the groups, in the order in which they are shown.
    pub(crate) groups: Vec<String>,
    pub(crate) counters: Vec<Counters>,
    /// Tickets of all groups, those that are not shown too.
    pub(crate) all: u64,
    /// Seconds booked on them, and on how many.
    pub(crate) booked: (u64, u64),
    /// Tickets of sources that link to changes, to problems, to incidents.
    pub(crate) linkable: Vec<[u64; 3]>,
    pub(crate) tells: Tells,
    pub(crate) extent: Option<Extent>,
    pub(crate) hours: Vec<u64>,
    pub(crate) urgent: Vec<Urgent>,
    /// When tickets of priority rank 1 were open, by group and beginning.
    pub(crate) burning: Vec<Burning>,
    /// Group and age in seconds of the open tickets, sorted.
    pub(crate) ages: Vec<(u32, i64)>,
    /// Tickets on items of changes, sorted.
    pub(crate) on_items: Vec<(u32, i64)>,
    /// First response, resolved, closed; each in calendar and in business time.
    pub(crate) durations: Vec<Sorted>,
}

impl Gathered {
    pub(crate) fn new(mut parts: Vec<Part>, plan: &Plan, changes: &Changes, top: Option<usize>) -> Self {
        let mut span = Span::default();
        let mut sources = Names::default();
        let mut tells: Vec<Tells> = Vec::new();
        for part in &parts {
            span.merge(&part.span);
            for (number, told) in (0_u32..).zip(&part.tells) {
                let source = sources.number(part.sources.name(number)) as usize;
                if tells.len() <= source {
                    tells.resize(source + 1, Tells::default());
                }
                if let Some(known) = tells.get_mut(source) {
                    known.merge(*told);
                }
            }
        }
        let extent = span.extent();
        let end_ms = if plan.as_of < i64::MAX { plan.as_of } else { extent.map_or(0, |extent| extent.end_ms) };
        let end = end_ms.div_euclid(1000);
        let mut groups = order_groups(&parts, top, plan.by == Some(By::Class));
        if plan.by == Some(By::Class) {
            add_classes(&mut groups, changes, top);
        }
        if plan.by.is_none() && groups.is_empty() {
            // An empty record has figures too: zeros.
            groups.push(String::new());
        }
        let mut numbers = Names::default();
        for group in &groups {
            numbers.number(group);
        }
        // For each partition where each of its cells goes, and what the cell's source tells.
        let cells: Vec<Vec<(u32, Tells)>> = parts
            .iter()
            .map(|part| {
                let target = |&(source, group): &(u32, u32)| {
                    let group = numbers.find(part.groups.name(group)).unwrap_or(NOWHERE);
                    let source = sources.find(part.sources.name(source)).unwrap_or(NOWHERE) as usize;
                    (group, tells.get(source).copied().unwrap_or_default())
                };
                part.keys.iter().map(target).collect()
            })
            .collect();
        let of_all =
            |which| -> u64 { parts.iter().flat_map(|part| &part.counters).map(|counters| counters.get(which)).sum() };
        let mut gathered = Self {
            counters: vec![Counters::default(); groups.len()],
            all: of_all(Count::Tickets),
            booked: (of_all(Count::BookedSeconds), of_all(Count::BookedTold)),
            linkable: vec![[0; 3]; groups.len()],
            groups,
            tells: Tells::default(),
            extent,
            hours: vec![0; 7 * 24],
            urgent: Vec::new(),
            burning: Vec::new(),
            ages: Vec::new(),
            on_items: Vec::new(),
            durations: Vec::new(),
        };
        for told in tells {
            gathered.tells.merge(told);
        }
        for (part, cells) in parts.iter_mut().zip(&cells) {
            gathered.take(part, cells, end);
        }
        gathered.urgent.sort_unstable();
        gathered.burning.sort_unstable();
        gathered.ages.sort_unstable();
        gathered.on_items.par_sort_unstable();
        gathered.repeat_work(&mut parts, &cells);
        let kinds: Vec<(usize, bool)> = (0..3).flat_map(|which| [(which, false), (which, true)]).collect();
        let count = gathered.groups.len();
        gathered.durations = kinds
            .into_par_iter()
            .map(|(which, business)| durations(&parts, &cells, plan, (which, business), end, count))
            .collect();
        gathered
    }

    /// Takes over the counters and lists of one partition.
    fn take(&mut self, part: &mut Part, cells: &[(u32, Tells)], end: i64) {
        let to = |cell: u32| cells.get(cell as usize).map_or(NOWHERE, |(group, _)| *group);
        for (counters, (group, tells)) in part.counters.iter().zip(cells) {
            let place = *group as usize;
            let (Some(sum), Some(linkable)) = (self.counters.get_mut(place), self.linkable.get_mut(place)) else {
                continue;
            };
            sum.merge(counters);
            let told = [tells.change, tells.problem, tells.incident];
            for (linkable, told) in linkable.iter_mut().zip(told) {
                *linkable += if told { counters.get(Count::Tickets) } else { 0 };
            }
        }
        for (mine, theirs) in self.hours.iter_mut().zip(&part.hours) {
            *mine += theirs;
        }
        let urgent = std::mem::take(&mut part.urgent);
        self.urgent.extend(urgent.into_iter().map(|(cell, day, first)| (to(cell), day, first)));
        let burning = std::mem::take(&mut part.burning);
        self.burning.extend(burning.into_iter().map(|(cell, from, until)| (to(cell), from, until)));
        let open = std::mem::take(&mut part.open);
        self.ages.extend(open.into_iter().map(|(cell, opened)| (to(cell), (end - opened).max(0))));
        self.on_items.append(&mut part.on_items);
    }

    /// Counts tickets whose combination was seen in the days before.
    fn repeat_work(&mut self, parts: &mut [Part], cells: &[Vec<(u32, Tells)>]) {
        let mut seen: Vec<(u64, i64, u32)> = Vec::with_capacity(parts.iter().map(|part| part.repeats.len()).sum());
        for (part, cells) in parts.iter_mut().zip(cells) {
            let to = |cell: u32| cells.get(cell as usize).map_or(NOWHERE, |(group, _)| *group);
            let repeats = std::mem::take(&mut part.repeats);
            seen.extend(repeats.into_iter().map(|(key, opened, cell)| (key, opened, to(cell))));
        }
        seen.par_sort_unstable();
        let mut before: Option<(u64, i64)> = None;
        let mut current: Option<(u64, i64)> = None;
        for (key, opened, group) in seen {
            if current != Some((key, opened)) {
                before = current.replace((key, opened));
            }
            let Some(counters) = self.counters.get_mut(group as usize) else { continue };
            counters.add(Count::RepeatTold, 1);
            let again = before.is_some_and(|(same, earlier)| same == key && opened - earlier <= REPEAT_MS);
            counters.add(Count::Repeat, u64::from(again));
        }
    }
}

/// Classes that only changes have, after those of tickets: nobody calls about work that goes well.
fn add_classes(groups: &mut Vec<String>, changes: &Changes, top: Option<usize>) {
    let mut more: Vec<&String> =
        changes.rows.iter().filter_map(|row| row.class.as_ref()).filter(|class| !groups.contains(class)).collect();
    more.sort_unstable();
    more.dedup();
    let room = top.map_or(usize::MAX, |top| top.saturating_sub(groups.len()));
    let more: Vec<String> = more.into_iter().take(room).cloned().collect();
    groups.extend(more);
    if changes.rows.iter().any(|row| row.class.is_none()) && !groups.iter().any(String::is_empty) {
        groups.push(String::new());
    }
}

/// Groups by count of tickets, then by name; with `top` only the largest that are told, and where `untold` asks for it
/// those that are not told after them.
fn order_groups(parts: &[Part], top: Option<usize>, untold: bool) -> Vec<String> {
    let mut names = Names::default();
    let mut sums: Vec<u64> = Vec::new();
    for part in parts {
        for ((_, group), counters) in part.keys.iter().zip(&part.counters) {
            let group = names.number(part.groups.name(*group)) as usize;
            if sums.len() <= group {
                sums.resize(group + 1, 0);
            }
            if let Some(sum) = sums.get_mut(group) {
                *sum += counters.get(Count::Tickets);
            }
        }
    }
    let mut order: Vec<(u64, &str)> = (0_u32..).zip(&sums).map(|(number, sum)| (*sum, names.name(number))).collect();
    order.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let named = order.len() > 1 || order.iter().any(|(_, name)| !name.is_empty());
    if let Some(top) = top
        && named
    {
        let rest = order.iter().position(|(_, name)| name.is_empty()).map(|at| order.remove(at));
        order.truncate(top);
        order.extend(rest.filter(|_| untold));
    }
    order.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// The durations of one kind, by group, sorted: what ended and what still runs at `end`.
fn durations(
    parts: &[Part],
    cells: &[Vec<(u32, Tells)>],
    plan: &Plan,
    (which, business): (usize, bool),
    end: i64,
    groups: usize,
) -> Sorted {
    let each = |take: &mut dyn FnMut(usize, u32)| {
        for (part, cells) in parts.iter().zip(cells) {
            if let Some(done) = part.done.get(which) {
                let keys = if business { &done.business } else { &done.calendar };
                for (cell, key) in done.cells.iter().zip(keys) {
                    if let Some((group, _)) = cells.get(*cell as usize) {
                        take(*group as usize, *key);
                    }
                }
            }
            for (cell, opened) in part.running.get(which).into_iter().flatten() {
                let Some((group, tells)) = cells.get(*cell as usize) else { continue };
                if tells.ends.get(which) == Some(&true) && end >= *opened {
                    let ran = if business { plan.calendar.business_seconds(*opened, end) } else { end - opened };
                    take(*group as usize, censored(ran));
                }
            }
        }
    };
    let mut starts = vec![0_usize; groups + 1];
    each(&mut |group, _| {
        if let Some(count) = starts.get_mut(group) {
            *count += 1;
        }
    });
    let mut sum = 0;
    for start in &mut starts {
        sum += std::mem::replace(start, sum);
    }
    let mut places = starts.clone();
    let mut keys = vec![0_u32; sum];
    each(&mut |group, key| {
        // Groups that are not shown have a place behind all others, or none.
        if let Some(place) = places.get_mut(group)
            && group < groups
            && let Some(slot) = keys.get_mut(*place)
        {
            *slot = key;
            *place += 1;
        }
    });
    for group in 0..groups {
        if let (Some(&from), Some(&to)) = (starts.get(group), starts.get(group + 1))
            && let Some(keys) = keys.get_mut(from..to)
        {
            sort(keys);
        }
    }
    Sorted { keys, starts }
}
