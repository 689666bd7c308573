-- Meetings: codes that roll, what is said for the record, leave that waits for a word.

-- After how many minutes the session's code is another one; `code` is then its seed.
ALTER TABLE session ADD COLUMN rolls BIGINT;
CREATE INDEX session_unit ON session (org_id, opened_at);

-- Lines of a meeting's record; never changed: a later one takes the place of the one it names, an empty one takes it away.
-- kind: host, recorder, place, form, agenda, minutes, summary, observer, own_item, item.
CREATE TABLE session_note (
    session_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    by_id BIGINT,
    replaces BIGINT,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, id)
) /* clustered */;

-- Leave that was asked and not yet decided; what is granted is a record of the ledger.
CREATE TABLE leave_request (
    branch_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    periods TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (branch_id, person_id, duty)
) /* clustered */;
