-- Places that a team has open, as it tells them outside, and who would like to have one. Who applies is no person of the
-- record: what they wrote lies here alone, in no event, and is deleted on its day.
create table opening (
    id text primary key,
    circle text not null references circle (id),
    title text not null,
    words text not null,
    offers text not null,
    figures text not null,
    until text not null,
    made_by text not null references person (id),
    made_at text not null,
    closed_at text
);
create index opening_circle on opening (circle, made_at);
create index opening_made_by on opening (made_by);
create table application (
    id text primary key,
    opening text not null references opening (id),
    name text not null,
    email text not null,
    words text not null,
    sent_at text not null,
    forget_on text not null,
    state text not null,
    note text not null default '',
    answered_by text references person (id),
    answered_at text
);
create index application_opening on application (opening, sent_at);
create index application_answered_by on application (answered_by);
create index application_forget_on on application (forget_on);
