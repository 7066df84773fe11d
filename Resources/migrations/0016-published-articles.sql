-- 0016: published articles beside the drafts.

-- Whether draft_id is WeChat's article_id of a publication, and not its media_id of a draft.
ALTER TABLE articles ADD COLUMN published {INT} NOT NULL DEFAULT 0 CHECK (published IN (0, 1));
