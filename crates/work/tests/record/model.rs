//! Any sequence of imports gives what a naive model in memory gives.

use std::collections::BTreeMap;

use exports::Stage;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::rows::{Dice, Happened, Row, Ticket, ask, bytes, import, import_with, whole};

/// The model: every version ever seen, folded in the order of instant, revision, import.
#[derive(Default)]
struct Model {
    versions: BTreeMap<String, Vec<Ticket>>,
    events: BTreeMap<String, BTreeMap<String, usize>>,
}

impl Model {
    fn import(&mut self, rows: &[Row]) {
        let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
        for row in rows {
            let (version, event) = match row {
                Row::Ticket(ticket) => (Some(ticket), None),
                Row::Event(event) => (None, Some(event)),
                Row::Log(ticket, event) => (Some(ticket), Some(event)),
                _ => (None, None),
            };
            if let Some(ticket) = version {
                self.versions.entry(ticket.id.clone()).or_default().push(ticket.clone());
            }
            if let Some(event) = event {
                *counts.entry((event.ticket.clone(), format!("{event:?}"))).or_default() += 1;
            }
        }
        for ((ticket, content), count) in counts {
            let held = self.events.entry(ticket).or_default().entry(content).or_default();
            *held = (*held).max(count);
        }
    }

    fn tickets(&self) -> Vec<Value> {
        self.versions
            .iter()
            .map(|(id, versions)| {
                let mut versions = versions.clone();
                versions.sort_by_key(|version| (version.as_of, version.revision));
                let mut now = Ticket::default();
                for version in versions {
                    let open = version.stage.is_some_and(|stage| stage < Stage::Resolved);
                    now.opened = version.opened.or(now.opened);
                    now.as_of = version.as_of.or(now.as_of);
                    now.resolved = version.resolved.or(if open { None } else { now.resolved });
                    now.closed = version.closed.or(if open { None } else { now.closed });
                    now.state = version.state.or(now.state);
                    now.stage = version.stage.or(now.stage);
                    now.team = version.team.or(now.team);
                    now.title = version.title.or(now.title);
                    now.reassignments = version.reassignments.or(now.reassignments);
                }
                json!({
                    "id": id, "as_of": now.as_of, "opened": now.opened, "resolved": now.resolved, "closed": now.closed,
                    "state": now.state, "stage": now.stage.map(Stage::as_str), "team": now.team,
                    // A text that is there and empty says that there is none.
                    "title": now.title.filter(|title| !title.is_empty()),
                    "reassignments": now.reassignments,
                })
            })
            .collect()
    }

    fn event_count(&self) -> usize {
        self.events.values().flat_map(BTreeMap::values).sum()
    }
}

fn instant() -> impl Strategy<Value = i64> {
    (0_i64..40).prop_map(|hours| hours * 3_600_000)
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![Just(Stage::New), Just(Stage::Active), Just(Stage::Resolved), Just(Stage::Closed)]
}

fn ticket() -> impl Strategy<Value = Ticket> {
    let word = |words: &'static [&'static str]| prop::option::of(prop::sample::select(words).prop_map(str::to_owned));
    (
        (0_u8..12, instant(), prop::option::of(0_i64..3)),
        (prop::option::of(instant()), prop::option::of(instant()), prop::option::of(instant())),
        (word(&["a", "b", "c"]), prop::option::of(stage()), word(&["T1", "T2", "T3"]), word(&["", "ü,\"", "x"])),
        prop::option::of(0_u32..5),
    )
        .prop_map(
            |((id, as_of, revision), (opened, resolved, closed), (state, stage, team, title), reassignments)| Ticket {
                id: format!("T{id}"),
                as_of: Some(as_of),
                revision,
                opened,
                resolved,
                closed,
                state,
                stage,
                team,
                title,
                reassignments,
                class: None,
            },
        )
}

