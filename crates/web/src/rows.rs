//! The rows behind a number: what the address asks, answered as a page or as comma-separated text.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use measures::{Dated, MeasureError, Rows};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

use brief::words;

use crate::address;
use crate::casework::{Held, person};
use crate::desk::Known;
use crate::failure::Failure;
use crate::layout::Here;
use crate::pages::acts::Tickable;
use crate::pages::problem::Example;
use crate::pages::rows as page;
use crate::routes::{self, Signed};
use crate::server::Server;

/// Rows a page.
pub(crate) const PER_PAGE: usize = 50;
/// Most filters that are taken from an address.
const FILTERS: usize = 20;
/// Bytes of an export that are sent at once.
const CHUNK: usize = 64 << 10;
/// Columns that hold instants or are told apart by every row: no filter by value makes sense.
const UNFILTERED: [&str; 9] =
    ["id", "title", "opened", "first_response", "resolved", "closed", "due", "hops", "touch_minutes"];

type Pairs = Vec<(String, String)>;

/// What an address asks.
#[derive(Debug, Default)]
struct Asked {
    rows: Rows,
    from: String,
    to: String,
}

fn asked(pairs: &Pairs, known: &Known) -> Result<Asked, String> {
    let mut asked = Asked { rows: Rows { per_page: PER_PAGE, ..Rows::default() }, ..Asked::default() };
    let (mut column, mut value, mut sort, mut descending) = (None, String::new(), None, false);
    for (name, given) in pairs {
        match name.as_str() {
            "measure" if !given.is_empty() => asked.rows.measure = Some(given.clone()),
            "problem" if !given.is_empty() => asked.rows.problem = Some(given.clone()),
            "from" => asked.from.clone_from(given),
            "to" => asked.to.clone_from(given),
            "q" if !given.trim().is_empty() => asked.rows.search = Some(given.trim().to_owned()),
            "sort" if !given.is_empty() => sort = Some(given.clone()),
            "order" => descending = given == "desc",
            "dated" => {
                asked.rows.dated = Dated::from_name(given).ok_or_else(|| {
                    format!("“{}” is no instant: opened, finished, open, handed or begun.", words::clean(given, 40))
                })?;
            }
            "page" => asked.rows.page = given.parse().unwrap_or(0),
            "column" if !given.is_empty() => column = Some(given.clone()),
            "value" => given.trim().clone_into(&mut value),
            "measure" | "problem" | "q" | "sort" | "column" => {}
            _ if asked.rows.filters.len() < FILTERS => asked.rows.filters.push((name.clone(), given.clone())),
            _ => return Err(format!("At most {FILTERS} filters at once.")),
        }
    }
    if let Some(column) = column {
        asked.rows.filters.push((column, value));
    }
    asked.rows.sort = sort.map(|column| (column, descending));
    asked.rows.from = routes::bound(known, &asked.from)?;
    asked.rows.to = routes::bound(known, &asked.to)?;
    Ok(asked)
}

/// What one of our own addresses asks; `None` when it is not one of rows.
pub(crate) fn of_address(address: &str, known: &Known) -> Option<Rows> {
    let uri: axum::http::Uri = address.parse().ok().filter(|uri: &axum::http::Uri| uri.path() == "/rows")?;
    let Query(pairs) = Query::<Pairs>::try_from_uri(&uri).ok()?;
    asked(&pairs, known).ok().map(|asked| asked.rows)
}

/// Keys of rows, `source/id`.
pub(crate) fn keys(found: &measures::Page) -> Vec<String> {
    let column = |name: &str| found.columns.iter().position(|column| column == name);
    let (Some(id), Some(source)) = (column("id"), column("source")) else { return Vec::new() };
    let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
    found.rows.iter().map(|row| format!("{}/{}", cell(row, source), cell(row, id))).collect()
}

/// Rows as tickets that can be ticked.
pub(crate) fn tickables(found: &measures::Page) -> Vec<Tickable> {
    let column = |name: &str| found.columns.iter().position(|column| column == name);
    let cell = |row: &Vec<String>, at: Option<usize>| at.and_then(|at| row.get(at)).cloned().unwrap_or_default();
    let (id, source, opened, title) = (column("id"), column("source"), column("opened"), column("title"));
    let coded: Vec<Option<usize>> =
        ["service", "item", "category", "symptom", "location"].into_iter().map(column).collect();
    let ticket = |row: &Vec<String>| {
        let mut said = cell(row, title);
        if said.is_empty() {
            let coded = coded.iter().map(|at| cell(row, *at)).filter(|value| !value.is_empty());
            said = coded.collect::<Vec<_>>().join(", ");
        }
        Tickable {
            key: format!("{}/{}", cell(row, source), cell(row, id)),
            id: cell(row, id),
            opened: cell(row, opened).chars().take(10).collect(),
            words: words::clean(&said, 160),
        }
    };
    found.rows.iter().map(ticket).collect()
}

