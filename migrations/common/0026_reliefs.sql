-- Dues that a branch exempts or reduces (免交, 减免): who decided, from when until when, how much is left, why; and who above approved or
-- refused. `outcome` is NULL while it waits; only then nothing of it is in the ledger. `entered`: the message that entered it.
CREATE TABLE relief (
    branch_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    first_period TEXT NOT NULL,
    last_period TEXT NOT NULL,
    amount BIGINT,
    percent BIGINT,
    reason TEXT NOT NULL,
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    actor_id BIGINT,
    asked_at BIGINT NOT NULL,
    outcome TEXT,
    approver_id BIGINT,
    decided_at BIGINT,
    entered TEXT,
    PRIMARY KEY (branch_id, id)
) /* clustered */;
CREATE UNIQUE INDEX relief_waits ON relief (branch_id, person_id, duty) WHERE outcome IS NULL;
CREATE INDEX relief_person ON relief (person_id);
CREATE INDEX relief_source ON relief (source);
CREATE INDEX relief_entered ON relief (entered);
