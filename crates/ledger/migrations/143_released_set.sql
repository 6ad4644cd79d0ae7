create table released_set (
    id text primary key,
    rated text not null references person (id),
    wave text not null references wave (id),
    raters text not null,
    what text not null,
    released_at text not null
);
create index released_set_rated on released_set (rated, wave);
create index released_set_wave on released_set (wave);
