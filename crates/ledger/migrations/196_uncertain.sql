create table uncertain (
    id text primary key,
    circle text not null references circle (id),
    reason text not null,
    from_day text not null,
    until_day text not null,
    said_by text not null references person (id),
    said_at text not null,
    ended_at text
);
create index uncertain_circle on uncertain (circle, until_day);
create index uncertain_by on uncertain (said_by);
create table uncertain_post (
    id text primary key,
    period text not null references uncertain (id),
    known bigint not null,
    words text not null,
    said_by text not null references person (id),
    said_at text not null,
    replaced_by text references uncertain_post (id)
);
create index uncertain_post_period on uncertain_post (period, said_at);
create index uncertain_post_by on uncertain_post (said_by);
create index uncertain_post_replaced on uncertain_post (replaced_by);
