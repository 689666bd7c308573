-- Chain lists (接龙): one growing document for each chat, title, duty and periods.

CREATE TABLE document (
    id BIGINT NOT NULL PRIMARY KEY,
    platform TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    private BIGINT NOT NULL,
    duty TEXT NOT NULL,
    -- the periods' keys with commas between; implied = 1: the title names none, and these are those in which it began
    periods TEXT NOT NULL,
    implied BIGINT NOT NULL,
    -- a digest: what the title says is not kept
    title TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX document_key ON document (platform, chat_id, private, duty, periods, title);

-- What copies of it added: a row is never changed, a later one of the same person stands for it. Without a person: a name
-- that nobody was found for, as a digest, so that it is asked about once.
-- state: entered, already, doubt, refused, kept, waiting, noted, asked.
CREATE TABLE document_entry (
    document_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    n BIGINT NOT NULL,
    branch_id BIGINT,
    person_id BIGINT,
    name TEXT,
    said TEXT NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    by_id BIGINT,
    PRIMARY KEY (document_id, version, n)
) /* clustered */;
CREATE INDEX document_entry_source ON document_entry (source);
