-- Whoever answers for how a circle stands is found by that circle.
create index status_line_subject on status_line (noun, subject);
