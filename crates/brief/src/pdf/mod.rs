//! The brief as PDF: A4 or Letter, one or two pages, tagged, fonts embedded, the same bytes each time.

mod profile;
mod world;

use serde_json::{Value, json};
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Label, Smart};
use typst::introspection::Introspector;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::charts::{self, Drawing};
use crate::content::{Brief, Cell, Part};
use crate::html::exact;
use crate::words;
use world::Template;

pub use profile::{Profile, profile_pdf};

/// Size of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inch.
    Letter,
}

/// A PDF that was made.
#[derive(Debug, Clone)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its pages: one or two.
    pub pages: usize,
    /// Whether it was checked against PDF/UA-1 (universal accessibility) while it was written.
    pub accessible: bool,
}

/// Why no PDF was made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The typesetter refused.
    #[error("the PDF could not be set: {0}")]
    Typesetter(String),
    /// The content did not fit on two pages at any size.
    #[error("the brief does not fit on two pages")]
    TooLong,
    /// The content could not be handed over.
    #[error("the brief could not be handed to the typesetter: {0}")]
    Json(#[from] serde_json::Error),
}

/// How closely a sheet is set: size of type in points, notes kept at the end, charts or not.
#[derive(Debug, Clone, Copy)]
struct Density {
    size: f64,
    notes: usize,
    charts: bool,
}

/// Tried in turn until the brief fits on two pages: first smaller type, then fewer notes.
const DENSITIES: [Density; 7] = [
    Density { size: 9.6, notes: usize::MAX, charts: true },
    Density { size: 9.2, notes: usize::MAX, charts: true },
    Density { size: 8.8, notes: usize::MAX, charts: true },
    Density { size: 8.8, notes: 40, charts: true },
    Density { size: 8.5, notes: 20, charts: true },
    Density { size: 8.0, notes: 8, charts: true },
    Density { size: 7.5, notes: 0, charts: false },
];

/// Sets the brief.
///
/// # Errors
/// When the typesetter refuses, or when the content is beyond two pages at any size (a brief made by
/// [`crate::build`] is not).
pub fn pdf(brief: &Brief, paper: Paper) -> Result<Pdf, PdfError> {
    let mut fits: Option<PagedDocument> = None;
    for density in DENSITIES {
        // Smaller than this the type is hard on the eyes: taken only where nothing else fits two pages.
        if fits.is_some() && density.size < 8.8 {
            break;
        }
        let document = set(brief, paper, density)?;
        if document.pages().len() > 2 {
            continue;
        }
        // Best is the largest type with all six parts on the first page; next the largest that fits.
        if one_page(&document) {
            fits = Some(document);
            break;
        }
        fits = fits.or(Some(document));
    }
    let document = fits.ok_or(PdfError::TooLong)?;
    let ident = format!("plumb brief {} {}", brief.as_of, brief.made_from);
    let written = write(ident, &document, document.pages().len());
    // The typesetter keeps what it has computed; a server must not keep it for ever.
    typst::comemo::evict(16);
    written
}

fn set(brief: &Brief, paper: Paper, density: Density) -> Result<PagedDocument, PdfError> {
    let data = world::printable(&serde_json::to_string(&sheet(brief, paper, density))?);
    compiled(Template::Brief, &data)
}

fn compiled(template: Template, data: &str) -> Result<PagedDocument, PdfError> {
    let world = world::Sheet::new(template, data);
    let Warned { output, warnings: _ } = typst::compile::<PagedDocument>(&world);
    output.map_err(|errors| PdfError::Typesetter(told(&errors)))
}

/// Whether the six parts end on the first page.
fn one_page(document: &PagedDocument) -> bool {
    let introspector = document.introspector();
    Label::new(PicoStr::intern("end-of-parts"))
        .and_then(|label| introspector.query_label(label).ok()?.location())
        .and_then(|location| introspector.page(location))
        .is_some_and(|page| page.get() == 1)
}

fn write(ident: String, document: &PagedDocument, pages: usize) -> Result<Pdf, PdfError> {
    let mut options = PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("Plumb".to_owned())),
        ..PdfOptions::default()
    };
    if let Ok(standards) = PdfStandards::new(&[PdfStandard::Ua_1]) {
        options.standards = standards;
        match typst_pdf::pdf(document, &options) {
            Ok(bytes) => return Ok(Pdf { bytes: without_suspects(bytes), pages, accessible: true }),
            // A foreign character may be outside every font: tagged still, though not to the letter of UA-1.
            Err(errors) => tracing::debug!(reason = told(&errors), "PDF/UA-1 refused, written as tagged PDF"),
        }
    }
    options.standards = PdfStandards::default();
    let bytes = typst_pdf::pdf(document, &options).map_err(|errors| PdfError::Typesetter(told(&errors)))?;
    Ok(Pdf { bytes: without_suspects(bytes), pages, accessible: false })
}

