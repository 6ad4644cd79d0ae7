//! Serves the pages of this crate alone, for looking at them while they are written:
//! `cargo run -p acts --example serve -- FOLDER 7071`. The product serves them with the work record beside
//! (`plumb serve`).

use std::io::Read as _;
use std::sync::Arc;

use acts::{App, Config, NoRecord};

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "the outermost wiring of this example")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "plumb-data".to_owned());
    let port = arguments.next().unwrap_or_else(|| "7071".to_owned());
    std::fs::create_dir_all(&folder)?;
    let random: ledger::Random = Arc::new(|bytes: &mut [u8]| {
        let filled = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        assert!(filled.is_ok(), "no randomness");
    });
    let url = std::env::var("PLUMB_DATABASE").unwrap_or_else(|_| format!("sqlite:{folder}/ledger.sqlite"));
    let ledger = ledger::Ledger::open(&url, Arc::new(jiff::Timestamp::now), Arc::clone(&random)).await?;
    let ledger = ledger.with_answers(ledger::AnswerKey::kept(std::path::Path::new(&folder), &random)?);
    let config = Config { address: format!("http://127.0.0.1:{port}"), secure_cookie: false };
    let app = App::new(ledger, config, Arc::new(NoRecord));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://127.0.0.1:{port}");
    axum::serve(listener, acts::alone(&app)).await?;
    Ok(())
}
