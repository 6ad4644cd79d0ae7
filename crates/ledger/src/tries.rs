//! How often somebody may try: counted in the database, so that several processes count together. A try is
//! counted before it is checked, so that many at once are not more than one after the other.

use jiff::SignedDuration;
use leadership::circle::Actor;

use crate::chain::sha256;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// For how long tries are counted together; after it, counting begins anew.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// Whose tries are counted, and how many are let through in a [`WINDOW`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// From one address of the network: several people may share it.
    Network(String),
    /// For one account, by its address for mail, whether there is one or not.
    Account(String),
    /// Mails with a link to a new password, for one account by its address, whether there is one or not.
    Forgotten(String),
    /// Applications for an open place, from one address of the network.
    Applied(String),
    /// Codes of a second factor of one person: a million are possible and three are right.
    Codes(String),
}

impl Counted {
    fn most(&self) -> i64 {
        match self {
            Self::Network(_) => 50,
            Self::Account(_) => 10,
            Self::Codes(_) | Self::Applied(_) => 5,
            Self::Forgotten(_) => 3,
        }
    }

    /// What the table keeps: a hash, so that it holds no addresses.
    fn subject(&self) -> String {
        match self {
            Self::Network(from) => sha256(&format!("network {from}")),
            Self::Account(email) => sha256(&format!("account {}", email.trim().to_lowercase())),
            Self::Forgotten(email) => sha256(&format!("forgotten {}", email.trim().to_lowercase())),
            Self::Applied(from) => sha256(&format!("applied {from}")),
            Self::Codes(person) => sha256(&format!("codes {person}")),
        }
    }
}

/// How long somebody has to wait before the next try; `None` when they need not.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waits(tx: &mut Tx, counted: &[Counted]) -> Result<Option<SignedDuration>, LedgerError> {
    let now = tx.now();
    let mut longest = None;
    for one in counted {
        let row = tx.one("select count, since from signin_try where subject = $1", args![one.subject()]).await?;
        let Some(row) = row else { continue };
        let left = (row.at("since")? + WINDOW).duration_since(now);
        if row.int("count")? >= one.most() && left.is_positive() {
            longest = longest.max(Some(left));
        }
    }
    Ok(longest)
}

/// Counts a try, unless somebody has to wait: then it gives how long, and counts nothing.
#[derive(Debug, Clone)]
pub struct Try(pub Vec<Counted>);

#[crate::act]
impl Act for Try {
    type Done = Option<SignedDuration>;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<Option<SignedDuration>, Refused> {
        tx.felt_by_nobody();
        if let Some(wait) = waits(tx, &self.0).await? {
            return Ok(Some(wait));
        }
        let now = tx.now();
        let old = now - WINDOW;
        // What is old says nothing any more.
        tx.run("delete from signin_try where since <= $1", args![old]).await?;
        for one in &self.0 {
            tx.run(
                "insert into signin_try (subject, count, since) values ($1, 1, $2) \
                 on conflict (subject) do update set count = signin_try.count + 1",
                args![one.subject(), now],
            )
            .await?;
        }
        Ok(None)
    }
}

/// Forgets the tries of an account whose owner got in. Those of the network stay: one right account must
/// not let somebody try others without end.
#[derive(Debug, Clone)]
pub struct Right(pub Counted);

#[crate::act]
impl Act for Right {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        tx.felt_by_nobody();
        tx.run("delete from signin_try where subject = $1", args![self.0.subject()]).await?;
        Ok(())
    }
}
