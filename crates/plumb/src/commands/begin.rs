//! `plumb begin`.

use jiff::tz::TimeZone;
use ledger::people::Begin as Act;
use web::password::Hash;

use super::password::given_or_typed;
use crate::args::Begin;
use crate::config::Config;
use crate::error::{CommandError, CommandResult, Done};

/// Begins the record of leadership.
pub async fn run(given: Begin) -> CommandResult {
    if TimeZone::get(&given.time_zone).is_err() {
        return Err(CommandError::usage(format!("there is no time zone “{}”", given.time_zone))
            .hint("write it like Europe/Berlin, or UTC"));
    }
    let password = given_or_typed()?;
    let mut salt = [0; 16];
    super::ambient::random(&mut salt)?;
    let hash = Hash::new(&password, salt).map_err(CommandError::usage)?;
    let ledger = Config::load(&given.data.dir)?.ledger(&given.data.dir).await?;
    let act = Act {
        organisation: given.organisation,
        name: given.name,
        email: given.email.clone(),
        password: hash.kept().to_owned(),
        zone: given.time_zone,
    };
    ledger.perform(&Act::nobody(), &act).await.map_err(CommandError::refused)?;
    ledger.close().await;
    eprintln!("the record of leadership is begun; plumb serve, then sign in as {}", given.email);
    Ok(Done::All)
}
