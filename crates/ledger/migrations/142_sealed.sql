create table sealed_form (
    id text primary key,
    wave text not null references wave (id),
    rated text not null references person (id),
    sealed text not null
);
create index sealed_form_of on sealed_form (wave, rated);
create index sealed_form_rated on sealed_form (rated);
create table sealed_comment (
    id text primary key,
    wave text not null references wave (id),
    rated text not null references person (id),
    sealed text not null
);
create index sealed_comment_of on sealed_comment (wave, rated);
create index sealed_comment_rated on sealed_comment (rated);
