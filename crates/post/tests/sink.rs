//! The mail of a day over a real dialogue with a small server for mail.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use leadership::{CircleKind, PersonId, Role};
use ledger::people::{self, AddPerson, Begin, OpenCircle};
use ledger::post::{self as wishes, Wish};
use ledger::promises::Give;
use ledger::requests::Ask;
use ledger::testing::{Clock, sqlite};
use ledger::{Act, Ledger};
use post::{Config, Sender, round, run};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A server for mail (RFC 5321) that keeps what it is given, or refuses every recipient while it is told to.
#[derive(Clone, Default)]
struct Sink {
    kept: Arc<Mutex<Vec<(String, String)>>>,
    refuses: Arc<Mutex<bool>>,
}

impl Sink {
    /// Listens; gives its address.
    async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        let sink = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = sink.clone();
                tokio::spawn(async move { sink.talk(stream).await });
            }
        });
        address
    }

    async fn talk(&self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut to = String::new();
        write.write_all(b"220 sink.example ESMTP\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => "250-sink.example\r\n250 8BITMIME",
                "RCPT" if *self.refuses.lock().unwrap() => "450 4.2.1 come back later",
                "RCPT" => {
                    line.split(['<', '>']).nth(1).unwrap().clone_into(&mut to);
                    "250 2.1.5 known"
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    let mut mail = String::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                        mail.push('\n');
                    }
                    self.kept.lock().unwrap().push((to.clone(), mail));
                    "250 2.0.0 kept"
                }
                "QUIT" => {
                    write.write_all(b"221 2.0.0 bye\r\n").await.unwrap();
                    return;
                }
                _ => "250 2.0.0 fine",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
    }

    fn refuse(&self, refuses: bool) {
        *self.refuses.lock().unwrap() = refuses;
    }

    /// What came since it was asked last.
    fn took(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.kept.lock().unwrap())
    }
}

async fn does<A: Act>(ledger: &Ledger, person: PersonId, act: A) -> A::Done {
    let actor = people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap();
    ledger.perform(&actor, &act).await.unwrap()
}

/// Ann leads; Bo, who has an ask for her, is in her team; Cy has no address.
async fn house(ledger: &Ledger) -> (PersonId, PersonId) {
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lée".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
    let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let team = OpenCircle { parent: root, kind: CircleKind::Team, name: "Desk".into(), purpose: String::new() };
    let team = does(ledger, ann, team).await;
    let add = |name: &str, email: &str| AddPerson {
        name: name.into(),
        email: email.into(),
        circle: team,
        role: Role::Member,
    };
    let bo = does(ledger, ann, add("Bo Kim", "bo@example.org")).await;
    does(ledger, ann, add("Cy Dahl", "")).await;
    let ask = Ask {
        circle: team.to_string(),
        of: ann.to_string(),
        title: "A <b>new</b> bench; größer als bisher".into(),
        due: "2026-03-05".into(),
        ..Ask::default()
    };
    does(ledger, bo, ask).await;
    (ann, bo)
}

fn config(server: &str) -> Config {
    Config {
        server: server.into(),
        from: "Plumb <plumb@example.org>".into(),
        address: "https://plumb.example.org".into(),
    }
}

