//! Reading: records become canonical rows, each row accounted for.

use formats::{Format, Reader, Record, Refusal};

use crate::api::{Context, Counts, ReadError, Tally};
use crate::canonical::{ChangeRow, EventRow, Millis, Reject, Sink, Stage, TicketRow};
use crate::class::Classes;
use crate::embedded::{Step, history, lifetime, linked};
use crate::mapping::{Field, Grain, Mapping};
use crate::nested::Nested;
use crate::outcome::{Outcome, Outcomes};
use crate::plan::{Meanings, Plan};
use crate::row::{Fatal, Row, SENTINEL, TOO_MUCH_WORK};
use crate::zone::Zone;

const UNKNOWN_STATE: &str = "what this state means is not known";
const UNKNOWN_OUTCOME: &str = "what this outcome means is not known";
const UNKNOWN_RANK: &str = "how urgent this priority is is not known";
const CLOSED_FIRST: &str = "closed before it was opened";
const RESOLVED_FIRST: &str = "resolved before it was opened";
const CLOSED_BY_RESOLVED: &str = "closed without a closing date: the date of its resolution stands for it";

fn remedy(what: &str) -> String {
    match what {
        UNKNOWN_STATE => "Say in the mapping what it means: [stages] \"the state\" = \"new\", active, waiting, resolved, closed or cancelled",
        UNKNOWN_RANK => "Say in the mapping how urgent it is: [ranks] \"the priority\" = 1, 1 the most urgent",
        UNKNOWN_OUTCOME => "Say in the mapping what it means: [fields.after.words] \"the outcome\" = \"succeeded\", warned or failed",
        CLOSED_FIRST | RESOLVED_FIRST => "The row is kept; durations below zero are left out of measures. Look at the order of dates and the zone",
        SENTINEL => "Nothing: the row is kept without this date",
        TOO_MUCH_WORK => "Say in the mapping what the number counts (fields.touch_minutes.unit) and its decimal mark, or take the field out",
        CLOSED_BY_RESOLVED => "Nothing, or map a column to `closed`",
        _ => "",
    }
    .into()
}

fn refused(context: &Context<'_>, reason: String) -> Refusal {
    Refusal { path: context.path.into(), reason, remedy: "Mend the words under [classes] of the mapping".into() }
}

/// The source under which runs of jobs are kept, whatever tool they came from: so that they are found at once.
const JOBS: &str = "jobs";

/// Rows between two tellings of progress.
const PROGRESS: u64 = 8192;

/// Reads all records of a file into `sink` by a settled mapping.
///
/// # Errors
/// When the file cannot be read to its end, the mapping does not fit the file, or the sink fails.
pub fn read(
    reader: &mut dyn Reader,
    mapping: &Mapping,
    context: &Context<'_>,
    sink: &mut dyn Sink,
) -> Result<Counts, ReadError> {
    if let Some(holder) = &mapping.rows_in {
        let mut nested = Nested::new(reader, Some(holder.clone()));
        return read_records(&mut nested, mapping, context, sink);
    }
    read_records(reader, mapping, context, sink)
}

