//! Making a promise, or asking for one.

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::Wrongs;
use ledger::people;
use ledger::promises::Give;
use look::Field;
use look::form::check;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::pick::Pick;
use crate::show;

const AUDIENCE: &str = "Who can see a promise: its two sides and the people of its circle, also the client where the client is one of the sides; or the two sides only, if you say so.";

/// What the form sends; an address may fill it beforehand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    ask: String,
    whom: String,
    what: String,
    known: String,
    due: String,
    circle: String,
    every: String,
    every_days: String,
    only_sides: String,
    /// The decision that it follows from.
    decision: String,
}

impl Typed {
    fn asks(&self) -> bool {
        self.ask == "true"
    }

    fn act(&self) -> Give {
        Give {
            ask: self.asks(),
            whom: self.whom.clone(),
            circle: self.circle.clone(),
            what: self.what.clone(),
            known: self.known.clone(),
            due: self.due.clone(),
            every: self.every.clone(),
            every_days: self.every_days.clone(),
            only_sides: self.only_sides == "true",
            decision: self.decision.clone(),
        }
    }
}

/// Who may be chosen, and circles that a promise may be in.
#[derive(Default)]
struct Offered {
    pick: Pick,
    circles: Vec<(String, String)>,
}

async fn offered(app: &App, me: &Me) -> Result<Offered, Failure> {
    let sight = &me.actor.sight;
    let mut tx = app.ledger().read().await?;
    let circles: Vec<_> = people::circles(&mut tx)
        .await?
        .into_iter()
        .filter(|circle| circle.closed_at.is_none() && sight.sees(circle.id))
        .collect();
    let ids: Vec<_> = circles.iter().map(|circle| circle.id).collect();
    let within = people::within(&mut tx, &ids).await?;
    let others = within.iter().map(|(person, ..)| person).filter(|person| person.id != me.actor.person);
    let pick = Pick::of(others).and_circles(circles.iter().filter(|_| sight.is_inside()));
    Ok(Offered { pick, circles: circles.into_iter().map(|circle| (circle.id.to_string(), circle.name)).collect() })
}

fn view(offered: &Offered, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let circles: Vec<(&str, &str)> = offered.circles.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    let (title, lead, whom, hint) = if typed.asks() {
        (
            "Ask for a promise",
            "It waits until the other accepts or declines. Only then is it a promise.",
            "Of whom",
            "A person's name as it stands in People, or their address for mail.",
        )
    } else {
        (
            "Make a promise",
            "The other side sees it at once, and closes it when it is kept.",
            "To whom",
            "A person's name as it stands in People, their address for mail, or the name of a circle or a client.",
        )
    };
    let what = if typed.asks() { "What should be promised" } else { "What you promise" };
    let every = [("week", "every week"), ("month", "every month"), ("days", "every so many days")];
    html! {
        (look::head(title, &html! { p { (lead) } }))
        (look::wrongs(wrongs))
        form.promise-form method="post" action="/promises/new" {
            @if typed.asks() { input type="hidden" name="ask" value="true"; }
            @if !typed.decision.is_empty() {
                input type="hidden" name="decision" value=(typed.decision);
                p.soft #decision { "It follows from " a href=(format!("/decisions/{}", typed.decision)) { "a decision" } ", and leads back to it." }
            }
            (offered.pick.line(&Field::new("whom", whom, &typed.whom, wrongs).hint(hint)))
            (Field::new("what", what, &typed.what, wrongs).hint("In one line.").line())
            (Field::new("due", "By when", &typed.due, wrongs).hint("A day, in the time zone of who promises. Until it has passed another day can be asked for.").day())
            (Field::new("known", "How it will be known", &typed.known, wrongs).hint("What both will see when it is kept.").area())
            details open[!typed.every.is_empty() || !typed.circle.is_empty() || typed.only_sides == "true" || ["every", "every_days", "circle", "only_sides"].iter().any(|field| wrongs.of(field).is_some())] {
                summary { "Comes again, circle, who sees it" }
                div.two {
                    (Field::new("every", "Comes again", &typed.every, wrongs).optional().hint("The next is made when one is closed.").choice(&every))
                    (Field::new("every_days", "Days between two", &typed.every_days, wrongs).optional().hint("For “every so many days”.").input("number"))
                }
                (Field::new("circle", "In which circle", &typed.circle, wrongs).optional().hint("None is the circle that it is made to, or the nearest that you share.").choice(&circles))
                (check("only_sides", "Only the two of us see it", typed.only_sides == "true"))
                @if let Some(wrong) = wrongs.of("only_sides") { p.wrong { (wrong) } }
            }
            div.acts {
                button.primary type="submit" { @if typed.asks() { "Ask" } @else { "Promise" } }
                @if typed.asks() { a href="/promises/new" { "Make one instead" } } @else { a href="/promises/new?ask=true" { "Ask for one instead" } }
                a href="/promises" { "Back to promises" }
            }
        }
    }
}

/// `GET /promises/new`.
pub(super) async fn ask(State(app): State<App>, me: Me, Query(typed): Query<Typed>) -> Result<Response, Failure> {
    let title = if typed.asks() { "Ask for a promise" } else { "Make a promise" };
    // A link may name a person by identifier; the form shows the name.
    let body = view(&offered(&app, &me).await?, &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, title, "/promises", AUDIENCE), &body))
}

/// `POST /promises/new`.
pub(super) async fn give(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let mut act = typed.act();
    // As it is suggested where several bear a name.
    if typed.whom.trim_end().ends_with(')')
        && let Ok(offered) = offered(&app, &me).await
    {
        act.whom = Some(offered.pick.id(&typed.whom)).filter(|id| !id.is_empty()).unwrap_or(act.whom);
    }
    match app.ledger().perform(&me.actor, &act).await {
        Ok(id) => Ok(show::to(&format!("/promises/{id}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let title = if typed.asks() { "Ask for a promise" } else { "Make a promise" };
            // Names are a help only: where the database is away, what was typed still comes back.
            let offered = offered(&app, &me).await.unwrap_or_default();
            Ok(show::again(&show::shell(&me, title, "/promises", AUDIENCE), &view(&offered, &typed, &wrongs)))
        }
    }
}
