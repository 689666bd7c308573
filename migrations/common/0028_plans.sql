-- Which plan a notice comes from: of a plan only the latest waits to be sent.

ALTER TABLE notice ADD COLUMN plan_id BIGINT;
CREATE INDEX notice_of_plan ON notice (plan_id, made_at);
