//! Load on the record of leadership: `load FOLDER [--database postgres://…] [--seconds 10]` fills an empty
//! ledger (3,000 people, 3,000 aims, 20,000 promises, 1,000,000 events),
//! serves it from a process of its own, and asks it over HTTP on loopback as 50 users at once. Prints a row
//! of Markdown for each page and act. `benches/leadership/run` calls it for both engines.

use std::error::Error;
use std::fmt;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use acts::{App, Config, NoRecord};
use jiff::ToSpan as _;
use leadership::aim::AimKind;
use leadership::circle::Actor;
use leadership::promise::{Origin, To};
use leadership::{CircleId, CircleKind, PersonId, Role};
use ledger::aims::MakeAim;
use ledger::people::{self, AddPerson, Begin, OpenCircle};
use ledger::promises::Make;
use ledger::sessions::SignIn;
use ledger::{Act, Ledger, Refused, Said, Tx};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const TEAMS: usize = 300;
const PEOPLE_PER_TEAM: usize = 10;
const AIMS_PER_TEAM: usize = 10;
const PROMISES: usize = 20_000;
const EVENTS: i64 = 1_000_000;
const USERS: usize = 50;
const PORT: u16 = 7_078;

type Failure = Box<dyn Error + Send + Sync>;

#[expect(clippy::disallowed_methods, reason = "a load program measures the real clock")]
fn opened() -> (ledger::Now, ledger::Random) {
    let random = |bytes: &mut [u8]| {
        let filled = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes));
        assert!(filled.is_ok(), "no randomness");
    };
    (Arc::new(jiff::Timestamp::now), Arc::new(random))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |flag: &str| arguments.iter().position(|one| one == flag).and_then(|at| arguments.get(at + 1)).cloned();
    let folder = arguments.first().ok_or("load FOLDER [--database URL] [--seconds N]")?;
    std::fs::create_dir_all(folder)?;
    let url = after("--database").unwrap_or_else(|| format!("sqlite:{folder}/ledger.sqlite"));
    if arguments.iter().any(|one| one == "--serve") {
        return serve(&url).await;
    }
    let seconds: u64 = after("--seconds").map_or(Ok(10), |text| text.parse())?;
    let (now, random) = opened();
    let ledger = Ledger::open(&url, now, random).await?;
    let users = filled(&ledger).await?;
    ledger.close().await;
    let server = Server::start(Path::new(folder), &url).await?;
    let engine = if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" };
    println!("| engine | asked | requests/s | p50 ms | p99 ms | worst ms | answers that are none | resident MiB |");
    println!("|---|---|---|---|---|---|---|---|");
    println!("| {engine} | at rest | | | | | | {} |", server.resident()?);
    let length = Duration::from_secs(seconds);
    // On SQLite; PostgreSQL takes its share of the same two cores.
    let mut goals = Goals { set: url.starts_with("sqlite:"), missed: false };
    for path in ["/people", "/today"] {
        let asked = measure(&users, length, move |_, _| (path.to_owned(), None)).await?;
        println!("| {engine} | GET {path} | {asked} | {} |", server.resident()?);
        goals.hold(&format!("p99 of {path}, ms"), asked.p99 <= 50.0 || path != "/today", asked.p99);
        goals.hold(&format!("{path}: answers that are none"), asked.none == 0, asked.none);
    }
    let (circles, members): (Vec<CircleId>, Vec<PersonId>) =
        users.iter().map(|user| (user.circle, user.member)).unzip();
    let person = move |user: usize, at: String| {
        (format!("/circles/{}/people/new", circles[user]), Some(format!("name=New+{user}+{at}&email=&role=member")))
    };
    let due = today().saturating_add(30.days());
    let promise = move |user: usize, at: String| {
        let form = format!("whom={}&what=Call+back+{at}&known=They+say+so&due={due}", members[user]);
        ("/promises/new".to_owned(), Some(form))
    };
    // What was gathered for a page holds until something is written that its reader may feel: a promise is felt by its
    // sides and its circle, a newcomer by everybody.
    for (what, act) in [
        ("promises", Box::new(promise.clone()) as Box<dyn Fn(usize, String) -> _ + Send>),
        ("newcomers", Box::new(person.clone())),
    ] {
        let tokens = users.iter().map(|user| user.token.clone()).collect();
        let writer = tokio::spawn(write_now_and_then(tokens, act));
        let asked = measure(&users, length, |_, _| ("/today".to_owned(), None)).await?;
        writer.abort();
        println!("| {engine} | GET /today, ten {what} a second meanwhile | {asked} | {} |", server.resident()?);
    }
    let asked = measure(&users, length, move |user, at| promise(user, at.to_string())).await?;
    println!("| {engine} | POST a promise | {asked} | {} |", server.resident()?);
    goals.hold("promises a second", asked.rate >= 200.0 && asked.none == 0, asked.rate);
    let asked = measure(&users, length, move |user, at| person(user, at.to_string())).await?;
    println!("| {engine} | POST a person | {asked} | {} |", server.resident()?);
    goals.hold("persons a second", asked.rate >= 200.0 && asked.none == 0, asked.rate);
    let ended = server.stop()?;
    let (now, random) = opened();
    let ledger = Ledger::open(&url, now, random).await?;
    let begun = started();
    let walked = ledger.verify(|_| ()).await?;
    println!("\n{walked} Walked in {:.1} s. At most {ended} MiB were resident.", begun.elapsed().as_secs_f64());
    ledger.close().await;
    goals.hold("MiB resident", ended <= 150, ended);
    if goals.missed { Err("a goal was missed".into()) } else { Ok(()) }
}

