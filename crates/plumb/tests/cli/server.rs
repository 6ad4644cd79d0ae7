//! `plumb serve` and `plumb password`: it listens where it may, and stops when it is told to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::support::{Folder, program};

/// A server on a free port, and the address that it told.
pub fn serving(folder: &Folder) -> (Child, BufReader<std::process::ChildStderr>, String) {
    let mut child = program(folder.path())
        .args(["serve", "--bind", "127.0.0.1:0", "--data", "record"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
    assert!(!address.is_empty(), "{line}");
    (child, told, address)
}

pub fn signal(child: &Child, name: &str) {
    // The shell's own kill: a program of that name may be missing.
    let done = Command::new("/bin/sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(done.success());
}

#[test]
#[cfg(unix)]
fn the_server_stops_cleanly_when_it_is_told_to() {
    let folder = Folder::small();
    for name in ["TERM", "INT"] {
        let (mut child, mut told, address) = serving(&folder);
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
        signal(&child, name);
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(0), "SIG{name}: {ended}");
        let mut rest = String::new();
        told.read_to_string(&mut rest).unwrap();
        assert!(rest.contains("stopped"), "SIG{name}: {rest}");
        let mut out = String::new();
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        assert_eq!(out, "", "nothing on standard output");
        assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    let folder = Folder::small();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let ran = folder.run(&format!("serve --bind {} --data record", taken.local_addr().unwrap()));
    assert_eq!(ran.code, 2, "{}", ran.whole());
    assert!(
        ran.err.contains("cannot be listened on") && ran.err.contains("hint: is another server running"),
        "{}",
        ran.err
    );
}

#[test]
fn a_password_is_kept_as_a_hash_and_forgotten() {
    let folder = Folder::new();
    let ran = folder.run_with(&["password", "--data", "record"], b"correct horse battery\n").done();
    assert!(ran.out.is_empty() && !ran.err.contains("correct horse"), "{}", ran.whole());
    let kept = folder.read("record/password");
    assert!(kept.starts_with("$argon2id$") && !kept.contains("correct"), "{kept}");
    folder.run("password --clear --data record").done();
    assert!(!folder.path().join("record/password").exists());
}

/// `script` gives the program a terminal of its own.
#[test]
#[cfg(target_os = "linux")]
fn a_password_that_is_typed_is_not_shown() {
    if !std::path::Path::new("/usr/bin/script").is_file() {
        println!("skipped: /usr/bin/script is not there, so no terminal can be had");
        return;
    }
    let folder = Folder::new();
    let typed = |first: &str, second: &str| {
        let command = format!("{} password --data record", env!("CARGO_BIN_EXE_plumb"));
        let mut child = Command::new("/usr/bin/script")
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .current_dir(folder.path())
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let mut output = child.stdout.take().unwrap();
        let mut seen = Vec::new();
        // What is typed before the question would be shown by the terminal itself.
        for (question, answer) in [("type): ", first), ("Once more: ", second)] {
            let mut byte = [0; 1];
            while !String::from_utf8_lossy(&seen).ends_with(question) && output.read(&mut byte).unwrap() == 1 {
                seen.push(byte[0]);
            }
            // The echo is turned off right after the question.
            std::thread::sleep(std::time::Duration::from_secs(1));
            if writeln!(input, "{answer}").is_err() {
                break;
            }
        }
        output.read_to_end(&mut seen).unwrap();
        (child.wait().unwrap().code(), String::from_utf8_lossy(&seen).into_owned())
    };
    let (code, seen) = typed("correct horse battery", "correct horse battery");
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("the password is set") && !seen.contains("horse"), "it was shown: {seen}");
    let (code, seen) = typed("correct horse battery", "correct horse batter");
    assert_eq!(code, Some(2), "{seen}");
    assert!(seen.contains("not the same") && !seen.contains("horse"), "{seen}");
}
