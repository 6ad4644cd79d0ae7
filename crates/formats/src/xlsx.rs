//! Worksheets, cell by cell. The workbook is read on a thread of its own, which waits when it is
//! far enough ahead: memory holds the shared strings and a few thousand rows.

use std::collections::VecDeque;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{DataRef, Reader as _, Xlsx};

use crate::columns::{Again, Columns, cut};
use crate::notes::{Counted, Notes};
use crate::record::{Format, Limits, Reader, Record, Refusal, RowError};
use crate::source::{Seekable, refuse};

/// Rows that the thread may be ahead.
const AHEAD: usize = 2048;

/// Rows that are looked at for the header, and for how wide a worksheet is.
const LOOK: usize = 16;

/// A table of tickets has a number, a date, a state and words: narrower worksheets are summaries.
const TABLE: usize = 4;

/// Cells of one row: (column, text).
type Cells = Vec<(usize, String)>;

/// What the thread sends: a row, the end, or what went wrong. A channel that closes without an end
/// says that the thread fell over in the middle.
type Sent = Result<Option<Cells>, String>;

pub(crate) struct Sheet {
    path: PathBuf,
    rows: Receiver<Sent>,
    /// Rows below the header that were looked at already.
    seen: VecDeque<Cells>,
    /// The last row was sent.
    over: bool,
    columns: Columns,
    again: Again,
    row: u64,
    blank: u64,
    notes: Notes,
    limits: Limits,
    total: u64,
    /// Rows of the sheet in all, for progress.
    height: u64,
}

/// What the thread says before the rows.
struct Start {
    sheet: String,
    height: u64,
    /// Other worksheets with something in them.
    others: Vec<String>,
}

impl Sheet {
    pub(crate) fn new(path: PathBuf, bytes: Box<dyn Seekable>, total: u64, limits: Limits) -> Result<Self, Refusal> {
        let (start_sender, start) = sync_channel(1);
        let (sender, rows) = sync_channel(AHEAD);
        std::thread::spawn(move || pump(bytes, &start_sender, &sender));
        let started = start.recv().unwrap_or_else(|_| Err("it could not be opened".into()));
        let started: Start = started.map_err(|reason| {
            refuse(&path, format!("it is no worksheet that can be read ({reason})"), "Save it again as .xlsx or .csv")
        })?;
        let mut notes = Notes::default();
        notes.say(format!("worksheet “{}”", started.sheet));
        if !started.others.is_empty() {
            notes.say(format!(
                "worksheets not read: “{}”. Save one as a file of its own to have it read",
                started.others.join("”, “")
            ));
        }
        let mut this = Self {
            path,
            rows,
            seen: VecDeque::new(),
            over: false,
            columns: Columns::default(),
            again: Again::default(),
            row: 0,
            blank: 0,
            notes,
            limits,
            total,
            height: started.height,
        };
        let header = this.header()?;
        let width = header.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
        if width > limits.columns {
            let reason = format!("its header has {width} columns");
            return Err(refuse(&this.path, reason, "Export it with a header line, one column a field"));
        }
        let mut names = vec![""; width];
        for (column, text) in &header {
            if let Some(name) = names.get_mut(*column) {
                *name = text;
            }
        }
        this.columns.header(names.into_iter(), &mut this.notes);
        Ok(this)
    }

    /// The first row that is as wide as a table: what stands above it, or is less than half as wide, is a title.
    fn header(&mut self) -> Result<Cells, Refusal> {
        while self.seen.len() < LOOK
            && let Some(cells) = self.sent()?
        {
            self.seen.push_back(cells);
        }
        let most = self.seen.iter().map(|cells| filled(cells)).max().unwrap_or(0);
        let header = self.seen.iter().position(|cells| filled(cells) >= 2 && filled(cells) * 2 >= most);
        let Some(above) = header else {
            return Err(refuse(&self.path, "no worksheet in it has a header row", "Export a table with a header line"));
        };
        if above > 0 {
            self.notes.say(format!("{above} rows above the header passed over"));
        }
        self.seen.drain(..above);
        Ok(self.seen.pop_front().unwrap_or_default())
    }

