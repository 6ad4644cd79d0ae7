//! From groups to findings: what people said is applied, each group is told in words, and problems come
//! under themes.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::course;
use crate::describe::{self, Draft, thousands};
use crate::desk::Desk;
use crate::fields::{self, Coded};
use crate::held::{self, From, Seed};
use crate::model::{Findings, Level, Problem, Progress, Settings, Theme};
use crate::similar::batch::holder;
use crate::similar::worded::Worded;
use crate::stats::float;
use crate::text::language;
use crate::text::tokens::Reader;
use crate::themes::{self, Kind};
use crate::verdicts::Verdicts;
use crate::why;

/// What is known before.
pub(crate) struct Read<'a> {
    /// Groups by words, where tickets have any.
    pub(crate) worded: Option<&'a Worded<'a>>,
    /// Theme of each group by words, as of the checkpoint.
    pub(crate) themes: &'a BTreeMap<u32, u32>,
    /// What people said.
    pub(crate) verdicts: &'a Verdicts,
    /// How to look.
    pub(crate) settings: &'a Settings,
    /// What the weights were learned on again.
    pub(crate) learned: Option<&'a str>,
}

/// Tells what there is.
pub(crate) fn findings(desk: &Desk<'_>, read: &Read<'_>, progress: &(dyn Fn(Progress) + Sync)) -> Findings {
    let mut notes = Vec::new();
    let groups = read.worded.map(Worded::groups).unwrap_or_default();
    let mut by_words = vec![false; desk.len()];
    for &rank in groups.iter().flat_map(|(_, ranks)| ranks) {
        if let Some(by_words) = by_words.get_mut(rank as usize) {
            *by_words = true;
        }
    }
    if let Some(worded) = read.worded {
        notes.push(format!(
            "{} of {} tickets say enough in words to be grouped by them; most are written in {}.",
            thousands(float(by_words.iter().filter(|&&w| w).count())),
            thousands(float(desk.len())),
            language::NAMES.get(worded.language()).copied().unwrap_or("English"),
        ));
        notes.extend(read.learned.map(str::to_owned));
        notes.push(if worded.has_model() {
            "Texts were also compared by a sentence model; themes rest on it.".to_owned()
        } else {
            "Themes rest on words in common: where people say one thing in different words they are weaker than with a \
             sentence model."
                .to_owned()
        });
    }
    let rest: Vec<u32> = (0_u32..).zip(&by_words).filter(|&(_, &by_words)| !by_words).map(|(rank, _)| rank).collect();
    let coded = if rest.is_empty() { Coded::default() } else { fields::group(desk, &rest, read.settings, progress) };
    if !rest.is_empty() {
        notes.push(coded_note(&coded, rest.len(), read.settings));
    }
    let mut theme: Vec<Option<Kind>> = vec![None; desk.len()];
    for (root, ranks) in &groups {
        let kind = Kind::Words(read.worded.map_or(*root, |worded| worded.theme(*root, read.themes)));
        for &rank in ranks {
            if let Some(place) = theme.get_mut(rank as usize) {
                *place = Some(kind.clone());
            }
        }
    }

    let least = usize::try_from(read.settings.min_text.max(2)).unwrap_or(usize::MAX);
    let seeds = groups.into_iter().map(|(root, ranks)| Seed { ranks, from: From::Words(root), said: false });
    let seeds = seeds.chain(coded.groups.into_iter().map(|g| Seed {
        ranks: g.ranks.clone(),
        from: From::Coded(g),
        said: false,
    }));
    let spoken = held::ranks_of(desk, read.verdicts);
    let mut seeds = held::hold(seeds.collect(), desk, read.verdicts, &spoken);
    seeds.retain(|seed| seed.said || seed.ranks.len() >= least);

    progress(Progress { stage: "Describing problems", done: 0, total: seeds.len() as u64 });
    let kinds: Vec<Kind> = seeds.par_iter().map(|seed| kind_of(desk, seed, &theme)).collect();
    let mut told: Vec<(Problem, Vec<u32>, Kind)> = seeds
        .into_par_iter()
        .zip(kinds)
        .map_init(Reader::default, |reader, (seed, kind)| {
            let draft = draft(desk, read.worded, reader, seed);
            let ranks = draft.ranks.clone();
            (describe::problem(desk, draft), ranks, kind)
        })
        .collect();
    name_and_dismiss(&mut told, read.verdicts, &spoken, desk.len());
    told.sort_by(|(a, ..), (b, ..)| {
        a.dismissed
            .is_some()
            .cmp(&b.dismissed.is_some())
            .then(b.weight.total_cmp(&a.weight))
            .then(b.n.cmp(&a.n))
            .then_with(|| a.id.cmp(&b.id))
            .then(a.first_seen.cmp(&b.first_seen))
    });
    name_apart(told.iter_mut().map(|(problem, ..)| &mut problem.id));
    for (_, ranks, kind) in &told {
        for &rank in ranks {
            if let Some(place) = theme.get_mut(rank as usize) {
                *place = Some(kind.clone());
            }
        }
    }
    let (themes, of_kind) = under_themes(desk, read.worded, &mut told, &theme);
    progress(Progress { stage: "Describing problems", done: told.len() as u64, total: told.len() as u64 });

    let (assignment, theme) = places(desk, &told, &theme, &of_kind);
    let noise = assignment.iter().filter(|a| a.is_none()).count();
    notes.push(format!(
        "{} tickets belong to no problem: they are single cases, or too few of a kind to tell.",
        thousands(float(noise))
    ));
    let mut problems: Vec<Problem> = told.into_iter().map(|(problem, ..)| problem).collect();
    course::settle(&mut problems, desk.symptoms, &desk.opened, desk.observed());
    let noise = noise as u64;
    Findings { problems, assignment, themes, theme, notes, noise, observed: desk.observed() }
}

