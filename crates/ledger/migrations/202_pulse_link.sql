create table pulse_link (
    round text not null references pulse_round (id),
    noun text not null,
    subject text not null,
    primary key (round, noun, subject)
);
