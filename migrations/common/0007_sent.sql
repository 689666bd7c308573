-- What the platform calls a letter that went out: a bare word that quotes it is about what the letter was about.
ALTER TABLE outbox ADD COLUMN sent_as TEXT;
CREATE INDEX outbox_sent_as ON outbox (chat, sent_as) WHERE sent_as IS NOT NULL;
