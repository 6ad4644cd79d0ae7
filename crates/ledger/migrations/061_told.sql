create table notice_intent (
    notice text primary key references notice (id),
    hard bigint not null,
    purpose text not null,
    ticked text not null
);
create index notice_told_at on notice (chased_at, told_at);
