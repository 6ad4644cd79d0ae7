//! Events of a bucket: told apart from those that are there already, put in order, and what follows
//! from them for their ticket.

use std::collections::HashMap;

use crate::bytes::{NO_TEXT, NONE, text_at};
use crate::fields::{CANCELLED, NO_STAGE, RESOLVED};

/// The event's source said what was before; otherwise `from` is filled from the event before.
pub(crate) const GIVEN_FROM: i8 = 1;
/// No source told of the event: two exports showed the ticket in different states.
pub(crate) const SEEN: i8 = 2;
/// The file of an event that was in the record before.
pub(crate) const STORED: u32 = u32::MAX;

/// An event; texts are places in the bucket's bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub(crate) ticket: u32,
    pub(crate) when: i64,
    pub(crate) revision: i64,
    pub(crate) what: u64,
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) team: u64,
    pub(crate) stage: u8,
    pub(crate) flags: i8,
    /// For an event that was only seen: when the state before was seen.
    pub(crate) prior: i64,
    pub(crate) import: i32,
    pub(crate) row: i64,
    pub(crate) file: u32,
}

/// A state and team that an export showed a ticket in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    pub(crate) ticket: u32,
    pub(crate) at: i64,
    pub(crate) state: u64,
    pub(crate) stage: u8,
    pub(crate) team: u64,
    pub(crate) import: i32,
    pub(crate) row: i64,
    /// The export, [`STORED`] for what the record held.
    pub(crate) file: u32,
}

/// What the events of a ticket say about it. Instants are [`NONE`] where nothing says them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Derived {
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// When it was first no longer new.
    pub(crate) response: i64,
    /// When it came to the end that it is at now.
    pub(crate) resolved: i64,
    /// When it was last told to be at that end.
    pub(crate) ended: i64,
    /// The stage that it ended in, [`NO_STAGE`] while it is open or not known.
    pub(crate) end: u8,
    /// Times that it went from an end back to being open; -1 where no stage is known.
    pub(crate) reopened: i32,
    pub(crate) hops: i32,
    pub(crate) ping_pong: bool,
}

/// Words that the record itself uses for what happened.
pub(crate) struct Words {
    pub(crate) state: u64,
    pub(crate) group: u64,
}

/// Drops the events that are there already: of each content, the record keeps as many as the file
/// that has most of them. Events must be sorted by ticket, within it stored ones first, then file by
/// file. Returns which are kept, in the same order.
pub(crate) fn told_apart(events: &[Event], bytes: &[u8]) -> Vec<bool> {
    type Content<'b> = (i64, i64, &'b [u8], &'b [u8], bool, &'b [u8], bool, &'b [u8], bool);
    let mut kept = vec![true; events.len()];
    let mut counts: HashMap<Content<'_>, (u32, u32, u32)> = HashMap::new();
    let mut start = 0;
    for group in events.chunk_by(|one, other| one.ticket == other.ticket) {
        let one_file = group.iter().all(|event| group.first().is_some_and(|first| first.file == event.file));
        if !one_file {
            counts.clear();
            for (event, kept) in group.iter().zip(kept.iter_mut().skip(start)) {
                if event.flags & SEEN != 0 {
                    continue;
                }
                let from = if event.flags & GIVEN_FROM == 0 { NO_TEXT } else { event.from };
                let content = (
                    event.when,
                    event.revision,
                    text_at(bytes, event.what),
                    text_at(bytes, from),
                    from == NO_TEXT,
                    text_at(bytes, event.to),
                    event.to == NO_TEXT,
                    text_at(bytes, event.team),
                    event.team == NO_TEXT,
                );
                // Held so far, the file being counted, how many that file has had.
                let (held, file, had) = counts.entry(content).or_insert((0, event.file, 0));
                if *file != event.file {
                    (*file, *had) = (event.file, 0);
                }
                *had += 1;
                *kept = *had > *held;
                *held = (*held).max(*had);
            }
        }
        start += group.len();
    }
    kept
}

/// The events that follow from what exports showed of a ticket: one where the state differs from the
/// one seen before, one where the team does.
///
/// `sights` are all that is known of one ticket; `real` are its other events, so that a change that a
/// log tells of is not told twice.
pub(crate) fn seen_changes(sights: &mut [Sight], real: &[Event], words: &Words, bytes: &[u8]) -> Vec<Event> {
    sights.sort_by_key(|sight| sight.at);
    let mut out = Vec::new();
    let same = |one: u64, other: u64| text_at(bytes, one) == text_at(bytes, other);
    let mut state: Option<Sight> = None;
    let mut team: Option<Sight> = None;
    for sight in sights.iter() {
        let event = |what, from, to, prior: &Sight| Event {
            ticket: sight.ticket,
            when: sight.at,
            revision: NONE,
            what,
            from,
            to,
            team: sight.team,
            stage: if what == words.state { sight.stage } else { NO_STAGE },
            flags: GIVEN_FROM | SEEN,
            prior: prior.at,
            import: sight.import,
            row: sight.row,
            file: sight.file,
        };
        // The team first: the state that comes with it is already the new team's.
        if sight.team != NO_TEXT {
            if let Some(before) = &team
                && !same(before.team, sight.team)
                && !real
                    .iter()
                    .any(|event| event.when == sight.at && event.team != NO_TEXT && same(event.team, sight.team))
            {
                out.push(event(words.group, before.team, sight.team, before));
            }
            team = Some(*sight);
        }
        if sight.state != NO_TEXT {
            if let Some(before) = &state
                && !same(before.state, sight.state)
                && !real
                    .iter()
                    .any(|event| event.when == sight.at && event.to != NO_TEXT && same(event.to, sight.state))
            {
                out.push(event(words.state, before.state, sight.state, before));
            }
            state = Some(*sight);
        }
    }
    out
}

