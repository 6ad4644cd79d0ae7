//! What waits for a person because of recognition.

use jiff::civil::Date;
use leadership::PersonId;
use leadership::recognition::State;
use leadership::today::{Do, Waiting};

use super::{Nomination, badges, nominations, to_choose, to_confirm};
use crate::error::LedgerError;
use crate::people;
use crate::tx::Tx;

/// Days before its end that a badge is asked about.
const AHEAD_DAYS: i32 = 60;

async fn name(tx: &mut Tx, person: PersonId) -> Result<String, LedgerError> {
    Ok(people::get(tx, person).await?.map(|person| person.name).unwrap_or_default())
}

fn one(found: &Nomination, act: Do, title: String, because: &str, page: &str) -> Waiting {
    Waiting {
        act,
        noun: "nomination".to_owned(),
        subject: found.id.to_string(),
        title,
        because: because.to_owned(),
        since: found.made_at,
        due: Some(found.ends_on),
        holds_up: u32::from(found.by != found.person) + 1,
        page: page.to_owned(),
    }
}

/// What waits: a nomination to be wanted or not, somebody to be chosen, a nomination to confirm, a badge that ends.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    let (mine, _) = nominations(tx, &actor).await?;
    for found in mine.iter().filter(|one| one.state == State::Offered) {
        let title = format!("{} nominates you for recognition", name(tx, found.by).await?);
        let page = format!("/recognition/nominations/{}", found.id);
        out.push(one(found, Do::Answer, title, "Say whether you want it; without a word it ends by itself.", &page));
    }
    for found in to_choose(tx, &actor).await? {
        let title = format!("Choose who confirms the recognition of {}", name(tx, found.person).await?);
        let page = format!("/recognition/nominations/{}/verifier", found.id);
        out.push(one(&found, Do::Decide, title, "It takes somebody outside of their circles.", &page));
    }
    for found in to_confirm(tx, &actor).await? {
        let title = format!("Confirm the recognition of {}, or refuse it", name(tx, found.person).await?);
        let page = format!("/recognition/nominations/{}", found.id);
        out.push(one(&found, Do::Decide, title, "You are asked because you stand outside of their circles.", &page));
    }
    let under_way = mine.iter().any(|one| matches!(one.state, State::Accepted | State::Asked));
    for found in badges(tx, &actor).await?.into_iter().take(1) {
        let left = leadership::promise::days_between(today, found.file.holds_until);
        if found.holds(today) && left <= AHEAD_DAYS && !under_way {
            out.push(Waiting {
                act: Do::Review,
                noun: "badge".to_owned(),
                subject: found.id.to_string(),
                title: "Your recognition ends".to_owned(),
                because: format!(
                    "It holds until {}. Nominate yourself anew if you want to keep it.",
                    found.file.holds_until.strftime("%-d %B %Y")
                ),
                since: tx.now(),
                due: Some(found.file.holds_until),
                holds_up: 0,
                page: "/recognition".to_owned(),
            });
        }
    }
    Ok(out)
}