fn event() -> impl Strategy<Value = Happened> {
    (0_u8..12, prop::option::of(instant()), prop::option::of(0_i64..3), 0_u8..3, 0_u8..4).prop_map(
        |(ticket, when, revision, to, team)| Happened {
            ticket: format!("T{ticket}"),
            when,
            revision,
            what: "update".into(),
            to: (to > 0).then(|| format!("s{to}")),
            team: (team > 0).then(|| format!("G{team}")),
        },
    )
}

fn log() -> impl Strategy<Value = Vec<Row>> {
    let row = prop_oneof![
        5 => (ticket(), event()).prop_map(|(ticket, mut event)| {
            event.ticket.clone_from(&ticket.id);
            Row::Log(ticket, event)
        }),
        1 => event().prop_map(Row::Event),
        1 => Just(Row::Reject),
    ];
    // The first rows give every derivable field once: which fields a source gives itself is then
    // the same from the first import on.
    prop::collection::vec(row, 0..40)
}

/// A source that gives all fields itself, so that nothing is derived and the model stays naive.
fn first() -> Vec<Row> {
    vec![Row::Ticket(Ticket {
        id: "first".into(),
        as_of: Some(1),
        opened: Some(1),
        resolved: Some(1),
        closed: Some(1),
        reassignments: Some(1),
        ..Ticket::default()
    })]
}

const TICKETS: &str = "select id, arrow_cast(as_of, 'Int64') as as_of, arrow_cast(opened, 'Int64') as opened, \
    arrow_cast(resolved, 'Int64') as resolved, arrow_cast(closed, 'Int64') as closed, state, stage, team, title, \
    reassignments from tickets order by id";

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn imports_of_logs_give_what_the_model_gives(files in prop::collection::vec(log(), 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let mut model = Model::default();
        for (place, rows) in std::iter::once(first()).chain(files.clone()).enumerate() {
            let report = import(folder.path(), &format!("f{place}"), &rows);
            model.import(&rows);
            let file = &report.files[0];
            prop_assert_eq!(file.rows, file.kept + file.updated + file.unchanged + file.rejected);
            prop_assert_eq!(file.rows, rows.len() as u64);
            prop_assert_eq!(file.rejected, rows.iter().filter(|row| **row == Row::Reject).count() as u64);
            prop_assert_eq!(report.events, model.event_count() as u64);
            prop_assert_eq!(ask(folder.path(), TICKETS), model.tickets());

            // The same file again: nothing changes, not a byte, and every good row is unchanged.
            let before = bytes(folder.path());
            let again = import(folder.path(), &format!("f{place}"), &rows);
            prop_assert!(!again.changed);
            prop_assert_eq!(again.files[0].unchanged, again.files[0].rows - again.files[0].rejected);
            prop_assert_eq!(before, bytes(folder.path()));
        }
        // All in one commit, through the spill file, gives the same record.
        let other = tempfile::tempdir().unwrap();
        for (place, rows) in std::iter::once(first()).chain(files).enumerate() {
            import_with(other.path(), &format!("f{place}"), &rows, 100);
        }
        prop_assert_eq!(whole(folder.path()), whole(other.path()));
    }

    #[test]
    fn the_order_of_exports_does_not_matter(seed in any::<u64>(), files in prop::collection::vec(prop::collection::vec(ticket(), 1..25), 2..4)) {
        // Versions of a ticket at distinct instants, so that none ties.
        let mut dice = Dice(seed);
        let mut next = 0;
        let files: Vec<Vec<Row>> = files.into_iter().map(|file| file.into_iter().map(|mut ticket| {
            next += 1;
            ticket.as_of = Some(i64::try_from(dice.below(1000)).unwrap() * 1000 + next);
            Row::Ticket(ticket)
        }).collect()).collect();
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        import(one.path(), "first", &first());
        import(other.path(), "first", &first());
        let mut model = Model::default();
        model.import(&first());
        for rows in &files {
            import(one.path(), "f", rows);
            model.import(rows);
        }
        for rows in files.iter().rev() {
            import(other.path(), "f", rows);
        }
        prop_assert_eq!(ask(one.path(), TICKETS), model.tickets());
        prop_assert_eq!(ask(other.path(), TICKETS), model.tickets());
    }
}
