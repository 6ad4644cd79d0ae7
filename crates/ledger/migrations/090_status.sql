create table status_line (
    id text primary key,
    noun text not null,
    subject text,
    title text not null,
    circle text not null references circle (id),
    owner text not null references person (id),
    due text not null,
    made_at text not null,
    done_at text
);
create index status_line_circle on status_line (circle);
create index status_line_owner on status_line (owner, done_at);
create table status_said (
    line text not null references status_line (id),
    place bigint not null,
    colour text not null,
    words text not null,
    due text not null,
    later bigint not null,
    lead_days bigint,
    signs bigint not null,
    worse bigint not null,
    said_by text not null references person (id),
    said_at text not null,
    visible_from text not null,
    primary key (line, place)
);
create table status_measure (
    id text primary key,
    line text not null references status_line (id),
    name text not null,
    unit text not null,
    source text,
    start_day text not null,
    start_value text not null,
    target_value text not null,
    made_at text not null
);
create index status_measure_line on status_measure (line);
create table status_reading (
    id text primary key,
    measure text not null references status_measure (id),
    day text not null,
    value text not null,
    n bigint,
    rows_page text not null default '',
    read_at text not null,
    visible_from text not null
);
create index status_reading_measure on status_reading (measure, read_at);
