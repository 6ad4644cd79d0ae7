//! A reader on a thread of its own: while one core unpacks, decodes and splits the file, the other
//! makes canonical rows of what was read before.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use formats::{Format, Reader, Record, Refusal, RowError};

/// Records handed over at a time.
const RECORDS: usize = 256;
/// Batches that may wait.
const WAITING: usize = 4;

#[derive(Default)]
struct Batch {
    records: Vec<Record>,
    used: usize,
    /// Bad records, by the place in the batch that they stand before.
    bad: Vec<(usize, RowError)>,
    columns: Option<Vec<String>>,
    notes: Option<Vec<String>>,
    read: u64,
    blank: u64,
    refused: Option<Refusal>,
    last: bool,
}

/// What the other thread runs: reads to the end, or until nobody wants more.
pub(crate) struct Pump {
    reader: Box<dyn Reader + Send>,
    out: SyncSender<Batch>,
    used: Receiver<Batch>,
}

/// The reader that stands for it.
pub(crate) struct Ahead {
    batches: Receiver<Batch>,
    used: Sender<Batch>,
    batch: Batch,
    next: usize,
    next_bad: usize,
    format: Format,
    columns: Vec<String>,
    notes: Vec<String>,
    read: u64,
    total: u64,
    blank: u64,
}

/// Splits a reader in the half that reads and the half that gives.
pub(crate) fn split(reader: Box<dyn Reader + Send>) -> (Pump, Ahead) {
    let (out, batches) = sync_channel(WAITING);
    let (give_back, used) = channel();
    let ahead = Ahead {
        batches,
        used: give_back,
        batch: Batch::default(),
        next: 0,
        next_bad: 0,
        format: reader.format(),
        columns: reader.columns().to_vec(),
        notes: reader.notes().to_vec(),
        read: reader.bytes_read(),
        total: reader.bytes_total(),
        blank: reader.blank(),
    };
    (Pump { reader, out, used }, ahead)
}

impl Pump {
    pub(crate) fn run(mut self) {
        let mut columns = self.reader.columns().len();
        let mut notes = self.reader.notes().len();
        loop {
            let mut batch = self.used.try_recv().unwrap_or_default();
            batch.used = 0;
            batch.bad.clear();
            while batch.used < RECORDS {
                if batch.records.len() == batch.used {
                    batch.records.push(Record::default());
                }
                let Some(record) = batch.records.get_mut(batch.used) else { break };
                match self.reader.next(record) {
                    Ok(Some(Ok(()))) => batch.used += 1,
                    Ok(Some(Err(bad))) => {
                        batch.bad.push((batch.used, bad));
                        if batch.bad.len() >= RECORDS {
                            break;
                        }
                    }
                    Ok(None) => {
                        batch.last = true;
                        break;
                    }
                    Err(refused) => {
                        batch.refused = Some(refused);
                        batch.last = true;
                        break;
                    }
                }
            }
            if self.reader.columns().len() > columns {
                columns = self.reader.columns().len();
                batch.columns = Some(self.reader.columns().to_vec());
            }
            if self.reader.notes().len() > notes {
                notes = self.reader.notes().len();
                batch.notes = Some(self.reader.notes().to_vec());
            }
            batch.read = self.reader.bytes_read();
            batch.blank = self.reader.blank();
            let last = batch.last;
            if self.out.send(batch).is_err() || last {
                return;
            }
        }
    }
}

impl Reader for Ahead {
    fn format(&self) -> Format {
        self.format
    }

    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn next(&mut self, record: &mut Record) -> Result<Option<Result<(), RowError>>, Refusal> {
        loop {
            if let Some((place, _)) = self.batch.bad.get(self.next_bad)
                && *place <= self.next
            {
                let bad = self.batch.bad.get(self.next_bad).map(|(_, bad)| bad.clone());
                self.next_bad += 1;
                return Ok(bad.map(Err));
            }
            if self.next < self.batch.used
                && let Some(ready) = self.batch.records.get_mut(self.next)
            {
                std::mem::swap(record, ready);
                self.next += 1;
                return Ok(Some(Ok(())));
            }
            if let Some(refused) = self.batch.refused.take() {
                return Err(refused);
            }
            if self.batch.last {
                return Ok(None);
            }
            // A thread that has gone without a last batch has nothing more to give.
            let Ok(batch) = self.batches.recv() else { return Ok(None) };
            let used = std::mem::replace(&mut self.batch, batch);
            let _ = self.used.send(used);
            (self.next, self.next_bad) = (0, 0);
            if let Some(columns) = self.batch.columns.take() {
                self.columns = columns;
            }
            if let Some(notes) = self.batch.notes.take() {
                self.notes = notes;
            }
            self.read = self.batch.read;
            self.blank = self.batch.blank;
        }
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }

    fn bytes_total(&self) -> u64 {
        self.total
    }

    fn blank(&self) -> u64 {
        self.blank
    }

    fn notes(&self) -> &[String] {
        &self.notes
    }
}
