-- Leave of days on which no meeting is known yet: entered by whichever meeting is opened on one of them.

-- `settled` is the newest session at which it was looked at. Days are YYYY-MM-DD, both within.
CREATE TABLE leave_ahead (
    branch_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    actor_id BIGINT,
    evidence TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    settled BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (branch_id, person_id, duty, first_day)
) /* clustered */;
CREATE INDEX leave_ahead_account ON leave_ahead (account);

-- The days that leave is asked for, where it is for no whole period.
ALTER TABLE leave_request ADD COLUMN first_day TEXT;
ALTER TABLE leave_request ADD COLUMN last_day TEXT;
