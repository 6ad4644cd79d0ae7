//! The way of a file: drop it, see how it would be read, correct that, watch it being imported.

use brief::words;
use exports::{Field, Inspection};
use maud::{Markup, html};
use work::ImportReport;

use crate::jobs::{Look, Step, Stopped, Told, Upload, size};
use crate::layout;

/// The page that asks for a file.
#[must_use]
pub fn ask(first: bool, largest: u64) -> Markup {
    html! {
        div.page-head {
            h1 { @if first { "Begin with an export" } @else { "Add an export" } }
            p.lead {
                @if first { "Plumb reads what your service desk already keeps, and tells what keeps coming back, what is coming, and what was promised and kept." }
                @else { "The same file again changes nothing; a newer export brings its tickets up to date." }
            }
        }
        form.drop method="post" action="/import" enctype="multipart/form-data" data-drop="" data-largest=(largest) {
            div.field {
                label for="file" { "Export of tickets or changes" span.scripted { ": drop it here, or choose it" } }
                input #file type="file" name="file" multiple required aria-describedby="kinds";
                p.hint #kinds { "CSV, XLSX, JSON, JSON Lines, ServiceNow XML or XES; also packed as .gz, .xz, .zst or .zip. At most " (size(largest)) "." }
            }
            p data-told="" role="status" {}
            progress.hidden aria-label="Sent so far" max="1" value="0" {}
            div.acts { button.primary type="submit" { "Look at it" } }
        }
        p { "Nothing is kept before you have seen how it would be read. Requesters become pseudonyms; the names of those who handle tickets are never kept. The file does not leave this server." }
        details {
            summary { "What to export" }
            ul {
                li { "Incidents, and where you have them requests and changes: all columns, all states, a year or more." }
                li { "A log with one row an update tells more than a list with one row a ticket." }
                li { "Exports of ServiceNow, Jira, GLPI, Zammad, Freshservice, Zendesk, GitHub issues and HP Service Manager are known by their columns; any other table is guessed, and you can correct the guess." }
            }
        }
    }
}

/// How the files would be read.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// Name of the upload.
    pub id: &'a str,
    /// Its files.
    pub uploads: &'a [Upload],
    /// How each would be read.
    pub looks: &'a [Look],
    /// What was told already.
    pub told: &'a Told,
    /// Why the import cannot begin.
    pub wrong: Option<&'a str>,
}

impl View<'_> {
    /// Whether there is anything to correct.
    fn can_read(&self) -> bool {
        self.looks.iter().any(|look| look.inspection.is_ok())
    }

    fn can_import(&self) -> bool {
        !self.looks.is_empty()
            && self
                .looks
                .iter()
                .all(|look| look.inspection.as_ref().is_ok_and(|inspection| inspection.refused.is_none()))
    }
}

/// Shows the mapping, five rows, and every difficulty.
#[must_use]
pub fn mapping(view: &View<'_>) -> Markup {
    html! {
        div.page-head {
            h1 { "How it would be read" }
            p.lead { "Nothing is kept yet. " @if view.can_import() { "Correct what is wrong, then import." } @else { "Something stands in the way; it is told below." } }
        }
        @if let Some(wrong) = view.wrong { div.notice.warn role="alert" { p { (wrong) } } }
        form method="post" action=(format!("/import/{}", view.id)) {
            @if view.can_import() { div.acts { button.primary type="submit" name="do" value="import" { "Import" } } }
            @for (at, look) in view.looks.iter().enumerate() {
                @match &look.inspection {
                    Ok(inspection) => (one(view, at, look.upload, inspection)),
                    Err(reason) => {
                        h2 { bdi { (view.uploads.get(look.upload).map_or("", |upload| upload.name.as_str())) } }
                        div.notice.warn { p { strong { "This cannot be read. " } (marked(reason)) } }
                    }
                }
            }
            @if view.can_read() {
                h2 { "For all files" }
                div.check {
                    input #names type="checkbox" name="keep_names" value="yes" checked[view.told.keep_names];
                    label for="names" { "Keep requesters' names as they are, instead of pseudonyms" }
                }
            }
            div.acts {
                @if view.can_import() { button.primary type="submit" name="do" value="import" { "Import" } }
                @if view.can_read() { button type="submit" name="do" value="look" { "Look again with these" } }
                a .button[!view.can_read()] .primary[!view.can_read()] href="/import" { "Another file" }
            }
        }
    }
}

