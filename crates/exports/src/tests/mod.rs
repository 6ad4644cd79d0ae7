//! Whole files through recognising, reading and the dry run.

mod asked;
mod cells;
mod classes;
mod guessed;
mod kept_out;
mod profiles;
mod real;

use std::path::Path;

use crate::testing::{Kept, Memory};
use crate::{Context, Counts, Options, Recognised};

pub(crate) fn context() -> Context<'static> {
    Context { path: Path::new("export"), pseudonym_key: [7; 32], keep_requester_names: false }
}

/// Recognises and reads what must be readable.
pub(crate) fn read(open: impl Fn() -> Memory, options: &Options) -> (Recognised, Counts, Kept) {
    let recognised = crate::recognise(&mut open(), Path::new("export"), options).expect("it can be recognised");
    let mut kept = Kept::default();
    let mapping = recognised.settled(Path::new("export")).expect("it is settled");
    let counts = crate::read(&mut open(), mapping, &context(), &mut kept).expect("it can be read");
    assert_eq!(counts.read, counts.accepted + counts.rejected, "each row ends once");
    assert_eq!((kept.done, kept.rejects.len() as u64), (counts.accepted, counts.rejected));
    (recognised, counts, kept)
}

pub(crate) fn csv(text: &'static str) -> impl Fn() -> Memory {
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    move || Memory::csv(text, delimiter)
}
