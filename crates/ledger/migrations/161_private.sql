create table reflection (
    id text primary key,
    person text not null references person (id),
    week text not null,
    sealed text not null,
    kept_at text not null,
    unique (person, week)
);
create table held_message (
    id text primary key,
    person text not null references person (id),
    sealed text not null,
    until text not null,
    made_at text not null
);
create index held_message_person on held_message (person, until);
