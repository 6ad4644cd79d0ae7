-- Saying back what was decided: questions to those who were told, each their own. The day of an answer, no instant.
create table decision_back (
    id text primary key,
    decision text not null references decision (id),
    version bigint not null,
    person text not null references person (id),
    asks text not null,
    prompt text not null,
    choices text not null,
    place bigint not null,
    round bigint not null,
    in_a_row bigint not null,
    due text not null,
    answered_on text,
    answer bigint,
    correct bigint
);
create index decision_back_person on decision_back (person, answered_on, due);
create index decision_back_decision on decision_back (decision, version, answered_on);
