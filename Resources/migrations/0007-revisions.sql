-- 0007: who changed what, invitations into a workspace, and what WeChat says of an account's quota.

-- One row for each change that a person or a program made, with the object before and after it.
CREATE TABLE revisions (
    workspace_id TEXT  NOT NULL,
    seq          {INT} NOT NULL,                  -- from 1, in the order of the changes
    kind         TEXT  NOT NULL,                  -- Revision.Kind: of what
    object_id    TEXT  NOT NULL,
    object_name  TEXT  NOT NULL,                  -- as it was called then
    version      {INT},                           -- of the object after the change, where it has one
    action       TEXT  NOT NULL,                  -- Revision.Action
    before       TEXT,                            -- JSON of what may be changed; NULL when it was made
    after        TEXT,                            -- NULL when it was deleted
    actor        TEXT  NOT NULL,                  -- a user, a token, or `operator`
    at           {INT} NOT NULL,
    PRIMARY KEY (workspace_id, seq)
) {CLUSTERED};
CREATE INDEX revisions_by_object ON revisions (workspace_id, kind, object_id, seq);

CREATE TABLE invitations (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    id           TEXT  NOT NULL,                  -- iv_…
    email        TEXT  NOT NULL,
    email_folded TEXT  NOT NULL,
    role         TEXT  NOT NULL,                  -- Role
    token_hash   TEXT  NOT NULL UNIQUE,           -- SHA-256 of the link's secret, which is nowhere
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    expires_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id)
) {END};

-- The last answer of openapi/quota/get, by the call that it is about.
CREATE TABLE account_quotas (
    workspace_id TEXT  NOT NULL,
    account_id   TEXT  NOT NULL,
    call_path    TEXT  NOT NULL,                  -- the call's path at WeChat
    day_limit    {INT} NOT NULL,
    used         {INT} NOT NULL,
    read_at      {INT} NOT NULL,
    PRIMARY KEY (workspace_id, account_id, call_path)
) {CLUSTERED};

-- The follows through a code, among which its new followers are: a code may have few of them among
-- millions of scans.
CREATE INDEX facts_of_follows ON facts (workspace_id, code_id, occurred_at, seq)
    WHERE kind = 'subscribe' AND code_id IS NOT NULL;
