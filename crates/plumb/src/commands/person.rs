//! `plumb person`.

use leadership::circle::Actor;
use leadership::{PersonId, Role};
use ledger::people::{self, Erase};

use crate::args::{Data, Person, PersonCommand};
use crate::config::Config;
use crate::error::{CommandError, CommandResult, Done};

/// Runs one of the commands.
pub async fn run(given: Person) -> CommandResult {
    match given.command {
        PersonCommand::Erase { email, yes, data } => erase(&email, yes, &data).await,
    }
}

async fn erase(email: &str, yes: bool, data: &Data) -> CommandResult {
    let ledger = Config::load(&data.dir)?.ledger(&data.dir).await?;
    let mut tx = ledger.read().await.map_err(CommandError::refused)?;
    let person = people::by_email(&mut tx, email).await.map_err(CommandError::refused)?;
    let Some(person) = person else {
        return Err(CommandError::refused(format!("nobody here has the address {email}")));
    };
    if !yes {
        return Err(CommandError::usage(format!("{} would be erased, and that cannot be undone", person.name))
            .hint("add --yes to do it; plumb backup first, if the record may have to be shown as it was"));
    }
    let actor = administrator(&mut tx, person.id).await?;
    drop(tx);
    ledger.perform(&actor, &Erase { person: person.id }).await.map_err(CommandError::refused)?;
    ledger.close().await;
    eprintln!("{} is erased; plumb ledger verify shows that the chain holds", person.name);
    Ok(Done::All)
}

/// Whoever runs this command runs the server: they act as an administrator of the organisation, and the
/// event says which.
async fn administrator(tx: &mut ledger::Tx, but: PersonId) -> Result<Actor, CommandError> {
    let root = people::root(tx).await.map_err(CommandError::refused)?;
    let all = people::within(tx, &[root]).await.map_err(CommandError::refused)?;
    let found = all.into_iter().find(|(person, _, role)| *role == Role::Administrator && person.id != but);
    let Some((person, ..)) = found else {
        return Err(CommandError::refused("nobody else administers the organisation")
            .hint("make somebody else administrator first"));
    };
    let actor = people::actor(tx, person.id).await.map_err(CommandError::refused)?;
    actor.ok_or_else(|| CommandError::refused("the administrator has left"))
}
