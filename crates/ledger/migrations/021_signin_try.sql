create table signin_try (
    subject text primary key,
    count bigint not null,
    since text not null
);
