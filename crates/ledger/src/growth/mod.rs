//! Growing on purpose: a plan of two qualities at most, somebody who looks along, what others saw, what one is
//! good at, which way one led whom; and what is one's own alone: the look back of a week and the message that waits.
//!
//! A practice becomes a promise to somebody: a promise has two sides, and the other side closes it
//! ([`leadership::promise`]). Nobody is the other side of themselves, so a practice without such a person is a
//! note to oneself with a day; it is no promise, and no figure of promises counts it.

mod capacity;
mod mine;
mod news;
mod observations;
mod own;
mod plan;
mod private;
mod retest;
mod seats;
mod situations;
mod styles;
mod traits;
mod waiting;

use leadership::PersonId;

use crate::error::LedgerError;
use crate::tx::Tx;

pub use capacity::{BACK_DAYS, Capacity, TakenOn, WEEKS, capacity};
pub(crate) use mine::MINE;
pub use news::{NEWS_DAYS, News, Told, told_news};
pub use observations::{Note, Observation, ObservationId, Respond, Withdraw, about, by, counted, noted};
pub use plan::{
    AddPractice, BeginPlan, ClosePlan, Done, MoveRetest, Plan, PlanId, Practice, PracticeId, earlier,
    mine as plan_of_mine, of_promise, theirs,
};
pub use private::{
    Discard, Held, HeldId, Hold, LetGo, Look, LookBack, LookBackId, held, held_one, looks_back, record_of, this_week,
};
pub use retest::{Coming, Retest, Retested, coming, retests};
pub use seats::{
    Action, AnswerSeat, EndSeat, Guest, Invite, NoteSession, SeatId, beside_me, guests, theirs as seat_of,
};
pub use situations::{ForgetTry, SayAfter, Tried, TryOut, tried};
pub use styles::{
    AnswerStyle, ChooseStyle, LookBackOnStyle, STYLE_DAYS, StyleChoice, StyleFigures, StyleId, TakeStyleBack, With,
    style_figures, style_one, styles, styles_with_me,
};
pub use traits::{AddTrait, RetireTrait, Trait, TraitId, asked_for_help, traits, traits_of};
pub use waiting::waiting;

/// Blanks a person's own words, and takes away what is theirs alone.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    plan::erase(tx, person).await?;
    seats::erase(tx, person).await?;
    styles::erase(tx, person).await?;
    traits::erase(tx, person).await?;
    observations::erase(tx, person).await?;
    situations::erase(tx, person).await?;
    private::erase(tx, person).await
}