/// A part of a message, decoded from quoted-printable or base64 by the few rules that these mails use.
fn decoded(mail: &str) -> String {
    let mut bytes = Vec::new();
    let joined = mail.replace("=\n", "");
    let mut rest = joined.as_bytes().iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'=' {
            bytes.push(byte);
            continue;
        }
        let hex: Vec<u8> = rest.clone().take(2).collect();
        match std::str::from_utf8(&hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn once_a_day_at_the_persons_hour() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T06:30:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    let (ann, bo) = house(&ledger).await;
    let sink = Sink::default();
    let sender = Sender::new(&config(&sink.listen().await)).unwrap();
    assert_eq!(sender.test().await, Ok(()));
    assert_eq!(round(&ledger, &sender).await.unwrap(), post::Round::default(), "not yet seven");

    clock.advance(SignedDuration::from_mins(30));
    // Two servers at once: each mail goes out once.
    let (one, other) = tokio::join!(round(&ledger, &sender), round(&ledger, &sender));
    let (one, other) = (one.unwrap(), other.unwrap());
    // Ann has an ask; Bo hears that Ann brought people in.
    assert_eq!((one.sent + other.sent, one.failed + other.failed), (2, 0));
    let mut took = sink.took();
    took.sort();
    assert_eq!(took.len(), 2);
    let (to, mail) = &took[0];
    let mail = decoded(mail);
    assert_eq!(to, "ann@example.org");
    assert!(mail.contains(&format!("Message-ID: <2026-03-02.{ann}@plumb>")), "{mail}");
    assert!(mail.contains("Auto-Submitted: auto-generated") && mail.contains("Date: Mon, 02 Mar 2026 07:00:00 +0000"));
    assert!(mail.contains("multipart/alternative"));
    assert!(mail.contains("- Decide: A <b>new</b> bench; größer als bisher"), "{mail}");
    assert!(mail.contains("A &lt;b&gt;new&lt;/b&gt; bench"), "the HTML shows markup as it was typed: {mail}");
    assert!(
        mail.contains("https://plumb.example.org/requests/") && mail.contains("https://plumb.example.org/today/post")
    );
    assert!(!mail.contains("<img"), "nothing that tells that it was read");

    // Started anew, an hour later, the same day: nothing more.
    clock.advance(SignedDuration::from_hours(1));
    assert_eq!(round(&ledger, &sender).await.unwrap(), post::Round::default());
    // The next day again; Bo has nothing to be told then, and gets nothing. A kind that is switched off is left out.
    let wish = Wish { mail: true, hour: "7".into(), quiet_from: "0".into(), quiet_to: "0".into(), ..Wish::default() };
    clock.days(2);
    does(&ledger, bo, Wish { in_mail: vec!["decide".into()], ..wish.clone() }).await;
    let told = round(&ledger, &sender).await.unwrap();
    assert_eq!((told.sent, told.nothing), (1, 1));
    assert_eq!(sink.took().len(), 1);
    clock.days(1);
    does(&ledger, ann, Wish { in_mail: vec!["keep".into()], ..wish.clone() }).await;
    let told = round(&ledger, &sender).await.unwrap();
    assert_eq!((told.sent, told.nothing), (0, 2));
    clock.days(1);
    does(&ledger, ann, Wish { mail: false, in_mail: vec!["decide".into()], ..wish }).await;
    assert_eq!(round(&ledger, &sender).await.unwrap().sent, 0, "switched off as a whole");
}

#[tokio::test]
async fn what_others_promised_is_in_the_mail_before_its_day() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T06:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    let (ann, bo) = house(&ledger).await;
    let give = Give {
        whom: ann.to_string(),
        what: "Two <test> benches".into(),
        known: "They stand there".into(),
        due: "2026-03-09".into(),
        ..Give::default()
    };
    does(&ledger, bo, give).await;
    let sink = Sink::default();
    let sender = Sender::new(&config(&sink.listen().await)).unwrap();
    clock.advance(SignedDuration::from_hours(1));
    round(&ledger, &sender).await.unwrap();
    let took = sink.took();
    let mail = |to: &str| decoded(&took.iter().find(|(who, _)| who == to).expect(to).1);
    let anns = mail("ann@example.org");
    assert!(anns.contains("Promised to you, due within two weeks:"), "{anns}");
    assert!(anns.contains("- Two <test> benches, by Bo Kim on Mon 9 Mar"), "{anns}");
    assert!(anns.contains("Two &lt;test&gt; benches</a>"), "{anns}");
    let bos = mail("bo@example.org");
    assert!(bos.contains("- Keep: Two <test> benches") && !bos.contains("Promised to you"), "{bos}");
    // It goes with the kind of promises to close, which can be switched off.
    let kinds = wishes::KINDS.iter().map(|(name, _)| (*name).to_owned()).filter(|name| name != "close").collect();
    let wish = Wish { mail: true, hour: "7".into(), quiet_from: "0".into(), quiet_to: "0".into(), ..Wish::default() };
    does(&ledger, ann, Wish { in_mail: kinds, ..wish }).await;
    clock.days(1);
    round(&ledger, &sender).await.unwrap();
    let again = sink.took();
    let again = decoded(&again.iter().find(|(who, _)| who == "ann@example.org").expect("Ann").1);
    assert!(again.contains("new</b> bench") && !again.contains("Promised to you"), "{again}");
}

