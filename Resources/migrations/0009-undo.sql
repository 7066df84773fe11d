-- 0009: taking back what was done to several codes at once, and to a group of them.

-- The changes of one moment: a batch bears one time.
CREATE INDEX revisions_by_time ON revisions (workspace_id, at);

-- Of a group that was deleted: its codes come back to it with it, unless they are in another by then.
ALTER TABLE qr_codes ADD COLUMN former_group_id TEXT;
