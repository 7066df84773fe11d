-- 0019: reply items that did not arrive, as figures of a code and of its days that open to their rows;
-- and audiences that are found by name.

CREATE INDEX facts_of_lost_replies ON facts (workspace_id, code_id, kind, occurred_at, seq)
    WHERE kind IN ('reply_failed', 'reply_too_late', 'reply_unknown') AND code_id IS NOT NULL;

ALTER TABLE code_counts ADD COLUMN replies_failed {INT} NOT NULL DEFAULT 0;
ALTER TABLE code_counts ADD COLUMN replies_too_late {INT} NOT NULL DEFAULT 0;
ALTER TABLE code_counts ADD COLUMN replies_unknown {INT} NOT NULL DEFAULT 0;
ALTER TABLE code_days ADD COLUMN replies_failed {INT} NOT NULL DEFAULT 0;
ALTER TABLE code_days ADD COLUMN replies_too_late {INT} NOT NULL DEFAULT 0;
ALTER TABLE code_days ADD COLUMN replies_unknown {INT} NOT NULL DEFAULT 0;

INSERT INTO code_days (workspace_id, code_id, day, scans, scanners, new_scanners, new_followers,
    unfollowed, replies_sent, replies_failed, replies_too_late, replies_unknown)
SELECT workspace_id, code_id, day, 0, 0, 0, 0, 0, 0,
    SUM(CASE kind WHEN 'reply_failed' THEN 1 ELSE 0 END),
    SUM(CASE kind WHEN 'reply_too_late' THEN 1 ELSE 0 END),
    SUM(CASE kind WHEN 'reply_unknown' THEN 1 ELSE 0 END)
FROM facts
WHERE kind IN ('reply_failed', 'reply_too_late', 'reply_unknown') AND code_id IS NOT NULL
GROUP BY workspace_id, code_id, day
ON CONFLICT (workspace_id, code_id, day) DO UPDATE SET
    replies_failed = excluded.replies_failed, replies_too_late = excluded.replies_too_late,
    replies_unknown = excluded.replies_unknown;

UPDATE code_counts SET
    replies_failed = (
        SELECT COALESCE(SUM(code_days.replies_failed), 0) FROM code_days
        WHERE code_days.workspace_id = code_counts.workspace_id
            AND code_days.code_id = code_counts.code_id),
    replies_too_late = (
        SELECT COALESCE(SUM(code_days.replies_too_late), 0) FROM code_days
        WHERE code_days.workspace_id = code_counts.workspace_id
            AND code_days.code_id = code_counts.code_id),
    replies_unknown = (
        SELECT COALESCE(SUM(code_days.replies_unknown), 0) FROM code_days
        WHERE code_days.workspace_id = code_counts.workspace_id
            AND code_days.code_id = code_counts.code_id);

ALTER TABLE audiences ADD COLUMN name_folded TEXT NOT NULL DEFAULT '';
UPDATE audiences SET name_folded = lower(name);
