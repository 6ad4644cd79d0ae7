//! The dry run: what would be read, before anything is kept.

use formats::{Format, Reader};
use serde::Serialize;

use crate::api::{Context, Counts, Difficulty, Finding, ReadError, Unread, Unsettled};
use crate::canonical::{ChangeRow, EventRow, Millis, Reject, Sink, TicketRow};
use crate::dates::show;
use crate::mapping::Grain;
use crate::recognise::Recognised;

/// A rejected row, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectShown {
    /// Row number.
    pub row: u64,
    /// Column at fault.
    pub column: String,
    /// Why.
    pub reason: String,
    /// The row as it was read.
    pub raw: String,
}

/// What a file is and how it would be read. The same for the terminal, for JSON and for the page.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// The file.
    pub path: String,
    /// Its format, in words.
    pub format: String,
    /// The profile; `None` when the mapping was guessed or given.
    pub profile: Option<String>,
    /// Where the mapping comes from: `profile`, `owner` or `guess`.
    pub origin: String,
    /// How sure the whole is, 0 to 1.
    pub confidence: f64,
    /// Source that the rows will be kept under.
    pub source: String,
    /// Kind of ticket where no column tells.
    pub kind: Option<String>,
    /// What one row tells.
    pub grain: Grain,
    /// What was assumed and noticed.
    pub notes: Vec<String>,
    /// Field by field.
    pub fields: Vec<Finding>,
    /// Columns that are not read, and why.
    pub unread: Vec<Unread>,
    /// The first rows as they would be read: field and value.
    pub rows: Vec<Vec<(String, String)>>,
    /// Everything that was difficult.
    pub difficulties: Vec<Difficulty>,
    /// Date columns whose order stays open.
    pub unsettled: Vec<Unsettled>,
    /// Why the file cannot be read as it is, and what would mend it; `None` when it can.
    pub refused: Option<String>,
    /// Counts, when the whole file was read for this.
    pub counts: Option<Counts>,
    /// The first rejected rows, when the whole file was read.
    pub rejects: Vec<RejectShown>,
    /// The mapping as a file that can be saved, edited and given back.
    pub mapping: String,
}

