-- Leave that waits for a word: the one meeting that it is asked from, where it is from one, with its period; and which message of
-- whose account asked it, so that it can be taken back.

ALTER TABLE leave_request ADD COLUMN session_id BIGINT;
ALTER TABLE leave_request ADD COLUMN session_period TEXT;
ALTER TABLE leave_request ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE leave_request ADD COLUMN account TEXT NOT NULL DEFAULT '';
CREATE INDEX leave_request_source ON leave_request (source);