/// The tickets that have a number: several where sources share it.
///
/// # Errors
/// When the record cannot be asked.
pub(crate) async fn of_number(known: &Known, number: &str) -> Result<Vec<Tickable>, Failure> {
    let filters = vec![("id".to_owned(), number.to_owned())];
    let rows = Rows { filters, per_page: PER_PAGE, ..Rows::default() };
    let page = known.rows().rows(&rows).await.map_err(Failure::inside)?;
    Ok(tickables(&page))
}

/// The latest tickets with some words in title or text, so many at most.
///
/// # Errors
/// When the record cannot be asked.
pub(crate) async fn of_words(known: &Known, words: &str, most: usize) -> Result<Vec<Tickable>, Failure> {
    // Rows come with the latest first where nobody says another order.
    let rows = Rows { search: Some(words.to_owned()), per_page: most, ..Rows::default() };
    let page = known.rows().rows(&rows).await.map_err(Failure::inside)?;
    Ok(tickables(&page))
}

/// `GET /rows`.
pub(crate) async fn page(
    State(server): State<Server>,
    Query(pairs): Query<Pairs>,
    signed: Signed,
) -> Result<Response, Failure> {
    let fill = "An export of tickets fills it: every figure on the other pages opens the rows that it rests on.";
    let linked = person(&signed).is_some();
    routes::over(&server, signed, "Rows", Here::Rows, fill, async |known| {
        let view = view(known, &known.held().await?, &pairs).await?;
        Ok(page::view(&page::View { linked, ..view }))
    })
    .await
}

/// Gives the problem that is asked for, if any, the id that it has now.
fn resolve(held: &Held, rows: &mut Rows) -> Result<(), Failure> {
    if let Some(problem) = &mut rows.problem {
        *problem = held.find(problem)?.problem.id.clone();
    }
    Ok(())
}

async fn view(known: &Known, held: &Held, pairs: &Pairs) -> Result<page::View, Failure> {
    let wrong = |wrong: String| page::View {
        title: "Rows".to_owned(),
        wrong: Some(wrong),
        per_page: PER_PAGE,
        ..page::View::default()
    };
    let mut asked = match asked(pairs, known) {
        Ok(asked) => asked,
        Err(reason) => return Ok(wrong(reason)),
    };
    resolve(held, &mut asked.rows)?;
    let found = match held.opened(known, &asked.rows).rows(&asked.rows).await {
        Ok(found) => found,
        Err(MeasureError::Request(reason)) => return Ok(wrong(reason)),
        Err(error) => return Err(Failure::inside(error)),
    };
    let rows = &asked.rows;
    let mut kept: Pairs = Vec::new();
    let mut keep = |name: &str, value: &str| kept.push((name.to_owned(), value.to_owned()));
    if let Some(measure) = &rows.measure {
        keep("measure", measure);
    }
    if let Some(problem) = &rows.problem {
        keep("problem", problem);
    }
    if let Some(search) = &rows.search {
        keep("q", search);
    }
    for (name, value) in [("from", &asked.from), ("to", &asked.to)] {
        if !value.is_empty() {
            keep(name, value);
        }
    }
    if rows.dated != Dated::Opened {
        keep("dated", rows.dated.name());
    }
    for (name, value) in &rows.filters {
        keep(name, value);
    }
    let filters = rows
        .filters
        .iter()
        .enumerate()
        .map(|(at, (name, value))| {
            let said = if value.is_empty() {
                format!("{}: not told", page::heading(name))
            } else {
                format!("{}: {value}", page::heading(name))
            };
            let first = kept.len() - rows.filters.len();
            let others: Vec<String> = kept
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != first + at)
                .map(|(_, (name, value))| format!("{}={}", address::escaped(name), address::escaped(value)))
                .collect();
            (said, format!("/rows?{}", others.join("&")))
        })
        .collect();
    let definition = rows.measure.as_deref().and_then(measures::definition);
    let title = match (&rows.problem, definition) {
        (Some(problem), _) => {
            held.ruled.problem(problem).map_or_else(|| "Rows".to_owned(), |problem| problem.title.clone())
        }
        (None, Some(definition)) => definition.title.to_owned(),
        (None, None) => "Rows".to_owned(),
    };
    Ok(page::View {
        title,
        definition: definition.map(|definition| definition.definition.to_owned()),
        filters,
        kept,
        filterable: found.columns.iter().filter(|column| !UNFILTERED.contains(&column.as_str())).cloned().collect(),
        columns: found.columns.clone(),
        rows: found.rows.clone(),
        total: found.total,
        page: rows.page,
        per_page: PER_PAGE,
        sort: rows.sort.clone(),
        search: rows.search.clone().unwrap_or_default(),
        from: asked.from,
        to: asked.to,
        linked: false,
        wrong: None,
    })
}

