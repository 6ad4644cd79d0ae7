//! Problems of the work record, as far as acts on them by programs need them. What people did with them is in the
//! ledger; which tickets they have is known to whoever has read the record.

use std::sync::Arc;

use casebook::{Act, Canvas, Chosen, Entry, Part, Side};
use jiff::civil::Date;
use ledger::{LedgerError, Tx, casework};

/// What a lookup in the work record gives.
#[derive(Debug, Clone)]
pub enum Told<T> {
    /// There is no record: nothing was ever imported.
    NoRecord,
    /// It is still being worked out, or cannot be read just now.
    Working,
    /// This.
    Known(T),
}

/// The turn to act on problems: what an act was checked against holds until it is dropped.
pub type Turn<'a> = Box<dyn Send + 'a>;

/// A problem in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its id now.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tickets.
    pub tickets: u64,
    /// First and last day on which it was seen.
    pub seen: Option<(Date, Date)>,
    /// Whether people opened it by hand.
    pub by_hand: bool,
    /// The day on which it was marked as fixed, and by which team.
    pub fixed: Option<(Date, String)>,
}

/// Some problems, and how many there are.
pub type Lines = (Vec<Line>, usize);

/// Longest window that is looked for, in hours.
pub const LONGEST_WINDOW: u32 = 72;

/// How the begin and the end of a window are written: `2016-03-14 22:00`.
pub const WINDOW_FORMAT: &str = "%Y-%m-%d %H:%M";

/// Windows in which work on a problem would disturb the fewest people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offers {
    /// Those that are offered, in order of time, as they would be kept; empty where there is too little to tell.
    pub windows: Vec<Chosen>,
    /// What a window of this length meets at the busiest time of these days, to compare.
    pub busiest: Option<Chosen>,
    /// The same in a sentence, or why there is none.
    pub sentence: String,
    /// The zone in which the windows are told.
    pub zone: String,
    /// Which tickets were counted, in words.
    pub looked_at: String,
    /// How many they are, and in how many whole weeks.
    pub n: (u64, u64),
}

/// A problem that somebody acts on.
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// As an entry names it: by the id that it has now.
    pub side: Side,
    /// What people wrote on it.
    pub part: Part,
    /// All entries, in order.
    pub entries: Arc<Vec<Entry>>,
}

impl Case {
    /// The entry of this number.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        let place = self.entries.binary_search_by_key(&number, |entry| entry.number).ok()?;
        self.entries.get(place)
    }

    /// The newest version of its canvas and the entry that wrote it; 0 and an empty one where there is none.
    #[must_use]
    pub fn newest(&self) -> (u64, Canvas) {
        let number = self.part.canvases.first().and_then(|chain| chain.versions.last());
        let found = number.and_then(|number| Some((*number, self.entry(*number)?.act.canvas()?.clone())));
        found.unwrap_or_default()
    }

    /// The entries about it that hold, in order.
    pub fn living(&self) -> impl Iterator<Item = &Entry> {
        let lives = casebook::lives(&self.entries);
        let numbers = self.part.entries.iter().copied().filter(move |number| lives.get(number) == Some(&true));
        numbers.filter_map(|number| self.entry(number))
    }

    /// Asks for options on it that hold, by the number of their entry.
    #[must_use]
    pub fn asks(&self) -> Vec<u64> {
        self.living().filter(|entry| matches!(entry.act, Act::Ask { .. })).map(|entry| entry.number).collect()
    }
}

/// The problems that people opened by hand where there is no record: they have no tickets yet.
async fn parts(tx: &mut Tx) -> Result<(Vec<Part>, casebook::Applied, Arc<Vec<Entry>>), LedgerError> {
    let entries = Arc::new(casework::entries(tx).await?);
    let mut applied = casebook::apply(&[], &entries);
    let mut parts = std::mem::take(&mut applied.parts);
    parts.sort_by_key(|part| std::cmp::Reverse(part.opened.last().copied()));
    Ok((parts, applied, entries))
}

fn title(part: &Part) -> String {
    part.title.clone().unwrap_or_default()
}

/// A problem that was opened by hand, where there is no record, by an id that it has or had.
pub(crate) async fn alone(tx: &mut Tx, id: &str) -> Result<Option<Case>, LedgerError> {
    let (parts, applied, entries) = parts(tx).await?;
    let id = applied.moved.get(id).map_or(id, String::as_str);
    let part = parts.into_iter().find(|part| part.id == id);
    Ok(part.map(|part| {
        let side = Side { id: part.id.clone(), title: title(&part), ..Side::default() };
        Case { side, part, entries }
    }))
}

/// All that were opened by hand where there is no record, the latest first.
pub(crate) async fn all_alone(tx: &mut Tx, from: usize, most: usize) -> Result<Lines, LedgerError> {
    let (mut parts, ..) = parts(tx).await?;
    parts.retain(|part| part.dismissed.is_none());
    let all = parts.len();
    let shown = parts.iter().skip(from).take(most).map(line);
    Ok((shown.collect(), all))
}

/// A line of what people wrote on a problem.
fn line(part: &Part) -> Line {
    Line {
        id: part.id.clone(),
        title: title(part),
        by_hand: !part.opened.is_empty(),
        fixed: part.fixed.as_ref().map(|fixed| (fixed.on, fixed.team.clone())),
        ..Line::default()
    }
}
