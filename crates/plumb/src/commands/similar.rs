//! `plumb similar`, and lines of tickets that scripts hand in.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use brief::analysis;
use problems::similar::{Line, Look, Similar as Index, Weights};

use web::answers::{Answer, Answers, Asked, MOST_TOLD};

use crate::args::{Format, Similar};
use crate::commands::{casework, model, open, output, progress, settings};
use crate::error::{CommandError, CommandResult, Done};

/// Lines that are held at a time.
const AT_ONCE: usize = 8_192;

/// What a text is like; or for each line of a batch its most alike earlier ones.
pub async fn run(given: &Similar) -> CommandResult {
    if given.k == 0 {
        return Err(CommandError::usage("-k 0: at least 1 ticket is to be told").hint("without -k it is 10"));
    }
    match (&given.text, &given.batch) {
        (Some(text), _) => ask(text, given).await,
        (None, Some(path)) => batch(path, given),
        (None, None) => Err(CommandError::usage("give --text or --batch")),
    }
}

/// The most alike tickets of the record and their problems, as people see them.
async fn ask(text: &str, given: &Similar) -> CommandResult {
    if text.trim().is_empty() {
        return Err(
            CommandError::usage("the text is empty").hint("give the words of a ticket: --text \"label printer jams\"")
        );
    }
    if given.k > MOST_TOLD {
        return Err(CommandError::usage(format!("-k {}: 1 to {MOST_TOLD} tickets can be told", given.k)));
    }
    let record = open(&given.data.dir)?;
    let entries = casework::of(record.data()).await?.close().await;
    let found = analysis::problems(&record, &entries, progress::finding()).await.map_err(CommandError::internal)?;
    let ruled = analysis::ruled(&record, &found, &entries).await.map_err(CommandError::internal)?;
    // How alike tickets are as the owner's own links taught it.
    let built = Answers::build(&record, found.weights(), |_, _| ()).await.map_err(CommandError::internal)?;
    let answers = built.ok_or_else(|| {
        CommandError::refused("the tickets of this record have no words, neither title nor text")
            .hint("import an export with the tickets' short descriptions")
    })?;
    let asked = Asked { title: text.to_owned(), k: given.k, ..Asked::default() };
    let answer = answers.ask_under(&asked, &ruled, &settings(&given.data.dir)?);
    match given.output.format {
        Format::Json => output::json(&serde_json::json!(answer))?,
        Format::Text => output::print(&told(&answer))?,
    }
    Ok(Done::All)
}

fn told(answer: &Answer) -> String {
    let mut out = String::new();
    let percent = |probability: f32| format!("{:.1} %", probability * 100.0);
    for likely in &answer.problems {
        let _ = writeln!(out, "{}  {} ({} tickets)", percent(likely.probability), likely.title, likely.tickets);
        let _ = writeln!(out, "   problem {}, {} of its tickets among the most alike", likely.id, likely.alike);
    }
    if !answer.problems.is_empty() {
        out.push('\n');
    }
    for (rank, ticket) in (1_usize..).zip(&answer.tickets) {
        let _ = writeln!(out, "{rank}. {}  {}  {}", ticket.id, percent(ticket.probability), ticket.title);
        let sides: Vec<String> =
            ticket.why.iter().take(4).map(|why| format!("{} {:+.1}", why.about, why.adds)).collect();
        let terms: Vec<String> = ticket.terms.iter().map(|term| format!("{} {:+.1}", term.word, term.adds)).collect();
        let words = if terms.is_empty() { String::new() } else { format!("in common: {}; ", terms.join(", ")) };
        let _ = writeln!(out, "   {words}log odds: {}", sides.join(", "));
    }
    let _ = writeln!(out, "Compared with {} tickets. The percentage is the probability of one cause.", answer.read);
    if let Some(note) = answer.note {
        let _ = writeln!(out, "note: {note}");
    }
    out
}

