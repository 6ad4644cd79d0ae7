create table in_hand (
    person text primary key references person (id),
    noun text not null,
    subject text not null,
    title text not null,
    page text not null,
    since text not null
);
create table interruption (
    id text primary key,
    person text not null references person (id),
    at text not null,
    words text not null default '',
    noun text,
    subject text,
    title text,
    page text
);
create index interruption_person on interruption (person, at);
