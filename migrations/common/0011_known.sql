-- The day from which the bot knows of a member, where that is later than from_day: of earlier periods only money is owed.
ALTER TABLE membership ADD COLUMN known_day TEXT;

-- Of a closed period only those count in its rate who were expected.
UPDATE tally SET
    done = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = tally.branch_id AND s.duty = tally.duty AND s.period = tally.period
        AND s.expected = 1 AND s.got > 0 AND s.got >= s.owed),
    excused = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = tally.branch_id AND s.duty = tally.duty AND s.period = tally.period
        AND s.expected = 1 AND s.excused = 1 AND NOT (s.got > 0 AND s.got >= s.owed))
    WHERE frozen = 1;
