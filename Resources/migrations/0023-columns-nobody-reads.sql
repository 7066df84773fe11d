-- 0023: columns that never said anything: no job had a deadline, no scene is a number. SQLite writes
-- both tables anew for it, which is short: a job goes when it is done, and of codes there are a hundred
-- thousand in an account at most.

ALTER TABLE jobs DROP COLUMN deadline;
ALTER TABLE qr_codes DROP COLUMN scene_is_integer;