/// For each ticket its problem and its theme, by number.
fn places(
    desk: &Desk<'_>,
    told: &[(Problem, Vec<u32>, Kind)],
    theme: &[Option<Kind>],
    of_kind: &BTreeMap<Kind, u32>,
) -> (Vec<Option<u32>>, Vec<Option<u32>>) {
    let mut assignment = vec![None; desk.len()];
    for (number, (problem, ..)) in (0_u32..).zip(told) {
        for &member in &problem.members {
            if let Some(place) = assignment.get_mut(member as usize) {
                *place = Some(number);
            }
        }
    }
    let mut theme_of = vec![None; desk.len()];
    for (rank, kind) in (0_u32..).zip(theme) {
        let number = kind.as_ref().and_then(|kind| of_kind.get(kind)).copied();
        if let Some(place) = theme_of.get_mut(desk.ticket(rank)) {
            *place = number;
        }
    }
    (assignment, theme_of)
}

/// The theme of a group: for words that of most of its tickets, for coded fields their broadest value.
fn kind_of(desk: &Desk<'_>, seed: &Seed, theme: &[Option<Kind>]) -> Kind {
    let by_words = |ranks: &[u32]| {
        let mut counts: BTreeMap<&Kind, usize> = BTreeMap::new();
        for kind in ranks.iter().filter_map(|&rank| theme.get(rank as usize).and_then(Option::as_ref)) {
            *counts.entry(kind).or_insert(0) += 1;
        }
        counts.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a }).map(|(kind, _)| kind.clone())
    };
    let coded = || themes::coded(desk, &seed.ranks).map(|(field, value)| Kind::Coded(field, value));
    let found = match seed.from {
        From::Coded(_) => coded().or_else(|| by_words(&seed.ranks)),
        From::Words(_) | From::People => by_words(&seed.ranks).or_else(coded),
    };
    found.unwrap_or_else(|| Kind::Alone(seed.ranks.first().copied().unwrap_or(0)))
}

fn draft(desk: &Desk<'_>, worded: Option<&Worded<'_>>, reader: &mut Reader, seed: Seed) -> Draft {
    match (seed.from, worded) {
        (From::Coded(mut group), _) if !seed.said => {
            group.ranks = seed.ranks;
            why::of_fields(desk, group)
        }
        (from, Some(worded)) => {
            let said = seed.ranks.iter().filter(|&&rank| worded.says(rank)).count();
            if matches!(from, From::Words(_)) || said * 2 >= seed.ranks.len() {
                why::of_text(desk, worded, reader, worded.describe(seed.ranks), seed.said)
            } else {
                why::of_people(desk, seed.ranks)
            }
        }
        (_, None) => why::of_people(desk, seed.ranks),
    }
}

fn name_and_dismiss(
    told: &mut [(Problem, Vec<u32>, Kind)],
    verdicts: &Verdicts,
    spoken: &HashMap<&str, u32>,
    tickets: usize,
) {
    if verdicts.named.is_empty() && verdicts.dismissed.is_empty() {
        return;
    }
    let mut of: Vec<Option<u32>> = vec![None; tickets];
    for (number, (_, ranks, _)) in (0_u32..).zip(told.iter()) {
        for &rank in ranks {
            if let Some(of) = of.get_mut(rank as usize) {
                *of = Some(number);
            }
        }
    }
    let problem_of = |keys: &[String]| {
        let ranks = keys.iter().filter_map(|key| spoken.get(key.as_str()));
        holder(ranks.filter_map(|&rank| of.get(rank as usize).copied().flatten()))
    };
    for (keys, title) in &verdicts.named {
        if let Some((problem, ..)) = problem_of(keys).and_then(|number| told.get_mut(number as usize)) {
            problem.title = describe::shorten(title);
            problem.named = true;
        }
    }
    for (keys, reason) in &verdicts.dismissed {
        if let Some((problem, ..)) = problem_of(keys).and_then(|number| told.get_mut(number as usize)) {
            problem.dismissed = Some(reason.clone());
        }
    }
}

