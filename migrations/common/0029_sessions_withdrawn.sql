-- Sessions that were opened by mistake and are void: what was given at them is reversed in the ledger, their lines stay.
CREATE TABLE session_withdrawn (
    id BIGINT NOT NULL PRIMARY KEY,
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    topic TEXT,
    opened_at BIGINT NOT NULL,
    opened_by BIGINT,
    withdrawn_at BIGINT NOT NULL,
    withdrawn_by BIGINT
);
CREATE INDEX session_withdrawn_org ON session_withdrawn (org_id);
