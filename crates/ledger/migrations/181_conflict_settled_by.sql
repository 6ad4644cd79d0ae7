-- Whose words they are that settled a conflict, so that they go with the person.
alter table aim_conflict add column settled_by text references person (id);