/// Puts the events of one ticket in order and fills `from` where no source gave it.
///
/// The source's own revision counter decides, where there is one: clocks of whole minutes do not. An
/// event with a revision is never placed before one with a lower revision, so it counts as having
/// happened no earlier than that; among those, events without a revision are placed by when they
/// happened. Ties go by import and row; events without an instant come last.
pub(crate) fn put_in_order(events: &mut [Event], group_word: &[u8], bytes: &[u8]) {
    let simple = events.iter().all(|event| event.revision == NONE);
    if simple {
        events.sort_by_key(|event| (instant_or_last(event), event.import, event.row));
    } else {
        events.sort_by_key(|event| {
            (event.revision == NONE, event.revision, instant_or_last(event), event.import, event.row)
        });
        let mut reached = NONE;
        let mut keyed: Vec<(i64, Event)> = events
            .iter()
            .map(|event| {
                if event.revision == NONE {
                    return (instant_or_last(event), *event);
                }
                reached = reached.max(event.when);
                (reached, *event)
            })
            .collect();
        keyed.sort_by_key(|(reached, event)| (*reached, event.revision == NONE, event.revision));
        for (event, (_, ordered)) in events.iter_mut().zip(keyed) {
            *event = ordered;
        }
    }
    let mut value = NO_TEXT;
    let mut team = NO_TEXT;
    for event in events {
        let of_group = text_at(bytes, event.what) == group_word;
        if event.flags & GIVEN_FROM == 0 {
            event.from = if of_group { team } else { value };
        }
        if event.to != NO_TEXT && !of_group {
            value = event.to;
        }
        let held = team_of(event, of_group);
        if held != NO_TEXT {
            team = held;
        }
    }
}

fn instant_or_last(event: &Event) -> i64 {
    if event.when == NONE { i64::MAX } else { event.when }
}

fn team_of(event: &Event, of_group: bool) -> u64 {
    if event.team != NO_TEXT || !of_group { event.team } else { event.to }
}

/// What the events of one ticket, in order, say about it.
pub(crate) fn derive(events: &[Event], group_word: &[u8], bytes: &[u8]) -> Derived {
    let mut derived = Derived {
        first: NONE,
        last: NONE,
        response: NONE,
        resolved: NONE,
        ended: NONE,
        end: NO_STAGE,
        reopened: -1,
        hops: 0,
        ping_pong: false,
    };
    let mut teams: Vec<&[u8]> = Vec::new();
    let mut visit = |team: u64| {
        if team == NO_TEXT {
            return;
        }
        let team = text_at(bytes, team);
        if teams.last() != Some(&team) {
            if !teams.is_empty() {
                derived.hops += 1;
            }
            derived.ping_pong |= teams.contains(&team);
            teams.push(team);
        }
    };
    let mut stage = NO_STAGE;
    for event in events {
        let of_group = text_at(bytes, event.what) == group_word;
        if of_group && event.flags & GIVEN_FROM != 0 {
            visit(event.from);
        }
        visit(team_of(event, of_group));
        if event.when != NONE {
            derived.first = if derived.first == NONE { event.when } else { derived.first.min(event.when) };
            derived.last = derived.last.max(event.when);
        }
        if event.stage == NO_STAGE {
            continue;
        }
        derived.reopened = derived.reopened.max(0);
        if event.stage > 0 && event.stage < CANCELLED && derived.response == NONE {
            derived.response = event.when;
        }
        let ends = event.stage >= RESOLVED;
        let ended = stage != NO_STAGE && stage >= RESOLVED;
        if ends {
            derived.ended = event.when;
            if !ended {
                derived.resolved = event.when;
            }
        }
        if ended && !ends {
            derived.reopened += 1;
        }
        stage = event.stage;
    }
    if stage == NO_STAGE || stage < RESOLVED {
        derived.resolved = NONE;
        derived.ended = NONE;
    } else {
        derived.end = stage;
        if stage == CANCELLED {
            derived.resolved = NONE;
        }
    }
    derived
}
