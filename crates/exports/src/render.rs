//! The dry run as text for a terminal.

use std::fmt::Write as _;

use crate::api::{Finding, Unread};
use crate::inspect::Inspection;
use crate::mapping::Grain;

/// The inspection as text for a terminal.
#[must_use]
pub fn render_text(inspection: &Inspection) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = render(inspection, &mut out);
    out
}

fn render(inspection: &Inspection, out: &mut String) -> std::fmt::Result {
    let sure = |share: f64| format!("{:.0} %", share * 100.0);
    writeln!(out, "{}: {}", inspection.path, inspection.format)?;
    match &inspection.profile {
        Some(profile) => writeln!(
            out,
            "Read by the profile {profile} ({} of its telling columns are there).",
            sure((inspection.confidence * 2.0 - 1.0).clamp(0.0, 1.0))
        )?,
        None if inspection.origin == "owner" => writeln!(out, "Read by the mapping given.")?,
        None => {
            writeln!(out, "No profile knows it: the mapping below is guessed ({} sure).", sure(inspection.confidence))?;
        }
    }
    let tells = match inspection.grain {
        Grain::Ticket => "a ticket",
        Grain::Log => "an update of a ticket",
        Grain::Change => "a change and its item",
        Grain::Job => "a run of a job",
    };
    writeln!(out, "Source `{}`; each row tells {tells}.", inspection.source)?;
    if !inspection.notes.is_empty() {
        writeln!(out, "\nNotes")?;
        for note in &inspection.notes {
            writeln!(out, "  {note}")?;
        }
    }
    writeln!(out, "\nMapping")?;
    let columns = |finding: &Finding| finding.columns.join(" + ");
    let wide = inspection.fields.iter().map(|finding| columns(finding).chars().count()).max().unwrap_or(0).min(44);
    for finding in &inspection.fields {
        let how = &finding.how;
        writeln!(
            out,
            "  {:wide$}  → {:<15} {:>5}  {how}; {}",
            columns(finding),
            finding.field.name(),
            sure(finding.confidence),
            finding.reason
        )?;
    }
    unread(inspection, out)?;
    rows(inspection, out)
}

fn unread(inspection: &Inspection, out: &mut String) -> std::fmt::Result {
    let unread: Vec<&Unread> = inspection.unread.iter().filter(|unread| unread.why != "empty").collect();
    if !unread.is_empty() {
        writeln!(out, "\nNot read")?;
        for why in ["names persons: never read", "read for its history or links", "no field for it"] {
            let names: Vec<&str> =
                unread.iter().filter(|unread| unread.why == why).map(|unread| unread.column.as_str()).collect();
            if !names.is_empty() {
                let more = if names.len() > 30 { format!(" and {} more", names.len() - 30) } else { String::new() };
                writeln!(out, "  {why}: {}{more}", names.iter().take(30).copied().collect::<Vec<_>>().join(", "))?;
            }
        }
    }
    Ok(())
}

fn rows(inspection: &Inspection, out: &mut String) -> std::fmt::Result {
    if !inspection.rows.is_empty() {
        writeln!(out, "\nThe first rows as they would be read")?;
        for (number, row) in inspection.rows.iter().enumerate() {
            writeln!(out, "  {}", number + 1)?;
            for (name, value) in row {
                writeln!(out, "    {name:<15} {value}")?;
            }
        }
    }
    if !inspection.difficulties.is_empty() {
        writeln!(out, "\nDifficulties")?;
        for difficulty in &inspection.difficulties {
            let examples = if difficulty.examples.is_empty() {
                String::new()
            } else {
                format!(" (such as {})", difficulty.examples.join("; "))
            };
            writeln!(
                out,
                "  {}: {}, {} rows{examples}. {}.",
                difficulty.column, difficulty.what, difficulty.count, difficulty.remedy
            )?;
        }
    }
    if let Some(counts) = &inspection.counts {
        writeln!(
            out,
            "\nRows read {}, would be taken {}, rejected {}, blank {}.",
            counts.read, counts.accepted, counts.rejected, counts.blank
        )?;
        for reject in &inspection.rejects {
            let column = if reject.column.is_empty() { String::new() } else { format!(", column `{}`", reject.column) };
            writeln!(out, "  row {}{column}: {}", reject.row, reject.reason)?;
        }
    }
    if let Some(refused) = &inspection.refused {
        writeln!(out, "\nIt cannot be read as it is: {refused}.")?;
    }
    Ok(())
}
