-- 0004: logos, and what codes look like.

CREATE TABLE logos (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    id           TEXT  NOT NULL,                  -- lg_…
    name         TEXT  NOT NULL,
    image        {BLOB} NOT NULL,                 -- PNG with a palette, at most 512 pixels long
    width        {INT} NOT NULL,
    height       {INT} NOT NULL,
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id)
) {END};

-- A code without a row is black on white.
CREATE TABLE code_designs (
    workspace_id TEXT  NOT NULL,
    code_id      TEXT  NOT NULL,
    design       TEXT  NOT NULL,                  -- CodeDesign's fields as JSON
    logo_id      TEXT,
    updated_by   TEXT  NOT NULL,
    updated_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, code_id),
    FOREIGN KEY (workspace_id, code_id) REFERENCES qr_codes (workspace_id, id)
) {CLUSTERED};
CREATE INDEX code_designs_by_logo ON code_designs (workspace_id, logo_id);
