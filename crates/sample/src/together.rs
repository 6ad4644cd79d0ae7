//! What a team opens, and what brings people together: a place told outside and who writes for it, introductions, where
//! people stand on ideas that are not decided, and what a team learns together.

use ledger::asks::{self, Need};
use ledger::ideas::{Offer, Stand};
use ledger::network::{AnswerIntroduction, Introduce};
use ledger::openings::{Answer, Apply, Close, Open};
use ledger::training::{EndPath, ProposePath, Start};

use crate::growth::end;
use crate::world::{Plan, on};

pub(crate) fn plan(plan: &mut Plan) {
    plan_places(plan);
    plan_introductions(plan);
    plan_stances(plan);
    plan_learning(plan);
}

/// Key, day, who opens it, of which circle, what, what one does there, why there, the last day, the day on which it is
/// closed.
type Place =
    (&'static str, i32, &'static str, &'static str, &'static str, &'static str, &'static str, i32, Option<i32>);

#[rustfmt::skip]
const PLACES: [Place; 2] = [
    ("place-mornings", -24, "tom", "desk", "Service desk, mornings from six", "You are the first voice that a warehouse or a clinic hears in the morning. You find out what they need before you find out what is broken.", "Nobody stands behind you with a clock. What you say twice becomes an answer that the others read.", 45, None),
    ("place-lines", -150, "sam", "network", "Network engineer for sites", "Second lines for eleven sites, from the drawing to the cabinet.", "You own a site from the first call to the last screw.", -90, Some(-96)),
];

/// Key, place, day, name, what they write; each state that it came to, how many days after, by whom, with which note.
/// They are of no circle, and what they wrote is deleted on its day like that of anybody.
type Applied = (
    &'static str,
    &'static str,
    i32,
    &'static str,
    &'static str,
    &'static [(i32, &'static str, &'static str, &'static str)],
);

#[rustfmt::skip]
const APPLIED: [Applied; 5] = [
    ("a-noor", "place-mornings", -20, "Noor Bakker", "I drove a lorry for six years and know what a wrong delivery note costs at five in the morning.", &[(3, "tom", "talking", "Comes by on Thursday at ten; Mia shows her the desk.")]),
    ("a-emil", "place-mornings", -17, "Emil Sand", "I am looking for a quiet place to write programs.", &[(2, "tom", "declined", "Told him of the platform team, which has no place now.")]),
    ("a-tess", "place-mornings", -2, "Tess Moreau", "Do you also take somebody who can only come on four days?", &[]),
    ("a-ravi", "place-lines", -131, "Ravi Menon", "I have laid lines in three harbours.", &[(4, "sam", "talking", ""), (15, "sam", "offered", ""), (21, "sam", "joined", "Begins when his notice has run out.")]),
    ("a-jule", "place-lines", -120, "Jule Brand", "Is the place for the whole week?", &[(3, "sam", "talking", ""), (8, "sam", "refused", "Half the week is not enough for it, and she said so first.")]),
];

fn plan_places(plan: &mut Plan) {
    for (key, day, who, circle, title, words, offers, until, closed) in PLACES {
        on!(plan, day, 9, world => {
            let act = Open {
                circle: Some(world.circle(circle)?),
                title: title.to_owned(),
                words: words.to_owned(),
                offers: offers.to_owned(),
                figures: true,
                until: world.typed(until),
            };
            let id = world.does(who, act).await?;
            world.keep(key, id);
        });
        if let Some(closed) = closed {
            on!(plan, closed, 17, world => {
                let opening = world.thing(key)?;
                world.does(who, Close { opening }).await?;
            });
        }
    }
    for (key, place, day, name, words, steps) in APPLIED {
        on!(plan, day, 19, world => {
            let act = Apply {
                opening: Some(world.thing(place)?),
                name: name.to_owned(),
                email: format!("{}@mail.example", name.to_lowercase().replace(' ', ".")),
                words: words.to_owned(),
            };
            let id = world.clock_does(act).await?;
            world.keep(key, id);
        });
        for (after, who, state, note) in steps {
            on!(plan, day + after, 14, world => {
                let act = Answer { application: world.thing(key)?, state: (*state).to_owned(), note: (*note).to_owned() };
                world.does(who, act).await?;
            });
        }
    }
}

/// Key, day, by whom, the two, why; who of them says after how many days that they want it.
type Introduced = (&'static str, i32, &'static str, [&'static str; 2], &'static str, &'static [(&'static str, i32)]);

#[rustfmt::skip]
const INTRODUCED: [Introduced; 3] = [
    ("i-rights", -46, "ada", ["mia", "dev"], "Mia hears every morning who cannot get in. Dev decides who gets in, and hears it a month later.", &[("mia", 1), ("dev", 2)]),
    ("i-restores", -9, "ada", ["zoe", "carl"], "Zoé draws restores by lot; Carl builds what would have to come back.", &[("zoe", 1)]),
    ("i-notes", -4, "ruth", ["ada", "rosa"], "Rosa gave old laptops to a school. The board would like more of that, and does not know her.", &[]),
];

