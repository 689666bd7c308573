-- Why something was corrected, as whoever did so said it: beside each record that the correction entered, the reversals too.
CREATE TABLE reason (
    branch_id BIGINT NOT NULL,
    record_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (branch_id, record_id)
) /* clustered */;
CREATE INDEX reason_duty ON reason (branch_id, duty);
CREATE INDEX reason_person ON reason (person_id);
