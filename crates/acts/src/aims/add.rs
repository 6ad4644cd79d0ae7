//! The little forms of an aim: a measure, a step, a need, an explanation, a reply and so on. Each is one page
//! with one act; they differ only in their fields.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::aim::Resource;
use leadership::measure::From;
use leadership::replan::Bump;
use leadership::teach::Way;
use leadership::{AimId, PersonId, Wrongs};
use ledger::aims::align::{AskStance, SayBump, SayReply};
use ledger::aims::explain::Explain;
use ledger::aims::measures::{AddMeasure, AddStep};
use ledger::aims::resources::Ask;
use ledger::aims::{self, Aim, Aims, LinkWork, MarkConflict, ShareAim};
use ledger::{Act, Tx};
use look::Field;
use maud::{Markup, html};

use super::{Circles, aim_choices, chosen, frame_of, id, pairs, seen, to_aim};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::pick::Pick;
use crate::show;

/// What was typed, by field.
type Typed = BTreeMap<String, String>;

enum Kind {
    Line,
    Prose,
    Day,
    Choice(Vec<(String, String)>),
    Pick(Pick),
}

struct Input {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    optional: bool,
    kind: Kind,
}

fn input(name: &'static str, label: &'static str, kind: Kind) -> Input {
    Input { name, label, hint: "", optional: false, kind }
}

impl Input {
    fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    fn draw(&self, typed: &Typed, wrongs: &Wrongs) -> Markup {
        let value = typed.get(self.name).map_or("", String::as_str);
        let field = Field::new(self.name, self.label, value, wrongs).hint(self.hint);
        let field = if self.optional { field.optional() } else { field };
        match &self.kind {
            Kind::Line => field.line(),
            Kind::Prose => field.area(),
            Kind::Day => field.day(),
            Kind::Choice(choices) => field.choice(&pairs(choices)),
            Kind::Pick(pick) => pick.field(&field),
        }
    }
}

/// A form: its heading, a sentence, its fields, its button.
struct Little {
    title: &'static str,
    lead: String,
    inputs: Vec<Input>,
    button: &'static str,
}

fn named(all: &[(&'static str, &'static str)]) -> Kind {
    Kind::Choice(all.iter().map(|(name, shown)| ((*name).to_owned(), (*shown).to_owned())).collect())
}

/// The forms that ask for words only.
fn of_words(what: &str) -> Option<Little> {
    let words = |label: &'static str| input("words", label, Kind::Prose);
    Some(match what {
        "step" => Little {
            title: "A step of the path",
            lead: "From here to the picture: what will be so by when?".to_owned(),
            inputs: vec![input("words", "What will be so", Kind::Line), input("day", "By when", Kind::Day)],
            button: "Add the step",
        },
        "setback" => Little {
            title: "A setback",
            lead: "Said early it counts as good evidence. Silence does not.".to_owned(),
            inputs: vec![words("What happened")],
            button: "Note it",
        },
        "restart" => Little {
            title: "Taken up again",
            lead: "How it goes on from here.".to_owned(),
            inputs: vec![words("How it goes on")],
            button: "Say it",
        },
        "reply" => Little {
            title: "What it means for my work",
            lead: "With your name, for all who see this aim to read.".to_owned(),
            inputs: vec![words("In your own words")],
            button: "Say it",
        },
        _ => return None,
    })
}

/// Who sees an aim, to choose from.
async fn audience(tx: &mut Tx, aim: &Aim) -> Result<Pick, Failure> {
    let all = aims::audience(tx, aim).await?;
    Ok(Pick::of(all.iter().map(|(person, _)| person)))
}

/// Whom a form names among those who see the aim.
async fn one_of(app: &App, me: &Me, aim: AimId, typed: &str) -> Result<Option<PersonId>, Failure> {
    if let Ok(person) = typed.parse() {
        return Ok(Some(person));
    }
    let mut tx = app.ledger().read().await?;
    let aim = aims::get(&mut tx, &me.actor, aim).await?.ok_or(Failure::NotFound)?;
    Ok(audience(&mut tx, &aim).await?.person(typed))
}

