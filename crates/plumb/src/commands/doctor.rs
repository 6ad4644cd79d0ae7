//! `plumb doctor`.

use std::sync::Arc;

use ledger::doctor::{Finding, Given, State, examine};
use ledger::{Now, Random};

use super::{ambient, output};
use crate::args::{Doctor, Format};
use crate::config::{self, Config, Mail};
use crate::error::{CommandError, CommandResult, Done};

/// Whether the mail server that answers lets this one in, by what the configuration says of encryption, user and password;
/// nothing is sent.
async fn signed_in(mail: &Mail, address: &str) -> Finding {
    const ABOUT: &str = "mail sign-in";
    const REMEDY: &str = "Check encryption, user and password_file under [mail] in plumb.toml.";
    let tried = match mail.post(address).and_then(|config| post::Sender::new(&config).map_err(CommandError::refused)) {
        Ok(sender) => sender.test().await,
        Err(error) => Err(error.message),
    };
    match tried {
        Ok(()) => Finding {
            about: ABOUT,
            state: State::Good,
            found: "The mail server takes what is sent.".to_owned(),
            remedy: String::new(),
        },
        Err(error) => Finding {
            about: ABOUT,
            state: State::Bad,
            found: format!("{}.", error.trim_end_matches('.')),
            remedy: REMEDY.to_owned(),
        },
    }
}

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
    let mut found = examine(looked_at, &now, &random).await;
    let answers = found.iter().any(|finding| finding.about == "mail" && finding.state == State::Good);
    if let Some(mail) = installed.mail.as_ref().filter(|_| answers) {
        found.push(signed_in(mail, installed.address.as_deref().unwrap_or_default()).await);
    }
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
