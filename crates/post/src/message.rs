//! The mail of a day: the same as the page, as plain text and as HTML, with ways back to it. Nothing in it is
//! loaded from anywhere, so that nobody learns whether it was read.

use std::fmt::Write as _;

use leadership::today::{Do, Ranked, Waiting};
use ledger::post::Wishes;
use ledger::today::{Hint, News, Promised, Today};
use maud::{DOCTYPE, Markup, html};

/// Most things that a mail lists; the page has all of them.
const LISTED: usize = 20;

/// A mail, written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
}

fn verb(item: &Waiting) -> &'static str {
    match item.act {
        Do::Decide if item.page.ends_with("/tell") => "Tell those affected",
        Do::Acknowledge => "Acknowledge",
        Do::Answer => "Answer",
        Do::Decide => "Decide",
        Do::Review => "Judge what came of it",
        Do::Keep => "Keep",
        Do::Close => "Say whether it was kept",
        Do::Renegotiate => "Settle anew",
    }
}

/// What others promised and is due soon, as lines of text; nothing where there is nothing.
fn promised_text(promised: &[&Promised], address: &str) -> String {
    let mut text = String::new();
    for (at, one) in promised.iter().enumerate() {
        if at == 0 {
            text.push_str("\nPromised to you, due within two weeks:\n");
        }
        let due = one.due.strftime("%a %-d %b");
        let _ = write!(text, "- {}, by {} on {due}\n  {address}{}\n", one.what, one.with, one.page);
    }
    text
}

/// The same as HTML.
fn promised_html(promised: &[&Promised], address: &str) -> Markup {
    html! {
        @if !promised.is_empty() {
            h2 { "Promised to you, due within two weeks" }
            ul { @for one in promised {
                li { a href=(format!("{address}{}", one.page)) { (one.what) } ", by " (one.with) " on " (one.due.strftime("%a %-d %b").to_string()) }
            } }
        }
    }
}

/// Writes the mail of a day, as its reader wants it; `None` where there is nothing to tell. `address` is where
/// the pages are, without a slash at the end.
#[must_use]
pub fn write(today: &Today, wishes: &Wishes, name: &str, address: &str) -> Option<Mail> {
    let off = |kind: &str| wishes.mail_off.iter().any(|one| one == kind);
    let waiting: Vec<&Ranked> = today.waiting.iter().filter(|ranked| !off(ranked.waiting.act.name())).collect();
    let news: &[News] = if off("news") { &[] } else { &today.news };
    let hints: Vec<(&str, &Hint)> =
        [("The aim that is being forgotten", &today.forgotten), ("One conversation to have", &today.conversation)]
            .into_iter()
            .filter_map(|(title, hint)| Some((title, hint.as_ref()?)))
            .filter(|_| !off("hints"))
            .collect();
    if waiting.is_empty() && news.is_empty() && hints.is_empty() {
        return None;
    }
    // One's own wait already. What others promised is told beside what there is to tell, and brings no mail of its own.
    let promised: Vec<&Promised> = today.promised.iter().filter(|one| !one.mine && !off("close")).collect();
    let day = today.day.strftime("%A %-d %B").to_string();
    let subject = match waiting.len() {
        0 if news.is_empty() => format!("{day}: a hint"),
        0 => format!("{day}: what came in"),
        1 => format!("{day}: one thing waits for you"),
        many => format!("{day}: {many} things wait for you"),
    };
    let (listed, left) = (waiting.len().min(LISTED), waiting.len().saturating_sub(LISTED));

    let mut text = format!("{name},\n");
    if !waiting.is_empty() {
        text.push_str("\nWhat waits for you; what costs most to leave comes first:\n");
        for ranked in &waiting[..listed] {
            let item = &ranked.waiting;
            let _ = write!(
                text,
                "\n- {}: {}\n  {} ({})\n  {address}{}\n",
                verb(item),
                item.title,
                item.because,
                ranked.reason,
                item.page
            );
        }
        if left > 0 {
            let _ = write!(text, "\nand {left} more: {address}/today\n");
        }
    }
    text.push_str(&promised_text(&promised, address));
    for (title, hint) in &hints {
        let _ = write!(text, "\n{title}: {}\n{}\n{address}{}\n", hint.title, hint.because, hint.page);
    }
    if !news.is_empty() {
        text.push_str("\nSince yesterday:\n");
        for one in news {
            let _ = write!(text, "- {}\n  {address}{}\n", one.words, one.page);
        }
    }
    let _ = write!(text, "\nToday: {address}/today\nSwitch this mail off, or parts of it: {address}/today/post\n");

    let to = |page: &str| format!("{address}{page}");
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { (subject) } }
            body {
                p { (name) "," }
                @if !waiting.is_empty() {
                    h2 { "What waits for you; what costs most to leave comes first" }
                    ol {
                        @for ranked in &waiting[..listed] {
                            li { p {
                                (verb(&ranked.waiting)) ": " a href=(to(&ranked.waiting.page)) { (ranked.waiting.title) } br;
                                (ranked.waiting.because) " (" (ranked.reason) ")"
                            } }
                        }
                    }
                    @if left > 0 { p { a href=(to("/today")) { "and " (left) " more" } } }
                }
                (promised_html(&promised, address))
                @for (title, hint) in &hints {
                    h2 { (title) }
                    p { a href=(to(&hint.page)) { (hint.title) } br; (hint.because) }
                }
                @if !news.is_empty() {
                    h2 { "Since yesterday" }
                    ul { @for one in news { li { a href=(to(&one.page)) { (one.words) } } } }
                }
                p { a href=(to("/today")) { "Today" } " · " a href=(to("/today/post")) { "Switch this mail off, or parts of it" } }
            }
        }
    };
    Some(Mail { subject, text, html: html.into_string() })
}
