//! `plain EXPORT OUT.parquet`: an export copied into Parquet by Plumb's own reader and codec with all
//! of import's own work left out: no mapping, no dates, no keys, no pseudonyms, no rejects, every value
//! as text. What `plumb import` takes beyond this is what its checks cost.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use formats::{Limits, Record};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rows handed from the reading thread to the writing one at a time.
const BATCH: usize = 16_384;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [export, out] = arguments.as_slice() else {
        return Err("plain EXPORT OUT.parquet".into());
    };
    let (_, mut reader) =
        formats::open(Path::new(export), Limits::default())?.into_iter().next().ok_or("no export in the file")?;
    let mut record = Record::default();
    let mut more = reader.next(&mut record)?.is_some();
    let fields: Vec<Field> = reader.columns().iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let (send, receive) = sync_channel::<RecordBatch>(4);
    let writing = {
        let (schema, file) = (Arc::clone(&schema), File::create(out)?);
        thread::spawn(move || -> Result<(), Failure> {
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_max_row_group_row_count(Some(1 << 18))
                .build();
            let mut writer = ArrowWriter::try_new(file, schema, Some(properties))?;
            for batch in receive {
                writer.write(&batch)?;
            }
            writer.close()?;
            Ok(())
        })
    };
    let mut rows = 0_u64;
    let mut columns: Vec<StringBuilder> = schema.fields().iter().map(|_| StringBuilder::new()).collect();
    let mut filled = 0;
    while more {
        for (index, column) in columns.iter_mut().enumerate() {
            match record.get(index) {
                None | Some("?" | "") => column.append_null(),
                Some(value) => column.append_value(value),
            }
        }
        rows += 1;
        filled += 1;
        more = match reader.next(&mut record)? {
            None => false,
            Some(read) => {
                read.map_err(|error| format!("row {}: {}", error.row, error.reason))?;
                true
            }
        };
        if filled == BATCH || !more {
            let arrays: Vec<ArrayRef> =
                columns.iter_mut().map(|column| -> ArrayRef { Arc::new(column.finish()) }).collect();
            if send.send(RecordBatch::try_new(Arc::clone(&schema), arrays)?).is_err() {
                break;
            }
            filled = 0;
        }
    }
    drop(send);
    writing.join().map_err(|_| "the writing thread broke")??;
    println!("{{\"rows\": {rows}}}");
    Ok(())
}
