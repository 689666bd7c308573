-- A session of one group (团小组) of a branch: only its members are expected.
ALTER TABLE session ADD COLUMN team TEXT;