#[tokio::test]
async fn what_fails_is_tried_again_and_seen() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T07:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    let (ann, bo) = house(&ledger).await;
    let off = Wish { hour: "7".into(), quiet_from: "0".into(), quiet_to: "0".into(), ..Wish::default() };
    does(&ledger, bo, off).await;
    let sink = Sink::default();
    let sender = Sender::new(&config(&sink.listen().await)).unwrap();
    sink.refuse(true);
    assert_eq!(round(&ledger, &sender).await.unwrap().failed, 1);
    let actor = people::actor(&mut ledger.read().await.unwrap(), ann).await.unwrap().unwrap();
    let failures = wishes::failures(&mut ledger.read().await.unwrap(), &actor).await.unwrap();
    assert!(failures[0].again && failures[0].error.contains("come back later"), "{failures:?}");
    sink.refuse(false);
    assert_eq!(round(&ledger, &sender).await.unwrap(), post::Round::default(), "not at once");
    clock.advance(SignedDuration::from_mins(5));
    assert_eq!(round(&ledger, &sender).await.unwrap().sent, 1);
    assert_eq!(sink.took().len(), 1);
    assert!(wishes::failures(&mut ledger.read().await.unwrap(), &actor).await.unwrap().is_empty());
    // A server that is not there fails in the same way.
    clock.days(1);
    let gone = Sender::new(&config("smtp://127.0.0.1:9")).unwrap();
    assert!(gone.test().await.is_err());
    assert_eq!(round(&ledger, &gone).await.unwrap().failed, 1);
}

#[tokio::test]
async fn runs_until_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T07:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    house(&ledger).await;
    let sink = Sink::default();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(run(ledger.clone(), config(&sink.listen().await), stopped));
    while sink.kept.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap().unwrap();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    assert!(run(ledger.clone(), config("nonsense"), stopped.clone()).await.is_err());
    let no_sender = Config { from: "nobody".into(), ..config("smtp://127.0.0.1:9") };
    assert!(run(ledger, no_sender, stopped).await.is_err());
}

#[test]
fn a_password_is_not_shown() {
    let shown = format!("{:?}", config("smtp://user:secret@mail.example.org"));
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_letter_that_somebody_waits_for_is_plain_text() {
    let sink = Sink::default();
    let sender = Sender::new(&config(&sink.listen().await)).unwrap();
    let text = "Ann Lée,\n\nset it here:\n\nhttps://plumb.example.org/signin/new/abc_def-123\n".to_owned();
    let clock = Clock::at("2026-03-02T06:30:00Z");
    let at = std::time::SystemTime::from(clock.now());
    let sent = sender.letter(("Ann Lée", "ann@example.org"), ("A new password", text), "one", at).await;
    assert_eq!(sent, Ok(()));
    let (to, mail) = sink.took().remove(0);
    assert_eq!(to, "ann@example.org");
    assert!(mail.contains("Message-ID: <one@plumb>") && mail.contains("Auto-Submitted: auto-generated"), "{mail}");
    assert!(mail.contains("Content-Type: text/plain; charset=utf-8"), "{mail}");
    // The link arrives whole, on a line of its own.
    assert!(decoded(&mail).lines().any(|line| line == "https://plumb.example.org/signin/new/abc_def-123"), "{mail}");
    sink.refuse(true);
    let text = "x".to_owned();
    let refused = sender.letter(("Ann", "ann@example.org"), ("A new password", text), "two", at).await;
    assert!(refused.unwrap_err().contains("come back later"));
    assert!(sender.letter(("Ann", "no address"), ("x", String::new()), "three", at).await.is_err());
}