    /// The next row; `None` at the end.
    fn receive(&mut self) -> Result<Option<Cells>, Refusal> {
        match self.seen.pop_front() {
            Some(cells) => Ok(Some(cells)),
            None => self.sent(),
        }
    }

    /// The next row that the thread sends.
    fn sent(&mut self) -> Result<Option<Cells>, Refusal> {
        // Behind its last row the thread says nothing more.
        if self.over {
            return Ok(None);
        }
        let sent = self.rows.recv().unwrap_or_else(|_| Err("its reader fell over in the middle of it".into()));
        let cells = sent.map_err(|reason| broken(&self.path, &reason))?;
        self.over = cells.is_none();
        Ok(cells)
    }
}

/// Cells of a row that hold more than blanks.
fn filled(cells: &[(usize, String)]) -> usize {
    cells.iter().filter(|(_, text)| !text.trim().is_empty()).count()
}

fn broken(path: &Path, reason: &str) -> Refusal {
    refuse(path, format!("its worksheet is damaged ({reason})"), "Save it again as .xlsx or .csv")
}

/// Reads the first worksheet that is as wide as a table and sends its rows.
fn pump(bytes: Box<dyn Seekable>, start: &SyncSender<Result<Start, String>>, rows: &SyncSender<Sent>) {
    let mut workbook = match Xlsx::new(BufReader::new(bytes)) {
        Ok(workbook) => workbook,
        Err(error) => {
            let _ = start.send(Err(error.to_string()));
            return;
        }
    };
    let Some((sheet, others)) = table(&mut workbook) else {
        let _ = start.send(Err("all its worksheets are empty".into()));
        return;
    };
    let mut cells = match workbook.worksheet_cells_reader(&sheet) {
        Ok(cells) => cells,
        Err(error) => {
            let _ = start.send(Err(error.to_string()));
            return;
        }
    };
    let height = u64::from(cells.dimensions().end.0) + 1;
    if start.send(Ok(Start { sheet, height, others })).is_err() {
        return;
    }
    let mut row: Cells = Vec::new();
    let mut at = 0;
    loop {
        match cells.next_cell() {
            Ok(Some(cell)) => {
                let (line, column) = cell.get_position();
                if line != at {
                    // A receiver that is gone has read enough.
                    if !row.is_empty() && rows.send(Ok(Some(std::mem::take(&mut row)))).is_err() {
                        return;
                    }
                    at = line;
                }
                let text = text_of(cell.get_value());
                if !text.is_empty() {
                    row.push((column as usize, text));
                }
            }
            Ok(None) => {
                if !row.is_empty() {
                    let _ = rows.send(Ok(Some(row)));
                }
                let _ = rows.send(Ok(None));
                return;
            }
            Err(error) => {
                let _ = rows.send(Err(error.to_string()));
                return;
            }
        }
    }
}

/// The first worksheet that is as wide as a table, else the first with two cells in a row; and the others that have
/// something in them. A workbook often opens with a cover or a summary.
fn table<R: std::io::Read + std::io::Seek>(workbook: &mut Xlsx<R>) -> Option<(String, Vec<String>)> {
    let mut filled: Vec<(String, usize)> = Vec::new();
    for sheet in workbook.sheet_names() {
        let width = width(workbook, &sheet);
        if width > 0 {
            filled.push((sheet, width));
        }
    }
    let wide = |least: usize| filled.iter().position(|(_, width)| *width >= least);
    let chosen = wide(TABLE).or_else(|| wide(2))?;
    let (sheet, _) = filled.remove(chosen);
    Some((sheet, filled.into_iter().map(|(name, _)| name).collect()))
}

