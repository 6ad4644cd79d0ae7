//! Imports what it is told to, to be measured from outside:
//! `IMPORT_DATA=… IMPORT_FILE=… cargo test --release -p work --test record speed::import -- --ignored --nocapture`

use std::path::{Path, PathBuf};

use work::ImportOptions;

use crate::rows::now;

#[test]
#[ignore = "measured from outside"]
fn import() {
    let (Ok(data), Ok(file)) = (std::env::var("IMPORT_DATA"), std::env::var("IMPORT_FILE")) else { return };
    let mut phase = None;
    let report = work::import(
        Path::new(&data),
        &[PathBuf::from(file)],
        &ImportOptions::default(),
        now(),
        [7; 32],
        &mut |progress| {
            if phase != Some(progress.phase) {
                phase = Some(progress.phase);
                println!("{progress:?}");
            }
        },
    );
    println!("{}", serde_json::to_string(&report.unwrap()).unwrap());
}

/// Times queries: `ASK_DATA=… ASK_QUERIES="…;…" …`, with and without filters pushed into the files.
#[test]
#[ignore = "measured by hand"]
#[expect(clippy::disallowed_methods, reason = "this is the measuring")]
fn ask() {
    let (Ok(data), Ok(queries)) = (std::env::var("ASK_DATA"), std::env::var("ASK_QUERIES")) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for pushed in [true, false] {
        let record = work::Record::open(Path::new(&data)).unwrap();
        runtime.block_on(async {
            let session = record.session().unwrap();
            session.batches(&format!("set datafusion.execution.parquet.pushdown_filters = {pushed}")).await.unwrap();
            for query in queries.split(';') {
                let mut times = Vec::new();
                for _ in 0..5 {
                    let begun = std::time::Instant::now();
                    let rows = session.batches(query).await.unwrap();
                    times.push(begun.elapsed().as_micros());
                    assert!(rows.len() < 1_000_000);
                }
                println!("pushed {pushed}: first {} then best {} us: {query}", times[0], times.iter().min().unwrap());
            }
        });
    }
}