/// Blanks the entry `Suspects false` of the catalogue, which says what its absence says too (ISO 32000-1, table 321;
/// ISO 14289-1, 7.1 forbids `true` alone). Poppler takes `false` for a wrong type and reports a syntax error to
/// whoever opens the file with it. Blanks in its place leave every offset as it was.
fn without_suspects(mut bytes: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b"/MarkInfo";
    const ENTRY: &[u8] = b"/Suspects false";
    let find = |all: &[u8], what: &[u8]| all.windows(what.len()).position(|part| part == what);
    // The catalogue comes after all that is told in the file, so that its entry is the last of this name.
    let Some(mark) = bytes.windows(MARK.len()).rposition(|part| part == MARK) else { return bytes };
    let end = find(&bytes[mark..], b">>").map_or(bytes.len(), |end| mark + end);
    if let Some(entry) = find(&bytes[mark..end], ENTRY) {
        bytes[mark + entry..mark + entry + ENTRY.len()].fill(b' ');
    }
    bytes
}

fn told(errors: &[SourceDiagnostic]) -> String {
    errors.iter().map(|e| e.message.to_string()).collect::<Vec<_>>().join("; ")
}

/// All that the sheet shows, as data: no foreign text ever becomes markup.
fn sheet(brief: &Brief, paper: Paper, density: Density) -> Value {
    let as_of: Option<jiff::civil::Date> = brief.as_of.parse().ok();
    let left_out = brief.figures.len().saturating_sub(density.notes);
    json!({
        "paper": match paper { Paper::A4 => "a4", Paper::Letter => "us-letter" },
        "size": density.size,
        "title": brief.title,
        "organisation": brief.organisation.clone().unwrap_or_default(),
        "language": brief.language,
        "when": format!("as of {} · record of {}", as_of.map_or_else(|| brief.as_of.clone(), words::date), brief.period),
        "date": as_of.map(|d| json!([d.year(), d.month(), d.day()])),
        "lead": brief.lead.iter().map(|s| &s.pieces).collect::<Vec<_>>(),
        "parts": brief.parts.iter().map(|p| part(p, density)).collect::<Vec<_>>(),
        "not_told": brief.not_told.iter().map(|s| &s.pieces).collect::<Vec<_>>(),
        "rates": brief.rates,
        "rates_assumed": brief.rates_assumed,
        "figures": brief.figures.iter().enumerate().map(|(i, f)| {
            let note = (i < density.notes).then(|| format!("f-{i}"));
            (f.name.clone(), json!({ "text": f.text, "note": note }))
        }).collect::<serde_json::Map<_, _>>(),
        "notes": notes(brief, density),
        "left_out": if left_out == 0 { String::new() } else { format!("{} more figures are explained on the page.", words::grouped(left_out as u64)) },
        "words": brief.words,
        "made_from": brief.made_from,
    })
}

/// The notes in two columns of about the same length.
fn notes(brief: &Brief, density: Density) -> Value {
    let notes: Vec<(usize, Value)> = brief
        .figures
        .iter()
        .take(density.notes)
        .enumerate()
        .map(|(i, f)| {
            let exact = exact(f);
            let length = f.text.len() + f.meaning.len() + exact.len() + f.steps.iter().map(|s| s.len().max(60) + 10).sum::<usize>() + 20;
            (length, json!({ "id": format!("f-{i}"), "text": f.text, "meaning": f.meaning, "exact": exact, "steps": f.steps }))
        })
        .collect();
    let half = notes.iter().map(|(length, _)| length).sum::<usize>() / 2;
    let (mut left, mut right, mut sum) = (Vec::new(), Vec::new(), 0);
    for (length, note) in notes {
        if sum < half {
            left.push(note);
        } else {
            right.push(note);
        }
        sum += length;
    }
    json!([left, right])
}

fn part(part: &Part, density: Density) -> Value {
    let key = part.key.replace('_', "-");
    let charts: Vec<Value> = if density.charts {
        part.charts
            .iter()
            .enumerate()
            .filter_map(|(i, c)| charts::draw(c, &format!("{key}-{i}")))
            .map(|d| drawing(&d))
            .collect()
    } else {
        Vec::new()
    };
    let table = part.table.as_ref().map(|table| {
        json!({
            "caption": table.caption,
            "columns": table.columns,
            "rows": table.rows.iter().enumerate().map(|(r, row)| row.cells.iter().map(|cell| match cell {
                Cell::Words(sentence) => json!({ "pieces": sentence.pieces }),
                Cell::Weeks(weeks) => match charts::spark(weeks, &format!("{key}-s{r}")) {
                    Some(spark) => json!({ "chart": drawing(&spark) }),
                    None => json!({ "pieces": [] }),
                },
            }).collect::<Vec<_>>()).collect::<Vec<_>>(),
        })
    });
    json!({
        "key": part.key,
        "title": part.title,
        "technical": part.technical,
        "sentences": part.sentences.iter().map(|s| &s.pieces).collect::<Vec<_>>(),
        "table": table,
        "charts": charts,
        "would_fill": part.would_fill,
    })
}

fn drawing(drawing: &Drawing) -> Value {
    json!({ "svg": drawing.svg, "title": drawing.title, "alt": format!("{}. {}", drawing.title, drawing.description) })
}
