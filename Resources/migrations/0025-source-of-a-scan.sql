-- 0025: who came by a source channel stays with it when the code's is changed.

-- Of a scan that found its code acting: the source channel that the code had then, empty for none. NULL of
-- scans before this column; their source is taken to be the code's.
ALTER TABLE facts ADD COLUMN source TEXT;