fn batch(path: &Path, given: &Similar) -> CommandResult {
    let model = model::read(given.model.as_deref())?;
    let mut index = Index::with_model(Weights::shipped_for(model.is_some()), Look::default(), model);
    // A batch that cannot be read prints nothing.
    let mut lines = lines(path)?.peekable();
    let mut out = Sink::open(&given.out)?;
    out.line(&["id", "rank", "other", "score"])?;
    let mut block = Vec::with_capacity(AT_ONCE);
    while let Some(line) = lines.next() {
        block.push(line?);
        if block.len() < AT_ONCE && lines.peek().is_some() {
            continue;
        }
        let answers = index.extend(&block, given.k);
        for (line, answer) in block.iter().zip(answers) {
            for (rank, alike) in (1_usize..).zip(answer) {
                let score = format!("{:.6}", alike.probability);
                out.line(&[&line.id, &rank.to_string(), index.id(alike.other), &score])?;
            }
        }
        block.clear();
    }
    out.end()
}

/// The tickets of a file of JSON Lines, `-` for standard input.
pub fn lines(path: &Path) -> Result<impl Iterator<Item = Result<Line, CommandError>>, CommandError> {
    let name = path.display().to_string();
    let refused = {
        let name = name.clone();
        move |error: &dyn std::fmt::Display| CommandError::refused(format!("{name}: {error}"))
    };
    let reader: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(path).map_err(|error| refused(&error))?))
    };
    let mut before = Before::default();
    Ok((1_u64..).zip(reader.lines()).filter_map(move |(row, text)| {
        let text = match text {
            Ok(text) => text,
            Err(error) => return Some(Err(refused(&format!("line {row}: {error}")))),
        };
        let text = text.trim_start_matches('\u{feff}').trim();
        (!text.is_empty()).then(|| {
            let read: Line = serde_json::from_str(text).map_err(|error| {
                CommandError::refused(format!("{name}: line {row}: {error}"))
                    .hint("one JSON object a line: {\"id\", \"opened\", \"title\", \"text\"?, \"fields\"?: {…}}, in order of time")
            })?;
            before.take(row, &read).map_err(|(what, hint)| {
                CommandError::refused(format!("{name}: line {row}: {what}")).hint(hint)
            })?;
            Ok(read)
        })
    }))
}

/// The tickets above a line of a batch.
#[derive(Default)]
struct Before {
    /// Row of each id.
    rows: HashMap<String, u64>,
    /// The row of the last one, and when it was opened.
    last: Option<(u64, i64)>,
}

impl Before {
    /// Takes a line in; what is wrong with it beside those above it, and what to do.
    fn take(&mut self, row: u64, line: &Line) -> Result<(), (String, &'static str)> {
        if line.id.trim().is_empty() {
            return Err(("its id is empty".to_owned(), "give every ticket an id of its own"));
        }
        // A list of earlier tickets would tell later ones, and nobody would see it.
        if let Some((above, _)) = self.last.filter(|(_, opened)| *opened > line.opened) {
            let what = format!("it was opened before the ticket of line {above}");
            return Err((what, "sort the lines by opened: each is compared with those above it"));
        }
        if let Some(first) = self.rows.insert(line.id.clone(), row) {
            let what = format!("the id “{}” stands in line {first} already", line.id);
            return Err((what, "give every ticket an id of its own, and every ticket one line"));
        }
        self.last = Some((row, line.opened));
        Ok(())
    }
}

/// Comma-separated lines into a file, `-` for standard output.
pub struct Sink {
    name: String,
    out: Box<dyn Write>,
}

impl Sink {
    /// Begins a file anew.
    pub fn open(path: &Path) -> Result<Self, CommandError> {
        let name = path.display().to_string();
        let out: Box<dyn Write> = if path == Path::new("-") {
            Box::new(BufWriter::new(io::stdout().lock()))
        } else {
            let file = File::create(path).map_err(|error| CommandError::refused(format!("{name}: {error}")))?;
            Box::new(BufWriter::new(file))
        };
        Ok(Self { name, out })
    }

    /// Writes a line.
    pub fn line(&mut self, cells: &[&str]) -> Result<(), CommandError> {
        // An id that begins like a formula is written as it is: scripts join on it.
        let quoted = |cell: &&str| {
            if cell.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                (*cell).to_owned()
            }
        };
        let line = cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        let written = self.out.write_all(line.as_bytes());
        self.heard(written)
    }

    /// Ends the file.
    pub fn end(mut self) -> CommandResult {
        let written = self.out.flush();
        self.heard(written)?;
        Ok(Done::All)
    }

    /// A pipe that was closed early (`| head`) is no error.
    fn heard(&self, written: io::Result<()>) -> Result<(), CommandError> {
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(CommandError::refused(format!("{}: {error}", self.name)))
            }
            _ => Ok(()),
        }
    }
}