/// Aims that can be in conflict with one.
fn others(aim: &Aim, seen: &Aims, circles: &Circles) -> Pick {
    aim_choices(seen, circles, |other| other.id != aim.id)
}

/// Which other aim a form names.
async fn other_of(app: &App, me: &Me, aim: AimId, typed: &str) -> Result<Result<Option<AimId>, Wrongs>, Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = aims::get(&mut tx, &me.actor, aim).await?.ok_or(Failure::NotFound)?;
    let seen = aims::seen(&mut tx, &me.actor).await?;
    Ok(others(&aim, &seen, &Circles::read(&mut tx).await?).perhaps("other", typed))
}

/// The forms in which people or circles are chosen.
async fn of_people(me: &Me, tx: &mut Tx, aim: &Aim, what: &str) -> Result<Option<Little>, Failure> {
    let words = |label: &'static str| input("words", label, Kind::Prose);
    Ok(Some(match what {
        "need" => {
            let people = audience(tx, aim).await?;
            let kinds =
                Resource::ALL.iter().map(|kind| (kind.name().to_owned(), format!("{}: {}", kind.shown(), kind.unit())));
            Little {
                title: "Ask for something",
                lead: "What the aim cannot be reached without. Who is asked answers by a day.".to_owned(),
                inputs: vec![
                    input("kind", "Its kind, and what it is counted in", Kind::Choice(kinds.collect())),
                    input("what", "What", Kind::Line),
                    input("amount", "How much", Kind::Line),
                    input("needed_by", "Needed by", Kind::Day).optional(),
                    input("of", "Who can grant it", Kind::Pick(people)),
                ],
                button: "Ask",
            }
        }
        "stance" => Little {
            title: "Ask where somebody stands",
            lead: "They say it themselves; nobody can say it for them.".to_owned(),
            inputs: vec![input("person", "Whom to ask", Kind::Pick(audience(tx, aim).await?))],
            button: "Ask",
        },
        "share" => {
            let tree = ledger::people::tree(tx).await?;
            let circles = Circles::read(tx).await?;
            let may = circles.choices(|circle| circle.id != aim.circle && !tree.of_client(circle.id));
            Little {
                title: "Ask another circle to carry it",
                lead: "Its people see the aim from then on; who leads it says what they bring.".to_owned(),
                inputs: vec![input("circle", "Which circle", Kind::Choice(may))],
                button: "Ask them",
            }
        }
        "explain" => {
            let tree = ledger::people::tree(tx).await?;
            let circles = Circles::read(tx).await?;
            let within = tree.within(aim.circle);
            let may = circles.choices(|circle| {
                (within.contains(&circle.id) || aim.shared.contains(&circle.id))
                    && me.actor.sight.inside.contains(&circle.id)
            });
            let ways: Vec<_> = Way::ALL.iter().map(|way| (way.name(), way.shown())).collect();
            let last = aims::explain::explanations(tx, &me.actor, aim.id).await?;
            let lead = match last.first() {
                Some(last) => format!("The last time it was said so: “{}” Other words reach other people.", last.words),
                None => "It was never explained yet.".to_owned(),
            };
            Little {
                title: "Explain it",
                lead,
                inputs: vec![
                    input("circle", "To whom", Kind::Choice(may)).hint("And to the circles within it."),
                    input("way", "How", named(&ways))
                        .hint("A message is sent to each of them; a meeting has been held."),
                    words("In which words").hint("What we want, why, and what it means here."),
                ],
                button: "Explained",
            }
        }
        _ => return Ok(None),
    }))
}

