-- What pictures looked like that were sent as evidence: a perceptual hash (16 hex digits) and how it was made. The pictures
-- themselves are never kept. A row belongs to the record that rests on it.
CREATE TABLE screenshot (
    branch_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    n BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    hash TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (branch_id, record_id, n)
) /* clustered */;
CREATE INDEX screenshot_duty ON screenshot (branch_id, duty);
CREATE INDEX screenshot_person ON screenshot (person_id);
