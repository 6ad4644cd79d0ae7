//! `plumb brief`.

use std::path::{Path, PathBuf};

use ::brief::{Links, Paper, document_html, pdf};

use crate::args::{self, Brief, BriefFormat};
use crate::commands::{casework, open, output, progress, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Writes the page for the board.
pub async fn run(given: &Brief) -> CommandResult {
    let record = open(&given.data.dir)?;
    let settings = settings(&given.data.dir)?;
    let casework = casework::of(&given.data.dir).await?;
    let brief = ::brief::analysis::brief(&record, &settings, &casework.entries, None, progress::finding())
        .await
        .map_err(CommandError::internal)?;
    casework.judge(&record, &settings).await?;
    casework.close().await;
    let bytes = match given.format {
        BriefFormat::Json => format!("{}\n", brief.to_json().map_err(CommandError::internal)?).into_bytes(),
        BriefFormat::Html => document_html(&brief, links(settings.address.as_deref())).into_bytes(),
        BriefFormat::Pdf => {
            let paper = match given.paper {
                args::Paper::A4 => Paper::A4,
                args::Paper::Letter => Paper::Letter,
            };
            pdf(&brief, paper).map_err(CommandError::internal)?.bytes
        }
    };
    let out = given.out.clone().unwrap_or_else(|| {
        PathBuf::from(match given.format {
            BriefFormat::Json => "-",
            BriefFormat::Html => "brief.html",
            BriefFormat::Pdf => "brief.pdf",
        })
    });
    if out == Path::new("-") {
        output::bytes(&bytes)?;
        return Ok(Done::All);
    }
    std::fs::write(&out, bytes).map_err(|error| {
        CommandError::refused(format!("{}: {error}", out.display())).hint("name a file in a folder that is there")
    })?;
    eprintln!("written to {}", out.display());
    Ok(Done::All)
}

fn links(address: Option<&str>) -> Links<'_> {
    address.map_or(Links::File, Links::Address)
}
