//! Every measure's definition: the one place that pages, command line and documentation read.

mod flow;
mod other;
mod quality;

use std::sync::LazyLock;

use crate::value::Definition;

/// A ticket is open: nobody closed it, and its state says so; where the state is not told, it has no
/// resolved instant.
macro_rules! open {
    () => {
        "(closed is null and coalesce(stage in ('new', 'active', 'waiting'), resolved is null))"
    };
}
pub(crate) use open;

/// Below this n a share or a quantile is withheld.
pub(crate) const MINIMUM: u64 = 10;

pub(crate) const NO_INTERVAL: &str = "None: a full count of the record, not an estimate.";
pub(crate) const SHARE_INTERVAL: &str = "Count: none, a full count. Share: Wilson's score interval, 95 %.";
pub(crate) const DURATION_INTERVAL: &str = "95 %. Mean: normal approximation. Statistics of completed tickets: \
     order statistics of the binomial distribution. Kaplan-Meier quantiles (p50, p85, p95): Brookmeyer and Crowley \
     with the log-log transform and Greenwood's variance; an end that the record does not reach is left out.";

static ALL: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    let mut all = Vec::new();
    all.extend(flow::definitions());
    all.extend(quality::definitions());
    all.extend(other::definitions());
    all
});

/// Every measure, in the order in which they are shown.
#[must_use]
pub fn definitions() -> &'static [Definition] {
    &ALL
}

/// The definition of a measure.
#[must_use]
pub fn definition(name: &str) -> Option<&'static Definition> {
    definitions().iter().find(|definition| definition.name == name)
}

const HEAD: &str = "# Measures

<!-- Generated from crates/measures/src/definitions; the tests of that crate compare this page with the code. -->

Every figure that Plumb shows about the work record, and how it is made. No measure looks at a person.

Rules that hold for all:

- **The record** is what was imported: one row a ticket, whatever the export's grain. Counting the rows of an \
audit log instead of tickets would change every share.
- **n** is the number of rows that a statistic rests on: the population of the definition. A ticket whose source \
does not tell a field is no part of the population of measures of that field.
- **The end of the record** is the last instant seen in it (opened, first response, resolved, closed, version). \
Single instants more than a year after everything else count as slips of the pen and do not move it.
- **A ticket is open** when it was not closed and its state says new, active or waiting; where the state is not \
told, when it has no resolved instant.
- **`from`** and **`to`** keep tickets opened at or after the one and before the other (changes: begun).
- **`as_of`** rewinds the record: tickets opened later are unseen, what ended later is still running then. \
Facts without a date of their own (reopened, reassignments, service level, links) stay as last told, and so does \
whether a ticket belongs to a population.
- **Business hours** follow the calendar file; without one, Monday to Friday 08:00 to 18:00 in the zone of the \
record, and the pages say that this was assumed.
- **Seen together** is all that a sequence in time can say. Nothing here is a proof of cause.
- Below its **minimum n** a figure is withheld: \"not enough to say\". Counts and sums are always told.

Statistics: `count`, `share` (of n), `sum`, `mean`; `median_completed`, `p75_completed`, `p90_completed`, \
`p95_completed` over tickets that ended (linear interpolation between neighbours); `p50`, `p85`, `p95` by \
Kaplan-Meier over ended and running tickets (the first second by which at least that share had ended).

In SQL (`plumb sql`) three functions go with the tables: `after_hours(instant)`, `business_hours(from, to)` \
(a number of hours), `record_end()`.

";

/// The page `docs/measures.md`, generated from the definitions.
#[must_use]
pub fn definitions_markdown() -> String {
    use std::fmt::Write;
    let mut page = HEAD.to_owned();
    page.push_str("| measure | in plain words | unit |\n|---|---|---|\n");
    for definition in definitions() {
        let _ = writeln!(
            page,
            "| [`{}`](#{}) | {} | {} |",
            definition.name, definition.name, definition.plain, definition.unit
        );
    }
    for definition in definitions() {
        let _ = write!(
            page,
            "\n## {}\n\n**{}.** {}\n\n{}\n\n- Statistics: {}\n- Unit: {}\n- Interval: {}\n- Minimum n: {}\n",
            definition.name,
            definition.title,
            definition.plain,
            definition.definition,
            definition.statistics.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
            definition.unit,
            definition.interval,
            definition.minimum_n,
        );
        if definition.table == "days" {
            let _ = writeln!(page, "- Rows: the days themselves, where `{}`", definition.rows);
        } else {
            let _ = writeln!(
                page,
                "- Rows:\n  ```sql\n  select * from {} where {}\n  ```",
                definition.table, definition.rows
            );
        }
    }
    page
}
