-- What the keeping of money needs beside the ledger.

-- From which day on a branch owes a duty, where the secretary opened months before the branch's first day here.
CREATE TABLE duty_since (
    branch_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    since TEXT NOT NULL,
    PRIMARY KEY (branch_id, duty)
) /* clustered */;
