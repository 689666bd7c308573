-- Whether a chat gets its unit's reminders: yes, no, or only (it and others that say so, and no other chat of the unit).
ALTER TABLE chat ADD COLUMN reminders TEXT NOT NULL DEFAULT 'yes';

-- One reminder names somebody once, in however many chats: what its letters have in common.
ALTER TABLE reminded ADD COLUMN run TEXT NOT NULL DEFAULT '';
UPDATE reminded SET run = letter;
