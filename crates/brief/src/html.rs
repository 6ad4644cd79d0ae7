//! The brief as a page: a fragment for the server's layout, and a whole file that needs nothing else.

use std::fmt::Write;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::charts::{self, Drawing};
use crate::content::{Brief, Cell, Chart, Figure, Part, Piece, Sentence, Table};
use crate::words;

/// The style sheet of the fragment; everything in it is scoped to `.brief`.
pub const CSS: &str = look::BRIEF_SHEET;

/// Where the links of figures lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links<'a> {
    /// To the rows, in the pages of the server that shows the brief.
    Server,
    /// To the notes at the end of the same file; rows are named there by the command that lists them.
    File,
    /// To the notes; rows are links to the server at this address, such as `https://plumb.example.org`.
    Address(&'a str),
}

impl Links<'_> {
    fn rows(self, path: &str) -> Option<String> {
        match self {
            Links::Server => Some(path.to_owned()),
            Links::File => None,
            Links::Address(address) => Some(format!("{}{path}", address.trim_end_matches('/'))),
        }
    }
}

/// The brief as one `article`, to be placed in a page that has [`CSS`] and one `main`.
#[must_use]
pub fn body_html(brief: &Brief, links: Links<'_>) -> Markup {
    let view = View { brief, links };
    html! {
        article.brief lang=(brief.language) {
            header {
                h1 { (brief.title) }
                p.brief-when {
                    @if let Some(organisation) = &brief.organisation { (organisation) " · " }
                    "as of " (long_date(&brief.as_of)) " · record of " (brief.period)
                }
            }
            p.brief-lead { @for sentence in &brief.lead { (view.sentence(sentence)) " " } }
            @for part in &brief.parts { (view.part(part)) }
            (view.not_told())
            (view.notes())
        }
    }
}

/// The brief as a file that asks nothing of any other: style inside, no request, light and dark.
#[must_use]
pub fn document_html(brief: &Brief, links: Links<'_>) -> String {
    let title = match &brief.organisation {
        Some(organisation) => format!("{} · {organisation}", brief.title),
        None => brief.title.clone(),
    };
    html! {
        (DOCTYPE)
        html lang=(brief.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped("html{background:#fdfcf9}body{margin:0}@media (prefers-color-scheme:dark){html{background:#151619}}@media print{html{background:#fff}}")) (PreEscaped(CSS)) }
            }
            body { main { (body_html(brief, links)) } }
        }
    }
    .into_string()
}

fn long_date(iso: &str) -> String {
    iso.parse().map_or_else(|_| iso.to_owned(), words::date)
}

/// An id that holds nothing but letters, digits, hyphens and underscores, unique for each name.
fn id(name: &str) -> String {
    let mut out = String::from("f-");
    for byte in name.bytes() {
        match byte {
            b'.' => out.push('-'),
            b if b.is_ascii_alphanumeric() => out.push(char::from(b)),
            b => {
                let _ = write!(out, "_{b:02x}");
            }
        }
    }
    out
}

struct View<'a> {
    brief: &'a Brief,
    links: Links<'a>,
}

