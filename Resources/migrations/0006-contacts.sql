-- 0006: tags, contacts, forms, audiences. A contact is named by the follower that it began as
-- (co_ACCOUNT.OPENID), so every follower has one without a row; rows are what is known besides.

-- The tags that a code puts on who scans it, as JSON: ids of contact tags and of follower tags.
ALTER TABLE qr_codes ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';

-- Contact tags 会员标签: ours.
CREATE TABLE contact_tags (
    workspace_id TEXT  NOT NULL,
    id           TEXT  NOT NULL,                  -- tg_…
    name         TEXT  NOT NULL,
    name_folded  TEXT  NOT NULL,
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_folded)
) {CLUSTERED};

CREATE TABLE contact_taggings (
    workspace_id TEXT  NOT NULL,
    contact_id   TEXT  NOT NULL,                  -- the contact before any merge
    tag_id       TEXT  NOT NULL,
    code_id      TEXT,                            -- the code that put it on, NULL when a member did
    tagged_by    TEXT,                            -- the member
    tagged_at    {INT} NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, tag_id)
) {CLUSTERED};
CREATE INDEX contact_taggings_by_tag ON contact_taggings (workspace_id, tag_id, tagged_at, contact_id);

-- Follower tags 粉丝标签: WeChat's, as the last sync found them.
CREATE TABLE follower_tags (
    workspace_id  TEXT  NOT NULL,
    id            TEXT  NOT NULL,                 -- ft_…
    account_id    TEXT  NOT NULL,
    name          TEXT  NOT NULL,
    wechat_id     {INT},                          -- NULL until WeChat has made it
    followers     {INT},                          -- as WeChat counted at the last sync
    failure_code  {INT},                          -- why WeChat has not made it
    failure_words TEXT,
    created_at    {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, wechat_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES accounts (workspace_id, id)
) {CLUSTERED};
CREATE INDEX follower_tags_by_name ON follower_tags (workspace_id, account_id, name);

-- A follower tag on its way to a follower.
CREATE TABLE follower_taggings (
    workspace_id  TEXT  NOT NULL,
    account_id    TEXT  NOT NULL,
    openid        TEXT  NOT NULL,
    tag_id        TEXT  NOT NULL,
    code_id       TEXT  NOT NULL,                 -- whose scan asked for it last
    state         TEXT  NOT NULL,                 -- FollowerTagging.State
    failure_code  {INT},
    failure_words TEXT,
    asked_at      {INT} NOT NULL,
    finished_at   {INT},
    PRIMARY KEY (workspace_id, account_id, openid, tag_id)
) {CLUSTERED};
CREATE INDEX follower_taggings_pending ON follower_taggings (workspace_id, account_id, tag_id, asked_at)
    WHERE state = 'pending';
CREATE INDEX follower_taggings_by_tag ON follower_taggings (workspace_id, tag_id, openid);

-- What is known of a contact besides what it did. Merged contacts share a head; the others are
-- their own.
CREATE TABLE contacts (
    workspace_id TEXT  NOT NULL,
    id           TEXT  NOT NULL,                  -- co_…
    account_id   TEXT,                            -- NULL for one who came without a scan
    openid       TEXT,
    head         TEXT  NOT NULL,                  -- the least id of those it is merged with
    name         TEXT,
    name_folded  TEXT,
    created_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id)
) {CLUSTERED};
CREATE INDEX contacts_by_head ON contacts (workspace_id, head);
CREATE INDEX contacts_by_name ON contacts (workspace_id, name_folded, id) WHERE name_folded IS NOT NULL;
CREATE INDEX contacts_without_follower ON contacts (workspace_id, created_at, id)
    WHERE openid IS NULL;

-- Mobile numbers, e-mail addresses and union ids, as they are compared.
CREATE TABLE contact_keys (
    workspace_id TEXT  NOT NULL,
    kind         TEXT  NOT NULL,                  -- ContactKey.Kind
    value        TEXT  NOT NULL,
    contact_id   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, kind, value, contact_id)
) {CLUSTERED};
CREATE INDEX contact_keys_by_contact ON contact_keys (workspace_id, contact_id);

