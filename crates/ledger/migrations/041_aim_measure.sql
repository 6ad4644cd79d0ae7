create table aim_measure (
    id text primary key,
    aim text not null references aim (id),
    way text not null,
    name text not null,
    unit text not null,
    start_value text,
    target text not null,
    value text,
    valued_at text,
    made_at text not null,
    ended_at text
);
create index aim_measure_aim on aim_measure (aim);
create table aim_value (
    id text primary key,
    measure text not null references aim_measure (id),
    at text not null,
    value text not null,
    said_by text not null references person (id)
);
create index aim_value_measure on aim_value (measure, at);
create table aim_step (
    id text primary key,
    aim text not null references aim (id),
    day text not null,
    words text not null,
    reached_at text
);
create index aim_step_aim on aim_step (aim, day);
create table aim_resource (
    id text primary key,
    aim text not null references aim (id),
    kind text not null,
    what text not null,
    asked bigint not null,
    needed_by text,
    asked_by text not null references person (id),
    asked_of text not null references person (id),
    asked_at text not null,
    state text not null,
    granted bigint not null,
    granted_by_day text,
    answered_at text,
    words text not null
);
create index aim_resource_aim on aim_resource (aim);
create index aim_resource_asked_of on aim_resource (asked_of, state);
create table aim_work (
    aim text not null references aim (id),
    field text not null,
    value text not null,
    linked_by text not null references person (id),
    linked_at text not null,
    primary key (aim, field, value)
);
create index aim_work_value on aim_work (field, value);
