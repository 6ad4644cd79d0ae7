//! What the record of a circle says of working in it, for people outside. All of it or none: whoever opens a place does
//! not choose what looks well. Each figure has its minimum, and no answer that was given under seal is among them: the
//! people who gave it were told that their circle reads it, and nobody else.

use leadership::CircleId;
use leadership::circle::Actor;
use leadership::share::{LEAST, Share};
use serde::{Deserialize, Serialize};

use crate::error::LedgerError;
use crate::tx::Tx;
use crate::{ideas, promises, thanks};

/// A figure of a circle, as it stood on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What is counted, with its period.
    pub words: String,
    /// The share.
    pub share: Share,
}

/// What the record of a circle says, for who sees it from inside; what is below its minimum is left out.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn told(tx: &mut Tx, actor: &Actor, circle: CircleId) -> Result<Vec<Told>, LedgerError> {
    let mut out = Vec::new();
    let mut tell = |words: &str, share: Share| {
        if share.enough() {
            out.push(Told { words: words.to_owned(), share });
        }
    };
    if let Some(figures) = ideas::of_circle(tx, actor, circle).await? {
        tell("Ideas answered within the days that the team states, in the last six months", figures.answered);
        tell(
            "Ideas accepted or tried of which it was told back what came of them, in the last six months",
            figures.told_back,
        );
    }
    let (ours, _) = promises::counted(tx, actor, circle).await?;
    // Of fewer than five who promised, the share would be a figure about some of them.
    if u64::try_from(ours.promisers).is_ok_and(|people| people >= LEAST) {
        let whole = ours.whole();
        let n = u64::from(whole.kept) + u64::from(whole.late) + u64::from(whole.broken);
        tell("Promises of the team that were kept by their day", Share { so: whole.kept.into(), n });
    }
    if let Some(spread) = thanks::spread(tx, actor, circle).await? {
        tell("People of the team who were thanked in the last 90 days", spread);
    }
    Ok(out)
}
