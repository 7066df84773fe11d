-- 0008: the logo that an account's new codes have.

CREATE TABLE account_logos (
    workspace_id TEXT  NOT NULL,
    account_id   TEXT  NOT NULL,
    logo_id      TEXT  NOT NULL,
    updated_by   TEXT  NOT NULL,
    updated_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, account_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES accounts (workspace_id, id),
    FOREIGN KEY (workspace_id, logo_id) REFERENCES logos (workspace_id, id)
) {CLUSTERED};
CREATE INDEX account_logos_by_logo ON account_logos (workspace_id, logo_id);
