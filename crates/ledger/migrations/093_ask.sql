create table availability (
    person text primary key references person (id),
    within_hours bigint not null,
    words text not null,
    stated_at text not null
);
create table available_window (
    person text not null references person (id),
    day bigint not null,
    from_minute bigint not null,
    to_minute bigint not null,
    primary key (person, day, from_minute)
);
create table ask (
    id text primary key,
    asker text not null references person (id),
    asked text not null references person (id),
    circle text not null references circle (id),
    words text not null,
    asked_at text not null,
    due_at text,
    answered_at text,
    answer text,
    withdrawn_at text
);
create index ask_asked on ask (asked, answered_at);
create index ask_asker on ask (asker, asked_at);
