-- Which of our accounts speaks where, for any number of processes on one database.

-- Where an account of ours is connected: to the process that holds the node number's secret, until lease_until unless it
-- is renewed. What was heard up to seen_at is that process's to answer. lease_until = 0: it said goodbye.
CREATE TABLE presence (
    platform TEXT NOT NULL,
    account_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    PRIMARY KEY (platform, account_id)
) /* clustered */;

-- The account of ours that hears and speaks in a chat, bound or not; in a private chat one that was spoken to.
CREATE TABLE voice (
    platform TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    private BIGINT NOT NULL,
    account_id TEXT NOT NULL,
    PRIMARY KEY (platform, chat_id, private)
) /* clustered */;

INSERT INTO voice (platform, chat_id, private, account_id)
    SELECT platform, chat_id, private, owner_id FROM chat WHERE owner_id IS NOT NULL AND owner_platform = platform;
ALTER TABLE chat DROP COLUMN owner_platform;
ALTER TABLE chat DROP COLUMN owner_id;
