create table problem_entry (
    number bigint primary key,
    at text not null,
    person text references person (id),
    by_name text not null,
    kind text not null,
    problem text not null,
    title text not null,
    owner text references person (id),
    decision text references decision (id),
    undoes bigint,
    line bigint,
    body text not null
);
create index problem_entry_person on problem_entry (person);
create index problem_entry_owner on problem_entry (owner);
create index problem_entry_decision on problem_entry (decision);
create index problem_entry_line on problem_entry (line);
create table problem_fix (
    entry bigint primary key references problem_entry (number),
    problem text not null,
    title text not null,
    owner text references person (id),
    team text not null,
    fixed_on text not null,
    stage text not null,
    day text not null,
    figures text not null,
    judged_at text not null
);
create index problem_fix_owner on problem_fix (owner, day);
