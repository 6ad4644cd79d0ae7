//! `plumb similar`, and lines of tickets that scripts hand in.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use problems::similar::{Line, Look, Similar as Index, Weights};

use crate::args::Similar;
use crate::error::{CommandError, CommandResult, Done};

/// Lines that are held at a time.
const AT_ONCE: usize = 8_192;

/// For each line of a batch its most alike earlier ones.
pub fn run(given: &Similar) -> CommandResult {
    let mut out = Sink::open(&given.out)?;
    out.line(&["id", "rank", "other", "score"])?;
    let mut index = Index::new(Weights::shipped(), Look::default());
    let mut block = Vec::with_capacity(AT_ONCE);
    let mut lines = lines(&given.batch)?.peekable();
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
    Ok((1_u64..).zip(reader.lines()).filter_map(move |(row, text)| {
        let text = match text {
            Ok(text) => text,
            Err(error) => return Some(Err(refused(&format!("line {row}: {error}")))),
        };
        let text = text.trim_start_matches('\u{feff}').trim();
        (!text.is_empty()).then(|| {
            serde_json::from_str(text).map_err(|error| {
                CommandError::refused(format!("{name}: line {row}: {error}"))
                    .hint("one JSON object a line: {\"id\", \"opened\", \"title\", \"text\"?, \"fields\"?: {…}}, in order of time")
            })
        })
    }))
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
