-- Which process has claimed a letter: when its account connects to another, the claim passes on.
ALTER TABLE outbox ADD COLUMN claimed_by TEXT;
