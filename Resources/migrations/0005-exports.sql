-- 0005: lists that filter by anything, groups that change, exports and batch creation.

-- Serves every filter and count of the list of codes without touching a row: the page of codes is
-- all that is read of the table.
DROP INDEX qr_codes_by_time;
CREATE INDEX qr_codes_listed ON qr_codes (workspace_id, account_id, created_at, id, kind, group_id,
    created_by, making, starts_at, expires_at, name_folded) WHERE deleted_at IS NULL;
-- Those of one deletion, to take it back.
CREATE INDEX qr_codes_deleted ON qr_codes (workspace_id, deleted_at, id)
    WHERE deleted_at IS NOT NULL;
CREATE INDEX qr_codes_by_group ON qr_codes (workspace_id, group_id) WHERE group_id IS NOT NULL;

ALTER TABLE code_groups ADD COLUMN version {INT} NOT NULL DEFAULT 1;

-- Which columns a person wants to see in a list.
CREATE TABLE list_columns (
    workspace_id TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    list         TEXT NOT NULL,                   -- the list's address, such as qr-codes
    columns      TEXT NOT NULL,                   -- their names, with commas between
    PRIMARY KEY (workspace_id, user_id, list)
) {CLUSTERED};

-- Records of any kind as files. The work is a job; what it has done stands here.
CREATE TABLE exports (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    id           TEXT  NOT NULL,                  -- ex_…
    kind         TEXT  NOT NULL,                  -- ExportKind.name
    subject      TEXT  NOT NULL,                  -- JSON, as the kind has it: which records
    format       TEXT  NOT NULL,                  -- xlsx or csv
    language     TEXT  NOT NULL,                  -- of the columns' heads
    name         TEXT  NOT NULL,                  -- of the file, without its ending
    state        TEXT  NOT NULL,                  -- Export.State
    records      {INT},                           -- in all, NULL until they have been found
    written      {INT} NOT NULL,
    truncated    {INT} NOT NULL CHECK (truncated IN (0, 1)),       -- there were more than an export takes
    files        {INT} NOT NULL,                  -- complete ones, which a restart goes on after
    failure      TEXT,
    bytes        {INT},                           -- of the result
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    finished_at  {INT},
    expires_at   {INT},                           -- when the result is removed
    PRIMARY KEY (workspace_id, id)
) {END};
CREATE INDEX exports_by_creator ON exports (workspace_id, created_by, created_at, id);

-- Codes made in a batch, from a file of names.
CREATE TABLE imports (
    workspace_id  TEXT  NOT NULL REFERENCES workspaces (id),
    id            TEXT  NOT NULL,                 -- im_…
    account_id    TEXT  NOT NULL,
    file_name     TEXT  NOT NULL,
    encoding      TEXT  NOT NULL,
    settings      TEXT  NOT NULL,                 -- JSON: what all of its codes share
    state         TEXT  NOT NULL,                 -- Import.State
    lines         {INT} NOT NULL,
    bad           {INT} NOT NULL,
    made          {INT} NOT NULL,
    failed        {INT} NOT NULL,
    waits_until   {INT},                          -- for WeChat's quota
    failure_code  {INT},                          -- why it waits or has stopped
    failure_words TEXT,
    created_by    TEXT  NOT NULL,
    created_at    {INT} NOT NULL,
    started_at    {INT},
    finished_at   {INT},
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES accounts (workspace_id, id)
) {END};
CREATE INDEX imports_by_time ON imports (workspace_id, created_at, id);

CREATE TABLE import_lines (
    workspace_id TEXT  NOT NULL,
    import_id    TEXT  NOT NULL,
    line         {INT} NOT NULL,                  -- of the file, from 1
    name         TEXT  NOT NULL,
    state        TEXT  NOT NULL,                  -- ImportLine.State
    fault        TEXT,                            -- ImportLine.Fault, of a bad one
    other_line   {INT},                           -- the line that has the name already
    code_id      TEXT,                            -- set in the transaction that makes the code
    PRIMARY KEY (workspace_id, import_id, line)
) {CLUSTERED};
CREATE INDEX import_lines_by_state ON import_lines (workspace_id, import_id, state, line);
