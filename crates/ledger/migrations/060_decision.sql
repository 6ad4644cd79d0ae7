create table decision (
    id text primary key,
    circle text not null references circle (id),
    author text not null references person (id),
    decider text not null references person (id),
    state text not null,
    version bigint not null,
    question text not null,
    form text not null,
    template text not null default '',
    closed_why text,
    made_at text not null,
    changed_at text not null,
    asked_at text,
    answer_by text,
    decided_at text,
    review_on text,
    outcome text,
    reviewed_at text,
    happened text not null default '',
    learned text not null default '',
    superseded_by text references decision (id)
);
create index decision_circle on decision (circle, state, changed_at);
create index decision_decider on decision (decider, state, review_on);
create index decision_author on decision (author);
create index decision_superseded on decision (superseded_by);
create table decision_call (
    decision text not null references decision (id),
    version bigint not null,
    gut_option bigint,
    gut_percent bigint,
    analysed_option bigint,
    analysed_percent bigint,
    primary key (decision, version)
);
create table decision_affected (
    decision text not null references decision (id),
    person text not null references person (id),
    because text not null,
    asked_at text,
    told_at text,
    primary key (decision, person)
);
create index decision_affected_person on decision_affected (person, asked_at);
create table decision_voice (
    decision text not null references decision (id),
    version bigint not null,
    person text not null references person (id),
    objects bigint not null,
    words text not null,
    said_at text not null,
    answer text not null default '',
    answered_at text,
    primary key (decision, version, person)
);
create index decision_voice_person on decision_voice (person);
create table decision_clear (
    decision text not null references decision (id),
    version bigint not null,
    person text not null references person (id),
    clear bigint not null,
    words text not null,
    said_at text not null,
    primary key (decision, version, person)
);
create index decision_clear_person on decision_clear (person);
create table decision_touch (
    decision text not null references decision (id),
    noun text not null,
    subject text not null,
    primary key (decision, noun, subject)
);
create index decision_touch_subject on decision_touch (noun, subject);
create table calibration_share (
    person text not null references person (id),
    viewer text not null references person (id),
    since text not null,
    primary key (person, viewer)
);
create index calibration_share_viewer on calibration_share (viewer);
