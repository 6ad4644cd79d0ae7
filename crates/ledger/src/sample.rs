//! A record that is wholly a sample: every person in it is marked as one, every page says so, and it goes as a
//! whole. A record with one real person in it is none, and is never taken away.

use leadership::circle::Actor;
use sqlx::AssertSqlSafe;

use crate::backup::catalog;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::{Act, Ledger};
use crate::migrate;
use crate::tx::Tx;

/// Whether somebody is in the record, and everybody in it is of a sample.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn is_sample(tx: &mut Tx) -> Result<bool, LedgerError> {
    let somebody = tx.one("select id from person limit 1", args![]).await?.is_some();
    let real = tx.one("select id from person where sample = 0 limit 1", args![]).await?.is_some();
    Ok(somebody && !real)
}

/// Marks everybody who is here now as being of a sample. Done by who begins one, while nobody else is here.
#[derive(Debug, Clone, Copy)]
pub struct MarkSample;

#[crate::act]
impl Act for MarkSample {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        tx.run("update person set sample = 1", args![]).await?;
        tx.say(Said::new("person", actor.person, "marked_as_sample").by(actor.person));
        Ok(())
    }
}

impl Ledger {
    /// Takes a sample away: all of it, so that the record is as empty as a new one. Servers that have it open
    /// are to be started anew.
    ///
    /// # Errors
    /// When it is empty or not wholly a sample; or the database refuses.
    #[crate::asked]
    pub async fn remove_sample(&self) -> Result<(), Refused> {
        let mut tx = self.write().await?;
        if !is_sample(&mut tx).await? {
            return Err(Refused::conflict(
                "This record is not wholly a sample, so it is not taken away.",
                "To begin anew, give Plumb another place for its record.",
            ));
        }
        let mut connection = tx.connection;
        let tables = catalog::tables(&mut connection).await?;
        // Every rule between tables goes with the tables themselves.
        catalog::loosen(&mut connection).await?;
        for table in &tables {
            connection.run(AssertSqlSafe(format!("delete from \"{}\"", table.name)), &[]).await?;
        }
        for table in &tables {
            connection.run(AssertSqlSafe(format!("drop table \"{}\"", table.name)), &[]).await?;
        }
        connection.run("drop table _sqlx_migrations", &[]).await?;
        connection.commit().await?;
        self.pool().migrate(&migrate::migrator(|_| true)).await?;
        Ok(())
    }
}