fn one(view: &View<'_>, at: usize, upload: usize, inspection: &Inspection) -> Markup {
    let single = view.looks.iter().filter(|look| look.upload == upload).count() == 1;
    html! {
        h2 { bdi { (inspection.path) } }
        p {
            (marked(&sentence(&inspection.format))) ". "
            @match (&inspection.profile, inspection.origin.as_str()) {
                (Some(profile), _) => { "Known by its columns: " strong { (profile) } "." }
                (None, "owner") => { "Read as you told it." }
                _ => { "Not known by its columns, so it was guessed from names and values. Look closely." }
            }
            " Sure: " span.sure { (percent(inspection.confidence)) } "."
            @if let Some(counts) = &inspection.counts {
                " " (words::grouped(counts.read)) " rows: " (words::grouped(counts.accepted)) " would be taken, " (words::grouped(counts.rejected)) " set aside."
            }
        }
        @if let Some(refused) = &inspection.refused { div.notice.warn {
            p { strong { "This stands in the way. " } (marked(&without_flags(refused))) }
            @if single && inspection.unsettled.is_empty() { p { "Say below which column is which, then look again." } }
        } }
        (times(at, upload, view, inspection))
        @if !inspection.notes.is_empty() { ul { @for note in &inspection.notes { li { (marked(&without_flags(note))) } } } }
        (fields(upload, inspection, single))
        (sample(inspection))
        (difficulties(inspection))
        @if !inspection.unread.is_empty() {
            details {
                summary { @if inspection.unread.len() == 1 { "One column is" } @else { (inspection.unread.len()) " columns are" } " not read" }
                (layout::scroll("Columns that are not read", &html! { table {
                    caption { "Columns that no field is read from." }
                    thead { tr { th scope="col" { "Column" } th scope="col" { "Why" } } }
                    tbody { @for unread in &inspection.unread { tr { th scope="row" { (unread.column) } td { (marked(&unread.why)) } } } }
                } }))
            }
        }
        details {
            summary { "The same as a file" }
            p { "Save it as " code { "mapping.toml" } ", edit it, and give it to " code { "plumb import FILE --mapping mapping.toml" } "." }
            pre tabindex="0" role="region" aria-label="Mapping as a file" { (inspection.mapping) }
        }
    }
}

fn times(at: usize, upload: usize, view: &View<'_>, inspection: &Inspection) -> Markup {
    let told = view.told.options.get(upload);
    let order = told.and_then(|options| options.date_order);
    let zone = told.and_then(|options| options.time_zone.as_deref()).unwrap_or_default();
    html! {
        @for open in &inspection.unsettled {
            div.notice.warn {
                p { "The column " strong { (open.column) } " can be read in more than one way. " code { (open.example) } " is" }
                ul { @for (order, date) in &open.readings { li { strong { (date) } " when it is written " (order) } } }
                p { "Say below which one is right." }
            }
        }
        div.row {
            div.field {
                label for=(format!("order{at}")) { "Order of day and month" }
                select id=(format!("order{at}")) name=(format!("order{upload}")) {
                    option value="" { "as the file tells" }
                    @for (word, said, kind) in [("dmy", "day, month, year", exports::DateKind::Dmy), ("mdy", "month, day, year", exports::DateKind::Mdy), ("ymd", "year, month, day", exports::DateKind::Ymd)] {
                        option value=(word) selected[order == Some(kind)] { (said) }
                    }
                }
            }
            div.field {
                label for=(format!("zone{at}")) { "Zone of times that name none" }
                input id=(format!("zone{at}")) name=(format!("zone{upload}")) type="text" value=(zone) placeholder="Europe/Berlin" maxlength="64" autocomplete="off";
            }
        }
    }
}

