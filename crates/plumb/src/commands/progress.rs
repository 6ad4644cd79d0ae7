//! Progress on standard error: a bar where somebody looks, plain lines where a file is written.

use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use work::{Phase, Progress};

/// Shows how far an import is.
pub struct Import {
    bar: ProgressBar,
    told: Option<(Phase, usize)>,
    files: Vec<String>,
}

impl Import {
    pub fn new(files: Vec<String>) -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg:40} {wide_bar} {percent:>3} %");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, told: None, files }
    }

    pub fn tell(&mut self, progress: Progress) {
        let file = self.files.get(progress.file).map_or("", String::as_str);
        let message = match progress.phase {
            Phase::Waiting => "waiting: another import is running".to_owned(),
            Phase::Reading => format!("reading {file}"),
            Phase::Writing => "writing the record".to_owned(),
            Phase::Committing => "committing".to_owned(),
        };
        if self.bar.is_hidden() {
            if self.told != Some((progress.phase, progress.file)) {
                eprintln!("{message}");
            }
        } else {
            self.bar.set_length(progress.total.max(1));
            self.bar.set_position(progress.read);
            self.bar.set_message(message);
        }
        self.told = Some((progress.phase, progress.file));
    }

    pub fn done(&self) {
        self.bar.finish_and_clear();
    }
}

/// Tells the stages of finding problems, each once.
pub fn finding() -> Arc<dyn Fn(problems::Progress) + Send + Sync> {
    let last = Mutex::new("");
    Arc::new(move |progress: problems::Progress| {
        // A panic while the lock was held leaves a plain word behind.
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != progress.stage {
            *last = progress.stage;
            eprintln!("problems: {}", progress.stage);
        }
    })
}