/// `GET /rows.csv`: all rows, sent as they are read.
pub(crate) async fn export(State(server): State<Server>, Query(pairs): Query<Pairs>) -> Result<Response, Failure> {
    let known = routes::ready(&server).await?;
    let remedy = "Go back to the rows and export from there.";
    let mut asked = asked(&pairs, &known).map_err(|reason| Failure::refused(reason, remedy))?;
    let held = known.held().await?;
    resolve(&held, &mut asked.rows)?;
    let (sender, mut receiver) = mpsc::channel::<Result<Bytes, MeasureError>>(8);
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let mut pipe = Pipe { sender: sender.clone(), buffer: Vec::with_capacity(CHUNK) };
        let written = runtime.block_on(write(&known, &held, &asked.rows, &mut pipe));
        if let Err(error) = written.and_then(|()| Ok(pipe.flush()?)) {
            let _ = pass(&sender, Err(error));
        }
    });
    // The header line comes first: a request that cannot be answered is told as a page.
    let first = match receiver.recv().await {
        Some(Ok(first)) => first,
        Some(Err(MeasureError::Request(reason))) => return Err(Failure::refused(reason, remedy)),
        Some(Err(error)) => return Err(Failure::inside(error)),
        None => Bytes::new(),
    };
    let rest = tokio_stream::once(Ok(first)).chain(ReceiverStream::new(receiver));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rows.csv\""),
    ];
    Ok((headers, Body::from_stream(rest)).into_response())
}

async fn write(known: &Arc<Known>, held: &Held, rows: &Rows, pipe: &mut Pipe) -> Result<(), MeasureError> {
    held.opened(known, rows).export_csv(rows, pipe).await.map(|_| ())
}

/// Hands bytes from a thread of its own to the answer, and waits when the reader is slow.
struct Pipe {
    sender: mpsc::Sender<Result<Bytes, MeasureError>>,
    buffer: Vec<u8>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK)));
        pass(&self.sender, Ok(chunk))
    }
}

/// Waits for room by sleeping: this thread drives the query itself, so it must not wait inside the runtime.
fn pass(sender: &mpsc::Sender<Result<Bytes, MeasureError>>, mut item: Result<Bytes, MeasureError>) -> io::Result<()> {
    loop {
        match sender.try_send(item) {
            Ok(()) => return Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
            Err(mpsc::error::TrySendError::Full(back)) => item = back,
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Most tickets whose words are kept.
const TOLD: usize = 10_000;

/// A few tickets in words: title, else the coded words that say most. Those that were told before come
/// without asking the record again.
pub(crate) async fn examples(known: &Known, keys: &[(String, String)]) -> Result<Vec<Example>, Failure> {
    let missing: Vec<&(String, String)> = {
        let told = known.told();
        keys.iter().filter(|key| !told.contains_key(*key)).collect()
    };
    if !missing.is_empty() {
        let ids: Vec<String> = missing.iter().map(|(_, id)| work::literal(id)).collect();
        // The same number may stand in several sources.
        let text = format!(
            "select source, id, opened, coalesce(title, text, concat_ws(', ', category, service, item, symptom, resolution)) \
             as words, coalesce(state, stage) as state from tickets where id in ({})",
            ids.join(", ")
        );
        let answer = work::sql(&known.record, &text, usize::MAX).await.map_err(Failure::inside)?;
        let json = answer.to_json().map_err(Failure::inside)?;
        let rows = json.get("rows").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let cell = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut told = known.told();
        if told.len() > TOLD {
            told.clear();
        }
        told.extend(rows.iter().map(|row| {
            let example = Example {
                id: cell(row, "id"),
                opened: cell(row, "opened").chars().take(10).collect(),
                words: words::clean(&cell(row, "words"), 160),
                state: cell(row, "state"),
            };
            ((cell(row, "source"), cell(row, "id")), example)
        }));
    }
    let told = known.told();
    let mut out: Vec<Example> = keys.iter().filter_map(|key| told.get(key).cloned()).collect();
    out.sort_by(|a, b| (&a.opened, &a.id).cmp(&(&b.opened, &b.id)));
    Ok(out)
}