fn fields(upload: usize, inspection: &Inspection, single: bool) -> Markup {
    let mut columns: Vec<&str> = inspection
        .fields
        .iter()
        .flat_map(|finding| finding.columns.iter().map(String::as_str))
        .chain(inspection.unread.iter().map(|unread| unread.column.as_str()))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    let found: Vec<Field> = inspection.fields.iter().map(|finding| finding.field).collect();
    let choose = |field: Field, now: &[String]| {
        html! {
            select name=(format!("field{upload}.{}", field.name())) aria-label=(format!("Column for {}", plain(field))) {
                option value="" { "not read" }
                @if now.len() > 1 { option value="=" selected { (now.join(" + ")) } }
                @for column in &columns { option value=(column) selected[now.len() == 1 && now.first().is_some_and(|now| now == column)] { (column) } }
            }
        }
    };
    html! {
        (layout::scroll("Fields", &html! {
            table.mapping {
                caption { "Field by field: the column it is read from, how sure that is, and why." }
                thead { tr { th scope="col" { "Field" } th scope="col" { "Column" } th scope="col" { "Read as" } th.n scope="col" { "Sure" } th.wide scope="col" { "Why" } } }
                tbody { @for finding in &inspection.fields { tr {
                    th scope="row" { (plain(finding.field)) }
                    td { @if single && !finding.columns.is_empty() { (choose(finding.field, &finding.columns)) } @else { (finding.columns.join(" + ")) } }
                    td.nowrap { (finding.how) }
                    td.n { (percent(finding.confidence)) }
                    td.wide { (marked(&finding.reason)) }
                } } }
            }
        }))
        @if single && !columns.is_empty() {
            details {
                summary { "Fields that were not found" }
                (layout::scroll("Fields that were not found", &html! {
                    table.mapping {
                        caption { "Choose a column where the file has one." }
                        thead { tr { th scope="col" { "Field" } th scope="col" { "Column" } } }
                        tbody { @for field in Field::ALL.into_iter().filter(|field| !found.contains(field)) { tr { th scope="row" { (plain(field)) } td { (choose(field, &[])) } } } }
                    }
                }))
            }
        }
    }
}

