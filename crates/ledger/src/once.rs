//! An act that a program may send again without doing it again: with a key that the program chose, kept in
//! the act's own transaction (draft-ietf-httpapi-idempotency-key-header-07).

use jiff::SignedDuration;
use leadership::PersonId;
use leadership::circle::Actor;
use serde_json::Value;

use crate::chain::canonical;
use crate::error::Refused;
use crate::ledger::Act;
use crate::tx::Tx;

/// For how long a key is remembered.
pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// An act under a key.
#[derive(Debug)]
pub struct Once<'a, A, F> {
    /// The key; each person has keys of their own.
    pub key: &'a str,
    /// What was asked, as a hash of it: another ask under the same key is refused.
    pub asked: &'a str,
    /// The act.
    pub act: &'a A,
    /// What is answered when it is done: no more than may be kept for [`REMEMBERED`].
    pub answer: F,
}

/// What was answered under a key to the same request, where it is remembered. Whoever checks a request before the act is
/// made asks for it first: what was done already would not pass the check again.
///
/// # Errors
/// When something else was asked for under the key, or the database is away.
#[crate::asked]
pub async fn earlier(tx: &mut Tx, person: PersonId, key: &str, asked: &str) -> Result<Option<Value>, Refused> {
    let sql = "select asked, answer from answered where person = $1 and key = $2 and at >= $3";
    let Some(row) = tx.one(sql, args![person, key, tx.now() - REMEMBERED]).await? else { return Ok(None) };
    if row.text("asked")? == asked {
        return Ok(Some(row.json("answer")?));
    }
    Err(Refused::conflict(
        "Something else was asked for under this key.",
        "Take a new key for each act, and the same one only to send the same act again.",
    ))
}

#[crate::act]
impl<A: Act, F: Fn(&A::Done) -> Value + Sync> Act for Once<'_, A, F> {
    /// The answer: of this time, or of the first.
    type Done = Value;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Value, Refused> {
        tx.run("delete from answered where at < $1", args![tx.now() - REMEMBERED]).await?;
        if let Some(answer) = earlier(tx, actor.person, self.key, self.asked).await? {
            return Ok(answer);
        }
        let done = self.act.perform(tx, actor).await?;
        let answer = (self.answer)(&done);
        tx.run(
            "insert into answered (person, key, asked, answer, at) values ($1, $2, $3, $4, $5)",
            args![actor.person, self.key, self.asked, canonical(&answer), tx.now()],
        )
        .await?;
        Ok(answer)
    }
}
