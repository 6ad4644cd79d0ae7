create table rated (
    wave text not null references wave (id),
    person text not null references person (id),
    kind text not null,
    nominated_by text not null references person (id),
    nominated_at text not null,
    chosen_at text,
    confirmed_by text references person (id),
    confirmed_at text,
    primary key (wave, person)
);
create index rated_person on rated (person);
create index rated_nominated_by on rated (nominated_by);
create index rated_confirmed_by on rated (confirmed_by);
create table seat (
    id text primary key,
    wave text not null references wave (id),
    rated text not null references person (id),
    rater text references person (id),
    rater_key text not null,
    outsider text,
    role text not null,
    state text not null,
    link text references link (id),
    unique (wave, rated, rater_key)
);
create index seat_rater on seat (rater, state);
create index seat_rater_key on seat (rater_key);
create index seat_rated on seat (rated);
create index seat_link on seat (link);
