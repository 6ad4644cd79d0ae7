//! `plumb badge`: checked without a server, a database or a network.

use std::path::Path;
use std::sync::Arc;

use ledger::recognition;
use ledger::{HeadKey, Random, head};

use super::{ambient, output};
use crate::args::{Badge, BadgeCommand, Data, Format, Output};
use crate::config;
use crate::error::{CommandError, CommandResult, Done};

/// Longest file that is read: a badge has about two kilobytes.
const MOST: u64 = 1 << 20;

/// Runs one of the commands.
pub fn run(given: &Badge) -> CommandResult {
    match &given.command {
        BadgeCommand::Check { file, key, output, data } => check(file, key.as_deref(), *output, data),
        BadgeCommand::Key { data } => {
            output::print(&format!("{}\n", key(data)?.public()))?;
            Ok(Done::All)
        }
    }
}

fn key(data: &Data) -> Result<HeadKey, CommandError> {
    let random: Random = Arc::new(config::random);
    HeadKey::kept(&data.dir, &random).map_err(CommandError::refused)
}

fn check(file: &Path, expected: Option<&str>, asked: Output, data: &Data) -> CommandResult {
    let named = |error: &dyn std::fmt::Display| CommandError::refused(format!("{}: {error}", file.display()));
    if std::fs::metadata(file).map_err(|error| named(&error))?.len() > MOST {
        return Err(named(&"this is no badge: it is too long"));
    }
    let text = std::fs::read_to_string(file).map_err(|error| named(&error))?;
    let badge = recognition::read_badge(&text)
        .map_err(|error| named(&error).hint("the page of a badge offers the file for download"))?;
    // A key is only looked for, not made: badges are checked where none was ever given.
    let own = data.dir.join(head::FILE).exists();
    let expected = match expected {
        Some(expected) => Some(expected.to_owned()),
        None if own => Some(key(data)?.public()),
        None => None,
    };
    let today = ambient::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let checked = recognition::check(&badge, expected.as_deref(), today);
    if asked.format == Format::Json {
        output::json(&checked)?;
    }
    if !checked.holds() {
        return Err(CommandError::refused(checked));
    }
    if asked.format == Format::Text {
        output::print(&format!("{checked}\n"))?;
    }
    Ok(Done::All)
}
