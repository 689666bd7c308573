-- Runs after the common text of the same number, on SQLite alone.

-- What the planner should believe of the tables. Nobody runs ANALYZE here, and without it SQLite prefers the beginning of a
-- primary key to an index that fits, and reads a whole branch where it needs one row.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('record', 'record', '1000000 1000 1'),
    ('record', 'record_key', '1000000 1000 300 20 1 1'),
    ('record', 'record_refers', '10000 100 1 1'),
    ('record', 'record_session', '10000 30 1 1'),
    ('standing', 'standing', '1000000 1000 30 10 1'),
    ('standing', 'standing_period', '1000000 1000 300 30 1'),
    ('tally', 'tally', '100000 100 30 1'),
    ('tally', 'tally_period', '100000 10000 300 1'),
    ('inbox', 'sqlite_autoindex_inbox_1', '1000000 1 1'),
    ('inbox', 'inbox_account', '1000000 100 1'),
    ('outbox', 'sqlite_autoindex_outbox_1', '100000 1'),
    ('outbox', 'sqlite_autoindex_outbox_2', '100000 1'),
    ('outbox', 'outbox_waiting', '100 5 1');
ANALYZE sqlite_schema;
