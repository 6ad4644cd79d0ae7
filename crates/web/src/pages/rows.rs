//! The rows behind a number: filter, sort, page, export.

use brief::words;
use maud::{Markup, html};

use crate::address;
use crate::layout;

/// A page of rows.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// What these rows are, in words: the measure or the problem.
    pub title: String,
    /// The exact definition, where there is one.
    pub definition: Option<String>,
    /// The address parts that stay when sorting and paging: measure, problem, filters, time, search.
    pub kept: Vec<(String, String)>,
    /// Filters in force as words, each with the address without it.
    pub filters: Vec<(String, String)>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// How many there are in all.
    pub total: u64,
    /// Page, from 0.
    pub page: usize,
    /// Rows a page.
    pub per_page: usize,
    /// Sorted by this, and whether descending.
    pub sort: Option<(String, bool)>,
    /// Columns that can be filtered by a value.
    pub filterable: Vec<String>,
    /// What is searched for.
    pub search: String,
    /// From this day.
    pub from: String,
    /// To before this day.
    pub to: String,
    /// Whether tickets lead to their pages: where people sign in, who say there what is really needed.
    pub linked: bool,
    /// What is wrong with what was asked for.
    pub wrong: Option<String>,
}

impl View {
    fn pairs<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut pairs: Vec<(&str, &str)> =
            self.kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend_from_slice(more);
        pairs
    }

    fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut out = path.to_owned();
        for (name, value) in self.pairs(&[]).into_iter().chain(more.iter().copied()) {
            out.push(if out.contains('?') { '&' } else { '?' });
            // An empty value is kept: a filter for it means "not told".
            out.push_str(&address::escaped(name));
            out.push('=');
            out.push_str(&address::escaped(value));
        }
        out
    }

    fn sorted(&self) -> Vec<(&str, &str)> {
        match &self.sort {
            Some((column, true)) => vec![("sort", column.as_str()), ("order", "desc")],
            Some((column, false)) => vec![("sort", column.as_str()), ("order", "asc")],
            None => Vec::new(),
        }
    }
}

/// Shows it.
#[must_use]
pub fn view(view: &View) -> Markup {
    let pages = usize::try_from(view.total).unwrap_or(usize::MAX).div_ceil(view.per_page.max(1));
    html! {
        (layout::head(&view.title, &html! { p.number { (words::grouped(view.total)) @if view.total == 1 { " row" } @else { " rows" } } }))
        @if let Some(definition) = &view.definition { p.soft { (definition) } }
        @if let Some(wrong) = &view.wrong { div.notice.warn role="alert" { p { (wrong) } } }
        (form(view))
        @if !view.filters.is_empty() {
            ul.small { @for (filter, without) in &view.filters { li { (filter) " " a href=(without) aria-label=(format!("take away: {filter}")) { "take away" } } } }
        }
        @if view.rows.is_empty() {
            p { "No row fits. Take a filter away, or look at " a href="/rows" { "all rows" } "." }
        } @else {
            div.acts { a.button href=(view.link("/rows.csv", &view.sorted())) { "Export as CSV" } }
            (layout::scroll(&view.title, &table(view)))
            (pager(view, pages))
        }
    }
}

fn form(view: &View) -> Markup {
    html! {
        form.filters method="get" action="/rows" {
            @for (name, value) in view.kept.iter().filter(|(name, _)| !matches!(name.as_str(), "q" | "from" | "to")) { input type="hidden" name=(name) value=(value); }
            div.row {
                div.field { label for="q" { "Words in title or text" } input #q type="search" name="q" value=(view.search) maxlength="200"; }
                div.field { label for="column" { "Column" } select #column name="column" { option value="" { "any" } @for column in &view.filterable { option value=(column) { (heading(column)) } } } }
                div.field { label for="value" { "Its value" } input #value type="text" name="value" maxlength="200"; }
                div.field { label for="from" { "Opened from" } input #from type="date" name="from" value=(view.from); }
                div.field { label for="to" { "Opened before" } input #to type="date" name="to" value=(view.to); }
                button type="submit" { "Filter" }
            }
        }
    }
}

fn table(view: &View) -> Markup {
    html! {
        table.rows {
            caption { "Rows " (words::grouped((view.page * view.per_page) as u64 + 1)) " to " (words::grouped((view.page * view.per_page + view.rows.len()) as u64)) " of " (words::grouped(view.total)) ". Choose a heading to sort. Instants are in UTC." }
            thead { tr {
                @for column in &view.columns {
                    @let now = view.sort.as_ref().filter(|(name, _)| name == column).map(|(_, descending)| *descending);
                    @let order = if now == Some(false) { "desc" } else { "asc" };
                    th scope="col" aria-sort=[now.map(|descending| if descending { "descending" } else { "ascending" })] {
                        a href=(view.link("/rows", &[("sort", column), ("order", order)])) { (heading(column)) @match now { Some(true) => " ↓", Some(false) => " ↑", None => "" } }
                    }
                }
            } }
            tbody { @for row in &view.rows { tr { @for (at, cell) in row.iter().enumerate() {
                @if at == 0 { th.nowrap scope="row" { @match ticket(view, row) { Some(page) => a href=(page) { (cell) }, None => (cell) } } } @else { td .nowrap[cell.len() < 22] .words[cell.len() >= 22] { @if cell.is_empty() { span.soft { "–" } } @else { (spoken(view.columns.get(at), cell)) } } }
            } } } }
        }
    }
}

/// The page of the ticket of a row.
fn ticket(view: &View, row: &[String]) -> Option<String> {
    let cell = |name: &str| view.columns.iter().position(|column| column == name).and_then(|at| row.get(at));
    // Changes have numbers and sources as well, and no page of their own.
    let (source, id, _) = (cell("source")?, cell("id")?, cell("opened")?);
    (view.linked && view.columns.first().is_some_and(|first| first == "id"))
        .then(|| format!("/ticket/{}/{}", address::escaped(source), address::escaped(id)))
}

fn pager(view: &View, pages: usize) -> Markup {
    let to = |page: usize| {
        let number = page.to_string();
        let mut more = view.sorted();
        more.push(("page", &number));
        view.link("/rows", &more)
    };
    html! {
        @if pages > 1 {
            nav.pager aria-label="Pages of these rows" {
                @if view.page > 0 { a href=(to(0)) { "First" } a href=(to(view.page - 1)) rel="prev" { "Previous" } }
                span.here { "Page " (words::grouped(view.page as u64 + 1)) " of " (words::grouped(pages as u64)) }
                @if view.page + 1 < pages { a href=(to(view.page + 1)) rel="next" { "Next" } a href=(to(pages - 1)) { "Last" } }
            }
        }
    }
}

/// Yes and no instead of the record's words for them.
fn spoken<'a>(column: Option<&String>, cell: &'a str) -> &'a str {
    match (column.map(String::as_str), cell) {
        (Some("sla_kept" | "emergency" | "approval"), "true") => "yes",
        (Some("sla_kept" | "emergency" | "approval"), "false") => "no",
        _ => cell,
    }
}

/// A column's name as a heading.
#[must_use]
pub fn heading(column: &str) -> String {
    match column {
        "id" => "Number".to_owned(),
        "sla_kept" => "Promise kept".to_owned(),
        "as_of" => "As of".to_owned(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}
