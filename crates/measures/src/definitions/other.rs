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

const DURING: &str = "exists (select 1 from change_outcomes where change_outcomes.source = changes.source \
     and change_outcomes.id = changes.id and change_outcomes.during)";
const TICKET_DURING: &str = "exists (select 1 from change_tickets where change_tickets.source = tickets.source \
     and change_tickets.id = tickets.id and change_tickets.during)";
const TICKET_BESIDE: &str = "exists (select 1 from change_tickets where change_tickets.source = tickets.source \
     and change_tickets.id = tickets.id)";

const ALERT_EARLY: &str = "exists (select 1 from alert_outcomes where alert_outcomes.source = tickets.source \
     and alert_outcomes.id = tickets.id and alert_outcomes.early)";
const ALERT_UNFELT: &str = "exists (select 1 from alert_outcomes where alert_outcomes.source = tickets.source \
     and alert_outcomes.id = tickets.id and alert_outcomes.unfelt)";

const DISRUPTED: &str = "exists (select 1 from change_disruptions where change_disruptions.source = changes.source \
     and change_disruptions.id = changes.id)";
const RATES_INTERVAL: &str = "Low and high are the ends of the owner's ranges of people a call and minutes a person \
     (Settings), the value their middle; chance is not in them.";

const MINUTES_INTERVAL: &str = "95 %. Median and p85: order statistics of the binomial distribution. Sum: none, a full \
     count.";

