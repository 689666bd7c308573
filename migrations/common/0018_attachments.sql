-- What goes along with letters is kept once, however many letters it goes with.
CREATE TABLE attachment (
    id BIGINT NOT NULL PRIMARY KEY,
    -- base64
    body TEXT NOT NULL
);

-- The files of a letter, in their order. Names and types stand in the letter's message.
CREATE TABLE outbox_file (
    letter_id BIGINT NOT NULL,
    n BIGINT NOT NULL,
    attachment_id BIGINT NOT NULL,
    PRIMARY KEY (letter_id, n)
) /* clustered */;
CREATE INDEX outbox_file_attachment ON outbox_file (attachment_id);

-- How many a reminder told is counted from those whom its letters name.
ALTER TABLE reminder_run DROP COLUMN told;