/// What the project holds itself to; a figure that misses it ends the program with an error.
struct Goals {
    set: bool,
    missed: bool,
}

impl Goals {
    fn hold(&mut self, what: &str, held: bool, figure: impl fmt::Display) {
        if self.set && !held {
            eprintln!("goal missed: {what}: {figure:.1}");
            self.missed = true;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a load program lives on the real clock")]
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[expect(clippy::disallowed_methods, reason = "a load program measures the real clock")]
fn started() -> Instant {
    Instant::now()
}

/// Says many events at once.
struct SayMany {
    subjects: Vec<CircleId>,
    count: i64,
}

#[ledger::act]
impl Act for SayMany {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        for at in 0..self.count {
            let circle = self.subjects[usize::try_from(at).unwrap_or_default() % self.subjects.len()];
            let said = Said::new("promise", tx.id::<()>(), "kept").by(actor.person).within(circle);
            tx.say(said.with("what", "Call back whoever called before noon").with("by", "2026-03-02"));
        }
        Ok(())
    }
}

/// A user who is signed in, with the circle that they lead.
struct User {
    token: String,
    circle: CircleId,
    /// Somebody of it.
    member: PersonId,
}

/// Fills the ledger unless it is filled, and signs in leaders of teams.
async fn filled(ledger: &Ledger) -> Result<Vec<User>, Failure> {
    let mut tx = ledger.read().await?;
    let empty = people::is_empty(&mut tx).await?;
    drop(tx);
    if empty {
        fill(ledger).await?;
    }
    let mut tx = ledger.read().await?;
    let leaders = tx
        .rows(
            "select r.person, r.circle, \
             (select min(m.person) from held_role m where m.circle = r.circle and m.role = 'member') as member \
             from held_role r join circle c on c.id = r.circle \
             where r.role = 'leader' and c.kind = 'team' order by r.circle limit 50",
            &[],
        )
        .await?;
    drop(tx);
    let mut users = Vec::new();
    for row in &leaders {
        let person: PersonId = row.id("person")?;
        let act = SignIn { person, agent: "load".to_owned() };
        let token = ledger.perform(&Begin::nobody(), &act).await?;
        users.push(User { token, circle: row.id("circle")?, member: row.id("member")? });
    }
    Ok(users)
}

async fn actor(ledger: &Ledger, person: PersonId) -> Result<Actor, Failure> {
    let mut tx = ledger.read().await?;
    Ok(people::actor(&mut tx, person).await?.ok_or("the first leader left")?)
}

async fn fill(ledger: &Ledger) -> Result<(), Failure> {
    let begun = started();
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "none".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await?;
    let root = people::circles(&mut ledger.read().await?).await?[0].id;
    let mut first = actor(ledger, ann).await?;
    let open = |parent, kind, name: String| OpenCircle { parent, kind, name, purpose: String::new() };
    let mut departments = Vec::new();
    for at in 0..10 {
        let act = open(root, CircleKind::Department, format!("Department {at}"));
        departments.push(ledger.perform(&first, &act).await?);
    }
    first = actor(ledger, ann).await?;
    let mut teams = Vec::new();
    for at in 0..TEAMS {
        let act = open(departments[at % 10], CircleKind::Team, format!("Team {at}"));
        teams.push(ledger.perform(&first, &act).await?);
    }
    first = actor(ledger, ann).await?;
    let mut members = Vec::new();
    for (team, circle) in teams.iter().enumerate() {
        for at in 0..PEOPLE_PER_TEAM {
            let role = if at == 0 { Role::Leader } else { Role::Member };
            let email = format!("p{team}.{at}@example.org");
            let act = AddPerson { name: format!("Person {team} {at}"), email, circle: *circle, role };
            members.push(ledger.perform(&first, &act).await?);
        }
    }
    first = actor(ledger, ann).await?;
    for (team, circle) in teams.iter().enumerate() {
        aims(ledger, &first, *circle, members[team * PEOPLE_PER_TEAM]).await?;
    }
    promises(ledger, &teams, &members).await?;
    let written = ledger.read().await?.count("select seq as n from chain where one = 1", &[]).await?;
    let mut left = EVENTS - written;
    while left > 0 {
        let count = left.min(2_000);
        ledger.perform(&first, &SayMany { subjects: teams.clone(), count }).await?;
        left -= count;
    }
    eprintln!("filled in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// The aims of a team: a goal, and strategies that serve it; all are its leader's.
async fn aims(ledger: &Ledger, by: &Actor, circle: CircleId, owner: PersonId) -> Result<(), Failure> {
    let mut serves = None;
    for at in 0..AIMS_PER_TEAM {
        let act = MakeAim {
            circle,
            kind: if at == 0 { AimKind::Goal } else { AimKind::Strategy },
            title: format!("Answer within the hour, part {at}"),
            why: "Whoever waits cannot work.".to_owned(),
            picture: String::new(),
            horizon: String::new(),
            owner: Some(owner),
            serves,
            core: false,
            hard: false,
            source: String::new(),
            restatement: String::new(),
            confirmer: None,
        };
        let aim = ledger.perform(by, &act).await?;
        serves = serves.or(Some(aim));
    }
    Ok(())
}

/// Promises between the people of a team, each due on one of the next hundred days.
async fn promises(ledger: &Ledger, teams: &[CircleId], members: &[PersonId]) -> Result<(), Failure> {
    for at in 0..PROMISES {
        let team = at % teams.len();
        let of = &members[team * PEOPLE_PER_TEAM..(team + 1) * PEOPLE_PER_TEAM];
        // Every second one is its leader's.
        let round = at / teams.len();
        let place = if round.is_multiple_of(2) { 0 } else { 1 + round % (PEOPLE_PER_TEAM - 1) };
        let (from, to) = (of[place], of[(place + 1 + at % 3) % PEOPLE_PER_TEAM]);
        let due = ledger.now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(i64::try_from(at % 100)?.days());
        let act = Promised { from, to, circle: teams[team], due, what: format!("Call back about matter {at}") };
        ledger.perform(&actor(ledger, from).await?, &act).await?;
    }
    Ok(())
}

/// Makes a promise.
struct Promised {
    from: PersonId,
    to: PersonId,
    circle: CircleId,
    due: jiff::civil::Date,
    what: String,
}

#[ledger::act]
impl Act for Promised {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, by: &Actor) -> Result<(), Refused> {
        let make = Make {
            from: self.from,
            to: To::Person(self.to),
            circle: Some(self.circle),
            what: &self.what,
            known: "They say so.",
            due: self.due,
            every: None,
            only_sides: false,
            origin: Origin::Hand,
            origin_id: None,
        };
        ledger::promises::make(tx, by, &make).await?;
        Ok(())
    }
}

async fn serve(url: &str) -> Result<(), Failure> {
    let (now, random) = opened();
    let ledger = Ledger::open(url, now, random).await?;
    let config = Config { address: format!("http://127.0.0.1:{PORT}"), secure_cookie: false };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", PORT)).await?;
    axum::serve(listener, acts::alone(&App::new(ledger, config, Arc::new(NoRecord)))).await?;
    Ok(())
}

/// The process that is asked.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    async fn start(folder: &Path, url: &str) -> Result<Self, Failure> {
        let arguments = ["--serve".as_ref(), "--database".as_ref(), url.as_ref()];
        let child =
            Command::new(std::env::current_exe()?).arg(folder).args::<_, &std::ffi::OsStr>(arguments).spawn()?;
        let server = Self(child);
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", PORT)).await.is_ok() {
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the server does not answer".into())
    }

    fn status(&self, field: &str) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
        let kib: u64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024)
    }

    fn resident(&self) -> Result<u64, Failure> {
        self.status("VmRSS")
    }

    fn stop(self) -> Result<u64, Failure> {
        self.status("VmHWM")
    }
}