/// Most filled cells in one of the first rows.
fn width<R: std::io::Read + std::io::Seek>(workbook: &mut Xlsx<R>, sheet: &str) -> usize {
    let Ok(mut cells) = workbook.worksheet_cells_reader(sheet) else {
        return 0;
    };
    let (mut most, mut width, mut rows, mut last) = (0, 0, 0, None);
    while let Ok(Some(cell)) = cells.next_cell() {
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        let (line, _) = cell.get_position();
        if last != Some(line) {
            (last, width, rows) = (Some(line), 0, rows + 1);
            if rows > LOOK {
                break;
            }
        }
        width += 1;
        most = most.max(width);
    }
    most
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // `{}` prints a whole number without a fraction, and never in scientific notation.
        DataRef::Float(number) => format!("{number}"),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(instant) if instant.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
        }
        // A duration: hours, as every other duration that Plumb reads.
        DataRef::DateTime(duration) => format!("{}", duration.as_f64() * 24.0),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

impl Reader for Sheet {
    fn format(&self) -> Format {
        Format::Xlsx
    }

    fn columns(&self) -> &[String] {
        self.columns.names()
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        loop {
            let Some(cells) = self.receive()? else {
                self.notes.settle(0, 0);
                return Ok(None);
            };
            record.clear();
            if cells.iter().all(|(_, text)| text.trim().is_empty()) {
                self.blank += 1;
                self.notes.count(Counted::Blank, 1);
                continue;
            }
            self.row += 1;
            record.row = self.row;
            let width = self.columns.names().len();
            let beyond = cells.iter().any(|(column, text)| *column >= width && !text.trim().is_empty());
            let size: usize = cells.iter().map(|(_, text)| text.len()).sum();
            if beyond || size > self.limits.record_bytes {
                let reason = if beyond {
                    format!(
                        "it has cells to the right of the header's {width} columns. Give them a heading or clear them"
                    )
                } else {
                    format!("it is longer than {} MB. Shorten it", self.limits.record_bytes >> 20)
                };
                let raw: Vec<&str> = cells.iter().map(|(_, text)| text.as_str()).collect();
                return Ok(Some(Err(RowError { row: self.row, reason, raw: cut(&raw.join("; ")) })));
            }
            for (column, text) in &cells {
                record.put(*column, text, &mut self.again);
            }
            if memchr::memchr(0xef, record.buffer.as_bytes()).is_some() {
                let marks = record.take_marks_out();
                self.notes.count(Counted::Marks, marks);
            }
            return Ok(Some(Ok(())));
        }
    }

    fn bytes_read(&self) -> u64 {
        // The thread reads ahead; rows tell better how far we are.
        (self.total * self.row.min(self.height)).checked_div(self.height).unwrap_or(self.total)
    }

    fn bytes_total(&self) -> u64 {
        self.total
    }

    fn blank(&self) -> u64 {
        self.blank
    }

    fn notes(&self) -> &[String] {
        self.notes.list()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Bytes whose reader panics after so many reads, as a fault in the worksheet reader would.
    struct Falls {
        inner: Cursor<Vec<u8>>,
        reads: Arc<AtomicUsize>,
    }

    impl Read for Falls {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let left = self.reads.fetch_sub(1, Ordering::Relaxed);
            assert!(left > 0, "a panic on purpose");
            self.inner.read(buffer)
        }
    }

