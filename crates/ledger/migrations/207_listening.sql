-- Since when a team says back what is needed, as who leads it states it.
create table listening (
    circle text primary key references circle (id),
    since text not null,
    stated_by text not null references person (id),
    stated_at text not null
);
create index listening_stated_by on listening (stated_by);
