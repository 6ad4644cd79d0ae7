//! `plumb serve`.

use std::sync::Arc;

use web::password::Hash;
use web::session::ApiToken;

use crate::args::Serve;
use crate::commands::ambient;
use crate::config;
use crate::error::{CommandError, CommandResult, Done};

/// Serves the pages until it is told to stop.
pub async fn run(given: Serve) -> CommandResult {
    let password = match &given.password_file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| CommandError::refused(format!("{}: {error}", path.display())))?;
            let mut salt = [0; 16];
            ambient::random(&mut salt)?;
            Some(Hash::new(text.lines().next().unwrap_or_default(), salt).map_err(CommandError::usage)?)
        }
        None => Hash::load(&given.data.dir).map_err(CommandError::refused)?,
    };
    if !given.bind.ip().is_loopback() && password.is_none() {
        return Err(CommandError::usage(format!(
            "{} can be reached from other machines, and no password is set",
            given.bind
        ))
        .hint("plumb password sets one; or bind to 127.0.0.1"));
    }
    let api_token = match &given.api_token_file {
        Some(path) => {
            let refused = |why: &dyn std::fmt::Display| CommandError::refused(format!("{}: {why}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
            let token = ApiToken::new(text.lines().next().unwrap_or_default());
            Some(token.map_err(|why| refused(&why).hint("openssl rand -hex 24 makes one"))?)
        }
        None => None,
    };
    let installed = config::Config::load(&given.data.dir)?;
    let address = installed.address.clone().unwrap_or_else(|| format!("http://{}", given.bind));
    let address = address.trim_end_matches('/').to_owned();
    let ahead = jiff::SignedDuration::from_hours(24 * i64::from(given.days_ahead));
    let now: ledger::Now = Arc::new(move || ambient::now() + ahead);
    let ledger = installed.ledger_at(&given.data.dir, Arc::clone(&now)).await?;
    super::casework::take_over(&given.data.dir, &ledger).await?;
    let desk = Arc::new(web::desk::Desk::new(&given.data.dir, ledger.clone()));
    let mail = installed.mail.as_ref().map(|mail| mail.post(&address)).transpose()?;
    let secure_cookie = !given.plain_http && !given.bind.ip().is_loopback();
    let pages = acts::Config { address: address.clone(), secure_cookie };
    // The key is made at the first start, so that a badge can be signed when somebody is recognised.
    let random: ledger::Random = Arc::new(config::random);
    let key = ledger::HeadKey::kept(&given.data.dir, &random).map_err(CommandError::refused)?;
    let mut app = acts::App::new(ledger.clone(), pages, Arc::new(web::DeskRecord::new(Arc::clone(&desk))))
        .with_press(Arc::new(web::Typesetter))
        .with_key(key);
    if let Some(openid) = &installed.openid {
        app = app.with_openid(openid.provider(&address)?);
    }
    if let Some(mail) = &mail {
        let sender = post::Sender::new(mail).map_err(CommandError::refused)?;
        app = app.with_mailer(Arc::new(Post { sender, now: Arc::clone(&now) }));
    }
    let config = web::Config {
        app: Some(app),
        api_token,
        data: given.data.dir,
        bind: given.bind,
        password,
        plain_http: given.plain_http,
        largest_upload: given.max_upload_mb.saturating_mul(1 << 20),
        now,
        random: Arc::new(config::random),
    };
    let stop = told_to_stop()?;
    let (stopped, stopping) = tokio::sync::watch::channel(false);
    let tending = tokio::spawn(super::tend::run(ledger.clone(), stopping.clone()));
    let working_out = tokio::spawn(super::tend::work_out(ledger.clone(), stopping.clone()));
    let mails = mail.map(|mail| tokio::spawn(post::run(ledger.clone(), mail, stopping)));
    let listening = |address| eprintln!("Plumb serves http://{address} (Ctrl-C stops it)");
    web::serve(web::Server::new(config, desk), listening, stop).await.map_err(|error| match error {
        web::ServeError::Bind { .. } => {
            CommandError::usage(error).hint("is another server running there? --bind 127.0.0.1:PORT takes another one")
        }
        other => CommandError::internal(other),
    })?;
    let _ = stopped.send(true);
    let _ = tending.await;
    // What is computed is thrown away: until it is kept nothing has happened, and the next start begins anew.
    working_out.abort();
    if let Some(mails) = mails {
        // A mail that is being handed over is handed over.
        let _ = mails.await;
    }
    ledger.close().await;
    eprintln!("stopped");
    Ok(Done::All)
}

/// Hands over the mails that pages send.
struct Post {
    sender: post::Sender,
    now: ledger::Now,
}

impl acts::Mailer for Post {
    fn send(&self, letter: acts::Letter) -> acts::Later<'_, Result<(), String>> {
        Box::pin(async move {
            let mut id = [0; 16];
            ambient::random(&mut id).map_err(|error| error.message)?;
            let id = format!("{:032x}", u128::from_be_bytes(id));
            let at = std::time::SystemTime::from((self.now)());
            let to = (letter.name.as_str(), letter.email.as_str());
            self.sender.letter(to, (&letter.subject, letter.text), &id, at).await
        })
    }
}

/// Ends when somebody presses Ctrl-C or a service manager asks to stop (SIGTERM). What is being answered
/// is answered; an import that is under way leaves the record as it was.
fn told_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, CommandError> {
    #[cfg(unix)]
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|error| CommandError::internal(format!("the signal to stop cannot be heard: {error}")))?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
