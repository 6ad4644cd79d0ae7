//! What is done to a talk from its page.

use axum::extract::{Path, State};
use axum::response::Response;
use ledger::Act;
use ledger::talks::{
    self, Agree, AnswerHeard, Consent, End, Hear, HeardId, Hold, Join, Move, OpenAccount, Restate, See, TalkId,
    TellAccount, WordId, Write,
};

use super::one::{body, view};
use super::parts::Typed;
use super::{HERE, PART};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::id;
use crate::show;

/// Does an act on a talk; where it cannot be done, the page comes back with all that was typed.
async fn does<A: Act>(app: &App, me: &Me, talk: TalkId, typed: &Typed, act: &A) -> Result<Response, Failure> {
    match app.ledger().perform(&me.actor, act).await {
        Ok(_) => Ok(show::to(&format!("/talks/{talk}"))),
        Err(refused) => {
            let mut wrongs = show::wrongs(refused)?;
            // Several answers stand on the page: what is wrong is led to the one that was sent.
            for wrong in wrongs.0.iter_mut().filter(|wrong| matches!(wrong.field.as_str(), "correction" | "restated")) {
                wrong.field = format!("{}-{}", wrong.field, typed.about);
            }
            let view = view(app, me, talk).await?;
            let body = body(&view, me, typed, &wrongs);
            Ok(show::again(&show::shell(me, "A talk", HERE, PART), &body))
        }
    }
}

/// `POST /talks/{id}/seen`.
pub(super) async fn seen(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    does(&app, &me, talk, &Typed::default(), &See { talk }).await
}

/// `POST /talks/{id}/move`.
pub(super) async fn move_on(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    does(&app, &me, talk, &typed, &Move { talk, planned_on: typed.planned_on.clone() }).await
}

/// `POST /talks/{id}/held`.
pub(super) async fn held(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    let act = Hold { talk: Some(talk), held_on: typed.held_on.clone(), words: typed.said.clone() };
    does(&app, &me, talk, &typed, &act).await
}

/// `POST /talks/{id}/end`.
pub(super) async fn end(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    does(&app, &me, talk, &typed, &End { talk: Some(talk), how: typed.how.clone() }).await
}

/// `POST /talks/{id}/heard`.
pub(super) async fn hear(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    let act = Hear { talk: Some(talk), of: typed.of.parse().ok(), words: typed.heard.clone() };
    does(&app, &me, talk, &typed, &act).await
}

/// `POST /talks/{id}/agree`.
pub(super) async fn agree(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    if !typed.more.is_empty() {
        let view = view(&app, &me, talk).await?;
        let body = body(&view, &me, &typed, &leadership::Wrongs::default());
        return Ok(show::page(&show::shell(&me, "A talk", HERE, PART), &body));
    }
    does(&app, &me, talk, &typed, &Agree { talk, rows: typed.rows() }).await
}

/// `POST /talks/{id}/account`.
pub(super) async fn account(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    does(&app, &me, talk, &typed, &TellAccount { talk, words: typed.account.clone() }).await
}

/// `POST /talks/{id}/open`.
pub(super) async fn open(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    does(&app, &me, talk, &Typed::default(), &OpenAccount { talk }).await
}

/// `POST /talks/{id}/tell`.
pub(super) async fn tell(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    let act = Write {
        talk: Some(talk),
        kind: typed.kind.clone(),
        circle: typed.circle.parse().ok(),
        words: typed.words.clone(),
    };
    does(&app, &me, talk, &typed, &act).await
}

/// `POST /talks/{id}/join`.
pub(super) async fn join(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let talk: TalkId = id(&one)?;
    app.ledger().perform(&me.actor, &Join { talk, comes: typed.comes == "yes" }).await?;
    Ok(show::to(&format!("/talks/{talk}")))
}

/// The talk of something that was heard.
async fn heard_in(app: &App, me: &Me, heard: HeardId) -> Result<TalkId, Failure> {
    let found = talks::talk_of_heard(&mut app.ledger().read().await?, &me.actor, heard).await?;
    Ok(found.ok_or(Failure::NotFound)?.0.id)
}

/// `POST /talks/heard/{id}/answer`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let heard: HeardId = id(&one)?;
    let talk = heard_in(&app, &me, heard).await?;
    let act = AnswerHeard { heard, confirms: typed.confirms == "yes", words: typed.correction.clone() };
    does(&app, &me, talk, &Typed { about: heard.to_string(), ..typed }, &act).await
}

/// `POST /talks/heard/{id}/again`.
pub(super) async fn again(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let heard: HeardId = id(&one)?;
    let talk = heard_in(&app, &me, heard).await?;
    let act = Restate { heard, words: typed.restated.clone() };
    does(&app, &me, talk, &Typed { about: heard.to_string(), ..typed }, &act).await
}

/// `POST /talks/words/{id}`.
pub(super) async fn consent(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let word: WordId = id(&one)?;
    let found = talks::talk_of_word(&mut app.ledger().read().await?, &me.actor, word).await?;
    let talk = found.ok_or(Failure::NotFound)?.0.id;
    does(&app, &me, talk, &typed, &Consent { word, agrees: typed.agrees == "yes" }).await
}
