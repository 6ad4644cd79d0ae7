create table pulse_round (
    id text primary key,
    pulse text not null references pulse (id),
    circle text not null references circle (id),
    kind text not null,
    questions text not null,
    opens_on text not null,
    closes_on text not null,
    answer_by text not null,
    state text not null,
    why text,
    asked bigint not null,
    figures text not null,
    told bigint not null,
    reply text,
    replied_by text references person (id),
    replied_on text,
    replied_at text
);
create index pulse_round_pulse on pulse_round (pulse, opens_on);
create index pulse_round_circle on pulse_round (circle, state);
create index pulse_round_closes on pulse_round (state, closes_on);
create index pulse_round_kind on pulse_round (kind, state);
create index pulse_round_replied_by on pulse_round (replied_by);
