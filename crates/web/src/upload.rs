//! Files that are dropped, mappings that are corrected, imports that are watched.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Extension, Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use tokio::io::AsyncWriteExt as _;
use tokio_stream::wrappers::WatchStream;
use tokio_stream::{Stream, StreamExt as _};

use exports::{Field, Mapping, Options};

use crate::failure::Failure;
use crate::guard::SignedIn;
use crate::jobs::{self, Job, State as Stage, Step, Told, Upload};
use crate::layout::{self, Here};
use crate::pages::import as page;
use crate::server::Server;

/// Most files in one upload.
const FILES: usize = 20;
/// Folder of the data folder that takes uploads.
pub const INBOX: &str = "inbox";

/// `GET /import`.
pub(crate) async fn ask(
    State(server): State<Server>,
    signed: Option<Extension<SignedIn>>,
) -> Result<Html<String>, Failure> {
    let first = server.desk().record()?.is_empty();
    let shell = server.shell("Add an export", Here::Import, signed.map(|Extension(signed)| signed));
    Ok(Html(layout::page(&shell, &page::ask(first, server.config().largest_upload)).into_string()))
}

/// `POST /import`: the body goes to the inbox as it comes, never into memory.
pub(crate) async fn take(State(server): State<Server>, mut form: Multipart) -> Result<Redirect, Failure> {
    let id: String = blake3::Hash::from(server.random()).to_hex().chars().take(32).collect();
    let folder = server.data().join(INBOX).join(&id);
    let taken = receive(&server, &mut form, &folder).await;
    let uploads = match taken {
        Ok(uploads) if !uploads.is_empty() => uploads,
        other => {
            let _ = tokio::fs::remove_dir_all(&folder).await;
            return Err(other.err().unwrap_or_else(|| Failure::refused("No file was sent.", "Choose a file first.")));
        }
    };
    let job = server.jobs().add(id, uploads);
    look(&server, Arc::clone(&job), Told::default());
    Ok(Redirect::to(&format!("/import/{}", job.id)))
}

async fn receive(server: &Server, form: &mut Multipart, folder: &std::path::Path) -> Result<Vec<Upload>, Failure> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            too_large(server.config().largest_upload)
        } else {
            Failure::refused("The file did not arrive whole.", "Send it again.")
        }
    };
    let disk = |error: std::io::Error| {
        Failure::refused(
            format!("The file could not be kept: {error}."),
            "Make room on the disk of the data folder, and check that it may be written.",
        )
    };
    let mut uploads: Vec<Upload> = Vec::new();
    let mut whole = 0_u64;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let Some(given) = field.file_name().map(ToOwned::to_owned) else { continue };
        if given.is_empty() {
            continue;
        }
        if uploads.len() >= FILES {
            return Err(Failure::refused(format!("At most {FILES} files at once."), "Send the others afterwards."));
        }
        tokio::fs::create_dir_all(folder).await.map_err(disk)?;
        let name = harmless(&given);
        // The name on the disk begins with its number: two files of one name stay two files.
        let path: PathBuf = folder.join(format!("{}-{name}", uploads.len()));
        let mut file = tokio::fs::File::create(&path).await.map_err(disk)?;
        let mut bytes = 0_u64;
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            let length = chunk.len() as u64;
            bytes += length;
            whole += length;
            if whole > server.config().largest_upload {
                return Err(too_large(server.config().largest_upload));
            }
            file.write_all(&chunk).await.map_err(disk)?;
        }
        file.flush().await.map_err(disk)?;
        uploads.push(Upload { name, path, bytes });
    }
    Ok(uploads)
}

fn too_large(largest: u64) -> Failure {
    Failure::Refused {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        what: format!("This server takes at most {} at once.", jobs::size(largest)),
        remedy: "Pack the file (.gz, .xz, .zip), read it with `plumb import FILE` on the machine that keeps the record, or start the server with a larger --max-upload-mb.".to_owned(),
    }
}

/// The last part of a name with nothing in it that a file system or a terminal acts on.
fn harmless(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '(' | ')') { c } else { '_' })
        .collect();
    let clean = clean.trim_matches(['.', ' ']);
    // The end tells the kind of file, so the middle goes when it is too long (255 bytes is the usual limit).
    let mut kept: Vec<char> = clean.chars().collect();
    if kept.len() > 60 {
        kept.drain(30..kept.len() - 30);
    }
    if kept.is_empty() { "export".to_owned() } else { kept.into_iter().collect() }
}

fn look(server: &Server, job: Arc<Job>, told: Told) {
    let key = server.random();
    job.begin();
    tokio::task::spawn_blocking(move || job.look(told, key));
}

fn find(server: &Server, id: &str) -> Result<Arc<Job>, Failure> {
    server.jobs().get(id).ok_or(Failure::NotFound)
}

/// `GET /import/{id}`: progress, mapping, or what became of it.
pub(crate) async fn show(
    State(server): State<Server>,
    Path(id): Path<String>,
    signed: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let job = find(&server, &id)?;
    let mut shell = server.shell("Add an export", Here::Import, signed.map(|Extension(signed)| signed));
    let (stage, told) = job.state();
    let body = match &stage {
        Stage::Busy => {
            shell.refresh = Some(2);
            page::progress(&job.id, "Working", &job.follow().borrow().clone())
        }
        Stage::Looked(looks) => {
            page::mapping(&page::View { id: &job.id, uploads: &job.uploads, looks, told: &told, wrong: None })
        }
        Stage::Done(_) => return Ok(Redirect::to(&format!("/?imported={}", job.id)).into_response()),
        Stage::Failed(stopped) => page::failed(stopped),
    };
    Ok(Html(layout::page(&shell, &body).into_string()).into_response())
}

