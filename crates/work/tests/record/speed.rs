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