/// The form of what is added; `None` when there is no such form.
async fn little(app: &App, me: &Me, tx: &mut Tx, aim: &Aim, what: &str) -> Result<Option<Little>, Failure> {
    Ok(match what {
        "measure" => Some({
            let readings = app.work().readings().await;
            let measures = readings.iter().map(|reading| {
                let unit = if reading.unit.is_empty() { String::new() } else { format!(", in {}", reading.unit) };
                (reading.name.clone(), format!("{}{unit}", reading.title))
            });
            let measure =
                input("measure", "Which measure of the work record", Kind::Choice(measures.collect())).optional();
            let measure = measure.hint(if readings.is_empty() {
                "The work record has none yet: import tickets first."
            } else {
                "Where its value comes from the work record."
            });
            Little {
                title: "A measure",
                lead: "How will it be seen that it moves?".to_owned(),
                inputs: vec![
                    input(
                        "from",
                        "Where its value comes from",
                        named(&[
                            ("hand", From::Hand.shown()),
                            ("record", From::Record.shown()),
                            ("below", From::Below.shown()),
                        ]),
                    ),
                    measure,
                    input("name", "Its name", Kind::Line)
                        .optional()
                        .hint("Of one whose values you write down by hand."),
                    input("unit", "Its unit", Kind::Line).optional().hint("Such as minutes, % or tickets a week."),
                    input("start", "Where it is now", Kind::Line).optional().hint("A number; by hand only."),
                    input("target", "Where it should be", Kind::Line).optional().hint("A number."),
                ],
                button: "Add the measure",
            }
        }),
        "conflict" => Some({
            let seen = aims::seen(tx, &me.actor).await?;
            let circles = Circles::read(tx).await?;
            Little {
                title: "A conflict between two aims",
                lead: "Both hold, and both cannot be reached as they are. Saying so is a service.".to_owned(),
                inputs: vec![
                    input("other", "The other aim", Kind::Pick(others(aim, &seen, &circles))),
                    input("why", "How they conflict", Kind::Prose),
                ],
                button: "Mark it",
            }
        }),
        "work" => Some({
            let groups = app.work().groups().await;
            let choices = groups.iter().map(|group| {
                (
                    format!("{}={}", group.field, group.value),
                    format!("{}: {} ({} tickets)", group.field, group.value, group.tickets),
                )
            });
            let (kind, hint) = if groups.is_empty() {
                (Kind::Line, "The work record is empty now. Write it like service=Mail.")
            } else {
                (Kind::Choice(choices.collect()), "")
            };
            Little {
                title: "Work that serves it",
                lead: "Whose tickets serve this aim? A group of the work record, never one person's.".to_owned(),
                inputs: vec![input("work", "Tickets of", kind).hint(hint)],
                button: "Link it",
            }
        }),
        _ => match of_words(what) {
            Some(little) => Some(little),
            None => of_people(me, tx, aim, what).await?,
        },
    })
}

async fn done<A: Act>(app: &App, me: &Me, act: A, to: String) -> Result<Result<String, Wrongs>, Failure> {
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(Ok(to)),
        Err(refused) => show::wrongs(refused).map(Err),
    }
}

