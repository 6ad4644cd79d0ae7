create table confidant (
    circle text not null references circle (id),
    person text not null references person (id),
    for_clients bigint not null,
    named_by text not null references person (id),
    named_at text not null,
    ended_at text,
    primary key (circle, person)
);
create index confidant_person on confidant (person);
create table concern (
    id text primary key,
    circle text not null references circle (id),
    stage text not null,
    receipt text not null unique,
    by_receipt text not null,
    mine text,
    by_raiser text,
    raised_day text not null,
    taken_day text,
    closed_day text
);
create index concern_circle on concern (circle, raised_day);
create table concern_to (
    concern text not null references concern (id),
    person text not null references person (id),
    by_person text not null,
    primary key (concern, person)
);
create index concern_to_person on concern_to (person);
create table concern_word (
    concern text not null references concern (id),
    place bigint not null,
    from_confidant bigint not null,
    day text not null,
    sealed text not null,
    primary key (concern, place)
);
