//! How much comes, how long it takes, what waits.

use super::{DURATION_INTERVAL, MINIMUM, NO_INTERVAL, SHARE_INTERVAL, open};
use crate::value::Definition;

const DURATIONS: &[&str] =
    &["mean", "median_completed", "p75_completed", "p90_completed", "p95_completed", "p50", "p85", "p95"];

const fn duration(
    name: &'static str,
    title: &'static str,
    plain: &'static str,
    definition: &'static str,
    rows: &'static str,
) -> Definition {
    Definition {
        name,
        title,
        plain,
        definition,
        unit: "hours",
        statistics: DURATIONS,
        interval: DURATION_INTERVAL,
        minimum_n: MINIMUM,
        table: "tickets",
        rows,
    }
}

const fn backlog(
    name: &'static str,
    title: &'static str,
    plain: &'static str,
    definition: &'static str,
    rows: &'static str,
) -> Definition {
    Definition {
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
    }
}

const RESPONDED: &str = "first_response >= opened";
const RESOLVED: &str = concat!("resolved >= opened and not ", open!());
const CLOSED: &str = "closed >= opened";

const RESPONSE_TEXT: &str = "From opened to the first response. Population: tickets with both instants in order; \
     the Kaplan-Meier statistics add the open tickets without a response, cut off at the end of the record, where \
     their source tells first responses at all. Tickets that ended without a told response are left out.";
const RESOLVED_TEXT: &str = "From opened to resolved (the last resolution). Population: tickets with both instants \
     in order that are not open again; the Kaplan-Meier statistics add the open tickets, cut off at the end of the \
     record, where their source tells resolutions at all. Tickets that were closed without a resolved instant are \
     left out: when they were resolved is not told.";
const CLOSED_TEXT: &str = "From opened to closed. Population: tickets with both instants in order; the Kaplan-Meier \
     statistics add the tickets that are not closed, cut off at the end of the record, where their source tells \
     closings at all. Tickets whose state is closed or cancelled without a closed instant are left out.";

#[expect(clippy::too_many_lines, reason = "a table of definitions reads best in one piece")]
pub(super) fn definitions() -> Vec<Definition> {
    vec![
        Definition {
            name: "tickets",
            title: "Volume",
            plain: "How many tickets there are.",
            definition: "Tickets in the record. With `from` or `to`: those opened in that time. By something else: also \
                 the share of all of them, n being all.",
            unit: "tickets",
            statistics: &["count", "share"],
            interval: NO_INTERVAL,
            minimum_n: 0,
            table: "tickets",
            rows: "true",
        },
        Definition {
            name: "arrivals_by_weekday_hour",
            title: "Arrivals by weekday and hour",
            plain: "On which day and at which hour tickets come in.",
            definition: "Tickets with a known opened instant by its weekday and hour in the calendar's zone; the \
                 group reads `mon 09`. Only for the whole record, not by something else. n is all tickets with a \
                 known opened instant.",
            unit: "tickets",
            statistics: &["count"],
            interval: NO_INTERVAL,
            minimum_n: 0,
            table: "tickets",
            rows: "opened is not null",
        },
        Definition {
            name: "after_hours",
            title: "After-hours share",
            plain: "Tickets that came in outside business hours.",
            definition: "Tickets opened outside the business hours of the calendar. Population: tickets with a \
                 known opened instant.",
            unit: "tickets",
            statistics: &["count", "share"],
            interval: SHARE_INTERVAL,
            minimum_n: MINIMUM,
            table: "tickets",
            rows: "after_hours(opened)",
        },
        backlog(
            "backlog",
            "Backlog",
            "Tickets that are still open.",
            "Open tickets at the end of the record. Share: of all tickets. Its course over time and its age are in \
             the series of the page Coming.",
            open!(),
        ),
        backlog(
            "backlog_waiting",
            "Backlog waiting for others",
            "Open tickets on which somebody outside the team has the next move.",
            "Open tickets whose state means waiting (for the requester, a vendor, a problem, evidence). Share: of \
             the open tickets.",
            concat!(open!(), " and stage = 'waiting'"),
        ),
        backlog(
            "backlog_older_than_7_days",
            "Backlog older than 7 days",
            "Open tickets that came in more than a week ago.",
            "Open tickets whose opened instant lies more than 7 times 24 hours before the end of the record. Share: \
             of the open tickets with a known opened instant.",
            concat!(open!(), " and opened < record_end() - interval '168 hours'"),
        ),
        backlog(
            "backlog_older_than_30_days",
            "Backlog older than 30 days",
            "Open tickets that came in more than a month ago.",
            "Open tickets whose opened instant lies more than 30 times 24 hours before the end of the record. Share: \
             of the open tickets with a known opened instant.",
            concat!(open!(), " and opened < record_end() - interval '720 hours'"),
        ),
        backlog(
            "backlog_older_than_90_days",
            "Backlog older than 90 days",
            "Open tickets that came in more than three months ago.",
            "Open tickets whose opened instant lies more than 90 times 24 hours before the end of the record. Share: \
             of the open tickets with a known opened instant.",
            concat!(open!(), " and opened < record_end() - interval '2160 hours'"),
        ),
        Definition {
            name: "backlog_age_hours",
            title: "Age of the backlog",
            plain: "How long the open tickets have been open.",
            definition: "From opened to the end of the record. Population: open tickets with a known opened instant. \
                 Linear interpolation between neighbours.",
            unit: "hours",
            statistics: &["median", "p85"],
            interval: NO_INTERVAL,
            minimum_n: MINIMUM,
            table: "tickets",
            rows: concat!(open!(), " and opened is not null"),
        },
        duration(
            "first_response_hours",
            "Time to first response",
            "How long it took until somebody first answered.",
            RESPONSE_TEXT,
            RESPONDED,
        ),
        duration(
            "opened_to_resolved_hours",
            "Time to resolve",
            "How long it took until the matter was solved.",
            RESOLVED_TEXT,
            RESOLVED,
        ),
        duration(
            "opened_to_closed_hours",
            "Time to close",
            "How long it took until the ticket was closed.",
            CLOSED_TEXT,
            CLOSED,
        ),
        duration(
            "first_response_business_hours",
            "Time to first response, business hours",
            "How long it took until somebody first answered, counting only business hours.",
            "As `first_response_hours`, in business hours of the calendar.",
            RESPONDED,
        ),
        duration(
            "opened_to_resolved_business_hours",
            "Time to resolve, business hours",
            "How long it took until the matter was solved, counting only business hours.",
            "As `opened_to_resolved_hours`, in business hours of the calendar.",
            RESOLVED,
        ),
        duration(
            "opened_to_closed_business_hours",
            "Time to close, business hours",
            "How long it took until the ticket was closed, counting only business hours.",
            "As `opened_to_closed_hours`, in business hours of the calendar.",
            CLOSED,
        ),
    ]
}
