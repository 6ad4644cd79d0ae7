alter table chain add column circles bigint not null default 0;