fn read_records(
    reader: &mut dyn Reader,
    mapping: &Mapping,
    context: &Context<'_>,
    sink: &mut dyn Sink,
) -> Result<Counts, ReadError> {
    let zone = mapping.time_zone.as_deref().unwrap_or("UTC");
    let zone = Zone::named(zone).map_err(|reason| Refusal {
        path: context.path.into(),
        reason,
        remedy: "Give --time-zone with an IANA name".into(),
    })?;
    let mut work = Work {
        mapping,
        plan: Plan::new(mapping, reader.columns(), context)?,
        meanings: Meanings::new(mapping),
        classes: Classes::new(&mapping.classes).map_err(|reason| refused(context, reason))?,
        outcomes: Outcomes::new().map_err(|reason| refused(context, reason))?,
        row: Row::new(context, zone),
        tally: Tally::default(),
        counts: Counts::default(),
        format: reader.format(),
        steps: Vec::new(),
    };
    let mut record = Record::default();
    loop {
        match reader.next(&mut record)? {
            None => break,
            Some(Err(bad)) => {
                work.counts.read += 1;
                work.counts.rejected += 1;
                sink.reject(Reject { row: bad.row, column: String::new(), reason: bad.reason, raw: bad.raw })?;
            }
            Some(Ok(())) => {
                work.counts.read += 1;
                if reader.columns().len() > work.plan.columns.len() {
                    work.plan = Plan::new(mapping, reader.columns(), context)?;
                }
                match work.row(&record, sink)? {
                    Ok(()) => {
                        work.counts.accepted += 1;
                        sink.row_done(record.row)?;
                    }
                    Err(fatal) => {
                        work.counts.rejected += 1;
                        let reject = work.reject(&record, &fatal);
                        sink.reject(reject)?;
                    }
                }
            }
        }
        if work.counts.read.is_multiple_of(PROGRESS) {
            sink.progress(reader.bytes_read(), reader.bytes_total());
        }
    }
    sink.progress(reader.bytes_total(), reader.bytes_total());
    work.counts.blank = reader.blank();
    let plan = &work.plan;
    work.counts.difficulties = work.tally.into_difficulties(|field| plan.column(field), remedy);
    Ok(work.counts)
}

/// Five rows of a file as they would be read, without a sink of one's own.
pub(crate) fn read_one(
    record: &Record,
    format: Format,
    columns: &[String],
    mapping: &Mapping,
    context: &Context<'_>,
    sink: &mut dyn Sink,
) -> Result<(), ReadError> {
    let zone = Zone::named(mapping.time_zone.as_deref().unwrap_or("UTC")).or_else(|_| Zone::named("UTC"));
    let Ok(zone) = zone else { return Ok(()) };
    let mut work = Work {
        mapping,
        plan: Plan::new(mapping, columns, context)?,
        meanings: Meanings::new(mapping),
        classes: Classes::new(&mapping.classes).map_err(|reason| refused(context, reason))?,
        outcomes: Outcomes::new().map_err(|reason| refused(context, reason))?,
        row: Row::new(context, zone),
        tally: Tally::default(),
        counts: Counts::default(),
        format,
        steps: Vec::new(),
    };
    if let Err(fatal) = work.row(record, sink)? {
        let reject = work.reject(record, &fatal);
        sink.reject(reject)?;
    }
    Ok(())
}

pub(crate) struct Work<'m> {
    mapping: &'m Mapping,
    pub plan: Plan,
    meanings: Meanings,
    classes: Classes,
    outcomes: Outcomes,
    pub row: Row,
    tally: Tally,
    counts: Counts,
    pub format: Format,
    steps: Vec<Step>,
}

type Kept = Result<(), Fatal>;

fn whole(value: Option<f64>) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates; negative numbers were rejected"
    )]
    value.map(|value| value as u32)
}

