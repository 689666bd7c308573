-- Issues (期) of a duty and pauses, by the unit that declared them: they hold there and everywhere below.

CREATE TABLE issue (
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    id BIGINT NOT NULL,
    -- 5, 13/5 or 2026/29, where the name says one
    number TEXT,
    name TEXT NOT NULL,
    -- a JSON list
    aliases TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    due_at BIGINT,
    closed_at BIGINT,
    actor_id BIGINT,
    PRIMARY KEY (org_id, duty, period)
) /* clustered */;

CREATE TABLE pause (
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    actor_id BIGINT,
    PRIMARY KEY (org_id, duty, from_day)
) /* clustered */;
