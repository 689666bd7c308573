-- Who was expected at one meeting of the period owes it, though they were at another as a guest.
UPDATE standing SET owed = 1 WHERE owed = 0 AND got > 0
    AND EXISTS (SELECT 1 FROM record AS r WHERE r.branch_id = standing.branch_id AND r.duty = standing.duty AND r.person_id = standing.person_id
        AND r.period = standing.period AND r.kind IN ('attend', 'leave', 'exempt') AND r.owed > 0
        AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id AND x.kind = 'reverse'))
    AND EXISTS (SELECT 1 FROM record AS r WHERE r.branch_id = standing.branch_id AND r.duty = standing.duty AND r.person_id = standing.person_id
        AND r.period = standing.period AND r.kind = 'attend'
        AND NOT EXISTS (SELECT 1 FROM record AS x WHERE x.branch_id = r.branch_id AND x.refers = r.id AND x.kind = 'reverse'));

-- Whoever was first heard of after a period was closed was not expected in it; nor, before that, who reported what they did not owe.
UPDATE standing SET expected = 0 WHERE expected IS NULL
    AND (owed = 0 AND (got > 0 OR excused = 1) OR EXISTS (SELECT 1 FROM tally AS t WHERE t.branch_id = standing.branch_id
        AND t.duty = standing.duty AND t.period = standing.period AND t.frozen = 1));

-- Of those who are not expected nobody counts in a rate.
UPDATE tally SET
    done = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = tally.branch_id AND s.duty = tally.duty AND s.period = tally.period
        AND COALESCE(s.expected, 1) = 1 AND s.got > 0 AND s.got >= s.owed),
    excused = (SELECT CAST(COUNT(*) AS BIGINT) FROM standing AS s WHERE s.branch_id = tally.branch_id AND s.duty = tally.duty AND s.period = tally.period
        AND COALESCE(s.expected, 1) = 1 AND s.excused = 1 AND NOT (s.got > 0 AND s.got >= s.owed));
