-- What people make of reminders in chat, and what became of each.

-- What became of a due time: sent, nobody, spared (all were reminded already), paused, held, skipped (too late, or overtaken).
ALTER TABLE reminder_run ADD COLUMN outcome TEXT;
-- How many were named or written to.
ALTER TABLE reminder_run ADD COLUMN told BIGINT;
CREATE INDEX reminder_run_unit ON reminder_run (org_id, entered_at);

-- Reminders that a secretary made: for the unit and everything below it.
CREATE TABLE own_reminder (
    id BIGINT NOT NULL PRIMARY KEY,
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    cron TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    actor_id BIGINT
);
CREATE INDEX own_reminder_unit ON own_reminder (org_id);

-- Until when a unit and everything below it hear no reminders; duty '': of any duty.
CREATE TABLE hush (
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    said_at BIGINT NOT NULL,
    actor_id BIGINT,
    PRIMARY KEY (org_id, duty)
) /* clustered */;

-- A sentence of the branch's own that ends its reminders of a duty.
CREATE TABLE own_wording (
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    body TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    actor_id BIGINT,
    PRIMARY KEY (org_id, duty)
) /* clustered */;

-- Who was reminded on a local day; place: group or private. letter is what tells two reminders of a day apart.
CREATE TABLE reminded (
    branch_id BIGINT NOT NULL,
    day TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    place TEXT NOT NULL,
    letter TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (branch_id, day, person_id, place, letter)
) /* clustered */;
