-- Issues that were opened by mistake and taken back: the week then runs by its calendar, records stay with it.
CREATE TABLE issue_withdrawn (
    id BIGINT NOT NULL PRIMARY KEY,
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    number TEXT,
    name TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT,
    withdrawn_at BIGINT NOT NULL,
    withdrawn_by BIGINT
);
