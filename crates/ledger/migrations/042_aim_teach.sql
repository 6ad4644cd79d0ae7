create table explanation (
    id text primary key,
    aim text not null references aim (id),
    version bigint not null,
    circle text not null references circle (id),
    way text not null,
    words text not null,
    said_by text not null references person (id),
    at text not null
);
create index explanation_aim on explanation (aim, circle, at);
create table teach_back (
    id text primary key,
    aim text not null references aim (id),
    circle text not null references circle (id),
    person text not null references person (id),
    asks text not null,
    prompt text not null,
    choices text not null,
    place bigint,
    round bigint not null,
    in_a_row bigint not null,
    asked_at text not null,
    due text not null,
    answered_at text,
    answer text not null,
    days bigint,
    correct bigint,
    marked_at text
);
create index teach_back_person on teach_back (person, answered_at, due);
create index teach_back_curve on teach_back (aim, circle, correct);
create index teach_back_unmarked on teach_back (asks, correct, answered_at);