/// `POST /import/{id}`: look again with corrections, or import.
pub(crate) async fn decide(
    State(server): State<Server>,
    Path(id): Path<String>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    let job = find(&server, &id)?;
    let (Stage::Looked(looks), _) = job.state() else {
        return Ok(Redirect::to(&format!("/import/{}", job.id)));
    };
    let told = told(&job, &looks, &form)?;
    if form.iter().any(|(name, value)| name == "do" && value == "import") {
        let Some(turn) = server.jobs().turn() else {
            return Err(Failure::conflict(
                "Another import is running.",
                "Wait until it is done, then come back to this page and import again.",
            ));
        };
        let (data, now, entropy) = (server.data().to_path_buf(), server.now(), server.random());
        let importing = Arc::clone(&job);
        job.begin();
        let follow = server.clone();
        tokio::spawn(async move {
            let ended = tokio::task::spawn_blocking(move || {
                importing.import(&data, &told, now, entropy);
                drop(turn);
            });
            // The brief is begun while the reader still reads the counts.
            if ended.await.is_ok() {
                let _ = follow.desk().follow();
            }
        });
    } else {
        look(&server, Arc::clone(&job), told);
    }
    Ok(Redirect::to(&format!("/import/{}", job.id)))
}

/// What the form says of each upload.
fn told(job: &Job, looks: &[jobs::Look], form: &[(String, String)]) -> Result<Told, Failure> {
    let value = |name: &str| form.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.trim());
    let mut options = Vec::new();
    for upload in 0..job.uploads.len() {
        let mut one = Options::default();
        let order = value(&format!("order{upload}"));
        if !order.is_empty() {
            one.date_order =
                Some(exports::date_order(order).map_err(|error| Failure::refused(error, "Choose one of the list."))?);
        }
        let zone = value(&format!("zone{upload}"));
        if !zone.is_empty() {
            one.time_zone = Some(zone.chars().take(64).collect());
        }
        let mut of_it =
            looks.iter().filter(|look| look.upload == upload).filter_map(|look| look.inspection.as_ref().ok());
        if let (Some(inspection), None) = (of_it.next(), of_it.next()) {
            one.mapping = mapping(upload, inspection, form)?;
        }
        options.push(one);
    }
    Ok(Told { options, keep_names: value("keep_names") == "yes" })
}

/// The corrected mapping; `None` when nothing was corrected and the file is read as it was recognised.
fn mapping(
    upload: usize,
    inspection: &exports::Inspection,
    form: &[(String, String)],
) -> Result<Option<Mapping>, Failure> {
    let prefix = format!("field{upload}.");
    let known: Vec<&str> = inspection
        .fields
        .iter()
        .flat_map(|finding| finding.columns.iter().map(String::as_str))
        .chain(inspection.unread.iter().map(|unread| unread.column.as_str()))
        .collect();
    let mut choices: Vec<(Field, String)> = Vec::new();
    for (name, column) in form.iter().filter(|(_, column)| column != "=") {
        let Some(field) =
            name.strip_prefix(&prefix).and_then(|name| Field::ALL.into_iter().find(|field| field.name() == name))
        else {
            continue;
        };
        if !column.is_empty() && !known.contains(&column.as_str()) {
            return Err(Failure::refused(
                format!("The file has no column “{column}”."),
                "Go back and choose one of the list.",
            ));
        }
        let now = inspection
            .fields
            .iter()
            .find(|finding| finding.field == field)
            .map_or(&[][..], |finding| finding.columns.as_slice());
        let same = if now.is_empty() { column.is_empty() } else { now.len() == 1 && now.first() == Some(column) };
        if !same {
            choices.push((field, column.clone()));
        }
    }
    if choices.is_empty() && inspection.origin != "owner" {
        return Ok(None);
    }
    let mapping = Mapping::from_toml(&inspection.mapping).map_err(Failure::inside)?;
    Ok(Some(jobs::corrected(&mapping, &choices)))
}

/// `GET /import/{id}/events`.
pub(crate) async fn events(
    State(server): State<Server>,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let job = find(&server, &id)?;
    let here = format!("/import/{}", job.id);
    let watched = Arc::clone(&job);
    let steps = WatchStream::new(job.follow()).map(move |step| {
        // The work may have ended before anybody followed: then the first step says so.
        let ended = !matches!(watched.state().0, Stage::Busy);
        if ended && !step.finished { Step { finished: true, next: here.clone(), ..step } } else { step }
    });
    Ok(stream(steps))
}

/// Steps as server-sent events.
pub(crate) fn stream(
    steps: impl Stream<Item = Step> + Send + 'static,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events =
        steps.map(|step| Ok(Event::default().event("step").data(serde_json::to_string(&step).unwrap_or_default())));
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// `GET /rejects.csv`: the rows that the last import set aside.
pub(crate) async fn rejects(State(server): State<Server>) -> Result<Response, Failure> {
    let bytes = tokio::fs::read(server.data().join("rejects.csv")).await.map_err(|_| Failure::NotFound)?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"rejects.csv\""),
        ],
        bytes,
    )
        .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_made_harmless() {
        for (given, name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.csv", "a.csv"),
            (".hidden", "hidden"),
            ("a\u{7}b;rm -rf.csv", "a_b_rm -rf.csv"),
            ("..", "export"),
            ("Störung (1).xlsx", "Störung (1).xlsx"),
        ] {
            assert_eq!(harmless(given), name);
        }
        let long = harmless(&format!("{}.csv", "ü".repeat(400)));
        assert!(long.len() < 200 && long.rsplit('.').next() == Some("csv"));
    }
}
