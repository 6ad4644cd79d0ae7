//! `plumb password`.

use std::io::{BufRead, IsTerminal};

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
    if std::io::stdin().is_terminal() {
        eprint!("Password for the pages (it is shown while you type): ");
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| CommandError::usage(format!("reading the password: {error}")))?;
    let mut salt = [0; 16];
    super::ambient::random(&mut salt)?;
    std::fs::create_dir_all(data).map_err(|error| CommandError::refused(format!("{}: {error}", data.display())))?;
    web::password::Hash::new(line.trim_end_matches(['\r', '\n']), salt)
        .and_then(|hash| hash.save(data))
        .map_err(CommandError::usage)?;
    eprintln!("the password is set");
    Ok(Done::All)
}