/// Shows a recognised file: its first rows as they would be read and, with `rest` (the file opened
/// anew), every difficulty of the whole file.
///
/// # Errors
/// When the rest of the file cannot be read.
pub fn inspect(
    recognised: &Recognised,
    context: &Context<'_>,
    rest: Option<&mut dyn Reader>,
) -> Result<Inspection, ReadError> {
    let mapping = &recognised.mapping;
    let mut inspection = Inspection {
        path: context.path.display().to_string(),
        format: format_words(recognised.format),
        profile: recognised.profile.clone(),
        origin: recognised.origin.into(),
        confidence: (recognised.confidence * 100.0).round() / 100.0,
        source: mapping.source.clone(),
        kind: mapping.kind.clone(),
        grain: mapping.grain,
        notes: recognised.notes.clone(),
        fields: recognised.fields.clone(),
        unread: recognised.unread.clone(),
        rows: Vec::new(),
        difficulties: recognised.difficulties.clone(),
        unsettled: recognised.unsettled.clone(),
        refused: recognised
            .settled(context.path)
            .err()
            .map(|refusal| format!("{}. {}", refusal.reason, refusal.remedy)),
        counts: None,
        rejects: Vec::new(),
        mapping: mapping.to_toml().unwrap_or_default(),
    };
    if let Some(refused) = &inspection.refused
        && recognised.unsettled.is_empty()
    {
        inspection.notes.push(refused.clone());
        return Ok(inspection);
    }
    if inspection.refused.is_some() {
        return Ok(inspection);
    }
    for record in &recognised.first {
        let mut shown = Shown::default();
        match crate::read::read_one(record, recognised.format, &recognised.columns, mapping, context, &mut shown) {
            Ok(()) => inspection.rows.push(shown.fields),
            Err(ReadError::Refused(refusal)) => {
                inspection.refused = Some(format!("{}. {}", refusal.reason, refusal.remedy));
                return Ok(inspection);
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(reader) = rest {
        let mut counting = Counting::default();
        let counts = crate::read::read(reader, mapping, context, &mut counting)?;
        // The reader tells the most at its end: what it mended, counted and passed over.
        for note in reader.notes() {
            if !inspection.notes.contains(note) {
                inspection.notes.push(note.clone());
            }
        }
        inspection.difficulties.extend(counts.difficulties.iter().cloned());
        inspection.rejects = counting.rejects;
        inspection.counts = Some(counts);
    }
    Ok(inspection)
}

fn format_words(format: Format) -> String {
    match format {
        Format::Csv { delimiter: b'\t' } => "text delimited by tabs".into(),
        Format::Csv { delimiter } => format!("text delimited by `{}`", char::from(delimiter)),
        Format::Xlsx => "worksheet (XLSX)".into(),
        Format::Json => "JSON".into(),
        Format::JsonLines => "JSON Lines".into(),
        Format::Xml => "XML".into(),
        Format::Xes => "event log (XES)".into(),
    }
}

/// Keeps what it is given as words.
#[derive(Default)]
struct Shown {
    fields: Vec<(String, String)>,
}

impl Shown {
    fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let cut: String = value.chars().take(120).collect();
            let more = if cut.len() < value.len() { "…" } else { "" };
            self.fields.push((name.into(), format!("{cut}{more}")));
        }
    }

    fn date(&mut self, name: &str, value: Option<Millis>) {
        self.text(name, value.map(show).as_deref());
    }

    fn other(&mut self, name: &str, value: Option<impl ToString>) {
        self.text(name, value.map(|value| value.to_string()).as_deref());
    }
}

impl Sink for Shown {
    fn ticket(&mut self, row: &TicketRow<'_>) -> std::io::Result<()> {
        self.text("id", Some(row.id));
        self.text("kind", row.kind);
        self.text("class", row.class);
        self.date("opened", row.opened);
        self.date("first_response", row.first_response);
        self.date("resolved", row.resolved);
        self.date("closed", row.closed);
        self.date("as_of", row.as_of);
        self.other("revision", row.revision);
        self.other("reopened", row.reopened);
        self.text("state", row.state);
        self.text("stage", row.stage.map(super::Stage::as_str));
        self.text("priority", row.priority);
        self.other("priority_rank", row.priority_rank);
        self.text("impact", row.impact);
        self.text("urgency", row.urgency);
        self.text("service", row.service);
        self.text("item", row.item);
        self.text("category", row.category);
        self.text("symptom", row.symptom);
        self.text("group", row.group);
        self.text("location", row.location);
        self.text("department", row.department);
        self.text("client", row.client);
        self.text("requester", row.requester);
        self.text("channel", row.channel);
        self.date("due", row.due);
        self.other("sla_kept", row.sla_kept);
        self.other("reassignments", row.reassignments);
        self.other("touch_minutes", row.touch_minutes.map(|minutes| (minutes * 10.0).round() / 10.0));
        self.text("title", row.title);
        self.text("text", row.text);
        self.text("resolution", row.resolution);
        self.text("linked_change", row.linked_change);
        self.text("linked_problem", row.linked_problem);
        self.text("linked_incident", row.linked_incident);
        self.text("knowledge", row.knowledge);
        Ok(())
    }

    fn event(&mut self, row: &EventRow<'_>) -> std::io::Result<()> {
        let when = row.when.map(show).unwrap_or_default();
        let turn = match (row.from, row.to) {
            (Some(from), Some(to)) => format!(" {from} → {to}"),
            (None, Some(to)) => format!(" → {to}"),
            _ => String::new(),
        };
        let group = row.group.map_or(String::new(), |group| format!(" ({group})"));
        self.text("event", Some(&format!("{when} {}{turn}{group}", row.what)));
        Ok(())
    }

    fn change(&mut self, row: &ChangeRow<'_>) -> std::io::Result<()> {
        self.text("id", Some(row.id));
        self.text("item", row.item);
        self.text("service", row.service);
        self.text("type", row.kind);
        self.text("class", row.class);
        self.text("risk", row.risk);
        self.other("emergency", row.emergency);
        self.other("approval", row.approval);
        self.date("planned_start", row.planned_start);
        self.date("planned_end", row.planned_end);
        self.date("actual_start", row.actual_start);
        self.date("actual_end", row.actual_end);
        self.date("downtime_start", row.downtime_start);
        self.date("downtime_end", row.downtime_end);
        self.date("opened", row.opened);
        self.date("closed", row.closed);
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> std::io::Result<()> {
        let column = if reject.column.is_empty() { String::new() } else { format!("column `{}`: ", reject.column) };
        self.text("rejected", Some(&format!("{column}{}", reject.reason)));
        Ok(())
    }

    fn progress(&mut self, _read: u64, _total: u64) {}
}

/// Keeps nothing but the first rejected rows.
#[derive(Default)]
struct Counting {
    rejects: Vec<RejectShown>,
}

impl Sink for Counting {
    fn ticket(&mut self, _row: &TicketRow<'_>) -> std::io::Result<()> {
        Ok(())
    }

    fn event(&mut self, _row: &EventRow<'_>) -> std::io::Result<()> {
        Ok(())
    }

    fn change(&mut self, _row: &ChangeRow<'_>) -> std::io::Result<()> {
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> std::io::Result<()> {
        if self.rejects.len() < 20 {
            let Reject { row, column, reason, raw } = reject;
            self.rejects.push(RejectShown { row, column, reason, raw });
        }
        Ok(())
    }

    fn progress(&mut self, _read: u64, _total: u64) {}
}
