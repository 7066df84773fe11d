-- 0015: search of forms, their deletion undone, and submissions by the link or page that they came by.

-- What search compares; a change writes it anew.
ALTER TABLE forms ADD COLUMN title_folded TEXT NOT NULL DEFAULT '';
UPDATE forms SET title_folded = lower(title);
ALTER TABLE forms ADD COLUMN deleted_by TEXT;
CREATE INDEX forms_deleted ON forms (workspace_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

-- `way` is what a submission came by: the link that was sent to a follower, or the page as it was drawn
-- for one who had none. `page` is that drawing for both. `once` is the way and a number.
ALTER TABLE form_submissions ADD COLUMN way TEXT NOT NULL DEFAULT '';
ALTER TABLE form_submissions ADD COLUMN page TEXT NOT NULL DEFAULT '';
UPDATE form_submissions SET way = once, page = once;
CREATE INDEX form_submissions_by_way
    ON form_submissions (workspace_id, form_id, way, submitted_at, id);
CREATE INDEX form_submissions_by_code
    ON form_submissions (workspace_id, form_id, code_id, submitted_at, id) WHERE code_id IS NOT NULL;