/// Does what a form asks for: where to go then, or what is wrong.
async fn act(app: &App, me: &Me, aim: AimId, what: &str, typed: &Typed) -> Result<Result<String, Wrongs>, Failure> {
    let text = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let to = |part: &str| format!("/aims/{aim}#{part}");
    let choose = |field: &str, message: &str| Ok(Err(Wrongs::one(field, message)));
    match what {
        "measure" => {
            let Some(from) = From::from_name(&text("from")) else {
                return choose("from", "Choose where it comes from.");
            };
            let of_record = from == From::Record;
            let readings = if of_record { app.work().readings().await } else { Vec::new() };
            let chosen = readings.iter().find(|reading| reading.name == text("measure"));
            // A name that was typed is one for a record that is filled later.
            let name = chosen.map_or_else(|| text("name"), |reading| reading.name.clone());
            if of_record && name.trim().is_empty() {
                return choose("measure", "Choose one of the measures of the work record.");
            }
            let unit = chosen.map_or_else(|| text("unit"), |reading| reading.unit.clone());
            let act = AddMeasure { aim, from, name, unit, start: text("start"), target: text("target") };
            done(app, me, act, to("along")).await
        }
        "step" => done(app, me, AddStep { aim, day: text("day"), words: text("words") }, to("along")).await,
        "need" => {
            let Some(kind) = Resource::from_name(&text("kind")) else { return choose("kind", "Choose its kind.") };
            let of = one_of(app, me, aim, &text("of")).await?;
            let act = Ask { aim, kind, what: text("what"), amount: text("amount"), needed_by: text("needed_by"), of };
            done(app, me, act, to("needs")).await
        }
        "setback" => done(app, me, SayBump { aim, kind: Bump::Setback, words: text("words") }, to("going")).await,
        "restart" => done(app, me, SayBump { aim, kind: Bump::Restart, words: text("words") }, to("going")).await,
        "reply" => done(app, me, SayReply { aim, words: text("words") }, to("replies")).await,
        "conflict" => match other_of(app, me, aim, &text("other")).await? {
            Ok(Some(other)) => done(app, me, MarkConflict { aim, other, why: text("why") }, to("together")).await,
            Ok(None) => choose("other", "Choose the other aim."),
            Err(wrongs) => Ok(Err(wrongs)),
        },
        "share" => match chosen("circle", &text("circle")) {
            Ok(Some(circle)) => done(app, me, ShareAim { aim, circle }, to("together")).await,
            _ => choose("circle", "Choose a circle."),
        },
        "explain" => match (chosen("circle", &text("circle")), Way::from_name(&text("way"))) {
            (Ok(Some(circle)), Some(way)) => {
                done(app, me, Explain { aim, circle, way, words: text("words") }, to("explained")).await
            }
            (Ok(Some(_)), None) => choose("way", "Choose how it was explained."),
            _ => choose("circle", "Choose a circle."),
        },
        "stance" => match one_of(app, me, aim, &text("person")).await? {
            Some(person) => done(app, me, AskStance { aim, person }, format!("/aims/{aim}/alignment")).await,
            None => choose("person", "Choose somebody."),
        },
        "work" => {
            let work = text("work");
            let Some((field, value)) = work.split_once('=') else {
                return choose("work", "Name a field and its value, like service=Mail.");
            };
            done(
                app,
                me,
                LinkWork { aim, field: field.trim().to_owned(), value: value.trim().to_owned() },
                to("together"),
            )
            .await
        }
        _ => Err(Failure::NotFound),
    }
}

fn view(aim: &Aim, little: &Little, typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head(little.title, &html! { p { a href=(to_aim(aim.id)) { (aim.title) } } }))
        p.written { (little.lead) }
        (look::wrongs(wrongs))
        form method="post" {
            @for input in &little.inputs { (input.draw(typed, wrongs)) }
            div.acts { button.primary type="submit" { (little.button) } a href=(to_aim(aim.id)) { "Back to the aim" } }
        }
    }
}

/// `GET /aims/{id}/add/{what}`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Path((address, what)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = seen(&mut tx, &me, &address).await?;
    let circles = Circles::read(&mut tx).await?;
    let little = little(&app, &me, &mut tx, &aim, &what).await?.ok_or(Failure::NotFound)?;
    let body = view(&aim, &little, &Typed::new(), &Wrongs::default());
    Ok(show::page(&frame_of(&me, little.title, &aim, &circles), &body))
}

/// `POST /aims/{id}/add/{what}`.
pub(super) async fn add(
    State(app): State<App>,
    me: Me,
    Path((address, what)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let wrongs = match act(&app, &me, id(&address)?, &what, &typed).await? {
        Ok(to) => return Ok(show::to(&to)),
        Err(wrongs) => wrongs,
    };
    let mut tx = app.ledger().read().await?;
    let aim = seen(&mut tx, &me, &address).await?;
    let circles = Circles::read(&mut tx).await?;
    let little = little(&app, &me, &mut tx, &aim, &what).await?.ok_or(Failure::NotFound)?;
    Ok(show::again(&frame_of(&me, little.title, &aim, &circles), &view(&aim, &little, &typed, &wrongs)))
}
