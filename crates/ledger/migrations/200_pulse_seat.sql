create table pulse_seat (
    round text not null references pulse_round (id),
    person text not null references person (id),
    part text not null,
    state text not null,
    primary key (round, person)
);
create index pulse_seat_person on pulse_seat (person, state);
create index pulse_seat_part on pulse_seat (round, part);
