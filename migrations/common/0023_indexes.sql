-- What is asked often of tables that grow.
CREATE INDEX outbox_unsent ON outbox (state, ended_at) WHERE state <> 'sent';
CREATE INDEX outbox_expiry ON outbox (expires_at) WHERE state = 'waiting';
CREATE INDEX link_ends ON link (expires_at) WHERE body <> '';
CREATE INDEX leave_ahead_day ON leave_ahead (duty, last_day);
CREATE INDEX leave_ahead_person ON leave_ahead (person_id, last_day);
CREATE INDEX leave_ahead_source ON leave_ahead (source);
