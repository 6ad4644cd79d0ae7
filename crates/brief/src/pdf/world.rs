//! The little world of the typesetter: one source, its data, the embedded fonts, nothing else.

use std::sync::OnceLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Str, Value};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// What is set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Template {
    /// The brief for the board.
    Brief,
    /// The profile of a person who was rated.
    Profile,
}

impl Template {
    fn source(self) -> Source {
        static BRIEF: OnceLock<Source> = OnceLock::new();
        static PROFILE: OnceLock<Source> = OnceLock::new();
        let (kept, text) = match self {
            Self::Brief => (&BRIEF, include_str!("brief.typ")),
            Self::Profile => (&PROFILE, include_str!("profile.typ")),
        };
        kept.get_or_init(|| Source::detached(text)).clone()
    }
}

struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

/// The fonts that came with the typesetter; all have free licences and are embedded.
fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| {
        let fonts: Vec<Font> = typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    })
}

/// Replaces characters that no embedded font has: a board must not see empty boxes, and PDF/UA forbids
/// characters without a shape.
pub(super) fn printable(text: &str) -> String {
    let book = &fonts().book;
    let families = ["libertinus serif", "dejavu sans mono"];
    let coverage: Vec<_> = families
        .iter()
        .flat_map(|family| book.select_family(family))
        .filter_map(|index| book.info(index))
        // Of each family the regular cut; the others hold the same letters or more.
        .filter(|info| info.variant == typst::text::FontVariant::default())
        .collect();
    text.chars()
        .map(|c| {
            let known = c.is_ascii()
                || matches!(c, '\u{A0}')
                || coverage.iter().any(|info| info.coverage.contains(u32::from(c)));
            if known { c } else { '?' }
        })
        .collect()
}

/// One sheet to be set.
pub(super) struct Sheet {
    library: LazyHash<Library>,
    main: Source,
}

impl Sheet {
    /// `data` is JSON, handed over as `sys.inputs.data`.
    pub(super) fn new(template: Template, data: &str) -> Self {
        let mut inputs = Dict::new();
        inputs.insert(Str::from("data"), Value::Str(Str::from(data)));
        let library = Library::builder().with_inputs(inputs).build();
        Self { library: LazyHash::new(library), main: template.source() }
    }
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &fonts().book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        // No file can be read from within the sheet, whatever foreign text says.
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts().fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