#[expect(clippy::too_many_lines, reason = "a table of definitions reads best in one piece")]
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
    let alerts = |name, title, plain, definition, rows| Definition {
        name,
        title,
        plain,
        definition,
        unit: "tickets",
        statistics: &["count", "share"],
        interval: SHARE_INTERVAL,
        minimum_n: MINIMUM,
        table: "tickets",
        rows,
    };
    let jobs = |name, title, plain, definition, unit, rows| Definition {
        name,
        title,
        plain,
        definition,
        unit,
        statistics: &["count", "share"],
        interval: SHARE_INTERVAL,
        minimum_n: MINIMUM,
        table: "job_runs",
        rows,
    };
    let minutes = |name, title, plain, definition, statistics, rows| Definition {
        name,
        title,
        plain,
        definition,
        unit: "minutes",
        statistics,
        interval: MINUTES_INTERVAL,
        minimum_n: MINIMUM,
        table: "changes",
        rows,
    };
    let tickets = |name, title, plain, definition, statistic: &'static str, rows| Definition {
        name,
        title,
        plain,
        definition,
        unit: "tickets",
        statistics: if statistic == "mean" { &["mean"] } else { &["count"] },
        interval: NO_INTERVAL,
        minimum_n: if statistic == "mean" { MINIMUM } else { 0 },
        table: "tickets",
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
            name: "hours_without_priority_1",
            title: "Hours without an open priority-1",
            plain: "Hours in which nothing of the most urgent kind was open.",
            definition: "Hours of the days of `days_without_priority_1` in which no ticket with priority rank 1 was \
                 open: from opened to resolved, else closed, else the end of those days. Share: of all their hours. n \
                 is the number of days. As the desk saw it: whether a system could be used is told by a monitor's own \
                 export. By something else: hours without such a ticket of that group.",
            unit: "hours",
            statistics: &["sum", "share"],
            interval: NO_INTERVAL,
            minimum_n: MINIMUM,
            table: "tickets",
            rows: "priority_rank = 1",
        },
        alerts(
            "alerts_before_calls",
            "Alerts before anybody called",
            "Alerts of monitoring that came before anybody had called about the same system.",
            "Tickets of the class monitoring on whose item no ticket of another class was opened in the 24 hours before. \
             Population: tickets of the class monitoring with an item and a known opened instant. Only for the whole \
             record, not by something else.",
            ALERT_EARLY,
        ),
        alerts(
            "alerts_nobody_felt",
            "Alerts that nobody felt",
            "Such alerts that were dealt with before anybody called about the system.",
            "Alerts of `alerts_before_calls` on whose item no ticket of another class was opened until 24 hours after \
             their end (resolved, else closed). Population: alerts of `alerts_before_calls` that ended at least 24 hours \
             before the end of the record. Sequence only: whether anybody would have called is not known. Only for the \
             whole record, not by something else.",
            ALERT_UNFELT,
        ),
        Definition {
            statistics: &["count"],
            interval: NO_INTERVAL,
            minimum_n: 0,
            ..jobs(
                "job_runs",
                "Runs of jobs",
                "Runs of backups, patches and other jobs in the lists that were imported.",
                "Runs of jobs, one a row of the lists, the same row of several lists once. Only for the whole record, not by \
                 something else.",
                "runs",
                "true",
            )
        },
        jobs(
            "job_runs_succeeded",
            "Runs of jobs that succeeded",
            "Backups, patches and other jobs that ended well.",
            "Runs with the outcome succeeded. Population: runs of the imported lists of jobs whose outcome is known \
             (succeeded, warned or failed). Only for the whole record, not by something else.",
            "runs",
            "outcome = 'succeeded'",
        ),
        jobs(
            "jobs_last_good",
            "Jobs whose last run succeeded",
            "Backups and devices that were well when they were last looked at.",
            "Jobs, or devices, whose newest run has the outcome succeeded. Population: jobs whose newest run has a known \
             outcome. Only for the whole record, not by something else.",
            "jobs",
            "newest and outcome = 'succeeded'",
        ),
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
        changes(
            "changes_overran",
            "Changes that ended later than planned",
            "Changes whose work went on beyond the time that was planned for it.",
            "Changes of which a row tells an actual end after the planned end. Population: changes of which a row \
             tells both.",
            "actual_end > planned_end",
        ),
        minutes(
            "change_overrun_minutes",
            "How much later changes ended",
            "Of changes that ended later than planned, by how much.",
            "From the planned to the actual end, the latest of a change's rows. Population: the changes of \
             `changes_overran`.",
            &["median", "p85"],
            "actual_end > planned_end",
        ),
        minutes(
            "planned_downtime_minutes",
            "Planned downtime",
            "Minutes for which systems were planned to be away for changes.",
            "From the start to the end of the scheduled downtime, the longest of a change's rows. Population: changes \
             that tell both, in that order. Minutes of systems, not of people: how many people a system serves is \
             not told by an export.",
            &["sum", "median"],
            "downtime_end > downtime_start",
        ),
        changes(
            "changes_with_tickets_during",
            "Changes with tickets while they were done",
            "Changes during which a ticket on the same item came in.",
            "Changes with at least one ticket on one of their items opened between their actual start and end. \
             Population: changes with an item and an actual start and end at most 72 hours apart. Sequence only: see \
             `tickets_weeks_beside_changes`.",
            DURING,
        ),
        tickets(
            "tickets_during_changes",
            "Tickets while changes were done",
            "Tickets on the changed item that came in while a change was being done.",
            "Tickets opened between the actual start and end of a change on their item, each once; n is the changes of \
             `changes_with_tickets_during`. With people and time a ticket (Settings) they tell the disruption that was \
             seen, beside the downtime that was planned.",
            "count",
            TICKET_DURING,
        ),
        tickets(
            "tickets_weeks_beside_changes",
            "Tickets in the same hours of other weeks",
            "Tickets on the same items in the same hours a week before and a week after: what would be usual.",
            "For the changes of `tickets_during_changes`: tickets on their items opened in the same hours seven days \
             earlier, and seven days later; the mean of the two. Its rows are the tickets of all three weeks.",
            "mean",
            TICKET_BESIDE,
        ),
        Definition {
            name: "change_disruption_minutes",
            title: "Disruption beyond the plan",
            plain: "Minutes that people lost while changes were done, beyond what is usual and beyond what was planned.",
            definition: "Of each change: calls on its items within the planned time of its work beyond the usual, times \
                 people a call, times minutes that a person loses; and calls while its work went on outside of the \
                 planned time beyond the usual, times people a call, times the minutes outside. Usual is the mean of the \
                 same hours in the two weeks before and after, as far as the record holds them. People a call: those \
                 who are told, and the owner's range where a call does not tell who called. Fewer calls than usual \
                 count against more, and the sum is never below zero. Population: changes with an item, a planned and \
                 an actual time at most 72 hours long, and a week beside it in the record. Sequence only, and only for \
                 the whole record, not by something else.",
            unit: "minutes",
            statistics: &["sum", "mean"],
            interval: RATES_INTERVAL,
            minimum_n: MINIMUM,
            table: "changes",
            rows: DISRUPTED,
        },
    ]
}
