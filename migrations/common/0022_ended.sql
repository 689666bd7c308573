-- Who said that a membership ended, and when (UTC ms): so that a word said by mistake can be taken back.

ALTER TABLE membership ADD COLUMN ended_by BIGINT;
ALTER TABLE membership ADD COLUMN ended_at BIGINT;
CREATE INDEX membership_ended ON membership (ended_by) WHERE ended_by IS NOT NULL;
