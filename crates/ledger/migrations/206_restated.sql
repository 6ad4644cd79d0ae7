-- What is really needed on a ticket of the work record, as the desk says it back in a sentence, and whether it is so for
-- who asked. Tickets lie in the work record: they are known here by source and number alone.
create table restated (
    id text primary key,
    source text not null,
    ticket text not null,
    circle text not null references circle (id),
    said_by text not null references person (id),
    said_at text not null,
    words text not null,
    state text not null,
    correction text not null default '',
    note text not null default '',
    answered_at text,
    answered_by text references person (id),
    link text references link (id)
);
create index restated_ticket on restated (source, ticket, said_at);
create index restated_circle on restated (circle, said_at);
create index restated_said_by on restated (said_by, said_at);
create index restated_answered_by on restated (answered_by);
create index restated_link on restated (link);
