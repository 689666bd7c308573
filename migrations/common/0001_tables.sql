-- One text for SQLite and PostgreSQL; src/store/migrate.rs makes two small changes to it:
--   a column of type text gets the C collation on PostgreSQL, so that paths and periods sort the same everywhere;
--   a table that ends in "/* clustered */" gets WITHOUT ROWID on SQLite, so that it is kept in the order of its primary key.
-- Columns are text and BIGINT only. Instants are UTC milliseconds, money is fen, dates and periods are text.
-- Facts of a branch lead their keys with branch_id (PostgreSQL can partition and Citus can shard by it), and no
-- foreign key ties them to the global tables.

-- Units, people, chats: global tables.

CREATE TABLE org (
    id BIGINT NOT NULL PRIMARY KEY,
    parent_id BIGINT,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    since TEXT NOT NULL,
    epoch BIGINT NOT NULL
);

CREATE TABLE person (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    league_number TEXT,
    born TEXT,
    joined TEXT,
    audit_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX person_name ON person (name);
CREATE INDEX person_number ON person (league_number) WHERE league_number IS NOT NULL;

CREATE TABLE person_branch (
    person_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    PRIMARY KEY (person_id, branch_id)
) /* clustered */;

CREATE TABLE account (
    platform TEXT NOT NULL,
    account_id TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    bound_at BIGINT NOT NULL,
    PRIMARY KEY (platform, account_id)
) /* clustered */;
CREATE INDEX account_person ON account (person_id);

CREATE TABLE binding_request (
    platform TEXT NOT NULL,
    account_id TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    branch_id BIGINT NOT NULL,
    card TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (platform, account_id)
) /* clustered */;
CREATE INDEX binding_request_branch ON binding_request (branch_id);

CREATE TABLE code (
    digest TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    valid_until BIGINT NOT NULL
) /* clustered */;

CREATE TABLE role_grant (
    org_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (org_id, person_id, role)
) /* clustered */;
CREATE INDEX role_grant_person ON role_grant (person_id);

CREATE TABLE chat (
    platform TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    private BIGINT NOT NULL,
    org_id BIGINT NOT NULL,
    owner_platform TEXT,
    owner_id TEXT,
    ack TEXT,
    names BIGINT NOT NULL,
    bound_at BIGINT NOT NULL,
    PRIMARY KEY (platform, chat_id, private)
) /* clustered */;
CREATE INDEX chat_org ON chat (org_id);

-- The roster's history.

CREATE TABLE membership (
    branch_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    id BIGINT NOT NULL,
    to_day TEXT,
    team TEXT,
    post TEXT,
    PRIMARY KEY (branch_id, person_id, from_day)
) /* clustered */;

CREATE TABLE band (
    branch_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    from_month TEXT NOT NULL,
    band TEXT NOT NULL,
    PRIMARY KEY (branch_id, person_id, from_month)
) /* clustered */;

-- The ledger: records are never changed and never deleted; standings and tallies are derived from them.

CREATE TABLE record (
    branch_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    value BIGINT NOT NULL,
    owed BIGINT NOT NULL,
    state TEXT,
    session_id BIGINT,
    evidence TEXT NOT NULL,
    actor_id BIGINT,
    source TEXT NOT NULL,
    part BIGINT NOT NULL,
    refers BIGINT,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (branch_id, id)
) /* clustered */;
-- (branch_id, source, part) is unique because inbox is: an index of its own would cost every insert a page in a random place.
CREATE INDEX record_key ON record (branch_id, duty, person_id, period);
CREATE INDEX record_refers ON record (branch_id, refers) WHERE refers IS NOT NULL;
CREATE INDEX record_session ON record (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE standing (
    branch_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    period TEXT NOT NULL,
    owed BIGINT NOT NULL,
    got BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    state TEXT,
    evidence TEXT,
    done_at BIGINT,
    last_at BIGINT,
    last_id BIGINT NOT NULL,
    expected BIGINT,
    PRIMARY KEY (branch_id, duty, period, person_id)
) /* clustered */;
-- No index by person: what one member did is found through tally, which has a row for each duty and period of a branch
-- that has standings. An index of its own would cost every insert a page in a random place.

CREATE TABLE tally (
    branch_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    expected BIGINT,
    done BIGINT NOT NULL,
    excused BIGINT NOT NULL,
    got BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    frozen BIGINT NOT NULL,
    PRIMARY KEY (branch_id, duty, period)
) /* clustered */;
CREATE INDEX tally_period ON tally (duty, period, branch_id);

-- What each message came to, so that the same message twice is entered once. Never the message's text. Not clustered:
-- its rows are long, and at the end of a table they cost a third of the pages. The key leads with the source, which is
-- also looked for without its branch.
CREATE TABLE inbox (
    branch_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    source TEXT NOT NULL,
    account TEXT NOT NULL,
    verdicts TEXT NOT NULL,
    records TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    PRIMARY KEY (source, branch_id)
);
CREATE INDEX inbox_account ON inbox (account, said_at);

CREATE TABLE session (
    id BIGINT NOT NULL PRIMARY KEY,
    org_id BIGINT NOT NULL,
    duty TEXT NOT NULL,
    period TEXT NOT NULL,
    topic TEXT,
    code TEXT,
    opened_at BIGINT NOT NULL,
    closes_at BIGINT,
    closed_at BIGINT,
    actor_id BIGINT
);
CREATE INDEX session_open ON session (org_id) WHERE closed_at IS NULL;

CREATE TABLE question (
    platform TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    private BIGINT NOT NULL,
    asked_platform TEXT NOT NULL,
    asked_id TEXT NOT NULL,
    body TEXT NOT NULL,
    valid_until BIGINT NOT NULL,
    PRIMARY KEY (platform, chat_id, private, asked_platform, asked_id)
) /* clustered */;

-- What the bot starts by itself.

CREATE TABLE reminder_run (
    reminder TEXT NOT NULL,
    org_id BIGINT NOT NULL,
    scheduled_at BIGINT NOT NULL,
    entered_at BIGINT NOT NULL,
    PRIMARY KEY (reminder, org_id, scheduled_at)
) /* clustered */;

-- state: waiting, sent, failed.
CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    dedupe_key TEXT NOT NULL UNIQUE,
    chat TEXT NOT NULL,
    message TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    last_error TEXT,
    ended_at BIGINT
);
CREATE INDEX outbox_waiting ON outbox (chat, id) WHERE state = 'waiting';

-- Processes, each with the head of its audit chain; the chain of a number goes on with the next holder.

CREATE TABLE node (
    id BIGINT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    head TEXT NOT NULL
);

CREATE TABLE audit (
    node BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    prev TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (node, seq)
) /* clustered */;

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) /* clustered */;
