//! What waves hold of a person, for that person. A person rated sees whom they chose and that they were asked, never
//! who answered; a rater sees their own seats.

use crate::people::Place;

/// What this room holds of a person.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Waves",
        what: "Waves of ratings that you planned",
        covers: ("wave", "planned_by"),
        sql: "select title, opens_on, closes_on, closed_on from wave where planned_by = $1 order by opens_on desc",
        shows: &[("title", "Title"), ("opens_on", "From"), ("closes_on", "To"), ("closed_on", "Closed")],
    },
    Place {
        room: "Waves",
        what: "Waves in which you are rated",
        covers: ("rated", "person"),
        sql: "select w.title, replace(r.kind, '_', ' ') as kind, r.nominated_at, r.chosen_at, r.confirmed_at from rated r \
              join wave w on w.id = r.wave where r.person = $1 order by r.nominated_at desc",
        shows: &[
            ("title", "Wave"),
            ("kind", "As what kind of leader"),
            ("nominated_at", "Nominated"),
            ("chosen_at", "Raters chosen"),
            ("confirmed_at", "Raters confirmed"),
        ],
    },
    Place {
        room: "Waves",
        what: "Whom you nominated",
        covers: ("rated", "nominated_by"),
        sql: "select w.title, p.name, r.nominated_at from rated r join wave w on w.id = r.wave \
              join person p on p.id = r.person where r.nominated_by = $1 order by r.nominated_at desc",
        shows: &[("nominated_at", "When"), ("title", "Wave"), ("name", "Whom")],
    },
    Place {
        room: "Waves",
        what: "Whose raters you confirmed",
        covers: ("rated", "confirmed_by"),
        sql: "select w.title, p.name, r.confirmed_at from rated r join wave w on w.id = r.wave \
              join person p on p.id = r.person where r.confirmed_by = $1 order by r.confirmed_at desc",
        shows: &[("confirmed_at", "When"), ("title", "Wave"), ("name", "Whose")],
    },
    Place {
        room: "Waves",
        what: "Who was chosen to rate you. Who of them answered is not told to you: it could say whose answer is whose",
        covers: ("seat", "rated"),
        sql: "select w.title, coalesce(p.name, 'somebody from outside') as name, s.role, \
              case when s.state = 'chosen' then 'chosen' else 'asked' end as state from seat s \
              join wave w on w.id = s.wave left join person p on p.id = s.rater \
              where s.rated = $1 and s.role <> 'self' order by w.opens_on desc, s.role, name",
        shows: &[("title", "Wave"), ("name", "Who"), ("role", "As what"), ("state", "How far")],
    },
    Place {
        room: "Waves",
        what: "Whom you are asked to rate. What you answered lies under seal and cannot be shown, not to you either: nobody can tell which of the answers is yours. Rating yourself, and somebody who reports to you, is under your name",
        covers: ("seat", "rater"),
        sql: "select w.title, p.name, s.role, s.state from seat s join wave w on w.id = s.wave \
              join person p on p.id = s.rated where s.rater = $1 and s.state <> 'chosen' order by w.opens_on desc, p.name",
        shows: &[("title", "Wave"), ("name", "Whom"), ("role", "As what"), ("state", "How far")],
    },
    Place {
        room: "Waves",
        what: "Answers about you, under seal; what of them may be told to you is in your report",
        covers: ("sealed_form", "rated"),
        sql: "",
        shows: &[],
    },
    Place {
        room: "Waves",
        what: "Comments on you, under seal; what of them may be told to you is in your report",
        covers: ("sealed_comment", "rated"),
        sql: "",
        shows: &[],
    },
    Place {
        room: "Waves",
        what: "Figures about you that were released, kept so that no later figure tells whose answer is whose; over whom each was is not shown",
        covers: ("released_set", "rated"),
        sql: "select w.title, s.what, s.released_at from released_set s join wave w on w.id = s.wave \
              where s.rated = $1 order by s.released_at desc, s.what",
        shows: &[("released_at", "When"), ("title", "Wave"), ("what", "What")],
    },
    Place {
        room: "Waves",
        what: "How far means over a whole wave, with noise on them, were told of forms that you filled in; a year allows as much and no more, and the day is the wave's last one",
        covers: ("privacy_spent", "rater"),
        sql: "select w.title, s.day from privacy_spent s join wave w on w.id = s.wave \
              where s.rater = $1 order by s.day desc, w.title",
        shows: &[("title", "Wave"), ("day", "Day")],
    },
];