impl Work<'_> {
    fn row(&mut self, record: &Record, sink: &mut dyn Sink) -> Result<Kept, ReadError> {
        if let Err(fatal) = self.row.fill(&self.plan, record, &mut self.tally) {
            return Ok(Err(fatal));
        }
        if self.row.text(record, Field::Id).is_none() {
            let reason = "the row has no number of its own. Map the column that holds it to `id`".to_owned();
            return Ok(Err(Fatal { field: Field::Id, column: None, reason }));
        }
        match self.mapping.grain {
            Grain::Change => self.change(record, sink),
            Grain::Log => self.log(record, sink),
            Grain::Ticket => self.ticket(record, sink),
            Grain::Job => self.job(record, sink),
        }
    }

    /// A run of a job: an event of what ran, and of no ticket.
    fn job(&mut self, record: &Record, sink: &mut dyn Sink) -> Result<Kept, ReadError> {
        let row = &self.row;
        let Some(when) = row.date(Field::When) else {
            let reason = "the row does not say when the job ran. Map the column that says so to `when`".to_owned();
            return Ok(Err(Fatal { field: Field::When, column: None, reason }));
        };
        let name = row.text(record, Field::Id).unwrap_or_default();
        let told = row.text(record, Field::After);
        let outcome = told.and_then(|told| self.outcomes.of(told));
        if let (Some(told), None) = (told, outcome) {
            self.tally.add(Field::After, UNKNOWN_OUTCOME, || told.to_owned());
        }
        let class = row.text(record, Field::Kind).and_then(|kind| self.classes.of_field(kind));
        let class = class.or_else(|| self.classes.of_field(name));
        let class = class.and_then(|class| self.classes.name(class));
        let ended = outcome.map_or("ended", Outcome::word);
        let what = class.map_or_else(|| format!("job {ended}"), |class| format!("{class} job {ended}"));
        sink.event(&EventRow {
            source: JOBS,
            ticket: name,
            when: Some(when),
            revision: None,
            what: &what,
            from: None,
            to: told,
            group: None,
            row: record.row,
        })?;
        self.counts.events += 1;
        Ok(Ok(()))
    }

    fn change(&mut self, record: &Record, sink: &mut dyn Sink) -> Result<Kept, ReadError> {
        let class = self.class(record, Field::Type);
        let row = &self.row;
        let text = |field| row.text(record, field);
        sink.change(&ChangeRow {
            source: &self.mapping.source,
            id: text(Field::Id).unwrap_or_default(),
            item: text(Field::Item),
            service: text(Field::Service),
            kind: text(Field::Type),
            class: text(Field::Class).or_else(|| self.classes.name(class?)),
            risk: text(Field::Risk),
            emergency: row.flag(Field::Emergency),
            approval: row.flag(Field::Approval),
            planned_start: row.date(Field::PlannedStart),
            planned_end: row.date(Field::PlannedEnd),
            actual_start: row.date(Field::ActualStart),
            actual_end: row.date(Field::ActualEnd),
            downtime_start: row.date(Field::DowntimeStart),
            downtime_end: row.date(Field::DowntimeEnd),
            opened: row.date(Field::Opened),
            closed: row.date(Field::Closed),
            row: record.row,
        })?;
        self.counts.changes += 1;
        Ok(Ok(()))
    }

    fn log(&mut self, record: &Record, sink: &mut dyn Sink) -> Result<Kept, ReadError> {
        if !self.plan.has_as_of {
            // What the row before set is not this one's.
            self.row.set_date(Field::AsOf, None);
        }
        let Some(when) = self.row.date(Field::When).or_else(|| self.row.date(Field::AsOf)) else {
            let reason = "the row does not say when it happened. Map the column that says so to `when`".to_owned();
            return Ok(Err(Fatal { field: Field::When, column: None, reason }));
        };
        let as_of = self.row.date(Field::AsOf).or(Some(when));
        self.row.set_date(Field::AsOf, as_of);
        if !self.mapping.sets.is_empty() {
            for by in [Field::What, Field::State] {
                let Some(word) = self.row.text(record, by) else {
                    continue;
                };
                for &field in self.meanings.sets(word) {
                    self.row.set_date(field, Some(when));
                }
            }
        }
        let stage = self.stage(record);
        self.give_ticket(record, stage, sink)?;
        let row = &self.row;
        // The source's counter, where the number is one.
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        let revision = row.number(Field::Revision).map(|number| number as i64);
        sink.event(&EventRow {
            source: &self.mapping.source,
            ticket: row.text(record, Field::Id).unwrap_or_default(),
            when: Some(when),
            revision,
            what: row.text(record, Field::What).unwrap_or("update"),
            from: row.text(record, Field::Before),
            to: row.text(record, Field::After).or_else(|| row.text(record, Field::State)),
            group: row.text(record, Field::Group),
            row: record.row,
        })?;
        self.counts.events += 1;
        if !self.mapping.sets.is_empty() {
            // They were this event's; the next row says its own.
            for fields in self.mapping.sets.values() {
                for &field in fields {
                    self.row.set_date(field, None);
                }
            }
        }
        Ok(Ok(()))
    }

    fn ticket(&mut self, record: &Record, sink: &mut dyn Sink) -> Result<Kept, ReadError> {
        let Some(opened) = self.row.date(Field::Opened) else {
            let reason = if self.plan.reads(Field::Opened) {
                "the row does not say when the ticket was opened. Mend the cell".to_owned()
            } else {
                "no column says when the ticket was opened. Map one to `opened`".to_owned()
            };
            let column = self.plan.dates.iter().find(|(field, _)| *field == Field::Opened);
            let column = column.and_then(|(_, source)| source.columns.first().copied());
            return Ok(Err(Fatal { field: Field::Opened, column, reason }));
        };
        let embedded = self.plan.embedded.history.is_some() || !self.plan.embedded.links.is_empty();
        if embedded && let Err(fatal) = self.unfold(record) {
            return Ok(Err(fatal));
        }
        let stage = self.stage(record);
        if matches!(stage, Some(Stage::Closed | Stage::Cancelled))
            && self.row.date(Field::Closed).is_none()
            && let Some(resolved) = self.row.date(Field::Resolved)
        {
            self.row.set_date(Field::Closed, Some(resolved));
            self.tally.add(Field::Closed, CLOSED_BY_RESOLVED, String::new);
            self.sequence(record, opened);
            self.give_ticket(record, stage, sink)?;
            self.row.set_date(Field::Closed, None);
        } else {
            self.sequence(record, opened);
            self.give_ticket(record, stage, sink)?;
        }
        for step in &self.steps {
            sink.event(&EventRow {
                source: &self.mapping.source,
                ticket: self.row.text(record, Field::Id).unwrap_or_default(),
                when: Some(step.when),
                revision: None,
                what: &step.what,
                from: step.before.as_deref(),
                to: step.after.as_deref(),
                group: step.after.as_deref().filter(|_| step.what == "group"),
                row: record.row,
            })?;
            self.counts.events += 1;
        }
        self.steps.clear();
        Ok(Ok(()))
    }

    /// Counts dates that come in the wrong order; the row is kept.
    fn sequence(&mut self, record: &Record, opened: Millis) {
        for (field, what) in [(Field::Closed, CLOSED_FIRST), (Field::Resolved, RESOLVED_FIRST)] {
            if self.row.date(field).is_some_and(|date| date < opened) {
                let row = &self.row;
                self.tally.add(field, what, || row.text(record, Field::Id).unwrap_or_default().to_owned());
            }
        }
    }

    /// Reads the JSON inside of cells: history and links.
    #[cold]
    fn unfold(&mut self, record: &Record) -> Result<(), Fatal> {
        // What the record before told by its history or links alone is not this one's.
        for link in &self.mapping.links {
            if let Some(field) = link.field.filter(|&field| !self.plan.reads(field)) {
                self.row.forget(field);
            }
        }
        for field in [Field::Reopened, Field::Resolved, Field::Closed] {
            if !self.plan.reads(field) {
                self.row.forget(field);
            }
        }
        if let (Some(column), Some(map)) = (self.plan.embedded.history, &self.mapping.history)
            && let Some((_, text)) = self.plan.cell(record, column)
        {
            self.steps = history(text, map).map_err(|reason| Fatal {
                field: Field::When,
                column: Some(column),
                reason: format!("{reason}. Export the record anew"),
            })?;
            let meanings = &mut self.meanings;
            let life = lifetime(&self.steps, |word| meanings.stage(word));
            if !self.plan.reads(Field::Reopened) {
                self.row.set_number(Field::Reopened, f64::from(life.reopened));
            }
            for (field, date) in [(Field::Resolved, life.resolved), (Field::Closed, life.closed)] {
                if !self.plan.reads(field) || (self.row.date(field).is_none() && date.is_some()) {
                    self.row.set_date(field, date);
                }
            }
        }
        for &(index, column) in &self.plan.embedded.links {
            let Some((link, field)) = self.mapping.links.get(index).and_then(|link| Some((link, link.field?))) else {
                continue;
            };
            let Some((_, text)) = self.plan.cell(record, column) else {
                continue;
            };
            if self.row.text(record, field).is_none()
                && let Some(id) = linked(text, link)
            {
                self.row.set_text(field, &id);
            }
        }
        Ok(())
    }

    /// What the row's state means.
    fn stage(&mut self, record: &Record) -> Option<Stage> {
        let second = self.row.text(record, Field::Stage);
        let Some(state) = self.row.text(record, Field::State) else {
            return second.and_then(|word| self.meanings.stage(word));
        };
        let meaning = self.meanings.stage(state).or_else(|| self.meanings.stage(second?));
        if meaning.is_none() {
            self.tally.add(Field::State, UNKNOWN_STATE, || state.to_owned());
        }
        meaning
    }

    /// The class of work that the words of kind, category or title tell, else the channel, else the kind alone; none
    /// where a column tells one.
    fn class(&mut self, record: &Record, kind: Field) -> Option<usize> {
        if self.row.text(record, Field::Class).is_some() {
            return None;
        }
        let classes = &mut self.classes;
        let [kind, category] = [kind, Field::Category].map(|field| self.row.text(record, field));
        let told = kind.and_then(|kind| classes.of_field(kind));
        let told = told.or_else(|| category.and_then(|category| classes.of_field(category)));
        let told = told.or_else(|| classes.of_text(self.row.text(record, Field::Title)?));
        let channel = self.row.text(record, Field::Channel);
        let told = told.or_else(|| channel.and_then(|channel| classes.of_channel(channel)));
        // The type of a change says how it is done ("standard"): that it is one, its export says.
        let kind = match self.mapping.grain {
            Grain::Change => Some("change"),
            Grain::Ticket | Grain::Log | Grain::Job => kind.or(self.mapping.kind.as_deref()),
        };
        let told = told.or_else(|| kind.and_then(|kind| classes.of_kind(kind)));
        told.or_else(|| category.and_then(|category| classes.of_kind(category)))
    }

    fn give_ticket(&mut self, record: &Record, stage: Option<Stage>, sink: &mut dyn Sink) -> Result<(), ReadError> {
        let class = self.class(record, Field::Kind);
        let row = &self.row;
        let text = |field| row.text(record, field);
        // A row of a log tells the whole ticket: a link that it does not name was taken away.
        let told = |field| self.mapping.grain == Grain::Log && self.plan.texts.iter().any(|(of, _)| *of == field);
        let link = |field| text(field).or_else(|| told(field).then_some(""));
        let priority = text(Field::Priority);
        let rank = priority.and_then(|word| self.meanings.rank(word));
        if let (Some(priority), None) = (priority, rank) {
            self.tally.add(Field::Priority, UNKNOWN_RANK, || priority.to_owned());
        }
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        let revision = row.number(Field::Revision).map(|number| number as i64);
        sink.ticket(&TicketRow {
            source: &self.mapping.source,
            id: text(Field::Id).unwrap_or_default(),
            kind: text(Field::Kind).or(self.mapping.kind.as_deref()),
            class: text(Field::Class).or_else(|| self.classes.name(class?)),
            opened: row.date(Field::Opened),
            first_response: row.date(Field::FirstResponse),
            resolved: row.date(Field::Resolved),
            closed: row.date(Field::Closed),
            as_of: row.date(Field::AsOf),
            revision,
            reopened: whole(row.number(Field::Reopened)),
            state: text(Field::State),
            stage,
            priority,
            priority_rank: rank,
            impact: text(Field::Impact),
            urgency: text(Field::Urgency),
            service: text(Field::Service),
            item: text(Field::Item),
            category: text(Field::Category),
            symptom: text(Field::Symptom),
            group: text(Field::Group),
            location: text(Field::Location),
            department: text(Field::Department),
            client: text(Field::Client),
            requester: text(Field::Requester),
            channel: text(Field::Channel),
            due: row.date(Field::Due),
            sla_kept: row.flag(Field::SlaKept),
            reassignments: whole(row.number(Field::Reassignments)),
            touch_minutes: row.number(Field::TouchMinutes),
            title: text(Field::Title),
            text: text(Field::Text),
            resolution: text(Field::Resolution),
            linked_change: link(Field::LinkedChange),
            linked_problem: link(Field::LinkedProblem),
            linked_incident: link(Field::LinkedIncident),
            knowledge: text(Field::Knowledge),
            row: record.row,
        })?;
        self.counts.tickets += 1;
        Ok(())
    }
}
