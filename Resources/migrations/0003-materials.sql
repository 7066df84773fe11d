-- 0003: the files that replies send, what WeChat knows of them, WeChat's drafts of articles, and
-- which codes use what.

CREATE TABLE materials (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    id           TEXT  NOT NULL,                  -- ma_…
    kind         TEXT  NOT NULL,                  -- Material.Kind
    name         TEXT  NOT NULL,
    name_folded  TEXT  NOT NULL,                  -- what search compares
    sha256       TEXT  NOT NULL,                  -- of the bytes, which are a file of that name
    bytes        {INT} NOT NULL,
    format       TEXT  NOT NULL,                  -- MediaFormat, read from the bytes
    width        {INT},
    height       {INT},
    duration_ms  {INT},
    animated     {INT} NOT NULL CHECK (animated IN (0, 1)),
    slug         TEXT  NOT NULL UNIQUE,           -- the last part of /m/…, where WeChat fetches covers
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    updated_by   TEXT  NOT NULL,
    updated_at   {INT} NOT NULL,
    version      {INT} NOT NULL,
    deleted_at   {INT},                           -- out of the lists, kept for deleted codes
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, sha256)
) {END};
CREATE INDEX materials_by_time ON materials (workspace_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX materials_by_kind ON materials (workspace_id, kind, created_at, id)
    WHERE deleted_at IS NULL;

-- Which codes send a material, kept in the transaction that stores the reply.
CREATE TABLE material_uses (
    workspace_id TEXT  NOT NULL,
    material_id  TEXT  NOT NULL,
    code_id      TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, material_id, code_id)
) {CLUSTERED};
CREATE INDEX material_uses_by_code ON material_uses (workspace_id, code_id);

-- A file that an account has at WeChat for three days, or why WeChat did not take it.
CREATE TABLE temporary_media (
    workspace_id TEXT  NOT NULL,
    account_id   TEXT  NOT NULL,
    source       TEXT  NOT NULL,                  -- a material, or a file of the program's own
    type         TEXT  NOT NULL,                  -- WeChat.MediaType
    media_id     TEXT,
    expires_at   {INT},
    failure_code {INT},
    failure_words TEXT,
    updated_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, account_id, source, type)
) {CLUSTERED};
CREATE INDEX temporary_media_by_source ON temporary_media (workspace_id, source);

-- WeChat's drafts, as they were at the latest sync.
CREATE TABLE articles (
    workspace_id  TEXT  NOT NULL,
    id            TEXT  NOT NULL,                 -- ar_…
    account_id    TEXT  NOT NULL,
    draft_id      TEXT  NOT NULL,                 -- WeChat's media_id of the draft
    title         TEXT  NOT NULL,                 -- of its first article
    digest        TEXT  NOT NULL,
    url           TEXT  NOT NULL,
    article_count {INT} NOT NULL,                 -- a reply takes drafts of one
    thumb_id      TEXT  NOT NULL,                 -- WeChat's media_id of the cover
    thumb_sha256  TEXT,                           -- the cover's file, once it was fetched
    changed_at    {INT} NOT NULL,                 -- at WeChat
    synced_at     {INT} NOT NULL,
    gone_at       {INT},                          -- when a sync no longer found it
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, draft_id)
) {END};
CREATE INDEX articles_by_time ON articles (workspace_id, account_id, changed_at, id)
    WHERE gone_at IS NULL;
