create table awaiting_code (
    token text primary key,
    person text not null references person (id),
    until text not null
);
create index awaiting_code_person on awaiting_code (person);