/// Tells each theme, gives each problem the id of its own, and the number of each theme.
fn under_themes(
    desk: &Desk<'_>,
    worded: Option<&Worded<'_>>,
    told: &mut [(Problem, Vec<u32>, Kind)],
    theme: &[Option<Kind>],
) -> (Vec<Theme>, BTreeMap<Kind, u32>) {
    let mut problems: BTreeMap<&Kind, Vec<&Problem>> = BTreeMap::new();
    for (problem, _, kind) in told.iter().filter(|(problem, ..)| problem.dismissed.is_none()) {
        problems.entry(kind).or_default().push(problem);
    }
    let gathered: Vec<(Kind, Vec<u32>)> = themes::gather(theme)
        .into_iter()
        .filter(|(kind, ranks)| ranks.len() > 1 && (problems.contains_key(kind) || matches!(kind, Kind::Words(_))))
        .collect();
    let common = if worded.is_some() { themes::common(desk) } else { HashMap::new() };
    let mut made: Vec<(Kind, Theme)> = gathered
        .into_par_iter()
        .map(|(kind, ranks)| {
            let of = problems.get(&kind).map_or(&[][..], Vec::as_slice);
            let (title, signature, basis) = themes::title(desk, &kind, &ranks, of.first().copied(), &common);
            let shared = match &kind {
                Kind::Coded(field, value) => vec![((*field).to_owned(), value.clone())],
                _ => Vec::new(),
            };
            let medoid = of.first().and_then(|problem| problem.examples.first()).copied();
            let (why, mut signs) = why::of_theme(desk, &ranks, of.len());
            let own = themes::sign(desk, &kind, &title, &ranks, &common);
            if let Some(own) = own.filter(|own| !signs.iter().any(|s| s.kind == own.kind && s.value == own.value)) {
                signs.insert(0, own);
            }
            let draft = Draft { ranks, basis, title, why, signs, signature, medoid: None, shared, expected: None };
            let mut whole = describe::problem(desk, draft);
            whole.level = Level::Theme;
            if let Some(medoid) = medoid.filter(|m| !whole.examples.contains(m)) {
                whole.examples.insert(0, medoid);
            }
            let ids = of.iter().map(|problem| problem.id.clone()).collect();
            let theme =
                Theme { id: whole.id.clone(), title: whole.title.clone(), problems: ids, tickets: whole.n, whole };
            (kind, theme)
        })
        .collect();
    made.sort_by(|(_, a), (_, b)| b.tickets.cmp(&a.tickets).then_with(|| a.id.cmp(&b.id)));
    name_apart(made.iter_mut().map(|(_, theme)| &mut theme.id));
    for (_, theme) in &mut made {
        theme.whole.id.clone_from(&theme.id);
    }
    let numbers: BTreeMap<Kind, u32> = made.iter().map(|(kind, _)| kind.clone()).zip(0..).collect();
    for (problem, _, kind) in told {
        let number = numbers.get(kind).copied();
        problem.theme = number.and_then(|number| made.get(number as usize)).map(|(_, theme)| theme.id.clone());
    }
    (made.into_iter().map(|(_, theme)| theme).collect(), numbers)
}

fn coded_note(coded: &Coded, tickets: usize, settings: &Settings) -> String {
    if coded.used.is_empty() {
        return format!(
            "{} tickets have neither telling words nor coded fields with frequent values.",
            thousands(float(tickets))
        );
    }
    format!(
        "{} tickets without telling words were grouped by {}: {} combinations were frequent, {} stand out \
         as problems of at least {} tickets; about {} in a hundred of those may be chance.",
        thousands(float(tickets)),
        coded.used.join(", "),
        thousands(float(coded.frequent)),
        thousands(float(coded.chosen)),
        coded.least,
        (settings.false_share * 100.0).round()
    )
}

/// Two never have the same name: a later one gets a number.
fn name_apart<'a>(ids: impl Iterator<Item = &'a mut String>) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for id in ids {
        let count = seen.entry(id.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            *id = format!("{id}-{count}");
        }
    }
}