    impl Seek for Falls {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.inner.seek(to)
        }
    }

    fn workbook(rows: usize) -> Vec<u8> {
        let data = (0..rows)
            .map(|n| {
                format!("<row><c><v>{n}</v></c><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", n * 7919 % 99_991)
            })
            .collect::<Vec<String>>()
            .concat();
        let sheet = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let parts = [
            ("[Content_Types].xml", "<Types/>".to_owned()),
            (
                "_rels/.rels",
                format!(
                    "<Relationships><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns:r=\"{office}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            ("xl/worksheets/sheet1.xml", sheet),
        ];
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    /// Rows read, or why not.
    fn read(bytes: &[u8], reads: usize) -> (usize, Result<u64, String>) {
        let left = Arc::new(AtomicUsize::new(reads));
        let falls = Falls { inner: Cursor::new(bytes.to_vec()), reads: Arc::clone(&left) };
        let outcome = Sheet::new("book.xlsx".into(), Box::new(falls), 1, Limits::default()).and_then(|mut sheet| {
            let mut record = Record::default();
            let mut rows = 0;
            while let Some(row) = sheet.next(&mut record)? {
                rows += u64::from(row.is_ok());
            }
            Ok(rows)
        });
        (reads - left.load(Ordering::Relaxed).min(reads), outcome.map_err(|refusal| refusal.to_string()))
    }

    /// A workbook whose worksheets have these rows.
    fn sheets(sheets: &[&[&[&str]]]) -> Vec<u8> {
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let put = |archive: &mut zip::ZipWriter<Cursor<Vec<u8>>>, name: &str, text: &str| {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        };
        let (mut names, mut relations) = (Vec::new(), Vec::new());
        for (number, rows) in (1..).zip(sheets) {
            let cell = |cell: &&str| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>");
            let row = |row: &&[&str]| format!("<row>{}</row>", row.iter().map(cell).collect::<Vec<_>>().concat());
            let data = rows.iter().map(row).collect::<Vec<_>>().concat();
            names.push(format!("<sheet name=\"s{number}\" sheetId=\"{number}\" r:id=\"r{number}\"/>"));
            relations.push(format!(
                "<Relationship Id=\"r{number}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            ));
            let text = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
            put(&mut archive, &format!("xl/worksheets/sheet{number}.xml"), &text);
        }
        let (names, relations) = (names.concat(), relations.concat());
        put(&mut archive, "[Content_Types].xml", "<Types/>");
        let root = format!(
            "<Relationships><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        put(&mut archive, "_rels/.rels", &root);
        put(
            &mut archive,
            "xl/workbook.xml",
            &format!("<workbook xmlns:r=\"{office}\"><sheets>{names}</sheets></workbook>"),
        );
        put(&mut archive, "xl/_rels/workbook.xml.rels", &format!("<Relationships>{relations}</Relationships>"));
        archive.finish().unwrap().into_inner()
    }

    fn columns(bytes: Vec<u8>) -> (Vec<String>, Vec<String>) {
        let sheet = Sheet::new("book.xlsx".into(), Box::new(Cursor::new(bytes)), 1, Limits::default()).unwrap();
        (sheet.columns().to_vec(), sheet.notes().to_vec())
    }

    #[test]
    fn a_summary_in_front_and_titles_above_are_no_table() {
        let table: &[&[&str]] = &[
            &["Tickets of the year", "by the desk"],
            &["Made on", "2024-03-01"],
            &["Number", "Opened", "State", "Title", "Group"],
            &["1", "2024-01-02", "New", "Printer", "Desk"],
            &["2", "2024-01-03", "New", "Mail", "Desk"],
        ];
        let (names, notes) = columns(sheets(&[&[&["Row Labels", "Count"], &["Closed", "2"]], table]));
        assert_eq!(names, ["Number", "Opened", "State", "Title", "Group"]);
        assert!(notes.contains(&"2 rows above the header passed over".to_owned()), "{notes:?}");
        assert!(notes.iter().any(|note| note.starts_with("worksheets not read: “s1”")), "{notes:?}");
        // Where all are narrow, the first that has two cells in a row.
        let short = sheets(&[&[&["alone"]], &[&["a", "b"], &["1", "2"]]]);
        assert_eq!(read(&short, 1 << 30).1, Ok(1));
        assert_eq!(columns(short).0, ["a", "b"]);
    }

    #[test]
    fn a_reader_that_falls_over_is_no_end_of_file() {
        let book = workbook(20_000);
        let (needed, all) = read(&book, 1 << 30);
        assert_eq!(all, Ok(19_999));
        assert!(needed > 10);
        for reads in [1, needed / 2, needed - 1] {
            let reason = read(&book, reads).1.unwrap_err();
            assert!(reason.contains("fell over") || reason.contains("could not be opened"), "{reason}");
        }
    }
}
