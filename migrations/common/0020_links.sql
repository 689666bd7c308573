-- A file for a chat that takes none goes as a link: for so many times, and until it expires.
CREATE TABLE link (
    -- SHA-256 of the token, hex: the token itself stands only in the message
    digest TEXT NOT NULL PRIMARY KEY,
    -- where it was sent
    chat TEXT NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    -- base64; empty, as its name, once it was taken for the last time
    body TEXT NOT NULL,
    uses_left BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX link_chat ON link (chat);
