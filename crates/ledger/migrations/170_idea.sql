create table idea_inbox (
    circle text primary key references circle (id),
    days bigint not null,
    stated_by text not null references person (id),
    stated_at text not null
);
create index idea_inbox_by on idea_inbox (stated_by);
create table idea (
    id text primary key,
    circle text not null references circle (id),
    shared bigint not null,
    offered_by text not null references person (id),
    title text not null,
    words text not null,
    offered_at text not null,
    offered_on text not null,
    due text not null,
    answerer text not null references person (id),
    state text not null,
    answered_by text references person (id),
    answered_at text,
    answered_on text,
    reason text,
    merged_into text references idea (id),
    learned text,
    learned_by text references person (id),
    learned_at text,
    result text,
    result_by text references person (id),
    result_at text
);
create index idea_circle on idea (circle, state, due);
create index idea_answerer on idea (answerer, answered_on, due);
create index idea_offered on idea (offered_by, offered_at);
create index idea_answered_by on idea (answered_by);
create index idea_merged on idea (merged_into);
create table idea_credit (
    idea text not null references idea (id),
    person text not null references person (id),
    since text not null,
    primary key (idea, person)
);
create index idea_credit_person on idea_credit (person);
