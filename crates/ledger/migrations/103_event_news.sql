-- What "since yesterday" tells of: found by its instant without walking past everything else that a day brings.
create index event_news on event (at, seq)
    where kind in ('made', 'joined', 'replanned', 'decided', 'changed', 'reviewed', 'warn', 'ask_day', 'keep', 'keep_late', 'break');
