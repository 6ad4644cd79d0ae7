//! `plumb import`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use exports::{Context, DateKind, Mapping, Options};
use formats::Limits;
use work::{ImportError, ImportOptions, ImportReport};

use super::output;
use super::progress;
use crate::args::{self, DateOrder, Format};
use crate::error::{CommandError, CommandResult, Done};

/// Reads exports into the record, or with `--dry-run` shows how they would be read.
pub fn run(given: &args::Import) -> CommandResult {
    let options = options(given)?;
    if let Some(path) = &given.save_mapping {
        save_mapping(given, &options, path)?;
    }
    if given.dry_run {
        return dry_run(given, &options);
    }
    let mut entropy = [0; 32];
    super::ambient::random(&mut entropy)?;
    let names =
        given.files.iter().map(|file| file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned());
    let mut bar = progress::Import::new(names.collect());
    let wanted = ImportOptions { read: options, keep_names: given.keep_names, ..ImportOptions::default() };
    let report = work::import(&given.data.dir, &given.files, &wanted, super::ambient::now(), entropy, &mut |step| {
        bar.tell(step);
    });
    bar.done();
    let report = report.map_err(|error| refused(error, &given.files))?;
    match given.output.format {
        Format::Json => output::json(&report)?,
        Format::Text => output::print(&text(&report))?,
    }
    Ok(if report.rejected() > 0 { Done::WithRejects } else { Done::All })
}

/// What can be opened can be looked at; of what is no export there is nothing to see.
fn refused(error: ImportError, files: &[PathBuf]) -> CommandError {
    match error {
        ImportError::Refused(reason) => {
            let opens = files.iter().all(|file| formats::open(file, Limits::default()).is_ok());
            CommandError::refused(reason).hint(if opens {
                "plumb import FILE --dry-run shows how a file would be read"
            } else {
                "docs/guide.md tells what to export from which tool"
            })
        }
        ImportError::Record(error) => error.into(),
    }
}

fn options(given: &args::Import) -> Result<Options, CommandError> {
    let mapping = given.mapping.as_deref().map(load_mapping).transpose()?;
    if let Some(name) = &given.profile
        && exports::profile(name).is_none()
    {
        return Err(CommandError::usage(format!("there is no profile `{name}`")).hint("plumb profiles lists them"));
    }
    if let Some(zone) = &given.time_zone {
        exports::time_zone(zone)
            .map_err(|reason| CommandError::usage(reason).hint("--time-zone takes a name of the IANA list"))?;
    }
    Ok(Options {
        profile: given.profile.clone(),
        mapping,
        date_order: given.date_order.map(|order| match order {
            DateOrder::Dmy => DateKind::Dmy,
            DateOrder::Mdy => DateKind::Mdy,
            DateOrder::Ymd => DateKind::Ymd,
        }),
        time_zone: given.time_zone.clone(),
    })
}

fn load_mapping(path: &Path) -> Result<Mapping, CommandError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        CommandError::refused(format!("{}: {error}", path.display())).hint("--save-mapping FILE writes one")
    })?;
    Mapping::from_toml(&text).map_err(|reason| {
        CommandError::refused(format!("{}: {reason}", path.display())).hint("docs/import.md describes the mapping file")
    })
}

/// Saves the mapping of the first file, whether it was recognised or guessed.
fn save_mapping(given: &args::Import, options: &Options, path: &Path) -> Result<(), CommandError> {
    let Some(file) = given.files.first() else { return Ok(()) };
    let readers = formats::open(file, Limits::default()).map_err(CommandError::refused)?;
    let Some((name, mut reader)) = readers.into_iter().next() else { return Ok(()) };
    let found = exports::recognise(reader.as_mut(), file, options).map_err(CommandError::refused)?;
    let text = found.mapping.to_toml().map_err(CommandError::internal)?;
    std::fs::write(path, text).map_err(|error| {
        CommandError::refused(format!("{}: {error}", path.display())).hint("name a file in a folder that is there")
    })?;
    // Of several files or members it is that of the first one.
    eprintln!("mapping of {name} written to {}", path.display());
    Ok(())
}

fn dry_run(given: &args::Import, options: &Options) -> CommandResult {
    let mut shown = Vec::new();
    let mut open = false;
    for file in &given.files {
        let first = formats::open(file, Limits::default()).map_err(CommandError::refused)?;
        let again = formats::open(file, Limits::default()).map_err(CommandError::refused)?;
        for ((member, mut reader), (_, mut rest)) in first.into_iter().zip(again) {
            let found = exports::recognise(reader.as_mut(), file, options).map_err(CommandError::refused)?;
            // A dry run writes nothing: the pseudonyms it shows are made with a key of its own.
            let context = Context { path: file, pseudonym_key: [0; 32], keep_requester_names: given.keep_names };
            let whole: Option<&mut dyn formats::Reader> =
                if found.settled(file).is_ok() { Some(rest.as_mut()) } else { None };
            open |= whole.is_none();
            let inspection = exports::inspect(&found, &context, whole)
                .map_err(|error| CommandError::refused(format!("{member}: {error}")))?;
            shown.push(inspection);
        }
    }
    match given.output.format {
        Format::Json => output::json(&serde_json::json!({ "files": shown }))?,
        Format::Text => {
            let texts: Vec<String> = shown.iter().map(exports::render_text).collect();
            output::print(&texts.join("\n"))?;
        }
    }
    if open {
        return Err(CommandError::refused("a file could not be read as it is; what stands in the way is shown above"));
    }
    Ok(Done::All)
}

fn text(report: &ImportReport) -> String {
    let number = |n: u64| {
        #[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^52")]
        output::number(n as f64)
    };
    let mut out = String::new();
    for file in &report.files {
        let _ = writeln!(out, "{} (profile {})", file.path, file.profile);
        let _ = writeln!(
            out,
            "  {} rows read = {} kept + {} updated + {} unchanged + {} rejected",
            number(file.rows),
            number(file.kept),
            number(file.updated),
            number(file.unchanged),
            number(file.rejected)
        );
        for note in &file.notes {
            let _ = writeln!(out, "  note: {note}");
        }
    }
    let _ = writeln!(
        out,
        "The record holds {} tickets, {} events, {} changes.",
        number(report.tickets),
        number(report.events),
        number(report.changes)
    );
    if let Some(rejects) = &report.rejects {
        let _ = writeln!(out, "Rejected rows, each with its reason: {}", rejects.display());
    }
    out
}
