//! Quiet days and changes.

use super::{MINIMUM, NO_INTERVAL, SHARE_INTERVAL};
use crate::value::Definition;

const DAYS_P1: &str = "Days on which no ticket with priority rank 1 was opened. Population: the days \
     of the part of the record that is whole (from the first to the last usual week: one with at least a quarter \
     of the openings, the first also of the endings, of the busiest month's median week), days in the calendar's zone; only where priorities are known. By something else: days \
     without such a ticket of that group.";
const DAYS_QUIET: &str = "Days on which no ticket with priority rank 1 or 2 was opened. Population: \
     the days of the part of the record that is whole (from the first to the last usual week: one with at least a \
     quarter of the openings, the first also of the endings, of the busiest month's median week), days in the calendar's zone; only where priorities are known. By something else: \
     days without such a ticket of that group.";

const FOLLOWED: &str = "exists (select 1 from change_outcomes where change_outcomes.source = changes.source \
     and change_outcomes.id = changes.id and change_outcomes.followed)";
const NOT_FOLLOWED: &str = "exists (select 1 from change_outcomes where change_outcomes.source = changes.source \
     and change_outcomes.id = changes.id and not change_outcomes.followed)";

pub(super) fn definitions() -> Vec<Definition> {
    let days = |name, title, plain, definition, rows| Definition {
        name,
        title,
        plain,
        definition,
        unit: "days",
        statistics: &["count", "share"],
        interval: SHARE_INTERVAL,
        minimum_n: MINIMUM,
        table: "days",
        rows,
    };
    let changes = |name, title, plain, definition, rows| Definition {
        name,
        title,
        plain,
        definition,
        unit: "changes",
        statistics: &["count", "share"],
        interval: SHARE_INTERVAL,
        minimum_n: MINIMUM,
        table: "changes",
        rows,
    };
    vec![
        days(
            "days_without_priority_1",
            "Days without a priority-1",
            "Days on which nothing of the most urgent kind came in.",
            DAYS_P1,
            "priority_1 = 0",
        ),
        days("quiet_days", "Quiet days", "Days on which nothing urgent came in.", DAYS_QUIET, "urgent = 0"),
        Definition {
            name: "changes",
            title: "Changes",
            plain: "How many changes to systems there are.",
            definition: "Distinct changes; one that touches many items counts once. With `from` or `to`: those that \
                 began in that time (actual start, else planned start).",
            unit: "changes",
            statistics: &["count"],
            interval: NO_INTERVAL,
            minimum_n: 0,
            table: "changes",
            rows: "true",
        },
        changes(
            "emergency_changes",
            "Emergency changes",
            "Changes that could not wait for the usual way.",
            "Changes marked as emergency. Population: changes whose source tells it.",
            "emergency",
        ),
        changes(
            "changes_followed_by_tickets",
            "Changes with tickets after them",
            "Changes after which a ticket on the same item was seen within three days.",
            "Changes with at least one ticket on one of their items opened within 72 hours after the actual start. \
             Population: changes with an actual start and an item. Sequence only: busy items have tickets on any \
             day; what is more than that is shown under Change and incident, beside placebo dates.",
            FOLLOWED,
        ),
        changes(
            "changes_without_tickets_after",
            "Changes without tickets after them",
            "Changes after which no ticket on the same item was seen within three days.",
            "The rest of the same population.",
            NOT_FOLLOWED,
        ),
    ]
}
