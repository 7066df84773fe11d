-- 0020: the line of a batch that a code was made from, found by the code.

CREATE INDEX import_lines_by_code ON import_lines (workspace_id, code_id) WHERE code_id IS NOT NULL;
