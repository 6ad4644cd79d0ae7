//! A change of plan as an act: what changed, why, what stays, who is told. A core aim is looked at twice.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::aim::{AimKind, AimState};
use leadership::replan::Turn;
use ledger::aims::{self, Aim, Aims, MoveAim, Replan};
use ledger::people::Person;
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::parts::{AimTyped, Offers, aim_fields};
use super::{Circles, frame_of, steered, to_aim};
use crate::app::App;
use crate::audience::{Audience, One, Whom};
use crate::failure::Failure;
use crate::form::{self, Form};
use crate::guard::Me;
use crate::show;

/// What the form of a change sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    version: String,
    turn: String,
    changed: String,
    because: String,
    stays: String,
    looked_again: String,
}

impl Typed {
    /// The form as the aim is now.
    fn of(aim: &Aim) -> Self {
        Self { version: aim.version.to_string(), turn: Turn::Change.name().to_owned(), ..Self::default() }
    }

    fn act(&self, words: &AimTyped, whom: &Whom, around: &Around) -> Result<Replan, Wrongs> {
        let mut wrongs = Wrongs::default();
        let tied = words.tied(&around.offers(), &mut wrongs);
        let audience = wrongs.take(whom.chosen(&around.people));
        let turn = Turn::from_name(&self.turn).unwrap_or_else(|| {
            wrongs.add("turn", "Choose what the change is.");
            Turn::Change
        });
        wrongs.or(Replan {
            aim: around.aim.id,
            version: self.version.parse().unwrap_or_default(),
            title: words.title.clone(),
            why: words.why.clone(),
            picture: words.picture.clone(),
            horizon: words.horizon.clone(),
            owner: tied.owner,
            serves: tied.serves,
            core: words.core == "true",
            hard: words.hard == "true",
            source: words.source.clone(),
            restatement: words.restatement.clone(),
            confirmer: tied.confirmer,
            turn,
            changed: self.changed.clone(),
            because: self.because.clone(),
            stays: self.stays.clone(),
            looked_again: self.looked_again == "true",
            audience,
        })
    }
}

/// What a form of change needs of the record.
struct Around {
    aim: Aim,
    aims: Aims,
    circles: Circles,
    candidates: Vec<(Person, bool)>,
    people: Vec<One>,
}

impl Around {
    /// What the words of the aim can be filled from.
    fn offers(&self) -> Offers {
        Offers::new(&self.candidates, &self.aims, &self.circles, (self.aim.kind, Some(self.aim.id)))
    }

    async fn read(app: &App, me: &Me, address: &str) -> Result<Self, Failure> {
        let mut tx = app.ledger().read().await?;
        let aim = steered(&mut tx, me, address).await?;
        let people = aims::audience(&mut tx, &aim).await?.into_iter().map(|(person, belongs)| One {
            person: person.id,
            name: person.name,
            beside: html! {},
            meant: belongs,
        });
        Ok(Self {
            people: people.collect(),
            aims: aims::seen(&mut tx, &me.actor).await?,
            circles: Circles::read(&mut tx).await?,
            candidates: aims::candidates(&mut tx, aim.circle).await?,
            aim,
        })
    }
}

/// The second look at a core aim: what it was, what it would be, and the values and core goals beside it.
fn second_look(around: &Around, (typed, words): (&Typed, &AimTyped)) -> Markup {
    let aim = &around.aim;
    let beside: Vec<&Aim> = around
        .aims
        .all
        .values()
        .filter(|other| other.id != aim.id && other.circle == aim.circle && other.state.is_open())
        .filter(|other| other.core || other.kind == AimKind::Value)
        .collect();
    let rows =
        [("Aim", &aim.title, &words.title), ("Why", &aim.why, &words.why), ("Picture", &aim.picture, &words.picture)];
    html! {
        div.notice.warn {
            p { strong { "A second look." } " This aim is at the core of the circle." }
            dl.theirs {
                @for (field, was, is) in rows { @if was != is { dt { (field) } dd.written { del { (was) } " " ins { (is) } } } }
                @if rows.iter().all(|(_, was, is)| was == is) { dt { "Aim, why and picture" } dd { "as before" } }
            }
            @if !beside.is_empty() {
                p { "What the circle holds to beside it:" }
                ul { @for other in beside { li { (other.title) } } }
            }
            (look::form::check("looked_again", "I have looked at it again, and I mean it", typed.looked_again == "true"))
        }
    }
}

