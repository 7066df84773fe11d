-- The codes of all accounts by time, as the API lists them.
CREATE INDEX qr_codes_latest ON qr_codes (workspace_id, created_at, id) WHERE deleted_at IS NULL;

-- Narrow, so that counting an account's codes, as every page's navigation does, reads little.
CREATE INDEX qr_codes_live ON qr_codes (workspace_id, account_id) WHERE deleted_at IS NULL;