/// Ten acts a second.
async fn write_now_and_then(
    tokens: Vec<String>,
    act: impl Fn(usize, String) -> (String, Option<String>),
) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(("127.0.0.1", PORT)).await?;
    for at in 0_usize.. {
        let user = at % tokens.len();
        let (path, form) = act(user, format!("meanwhile+{at}"));
        let status = ask(&mut stream, &tokens[user], &path, form.as_deref()).await?;
        assert!((200..400).contains(&status), "{path} was answered with {status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// How a page or act was answered.
struct Asked {
    /// Requests a second.
    rate: f64,
    /// Milliseconds.
    p50: f64,
    p99: f64,
    worst: f64,
    /// Answers that are none.
    none: u64,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, p50, p99, worst, none } = self;
        write!(f, "{rate:.0} | {p50:.1} | {p99:.1} | {worst:.1} | {none}")
    }
}

/// Asks as all users at once, each over one connection, one request after the other; the columns of a row.
async fn measure(
    users: &[User],
    length: Duration,
    request: impl Fn(usize, usize) -> (String, Option<String>) + Clone + Send + 'static,
) -> Result<Asked, Failure> {
    let begun = started();
    let mut tasks = tokio::task::JoinSet::new();
    for (user, of) in users.iter().enumerate().take(USERS) {
        let (token, request) = (of.token.clone(), request.clone());
        tasks.spawn(async move {
            let mut stream = TcpStream::connect(("127.0.0.1", PORT)).await?;
            stream.set_nodelay(true)?;
            let (mut took, mut none, mut at) = (Vec::new(), 0_u64, 0);
            while begun.elapsed() < length {
                let (path, form) = request(user, at);
                let sent = started();
                let status = ask(&mut stream, &token, &path, form.as_deref()).await?;
                took.push(sent.elapsed());
                none += u64::from(!(200..400).contains(&status));
                at += 1;
            }
            Ok::<_, Failure>((took, none))
        });
    }
    let (mut took, mut none) = (Vec::new(), 0);
    for done in tasks.join_all().await {
        let (times, others) = done?;
        took.extend(times);
        none += others;
    }
    let seconds = begun.elapsed().as_secs_f64();
    took.sort_unstable();
    let ms = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = took.len() as f64 / seconds;
    Ok(Asked { rate, p50: ms(50), p99: ms(99), worst: ms(100), none })
}

/// One request; the status of the answer, which is read to its end.
async fn ask(stream: &mut TcpStream, token: &str, path: &str, form: Option<&str>) -> Result<u16, Failure> {
    let head =
        |method: &str| format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: plumb_person={token}\r\n");
    let text = match form {
        Some(form) => format!(
            "{}content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            head("POST"),
            form.len()
        ),
        None => format!("{}\r\n", head("GET")),
    };
    stream.write_all(text.as_bytes()).await?;
    let mut answer = Vec::with_capacity(16_384);
    let mut whole = None;
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err("the server closed the connection".into());
        }
        if whole.is_none()
            && let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            whole = Some(end + 4 + length.map_or(Ok(0), |text| text.trim().parse::<usize>())?);
        }
        if whole.is_some_and(|whole| answer.len() >= whole) {
            let status = std::str::from_utf8(answer.get(9..12).ok_or("no status")?)?;
            return Ok(status.parse()?);
        }
    }
}
