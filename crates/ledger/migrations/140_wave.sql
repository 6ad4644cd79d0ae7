create table wave (
    id text primary key,
    circle text not null references circle (id),
    title text not null,
    model_version text not null,
    opens_on text not null,
    closes_on text not null,
    question_limit bigint not null,
    planned_by text not null references person (id),
    planned_at text not null,
    closed_on text,
    reminded bigint not null,
    reminded_on text
);
create index wave_circle on wave (circle, opens_on);
create index wave_planned_by on wave (planned_by);
create index wave_closes on wave (closed_on, closes_on);
create table wave_quality (
    wave text not null references wave (id),
    quality text not null,
    place bigint not null,
    name text not null,
    primary key (wave, quality)
);
create table wave_item (
    wave text not null references wave (id),
    item text not null,
    quality text not null,
    place bigint not null,
    words text not null,
    primary key (wave, item)
);
