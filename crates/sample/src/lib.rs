//! A made-up IT department of 24 with two clients and a year of history. It is lived, not written: a clock is
//! moved through the year and every event is one of the acts that people do on the pages, so that what the
//! pages compute of it, and the chain of events, hold as they would for a real one. Everybody in it is marked
//! as being of a sample, and it goes as a whole ([`Ledger::remove_sample`]).

mod casework;
mod cast;
mod changes;
mod course;
mod decisions;
mod direction;
mod growth;
mod honesty;
mod listening;
mod promises;
mod pulse;
mod requests;
mod talks;
mod tickets;
mod together;
mod waves;
mod world;

use ledger::people::{self, Begin};
use ledger::sample::MarkSample;
use ledger::{Ledger, LedgerError, Refused};

pub use changes::{CHANGES, export_changes};
pub use tickets::{FILE, export};
pub use world::Lived;
use world::{Plan, World};

/// Days of history.
pub const DAYS: i32 = 365;
/// The address with which the head of IT of the sample signs in.
pub const EMAIL: &str = "ada@alder.example";
/// What the organisation is called.
pub const ORGANISATION: &str = "Alder IT (a sample)";

/// Fills an empty ledger. `password` is the hash of the password with which everybody of the sample who signs
/// in does so (as kept: argon2id in PHC form). The year ends at the ledger's present.
///
/// # Errors
/// When somebody is in the ledger already; when an act of the sample is refused, with which; or the database.
pub async fn fill(ledger: &Ledger, password: &str) -> Result<Lived, Refused> {
    let mut tx = ledger.read().await?;
    // What people did with problems before anybody was here would go with the sample.
    let somebody = !people::is_empty(&mut tx).await? || ledger::casework::last(&mut tx).await? > 0;
    drop(tx);
    if somebody {
        return Err(Refused::conflict(
            "Somebody's record of leadership, or what they did with problems, is here already.",
            "Give the sample a place of its own, such as another folder with --data.",
        ));
    }
    let mut world = World::new(ledger);
    world.set(-DAYS, 8, 0);
    let begin = Begin {
        organisation: ORGANISATION.to_owned(),
        name: "Ada Brandt".to_owned(),
        email: EMAIL.to_owned(),
        password: password.to_owned(),
        zone: "Europe/Berlin".to_owned(),
    };
    let ada = world.begin(&begin).await?;
    world.know("ada", ada);
    cast::come(&mut world).await?;
    // From here on nobody else comes.
    world.does("ada", MarkSample).await?;
    let mut plan = Plan::default();
    direction::plan(&mut plan);
    decisions::plan(&mut plan);
    promises::plan(&mut plan);
    honesty::plan(&mut plan);
    requests::plan(&mut plan);
    waves::plan(&mut plan);
    growth::plan(&mut plan);
    pulse::plan(&mut plan);
    talks::plan(&mut plan);
    casework::plan(&mut plan);
    listening::plan(&mut plan);
    together::plan(&mut plan);
    world.live(plan).await
}

fn missing(what: &str) -> Refused {
    Refused::Ledger(LedgerError::Inside(format!("the sample knows no “{what}”")))
}
