-- A time without reminders may begin later: several of one unit and duty, each by its first moment.
CREATE TABLE hush_from (
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    said_at BIGINT NOT NULL,
    actor_id BIGINT,
    PRIMARY KEY (org_id, duty, from_at)
) /* clustered */;

INSERT INTO hush_from (org_id, duty, from_at, until_at, said_at, actor_id)
    SELECT org_id, duty, 0, until_at, said_at, actor_id FROM hush;

DROP TABLE hush;

ALTER TABLE hush_from RENAME TO hush;
