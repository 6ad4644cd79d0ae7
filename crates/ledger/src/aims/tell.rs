//! The direction of a circle, told as a whole to everybody in it, and acknowledged.

use leadership::aim::{AimKind, AimState};
use leadership::circle::Actor;
use leadership::{CircleId, NoticeId, text};

use super::{Aim, seen};
use crate::error::{LedgerError, Refused};
use crate::honesty::may_lead;
use crate::ledger::Act;
use crate::notices::{self, Notice, Telling};
use crate::people;
use crate::tx::Tx;

/// What a notice about the direction of a circle is about; its subject is the circle.
pub const DIRECTION: &str = "direction";

/// What of a circle's aims is its direction, in the order in which it is told. Strategies change with the weather: they
/// are told with the aims that they serve.
const TOLD: [AimKind; 5] = [AimKind::Vision, AimKind::GreaterGoal, AimKind::Goal, AimKind::Value, AimKind::Standard];

/// Tells everybody in a circle, and in the circles within it, where it is going and why; who was told says that they
/// have read it. Told again, it takes the place of the earlier telling.
#[derive(Debug, Clone)]
pub struct TellDirection {
    /// Whose direction.
    pub circle: CircleId,
    /// What its leader says to it, in their own words; may be empty.
    pub words: String,
}

#[crate::act]
impl Act for TellDirection {
    type Done = NoticeId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<NoticeId, Refused> {
        may_lead(actor, self.circle)?;
        let own = text::prose_or_empty("words", &self.words)?;
        let aims = seen(tx, actor).await?;
        let of = |kind: AimKind| {
            aims.all
                .values()
                .filter(move |aim| aim.circle == self.circle && aim.kind == kind && aim.state == AimState::Live)
        };
        let said: Vec<String> =
            TOLD.into_iter().filter(|kind| of(*kind).next().is_some()).map(|kind| chapter(kind, of(kind))).collect();
        if said.is_empty() {
            return Err(Refused::conflict(
                "This circle has not said its direction yet.",
                "Write its vision or a first goal, then tell it.",
            ));
        }
        let words = std::iter::once(own).chain(said).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        let words = text::prose("words", &words)?;
        let circles = people::circles(tx).await?;
        let circle = circles.into_iter().find(|circle| circle.id == self.circle).ok_or(Refused::NotFound)?;
        let title: String = format!("Where {} is going, and why", circle.name).chars().take(text::LINE).collect();
        let subject = self.circle.to_string();
        let version = 1 + i64::try_from(notices::about(tx, DIRECTION, &subject).await?.len()).unwrap_or_default();
        let audience = people::inside(tx, self.circle).await?;
        let telling = Telling { noun: DIRECTION, subject, version, circle: self.circle, title: &title, words: &words };
        notices::tell(tx, actor, &telling, &audience).await
    }
}

/// The aims of one kind with their whys.
fn chapter<'a>(kind: AimKind, aims: impl Iterator<Item = &'a Aim>) -> String {
    let lines: Vec<String> = aims.map(|aim| format!("{}. {}", aim.title.trim_end_matches('.'), aim.why)).collect();
    format!("{}\n{}", kind.many(), lines.join("\n"))
}

/// How the direction of a circle was told last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectionTold {
    /// As it was told.
    pub notice: Notice,
    /// How many have said that they read it.
    pub read: i64,
    /// Of how many.
    pub people: i64,
    /// How many of its aims were made, changed or ended since.
    pub changed: usize,
}

/// How the direction of a circle was told last; `None` where it never was. The caller has found that the circle may be
/// seen.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn direction_told(
    tx: &mut Tx,
    actor: &Actor,
    circle: CircleId,
) -> Result<Option<DirectionTold>, LedgerError> {
    let Some((notice, read, people)) = notices::about(tx, DIRECTION, &circle.to_string()).await?.into_iter().next()
    else {
        return Ok(None);
    };
    let aims = seen(tx, actor).await?;
    let changed = aims
        .all
        .values()
        .filter(|aim| aim.circle == circle && TOLD.contains(&aim.kind) && aim.changed_at > notice.told_at)
        .count();
    Ok(Some(DirectionTold { notice, read, people, changed }))
}
