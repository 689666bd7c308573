-- What did not go as it should: letters that failed, due times that are held, accounts that were stopped, times in which
-- nothing was heard; and who was told of it.

-- A letter that failed: when its secretary was told; 0: nobody is to be.
ALTER TABLE outbox ADD COLUMN told_at BIGINT;
UPDATE outbox SET told_at = 0 WHERE state = 'failed';
CREATE INDEX outbox_untold ON outbox (ended_at) WHERE state = 'failed' AND told_at IS NULL;

-- A due time that is held: why, until when it may still be sent, when the secretary was told. outcome also: released (the
-- secretary says that it is to be sent), lapsed (nobody said so in time), declined.
ALTER TABLE reminder_run ADD COLUMN why TEXT;
ALTER TABLE reminder_run ADD COLUMN good_until BIGINT;
ALTER TABLE reminder_run ADD COLUMN told_at BIGINT;
CREATE INDEX reminder_run_open ON reminder_run (outcome, scheduled_at) WHERE outcome IN ('held', 'released');

-- What the operator was told, each once: offline/ACCOUNT/SINCE, throttled/ACCOUNT/SINCE, failed/LETTER, holidays/YEAR.
CREATE TABLE alarm (
    about TEXT NOT NULL PRIMARY KEY,
    raised_at BIGINT NOT NULL
) /* clustered */;

-- Accounts that the platform throttles: they send nothing before until_at, unless somebody lets them.
CREATE TABLE brake (
    platform TEXT NOT NULL,
    account_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (platform, account_id)
) /* clustered */;

-- When the bot did not hear a chat. state: open (what was said is being fetched), lost (it could not be), over (the
-- secretary knows and has the reminders sent all the same). What was fetched has no row any more.
CREATE TABLE deaf (
    platform TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    private BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    told_at BIGINT,
    PRIMARY KEY (platform, chat_id, private, from_at)
) /* clustered */;