fn plan_introductions(plan: &mut Plan) {
    for (key, day, by, [one, other], words, said) in INTRODUCED {
        on!(plan, day, 13, world => {
            let (one, other) = (Some(world.person(one)?), Some(world.person(other)?));
            let id = world.does(by, Introduce { one, other, words: words.to_owned() }).await?;
            world.keep(key, id);
        });
        for (who, after) in said {
            on!(plan, day + after, 9, world => {
                let introduction = world.thing(key)?;
                world.does(who, AnswerIntroduction { introduction, wants: true }).await?;
            });
        }
    }
    // What the two had of it.
    on!(plan, -39, 10, world => {
        let act = Need { whom: Some(world.person("dev")?), words: "May I sit with you on a Monday, when the new ones come?".to_owned() };
        let id = world.does("mia", act).await?;
        world.keep("i-asked", id);
    });
    on!(plan, -38, 10, world => {
        let act = asks::Answer { ask: world.thing("i-asked")?, words: "Next Monday at eight. Bring the list of the night.".to_owned() };
        world.does("dev", act).await?;
    });
}

/// Key, by whom, what, in which words; offered on the desk, and not answered yet.
#[rustfmt::skip]
const OPEN: [(&str, &str, &str, &str); 2] = [
    ("idea-lunch", "jon", "Close the telephone from twelve to half past", "One meal a day together."),
    ("idea-visit", "mia", "One of us sits with a client for a day each month", "We would see what never becomes a ticket."),
];

/// Idea, who, where they stand, why. On the visits those agree who do not on the meal.
#[rustfmt::skip]
const STANCES: [(&str, &str, &str, &str); 18] = [
    ("idea-lunch", "jon", "for", ""),
    ("idea-lunch", "mia", "for", "We know each other by our voices."),
    ("idea-lunch", "ivo", "could_live", "If one of us stays, by turns."),
    ("idea-lunch", "eva", "against", "The clinics call at noon, between two patients."),
    ("idea-lunch", "tom", "against", "Not while we are four."),
    ("idea-lunch", "omar", "against", "Both clients pay for the whole day."),
    ("idea-visit", "mia", "for", ""),
    ("idea-visit", "jon", "for", ""),
    ("idea-visit", "eva", "for", "I have never seen a cold hall."),
    ("idea-visit", "ivo", "could_live", "Not in the week of the count."),
    ("idea-visit", "tom", "for", ""),
    ("idea-visit", "omar", "for", ""),
    ("idea-7", "eva", "for", ""),
    ("idea-7", "ivo", "for", ""),
    ("idea-7", "mia", "could_live", ""),
    ("idea-7", "jon", "against", "Said at the end of each call it means nothing by Friday."),
    ("idea-7", "tom", "for", ""),
    ("idea-7", "omar", "could_live", ""),
];

fn plan_stances(plan: &mut Plan) {
    for (key, by, title, words) in OPEN {
        on!(plan, -8, 9, world => {
            let act = Offer { circle: Some(world.circle("desk")?), title: title.to_owned(), words: words.to_owned() };
            let id = world.does(by, act).await?;
            world.keep(key, id);
        });
    }
    for (idea, who, stance, words) in STANCES {
        on!(plan, -5, 15, world => {
            let act = Stand { idea: world.thing(idea)?, stance: stance.to_owned(), words: words.to_owned() };
            world.does(who, act).await?;
        });
    }
}

/// Of the desk, what each asked whom, to hear how they come across.
#[rustfmt::skip]
const ASKED: [(&str, &str, &str); 5] = [
    ("tom", "mia", "What of what I do makes your morning harder?"),
    ("mia", "jon", "What should I leave out when I hand over?"),
    ("jon", "eva", "When I explain, where do I lose people?"),
    ("eva", "ivo", "Do I sound short when it is loud?"),
    ("ivo", "tom", "What should I ask the caller that I do not ask?"),
];

/// Day, who proposes it, to which circle, the module, why, by when, on which day it is ended.
type Path = (i32, &'static str, &'static str, &'static str, &'static str, i32, Option<i32>);

#[rustfmt::skip]
const PATHS: [Path; 3] = [
    (-200, "kai", "infra", "explaining-why", "The platform team heard of our dates from the calendar.", -140, Some(-139)),
    (-70, "tom", "desk", "self-awareness", "Callers told three of us that we sounded short. None of us had noticed.", 10, None),
    (-60, "sam", "network", "root-cause", "Twice this spring we mended the line and not the cabinet.", 30, None),
];

fn plan_learning(plan: &mut Plan) {
    for (day, who, circle, module, why, until, ended) in PATHS {
        on!(plan, day, 9, world => {
            let act = ProposePath {
                circle: Some(world.circle(circle)?),
                module: module.to_owned(),
                why: why.to_owned(),
                until: world.typed(until),
            };
            world.does(who, act).await?;
        });
        if let Some(ended) = ended {
            on!(plan, ended, 9, world => {
                let act = EndPath { circle: world.circle(circle)?, module: module.to_owned() };
                world.does(who, act).await?;
            });
        }
    }
    for (who, whom, words) in ASKED {
        on!(plan, -66, 8, world => { world.does(who, Start { module: "self-awareness".to_owned() }).await?; });
        on!(plan, -65, 10, world => {
            let act = Need { whom: Some(world.person(whom)?), words: words.to_owned() };
            let id = world.does(who, act).await?;
            world.keep(&format!("heard-{who}"), id);
        });
        on!(plan, -65, 11, world => {
            let words = "Told over a coffee, with the example of last Tuesday.".to_owned();
            let act = asks::Answer { ask: world.thing(&format!("heard-{who}"))?, words };
            world.does(whom, act).await?;
        });
        on!(plan, -63, 18, world => { end(world, "self-awareness", who).await?; });
    }
}
