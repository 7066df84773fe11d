-- 0021: the keys of a contact from their index alone. Without `created_at` in it SQLite thought that
-- reading all keys of the workspace is less.

DROP INDEX contact_keys_by_contact;
CREATE INDEX contact_keys_by_contact
    ON contact_keys (workspace_id, contact_id, created_at, kind, value);
