-- The lines that may be told, in mixed order and without a name.
alter table pulse_round add column lines text not null default '[]';
