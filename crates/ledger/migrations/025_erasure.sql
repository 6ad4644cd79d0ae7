create table erasure_ask (
    person text primary key references person (id),
    asked_at text not null
);
create index person_name on person (name);
create index looked_viewer on looked (viewer);
