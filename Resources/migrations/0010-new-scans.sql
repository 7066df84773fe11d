-- 0010: how many of a code's scans were by its new scanners; the others were by existing ones.
ALTER TABLE code_counts ADD COLUMN new_scans {INT} NOT NULL DEFAULT 0;
UPDATE code_counts SET new_scans = (
    SELECT COALESCE(SUM(code_scanners.scans), 0) FROM code_scanners
    WHERE code_scanners.workspace_id = code_counts.workspace_id
        AND code_scanners.code_id = code_counts.code_id AND code_scanners.is_new = 1);
