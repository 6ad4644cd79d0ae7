//! `plumb doctor`.

use std::sync::Arc;

use ledger::doctor::{Given, State, examine};
use ledger::{Now, Random};

use super::{ambient, output};
use crate::args::{Doctor, Format};
use crate::config::{self, Config};
use crate::error::{CommandError, CommandResult, Done};

/// Looks at everything, changes nothing, and says what to do.
pub async fn run(given: Doctor) -> CommandResult {
    let installed = Config::load(&given.data.dir)?;
    let database = installed.database(&given.data.dir);
    let (now, random): (Now, Random) = (Arc::new(ambient::now), Arc::new(config::random));
    let looked_at = Given {
        database: &database,
        address: installed.address.as_deref(),
        mail: installed.mail.as_ref().map(|mail| mail.host.as_str()),
        folder: Some(&given.data.dir),
    };
    let found = examine(looked_at, &now, &random).await;
    match given.output.format {
        Format::Json => output::json(&found)?,
        Format::Text => {
            let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
            output::print(&(lines.join("\n") + "\n"))?;
        }
    }
    match found.iter().filter(|finding| finding.state == State::Bad).count() {
        0 => Ok(Done::All),
        bad => Err(CommandError::refused(format!("{bad} of {} things are not as they should be", found.len()))),
    }
}
