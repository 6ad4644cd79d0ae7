//! Serves a ledger with somebody in it, for trying the API: `api FOLDER PORT` prints a token that may act and
//! is good for a day. `scripts/schemathesis` calls it.

use std::io::Read as _;
use std::sync::Arc;

use acts::{App, Config, NoRecord};
use leadership::Role;
use ledger::people::{self, AddPerson, Begin};
use ledger::talks::{Call, Hear};
use ledger::tokens::{MakeToken, Scope};

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "the outermost wiring of this example")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, port] = arguments.as_slice() else { return Err("api FOLDER PORT".into()) };
    let random = |bytes: &mut [u8]| {
        let filled = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        assert!(filled.is_ok(), "no randomness");
    };
    let url = format!("sqlite:{folder}/ledger.sqlite");
    let ledger = ledger::Ledger::open(&url, Arc::new(jiff::Timestamp::now), Arc::new(random)).await?;
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "nobody signs in".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await?;
    let ann = people::actor(&mut ledger.read().await?, ann).await?.ok_or("nobody is there")?;
    // Somebody to talk with, and something that was heard from Ann.
    let root = people::root(&mut ledger.read().await?).await?;
    let bo = AddPerson { name: "Bo Kim".into(), email: String::new(), circle: root, role: Role::Member };
    let bo = ledger.perform(&ann, &bo).await?;
    let day = ledger.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    let call = Call {
        kind: "one_to_one".into(),
        with: vec![bo],
        about: "How it goes".into(),
        planned_on: day,
        held: true,
        ..Call::default()
    };
    let talk = ledger.perform(&ann, &call).await?;
    let bo = people::actor(&mut ledger.read().await?, bo).await?.ok_or("nobody is there")?;
    let hear = Hear { talk: Some(talk), of: Some(ann.person), words: "You want fewer calls at night".into() };
    ledger.perform(&bo, &hear).await?;
    let token = MakeToken { name: "A trial".into(), scope: Scope::Act, days: "1".into() };
    let token = ledger.perform(&ann, &token).await?;
    let config = Config { address: format!("http://127.0.0.1:{port}"), secure_cookie: false };
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("{token}");
    axum::serve(listener, acts::alone(&App::new(ledger, config, Arc::new(NoRecord)))).await?;
    Ok(())
}
