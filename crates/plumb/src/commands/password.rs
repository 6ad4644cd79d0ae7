//! `plumb password`.

use std::io::{BufRead, IsTerminal};

use console::Term;

use crate::args::Password;
use crate::error::{CommandError, CommandResult, Done};

/// Sets or clears the password of the pages.
pub fn run(given: &Password) -> CommandResult {
    let data = &given.data.dir;
    if given.clear {
        web::password::Hash::clear(data).map_err(CommandError::internal)?;
        eprintln!("the password is forgotten; the pages can be served on this machine only");
        return Ok(Done::All);
    }
    let password = given_or_typed()?;
    let mut salt = [0; 16];
    super::ambient::random(&mut salt)?;
    std::fs::create_dir_all(data).map_err(|error| CommandError::refused(format!("{}: {error}", data.display())))?;
    web::password::Hash::new(&password, salt).and_then(|hash| hash.save(data)).map_err(CommandError::usage)?;
    eprintln!("the password is set; a server that is running takes it when it starts again");
    Ok(Done::All)
}

/// The first line of standard input; from people, typed unseen.
pub fn given_or_typed() -> Result<String, CommandError> {
    if std::io::stdin().is_terminal() { typed() } else { piped() }
}

/// The first line of what is piped in.
fn piped() -> Result<String, CommandError> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| CommandError::usage(format!("reading the password: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Asked twice and not shown: whoever stands behind must not read it, and a slip must not lock people out.
fn typed() -> Result<String, CommandError> {
    let term = Term::stderr();
    if !term.is_term() {
        return Err(CommandError::usage("the question would go to a file")
            .hint("pipe the password in instead: plumb password < FILE, its first line is taken"));
    }
    let ask = |question: &str| {
        term.write_str(question)
            .and_then(|()| term.read_secure_line())
            .map_err(|error| CommandError::usage(format!("reading the password: {error}")))
    };
    let first = ask("Password (it is not shown while you type): ")?;
    // Too short is told before it is typed again.
    web::password::check(&first).map_err(CommandError::usage)?;
    if ask("Once more: ")? != first {
        return Err(CommandError::usage("the two are not the same").hint("nothing was changed; try again"));
    }
    Ok(first)
}