fn sample(inspection: &Inspection) -> Markup {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in inspection.rows.iter().flatten() {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    html! {
        @if !inspection.rows.is_empty() {
            (layout::scroll("The first rows as they would be read", &html! {
                table {
                    caption { "The first rows as they would be read." }
                    thead { tr { @for name in &names { th scope="col" { (name.replace('_', " ")) } } } }
                    tbody { @for row in &inspection.rows { tr { @for name in &names {
                        td.sample { @for (at, (_, value)) in row.iter().filter(|(field, _)| field == name).enumerate() { @if at > 0 { br; } span .nowrap[value.len() < 22] { (value) } } }
                    } } } }
                }
            }))
        }
    }
}

fn difficulties(inspection: &Inspection) -> Markup {
    html! {
        @if inspection.difficulties.is_empty() && inspection.rejects.is_empty() && inspection.refused.is_none() { p { "Nothing in the file was difficult." } }
        @if !inspection.difficulties.is_empty() {
            (layout::scroll("Difficulties", &html! { table {
                caption { "What was difficult, and what would mend it." }
                thead { tr { th scope="col" { "Column" } th.wide scope="col" { "What" } th.n scope="col" { "Rows" } th scope="col" { "Such as" } th.wide scope="col" { "What would mend it" } } }
                tbody { @for difficulty in &inspection.difficulties { tr {
                    th scope="row" { (difficulty.column) } td.wide { (marked(&difficulty.what)) } td.n { (words::grouped(difficulty.count)) } td { (difficulty.examples.join(", ")) } td.wide { (marked(&without_flags(&difficulty.remedy))) }
                } } }
            } }))
        }
        @if !inspection.rejects.is_empty() {
            (layout::scroll("Rows that would be set aside", &html! { table {
                caption { "The first rows that would be set aside. After the import all of them lie in rejects.csv." }
                thead { tr { th.n scope="col" { "Row" } th scope="col" { "Column" } th.wide scope="col" { "Why" } } }
                tbody { @for reject in inspection.rejects.iter().take(10) { tr { th.n scope="row" { (reject.row) } td { (reject.column) } td.wide { (marked(&reject.reason)) } } } }
            } }))
        }
    }
}

/// The page of progress; without a script it loads itself again.
#[must_use]
pub fn progress(id: &str, title: &str, step: &Step) -> Markup {
    html! {
        div.page-head { h1 { (title) } }
        div data-events=(format!("/import/{id}/events")) {
            p.lead role="status" data-told="" { @if step.told.is_empty() { "Beginning" } @else { (step.told) } }
            @if step.total > 0 { progress aria-label="Progress" max=(step.total) value=(step.read) {} } @else { progress aria-label="Progress" {} }
        }
        p.soft { "You can leave this page; the work goes on. Stopping the server while it imports leaves the record as it was before." }
    }
}

/// What an import did, told above the brief.
#[must_use]
pub fn imported(report: &ImportReport) -> Markup {
    let rejected = report.rejected();
    html! {
        div.notice .warn[rejected > 0] role="status" {
            @for file in &report.files {
                p {
                    strong { bdi { (file.path) } } ": " (words::grouped(file.rows)) " rows read = "
                    (words::grouped(file.kept)) " kept + " (words::grouped(file.updated)) " updated + " (words::grouped(file.unchanged)) " unchanged + " (words::grouped(file.rejected)) " set aside."
                }
                @for note in &file.notes { p.small { (marked(&without_flags(note))) } }
            }
            @if rejected > 0 { p { a href="/rejects.csv" { "The rows that were set aside, with the reason of each" } } }
            @if !report.changed { p { "The record is as it was: nothing in the file was new." } }
        }
    }
}

/// An import that did not happen.
#[must_use]
pub fn failed(stopped: &Stopped) -> Markup {
    html! {
        div.page-head { h1 { "Not imported" } }
        div data-refusal="" {
            p.lead { (stopped.reason) }
            @match stopped.kept.as_slice() {
                [] => p { "The record is as it was before." },
                kept => p { "Kept before that: " bdi { (kept.join(", ")) } ". The same file again changes nothing." },
            }
        }
        div.acts { a.button.primary href="/import" { "Try another file" } }
    }
}

/// Names between backticks as code.
fn marked(text: &str) -> Markup {
    html! { @for (at, part) in text.split('`').enumerate() { @if at % 2 == 1 { code { (part) } } @else { (part) } } }
}

/// A text of the rooms below without the sentences that speak of flags: on a page the same is chosen below.
fn without_flags(text: &str) -> String {
    let kept: Vec<&str> = text.split(". ").filter(|sentence| !sentence.split(' ').any(is_flag)).collect();
    kept.join(". ")
}

fn is_flag(word: &str) -> bool {
    word.strip_prefix("--").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// A field in words.
fn plain(field: Field) -> String {
    field.name().replace('_', " ")
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::without_flags;

    #[test]
    fn a_page_speaks_of_no_flags() {
        for (text, said) in [
            ("it is empty. Give an export", "it is empty. Give an export"),
            ("they are read as UTC. Give --time-zone (such as Europe/Berlin) if so", "they are read as UTC"),
            ("it is open. Say --date-order dmy. Both are shown", "it is open. Both are shown"),
            ("a well-known name -- odd", "a well-known name -- odd"),
        ] {
            assert_eq!(without_flags(text), said);
        }
    }
}
