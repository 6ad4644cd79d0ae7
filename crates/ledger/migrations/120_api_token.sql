create table api_token (
    id text primary key,
    person text not null references person (id),
    name text not null,
    hash text not null unique,
    scope text not null,
    made_at text not null,
    until text not null,
    used_at text
);
create index api_token_person on api_token (person);
