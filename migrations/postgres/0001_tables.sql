-- Runs before the common text of the same number, on PostgreSQL alone.

-- SQLite has a table-valued json_each(TEXT); with this, one text of a batch runs on both engines:
--   INSERT … SELECT CAST(value->>0 AS BIGINT), value->>1 … FROM json_each($1) WHERE true ON CONFLICT …
-- Not STRICT: the planner inlines a set-returning function only where it is not.
CREATE OR REPLACE FUNCTION json_each(text) RETURNS TABLE (value jsonb) LANGUAGE sql IMMUTABLE ROWS 100
    AS 'SELECT e.value FROM jsonb_array_elements($1::jsonb) AS e(value)';
