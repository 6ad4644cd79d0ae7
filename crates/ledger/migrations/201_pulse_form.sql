create table pulse_form (
    id text primary key,
    round text not null references pulse_round (id),
    part text not null,
    sealed text not null
);
create index pulse_form_of on pulse_form (round, part);
