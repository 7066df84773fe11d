-- 0012: where a member stood last, and how far followers have been asked for their union ids.

ALTER TABLE memberships ADD COLUMN visited_at {INT};      -- a new session begins where the latest is
ALTER TABLE memberships ADD COLUMN account_id TEXT;       -- the account that the switcher stood on

-- The last follower of each account whose union id WeChat was asked for, by when it was heard of.
CREATE TABLE union_id_places (
    workspace_id TEXT  NOT NULL,
    account_id   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    openid       TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, account_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES accounts (workspace_id, id)
) {CLUSTERED};
