-- A line in the own words of who answered, under seal and apart from the answers. Whoever wrote none has a row as well.
create table pulse_line (
    id text primary key,
    round text not null references pulse_round (id),
    part text not null,
    sealed text not null
);
create index pulse_line_of on pulse_line (round, part);
