create table second_factor (
    person text primary key references person (id),
    secret text not null,
    confirmed_at text,
    last_step bigint not null default 0
);
create table recovery_code (
    person text not null references person (id),
    code text not null,
    used_at text,
    primary key (person, code)
);
alter table account drop column totp;
