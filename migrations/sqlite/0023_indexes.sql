-- What the planner should believe of them; see 0001.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('outbox', 'outbox_unsent', '1000 300 1'),
    ('outbox', 'outbox_expiry', '100 1'),
    ('link', 'link_ends', '100 1'),
    ('leave_ahead', 'leave_ahead_day', '10000 3000 30'),
    ('leave_ahead', 'leave_ahead_person', '10000 3 1'),
    ('leave_ahead', 'leave_ahead_source', '10000 2');
ANALYZE sqlite_schema;
