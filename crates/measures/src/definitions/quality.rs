//! How well it went: moves between teams, coming back, service level.

use super::{MINIMUM, NO_INTERVAL, SHARE_INTERVAL, open};
use crate::value::Definition;

const fn share(
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

const REPEAT: &str = "exists (select 1 from repeat_tickets where repeat_tickets.source = tickets.source \
     and repeat_tickets.id = tickets.id)";

const fn sum(
    name: &'static str,
    title: &'static str,
    plain: &'static str,
    definition: &'static str,
    unit: &'static str,
    rows: &'static str,
) -> Definition {
    Definition {
        name,
        title,
        plain,
        definition,
        unit,
        statistics: &["sum"],
        interval: NO_INTERVAL,
        minimum_n: 0,
        table: "tickets",
        rows,
    }
}

#[expect(clippy::too_many_lines, reason = "a table of definitions reads best in one piece")]
pub(super) fn definitions() -> Vec<Definition> {
    vec![
        share(
            "reopened",
            "Reopened",
            "Tickets that came back after they were called solved.",
            "Tickets reopened at least once. Population: tickets whose source tells how often they were reopened.",
            "reopened > 0",
        ),
        share(
            "reassigned",
            "Reassigned",
            "Tickets that were handed to another team or person at least once.",
            "Tickets with at least one reassignment, as their source counts them (counted from the events where the \
             source has no counter). Population: tickets for which reassignments are known.",
            "reassignments > 0",
        ),
        sum(
            "reassignments",
            "Reassignments",
            "How often tickets were handed on, all together.",
            "Sum of reassignments. n is the number of tickets for which they are known.",
            "moves",
            "reassignments > 0",
        ),
        sum(
            "hops",
            "Hops between teams",
            "How often tickets moved from one team to another, all together.",
            "Moves between two known teams in the order of the events; an event that names no team is skipped. n is \
             the number of tickets whose events name a team.",
            "moves",
            "hops > 0",
        ),
        share(
            "ping_pong",
            "Ping-pong",
            "Tickets that returned to a team that had already given them away.",
            "Tickets whose events show a team, then another, then the first again. Population: tickets whose events \
             name a team.",
            "ping_pong",
        ),
        share(
            "one_touch",
            "One touch",
            "Tickets that were neither handed on nor reopened.",
            "No reassignment and no reopening. Population: tickets for which reassignments are known; where the \
             source does not tell reopenings, none was seen.",
            "reassignments = 0 and coalesce(reopened, 0) = 0",
        ),
        share(
            "first_contact_resolved",
            "First-contact resolution",
            "Tickets solved by whoever got them first, and they stayed solved.",
            "Tickets that ended, without a reassignment and without a reopening. Population: tickets that ended and \
             for which reassignments are known; where the source does not tell reopenings, none was seen. How many \
             calls it took inside the first team is not told by an export.",
            concat!("not ", open!(), " and reassignments = 0 and coalesce(reopened, 0) = 0"),
        ),
        share(
            "sla_missed",
            "Service level missed",
            "Tickets that took longer than was promised.",
            "Tickets whose source says that the service level was not kept. Population: tickets whose source says \
             whether it was kept; one row a ticket.",
            "sla_kept = false",
        ),
        share(
            "sla_kept",
            "Service level kept",
            "Tickets that were done within what was promised.",
            "Tickets whose source says that the service level was kept. Population: tickets whose source says \
             whether it was kept; one row a ticket (counting every row of an audit log would flatter the figure).",
            "sla_kept",
        ),
        share(
            "sla_kept_but_reopened",
            "Service level kept, but reopened",
            "Tickets that look well on the report and came back all the same.",
            "Tickets whose service level was kept and which were reopened. Population: tickets whose service level \
             was kept and whose source tells reopenings.",
            "sla_kept and reopened > 0",
        ),
        share(
            "repeat_work",
            "Repeat work",
            "Tickets about something that had already come up in the thirty days before.",
            "Tickets whose combination of item, category, symptom and location was seen on another ticket opened in \
             the 30 times 24 hours before (strictly earlier). A value that is not told is part of the combination. \
             Population: tickets with a known opened instant that tell at least two of the four, one of them item or \
             symptom. The same thing in the same place, as far as codes can tell; the words of tickets are the \
             matter of the page Problems.",
            REPEAT,
        ),
        share(
            "linked_to_change",
            "Linked to a change",
            "Tickets that name a change.",
            "Tickets with a linked change. Population: all tickets of sources that link at least one ticket to a \
             change.",
            "linked_change is not null",
        ),
        share(
            "linked_to_problem",
            "Linked to a problem record",
            "Tickets for which somebody has opened a search for what lies behind them.",
            "Tickets with a linked problem record. Population: all tickets of sources that link at least one ticket \
             to a problem record.",
            "linked_problem is not null",
        ),
        share(
            "linked_to_incident",
            "Linked to another ticket",
            "Tickets that name another ticket as parent or duplicate.",
            "Tickets with a linked incident. Population: all tickets of sources that link at least one ticket to \
             another.",
            "linked_incident is not null",
        ),
        Definition {
            statistics: &["sum", "share"],
            ..sum(
                "work_booked_hours",
                "Work booked",
                "Hours of work that were booked on tickets, all together.",
                "Sum of the minutes of work that the source tells, in hours. n is the number of tickets that tell any. By \
                 something else: also the share of all hours booked, n being all tickets that tell any. Never by person.",
                "hours",
                "touch_minutes is not null",
            )
        },
        share(
            "not_classed",
            "Work of no class",
            "Tickets of which nothing tells what sort of work they are.",
            "Tickets whose class of work no column and no word of kind, category, title or channel tells. Population: all \
             tickets. The classes themselves are told by `--by class`.",
            "class is null",
        ),
        share(
            "impossible_dates",
            "Impossible dates",
            "Tickets that were answered, solved or closed before they were opened.",
            "Tickets with a first response, resolved or closed instant before the opened one; such a pair is left \
             out of the times. Population: tickets with a known opened instant and at least one of the others.",
            "first_response < opened or resolved < opened or closed < opened",
        ),
    ]
}
