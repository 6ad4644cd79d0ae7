create table aim (
    id text primary key,
    circle text not null references circle (id),
    kind text not null,
    title text not null,
    why text not null,
    picture text not null,
    horizon text,
    owner text references person (id),
    serves text references aim (id),
    core bigint not null,
    hard bigint not null,
    state text not null,
    version bigint not null,
    source text not null,
    restatement text not null,
    confirmer text references person (id),
    confirm_state text not null,
    confirm_words text not null,
    confirm_at text,
    made_by text not null references person (id),
    made_at text not null,
    changed_at text not null
);
create index aim_circle_of on aim (circle, state);
create index aim_serves on aim (serves);
create index aim_owner on aim (owner, state, horizon);
create index aim_confirmer on aim (confirmer, confirm_state);
create table aim_version (
    aim text not null references aim (id),
    version bigint not null,
    at text not null,
    said_by text not null references person (id),
    title text not null,
    why text not null,
    picture text not null,
    state text not null,
    horizon text,
    core bigint not null,
    turn text not null,
    changed text not null,
    because text not null,
    stays text not null,
    primary key (aim, version)
);
create table aim_circle (
    aim text not null references aim (id),
    circle text not null references circle (id),
    state text not null,
    asked_by text not null references person (id),
    asked_at text not null,
    answered_by text references person (id),
    answered_at text,
    words text not null,
    primary key (aim, circle)
);
create index aim_circle_asked on aim_circle (circle, state);
create table aim_conflict (
    aim text not null references aim (id),
    other text not null references aim (id),
    why text not null,
    marked_by text not null references person (id),
    marked_at text not null,
    settled_at text,
    settled text not null,
    primary key (aim, other)
);
create index aim_conflict_other on aim_conflict (other);
