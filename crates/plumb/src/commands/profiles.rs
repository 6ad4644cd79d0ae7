//! `plumb profiles`.

use serde_json::json;

use crate::args::{Format, Profiles};
use crate::commands::output;
use crate::error::{CommandResult, Done};

/// Lists the exports that are known by their columns.
pub fn run(given: &Profiles) -> CommandResult {
    let known = exports::profiles();
    match given.output.format {
        Format::Json => {
            let list: Vec<_> =
                known.iter().map(|profile| json!({ "name": profile.name, "title": profile.title })).collect();
            output::json(&json!({ "profiles": list }))?;
        }
        Format::Text => {
            let rows: Vec<Vec<String>> =
                known.iter().map(|profile| vec![profile.name.clone(), profile.title.clone()]).collect();
            output::print(&output::table(&["profile", "reads"], &rows, &[]))?;
        }
    }
    Ok(Done::All)
}