-- The journal of merges: two contacts that are one person, and why. Heads are computed from those
-- that are not undone.
CREATE TABLE contact_merges (
    workspace_id TEXT  NOT NULL,
    id           TEXT  NOT NULL,                  -- cm_…
    one          TEXT  NOT NULL,
    other        TEXT  NOT NULL,
    kind         TEXT  NOT NULL,                  -- ContactKey.Kind
    value        TEXT  NOT NULL,
    merged_at    {INT} NOT NULL,
    undone_at    {INT},
    undone_by    TEXT,
    PRIMARY KEY (workspace_id, id)
) {CLUSTERED};
CREATE INDEX contact_merges_by_one ON contact_merges (workspace_id, one);
CREATE INDEX contact_merges_by_other ON contact_merges (workspace_id, other);

CREATE INDEX followers_by_time ON followers (workspace_id, created_at, account_id, openid);

CREATE TABLE forms (
    workspace_id TEXT  NOT NULL,
    id           TEXT  NOT NULL,                  -- fm_…
    slug         TEXT  NOT NULL UNIQUE,           -- the last part of /f/…
    title        TEXT  NOT NULL,
    description  TEXT  NOT NULL,                  -- may be empty
    fields       TEXT  NOT NULL,                  -- JSON: the ordered fields
    submit_label TEXT  NOT NULL,                  -- empty for the usual word
    is_open      {INT} NOT NULL CHECK (is_open IN (0, 1)),
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    updated_by   TEXT  NOT NULL,
    updated_at   {INT} NOT NULL,
    version      {INT} NOT NULL,
    deleted_at   {INT},
    PRIMARY KEY (workspace_id, id)
) {END};
CREATE INDEX forms_by_time ON forms (workspace_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE form_submissions (
    workspace_id TEXT  NOT NULL,
    id           TEXT  NOT NULL,                  -- fs_…
    form_id      TEXT  NOT NULL,
    once         TEXT  NOT NULL,                  -- what a repeated submission has the same of
    contact_id   TEXT  NOT NULL,                  -- the contact before any merge
    account_id   TEXT,                            -- of the follower that the link was sent to
    openid       TEXT,
    code_id      TEXT,
    submitted_at {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, form_id, once),
    FOREIGN KEY (workspace_id, form_id) REFERENCES forms (workspace_id, id)
) {CLUSTERED};
CREATE INDEX form_submissions_by_form ON form_submissions (workspace_id, form_id, submitted_at, id);
CREATE INDEX form_submissions_by_contact ON form_submissions (workspace_id, contact_id, submitted_at, id);

-- What was typed: personal, so apart from the fact that it was sent.
CREATE TABLE form_answers (
    workspace_id  TEXT  NOT NULL,
    submission_id TEXT  NOT NULL,
    field_id      TEXT  NOT NULL,
    position      {INT} NOT NULL,                 -- of several choices, from 0
    value         TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, submission_id, field_id, position)
) {CLUSTERED};

-- A frozen set of contacts 人群.
CREATE TABLE audiences (
    workspace_id TEXT  NOT NULL,
    id           TEXT  NOT NULL,                  -- au_…
    name         TEXT  NOT NULL,
    condition    TEXT  NOT NULL,                  -- JSON: who is in it
    state        TEXT  NOT NULL,                  -- Audience.State
    place        TEXT  NOT NULL,                  -- where the evaluation has come to
    examined     {INT} NOT NULL,
    members      {INT} NOT NULL,
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    finished_at  {INT},
    deleted_at   {INT},
    PRIMARY KEY (workspace_id, id)
) {END};
CREATE INDEX audiences_by_time ON audiences (workspace_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE audience_members (
    workspace_id TEXT  NOT NULL,
    audience_id  TEXT  NOT NULL,
    contact_id   TEXT  NOT NULL,                  -- the head when it was frozen
    PRIMARY KEY (workspace_id, audience_id, contact_id)
) {CLUSTERED};
CREATE INDEX audience_members_by_contact ON audience_members (workspace_id, contact_id);

-- The portion of people that an evaluation looks at; emptied with each portion.
CREATE TABLE audience_candidates (
    workspace_id TEXT  NOT NULL,
    audience_id  TEXT  NOT NULL,
    contact_id   TEXT  NOT NULL,
    head         TEXT  NOT NULL,
    account_id   TEXT,
    openid       TEXT,
    PRIMARY KEY (workspace_id, audience_id, contact_id)
) {CLUSTERED};