fn view(around: &Around, (typed, words, whom): (&Typed, &AimTyped, &Whom), wrongs: &Wrongs) -> Markup {
    let aim = &around.aim;
    let offers = around.offers();
    let turns: Vec<_> = Turn::ALL
        .iter()
        .filter(|turn| **turn != Turn::Raise || aim.kind == AimKind::Standard)
        .map(|turn| (turn.name(), turn.shown()))
        .collect();
    let audience = Audience {
        legend: "Who is told",
        hint: "Whoever was told before is told again. Each of them is asked to say that they saw it.",
        nobody: "Nobody belongs to its circles.",
        others: "Tell somebody else",
        all: "Everybody who belongs to its circles",
        people: &around.people,
    };
    html! {
        (look::head("Re-plan", &html! { p { (aim.title) } }))
        (look::wrongs(wrongs))
        form method="post" {
            input type="hidden" name="version" value=(typed.version);
            @if wrongs.of("looked_again").is_some() { (second_look(around, (typed, words))) }
            fieldset {
                legend { "The change" }
                (Field::new("changed", "What changes", &typed.changed, wrongs).area())
                (Field::new("because", "Why", &typed.because, wrongs).hint("What was learned since, and from what.").area())
                (Field::new("stays", "What stays", &typed.stays, wrongs).hint("So that people know what they can hold on to.").area())
                (Field::new("turn", "The change is", &typed.turn, wrongs).choice(&turns))
            }
            fieldset { legend { "The aim as it reads from now on" } (aim_fields(words, aim.kind, &offers, wrongs)) }
            (audience.show(whom, wrongs))
            div.acts { button.primary type="submit" { "Change the plan and tell them" } a href=(to_aim(aim.id)) { "Back to the aim" } }
        }
    }
}

/// `GET /aims/{id}/replan`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let around = Around::read(&app, &me, &address).await?;
    let (typed, whom) = (Typed::of(&around.aim), Whom::meant(&around.people));
    let body = view(&around, (&typed, &AimTyped::of(&around.aim), &whom), &Wrongs::default());
    Ok(show::page(&frame_of(&me, "Re-plan", &around.aim, &around.circles), &body))
}

/// `POST /aims/{id}/replan`.
pub(super) async fn change(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    bytes: Bytes,
) -> Result<Response, Failure> {
    let (typed, words): (Typed, AimTyped) = (form::read(&bytes)?, form::read(&bytes)?);
    let whom: Whom = form::read(&bytes)?;
    let around = Around::read(&app, &me, &address).await?;
    let frame = frame_of(&me, "Re-plan", &around.aim, &around.circles);
    if !whom.more.is_empty() {
        return Ok(show::page(&frame, &view(&around, (&typed, &words, &whom), &Wrongs::default())));
    }
    let wrongs = match typed.act(&words, &whom, &around) {
        Ok(act) => match app.ledger().perform(&me.actor, &act).await {
            Ok(()) => return Ok(show::to(&to_aim(around.aim.id))),
            Err(refused) => show::wrongs(refused)?,
        },
        Err(wrongs) => wrongs,
    };
    Ok(show::again(&frame, &view(&around, (&typed, &words, &whom), &wrongs)))
}

/// What the form of a new state sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Moved {
    version: String,
    to: String,
    because: String,
    looked_again: String,
}

fn move_view(aim: &Aim, typed: &Moved, wrongs: &Wrongs) -> Markup {
    let states: Vec<_> =
        AimState::ALL.iter().filter(|state| **state != aim.state).map(|state| (state.name(), state.shown())).collect();
    html! {
        (look::head("Reached, paused or dropped", &html! { p { (aim.title) } }))
        (look::wrongs(wrongs))
        form method="post" {
            input type="hidden" name="version" value=(typed.version);
            (Field::new("to", "It is now", &typed.to, wrongs).choice(&states))
            (Field::new("because", "Why", &typed.because, wrongs).hint("The people of its circles are told, with this reason.").area())
            @if aim.core {
                @if let Some(wrong) = wrongs.of("looked_again") { p.wrong { (wrong) } }
                (look::form::check("looked_again", "It is at the core of the circle. I have looked at it again, and I mean it", typed.looked_again == "true"))
            }
            div.acts { button.primary type="submit" { "Say it" } a href=(to_aim(aim.id)) { "Back to the aim" } }
        }
    }
}

/// `GET /aims/{id}/move`.
pub(super) async fn ask_move(State(app): State<App>, me: Me, Path(address): Path<String>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = steered(&mut tx, &me, &address).await?;
    let circles = Circles::read(&mut tx).await?;
    let typed = Moved { version: aim.version.to_string(), ..Moved::default() };
    let body = move_view(&aim, &typed, &Wrongs::default());
    Ok(show::page(&frame_of(&me, "A new state", &aim, &circles), &body))
}

/// `POST /aims/{id}/move`.
pub(super) async fn move_on(
    State(app): State<App>,
    me: Me,
    Path(address): Path<String>,
    Form(typed): Form<Moved>,
) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let aim = steered(&mut tx, &me, &address).await?;
    let circles = Circles::read(&mut tx).await?;
    drop(tx);
    let wrongs = match AimState::from_name(&typed.to) {
        Some(to) => {
            let act = MoveAim {
                aim: aim.id,
                version: typed.version.parse().unwrap_or_default(),
                to,
                because: typed.because.clone(),
                looked_again: typed.looked_again == "true",
            };
            match app.ledger().perform(&me.actor, &act).await {
                Ok(()) => return Ok(show::to(&to_aim(aim.id))),
                Err(refused) => show::wrongs(refused)?,
            }
        }
        None => Wrongs::one("to", "Choose a state."),
    };
    Ok(show::again(&frame_of(&me, "A new state", &aim, &circles), &move_view(&aim, &typed, &wrongs)))
}
