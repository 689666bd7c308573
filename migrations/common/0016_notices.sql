-- Notices: a text, or a document, pushed to units' chats, and who said that they read it.

CREATE TABLE notice (
    id BIGINT NOT NULL PRIMARY KEY,
    org_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    actor_id BIGINT,
    -- when those who did not say so are named, once; none: never
    chase_at BIGINT,
    chased_at BIGINT
);
CREATE INDEX notice_unit ON notice (org_id, made_at);

CREATE TABLE notice_to (
    platform TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    notice_id BIGINT NOT NULL,
    org_id BIGINT NOT NULL,
    PRIMARY KEY (platform, chat_id, notice_id)
) /* clustered */;
CREATE INDEX notice_to_notice ON notice_to (notice_id);

CREATE TABLE notice_receipt (
    notice_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (notice_id, person_id)
) /* clustered */;

-- What is pushed regularly: for whom (a JSON list of units), by a cron line as reminders have, next when.
CREATE TABLE notice_plan (
    id BIGINT NOT NULL PRIMARY KEY,
    org_id BIGINT NOT NULL,
    units TEXT NOT NULL,
    cron TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    actor_id BIGINT,
    next_at BIGINT
);
CREATE INDEX notice_plan_next ON notice_plan (next_at);
