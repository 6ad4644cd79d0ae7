//! The service desk says back what is really needed, since its leader began it; most of it is confirmed.

use ledger::Refused;
use ledger::people::Begin;
use ledger::restated::{AnswerByLink, AnswerFor, GiveLink, Restate, StateListening};

use crate::tickets::LISTENS;
use crate::world::{Plan, World, on};

/// How the answer came.
#[derive(Clone, Copy)]
enum Came {
    /// By the link: it is so, or what is needed instead.
    Link(&'static str),
    /// Through whoever said it back, with a note.
    Heard(&'static str),
    /// Not yet.
    Not,
}
use Came::{Heard, Link, Not};

/// Days after the desk began, who says it back, what is needed, how the answer came.
type Said = (i32, &'static str, &'static str, Came);

#[rustfmt::skip]
const SAID: [Said; 10] = [
    (0, "mia", "Read the delivery note before the lorry leaves at ten.", Heard("By telephone")),
    (3, "jon", "Show the board three figures on Thursday, on any screen.", Link("")),
    (9, "eva", "Be heard in the call with the other practice.", Link("")),
    (17, "mia", "Print labels in the cold hall without gloves off.", Link("Labels that stay on when it is cold; printing is no trouble.")),
    (28, "ivo", "Open last year’s offers while the customer is on the line.", Heard("Beside her desk")),
    (41, "eva", "A second screen until the count is over, not for good.", Link("")),
    (56, "jon", "Send the findings so that nobody else can open them.", Heard("By telephone")),
    (72, "mia", "Draw the plan of the hall once, for the fire inspection.", Link("")),
    (93, "ivo", "Hear the patient without leaving the room.", Link("")),
    (109, "eva", "Sign the order on the way, before noon.", Not),
];

async fn say(world: &mut World, at: usize) -> Result<(), Refused> {
    let (after, who, words, came) = SAID[at];
    let day = LISTENS + after;
    let of_desk = |ticket: &&crate::tickets::Ticket| ticket.team() == "Service desk" && ticket.day <= day;
    let Some(ticket) = world.tickets().iter().rfind(of_desk) else { return Ok(()) };
    let (source, number) = ticket.named();
    let circle = Some(world.circle("desk")?);
    let need = world.does(who, Restate { source, ticket: number, circle, words: words.to_owned() }).await?;
    match came {
        Heard(note) => {
            let (so, words) = ("yes".to_owned(), String::new());
            world.does(who, AnswerFor { need: Some(need), so, words, note: note.to_owned() }).await
        }
        Link(instead) => {
            let token = world.does(who, GiveLink { need }).await?;
            let so = if instead.is_empty() { "yes" } else { "no" };
            let act = AnswerByLink { token, so: so.to_owned(), words: instead.to_owned() };
            world.ledger.perform(&Begin::nobody(), &act).await
        }
        Not => world.does(who, GiveLink { need }).await.map(drop),
    }
}

pub(crate) fn plan(plan: &mut Plan) {
    for (at, (after, ..)) in SAID.into_iter().enumerate() {
        on!(plan, LISTENS + after, 16, world => { say(world, at).await?; });
    }
    on!(plan, LISTENS + 4, 9, world => {
        let (circle, since) = (Some(world.circle("desk")?), world.typed(LISTENS));
        world.does("tom", StateListening { circle, since }).await?;
    });
}