impl View<'_> {
    fn sentence(&self, sentence: &Sentence) -> Markup {
        html! {
            @for piece in &sentence.pieces {
                @match piece {
                    Piece::Text(text) => (text),
                    Piece::Name(name) => bdi { (name) },
                    Piece::Figure(name) => (self.figure(name)),
                }
            }
        }
    }

    /// A figure: its rows on the server; its note where there is arithmetic to show first, and in a file.
    fn figure(&self, name: &str) -> Markup {
        let Some(figure) = self.brief.figure(name) else { return html! {} };
        let href = match (&figure.rows, figure.steps.is_empty()) {
            (Some(rows), true) if self.links == Links::Server => rows.clone(),
            _ => format!("#{}", id(name)),
        };
        html! { a.fig href=(href) data-figure=(name) { (figure.text) } }
    }

    fn part(&self, part: &Part) -> Markup {
        let heading = format!("part-{}", part.key.replace('_', "-"));
        html! {
            section.brief-part .brief-ask[part.key == "ask"] aria-labelledby=(heading) {
                div {
                    h2 id=(heading) { (part.title) }
                    p.brief-technical { (part.technical) }
                }
                // A single chart stands beside the words, several below them.
                div.brief-say .brief-side[part.charts.len() == 1 && part.table.is_none()] {
                    div.brief-words {
                        @for sentence in &part.sentences { p { (self.sentence(sentence)) } }
                        @if part.sentences.is_empty() && part.charts.is_empty() { p { "Not enough to say." } }
                        @for fill in &part.would_fill { p.brief-fill { strong { "What would fill this: " } (fill) } }
                    }
                    @if let Some(table) = &part.table { (self.table(table, &part.key)) }
                    @if !part.charts.is_empty() { (figures(&part.charts, &part.key)) }
                }
            }
        }
    }

    fn table(&self, table: &Table, key: &str) -> Markup {
        html! {
            div.brief-table {
                // Roles are spelled out, since on narrow screens the table is laid out as blocks.
                table role="table" {
                    caption { (table.caption) }
                    thead role="rowgroup" {
                        tr role="row" {
                            @for column in &table.columns { th.num[column.numeric] scope="col" role="columnheader" { (column.title) } }
                        }
                    }
                    tbody role="rowgroup" {
                        @for (r, row) in table.rows.iter().enumerate() {
                            tr role="row" {
                                @for (c, cell) in row.cells.iter().enumerate() {
                                    @let column = table.columns.get(c);
                                    td role="cell" .first[c == 0] .num[column.is_some_and(|c| c.numeric)] data-label=(column.map_or("", |c| c.title.as_str())) {
                                        @match cell {
                                            Cell::Words(sentence) => {
                                                @match (&row.link, c, self.links) {
                                                    (Some(link), 0, Links::Server | Links::Address(_)) => {
                                                        a href=(self.links.rows(link).unwrap_or_default()) { (self.sentence(sentence)) }
                                                    }
                                                    _ => (self.sentence(sentence)),
                                                }
                                            }
                                            Cell::Weeks(weeks) => {
                                                @if let Some(drawing) = charts::spark(weeks, &format!("s-{}-{r}", key.replace('_', "-"))) { (PreEscaped(drawing.svg)) }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn not_told(&self) -> Markup {
        html! {
            section.brief-part.brief-notes aria-labelledby="not-told" {
                div { h2 id="not-told" { "What this does not tell" } }
                div.brief-say { ul { @for sentence in &self.brief.not_told { li { (self.sentence(sentence)) } } } }
            }
        }
    }

    fn notes(&self) -> Markup {
        let brief = self.brief;
        html! {
            section.brief-part.brief-notes aria-labelledby="notes" {
                div { h2 id="notes" { "Where the numbers come from" } p.brief-technical { "definitions, arithmetic, rates" } }
                div.brief-say {
                    details {
                        summary { "Every figure above, exact, with its arithmetic" }
                        dl { @for figure in &brief.figures { (self.note(figure)) } }
                    }
                    details {
                        summary { "The rates behind the money" @if brief.rates_assumed { " (assumed)" } }
                        @if brief.rates_assumed { p { "Nobody has set these rates yet. They are a wide default range; set your own and every sum is reckoned anew." } }
                        ul { @for rate in &brief.rates { li { (rate) } } }
                    }
                    details {
                        summary { "The field's words in plain words" }
                        dl { @for word in &brief.words { dt { (word.term) } dd { (word.plain) } } }
                    }
                    p.soft { "Made from " (brief.made_from) "." }
                }
            }
        }
    }

    fn note(&self, figure: &Figure) -> Markup {
        html! {
            dt id=(id(&figure.name)) { (figure.text) }
            dd {
                (figure.meaning) " " (exact(figure)) "."
                @if !figure.steps.is_empty() { ol { @for step in &figure.steps { li { (step) } } } }
                @if let Some(rows) = &figure.rows {
                    " "
                    @match self.links.rows(rows) {
                        Some(link) => a href=(link) aria-label=(format!("Open its rows: {}", figure.text)) { "Open its rows" },
                        None => span.soft { "Its rows: " (rows) " on the server." },
                    }
                }
            }
        }
    }
}

/// The charts of a part, each with its table.
fn figures(charts: &[Chart], key: &str) -> Markup {
    let drawings: Vec<Drawing> = charts
        .iter()
        .enumerate()
        .filter_map(|(i, chart)| charts::draw(chart, &format!("c-{}-{i}", key.replace('_', "-"))))
        .collect();
    html! {
        div.brief-charts {
            @for drawing in &drawings {
                figure {
                    figcaption { (drawing.title) }
                    // Made by us from escaped text; see `charts::escape`.
                    (PreEscaped(&drawing.svg))
                    details.brief-small {
                        summary { "The same as a table" }
                        div.brief-scroll tabindex="0" role="region" aria-label=(drawing.title) {
                            table {
                                thead { tr { @for heading in &drawing.headings { th scope="col" { (heading) } } } }
                                tbody { @for row in &drawing.rows { tr { @for cell in row { td { (cell) } } } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The exact value with unit, interval and n: `Exactly 24,918 tickets (n = 24,918)`.
#[must_use]
pub(crate) fn exact(figure: &Figure) -> String {
    let value = |v: f64| -> String {
        match figure.unit.as_str() {
            "share" => format!("{}%", words::decimal(v * 100.0, 2)),
            _ => words::decimal(v, 2),
        }
    };
    let unit = if figure.unit == "share" { String::new() } else { format!(" {}", figure.unit) };
    let money = figure.unit.len() == 3 && figure.unit.chars().all(|c| c.is_ascii_uppercase());
    let mut out = format!("{} {}{unit}", if money { "Middle" } else { "Exactly" }, value(figure.value));
    if let (Some(low), Some(high)) = (figure.low, figure.high) {
        let what = figure.interval.as_deref().unwrap_or("interval");
        let _ = write!(out, "; {what}: {} to {}", value(low), value(high));
    }
    if let Some(n) = figure.n {
        let _ = write!(out, " (n\u{a0}=\u{a0}{})", words::grouped(n));
    }
    out
}
