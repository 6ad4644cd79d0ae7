create table answered (
    person text not null references person (id),
    key text not null,
    asked text not null,
    answer text not null,
    at text not null,
    primary key (person, key)
);
create index answered_at on answered (at);
