create table thanks (
    id text primary key,
    from_person text not null references person (id),
    to_person text not null references person (id),
    circle text not null references circle (id),
    words text not null,
    difference text not null,
    aim text references aim (id),
    given_at text not null,
    seen_at text,
    taken_back_at text
);
create index thanks_from on thanks (from_person, given_at);
create index thanks_to on thanks (to_person, given_at);
create index thanks_circle on thanks (circle, given_at);
create table work_card (
    person text primary key references person (id),
    reach text not null,
    good_at text not null,
    hard text not null,
    drives text not null,
    changed_at text not null
);
