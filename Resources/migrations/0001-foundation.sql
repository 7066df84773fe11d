-- 0001: workspaces, the people who sign in, accounts, official-account QR codes, the journal and
-- what is counted from it. Times are milliseconds since 1970, UTC; days are yyyymmdd in the
-- workspace's zone; booleans are 0 or 1.

CREATE TABLE workspaces (
    id         TEXT  NOT NULL PRIMARY KEY,        -- ws_…
    name       TEXT  NOT NULL,
    time_zone  TEXT  NOT NULL,                    -- IANA name; changing it is a rebuild of the days
    created_at {INT} NOT NULL
) {END};

CREATE TABLE users (
    id            TEXT  NOT NULL PRIMARY KEY,     -- us_…
    email         TEXT  NOT NULL,                 -- as typed
    email_folded  TEXT  NOT NULL UNIQUE,          -- what sign-in compares
    name          TEXT  NOT NULL,
    password_hash TEXT  NOT NULL,                 -- scrypt with its parameters and salt
    created_at    {INT} NOT NULL,
    updated_at    {INT} NOT NULL
) {END};

CREATE TABLE memberships (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    user_id      TEXT  NOT NULL REFERENCES users (id),
    role         TEXT  NOT NULL,                  -- Role
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) {CLUSTERED};
CREATE INDEX memberships_by_user ON memberships (user_id, created_at);

CREATE TABLE sessions (
    token_hash   TEXT  NOT NULL PRIMARY KEY,      -- SHA-256 of the cookie; the cookie itself is nowhere
    user_id      TEXT  NOT NULL REFERENCES users (id),
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    account_id   TEXT,                            -- the account that the switcher stands on
    address      TEXT  NOT NULL,
    user_agent   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    seen_at      {INT} NOT NULL,
    expires_at   {INT} NOT NULL
) {END};
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    id           TEXT  NOT NULL,                  -- tk_…
    name         TEXT  NOT NULL,
    token_hash   TEXT  NOT NULL UNIQUE,
    role         TEXT  NOT NULL,                  -- Role; what the bearer may do at most
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    used_at      {INT},
    expires_at   {INT},
    revoked_at   {INT},
    PRIMARY KEY (workspace_id, id)
) {END};

CREATE TABLE throttles (
    subject     TEXT  NOT NULL PRIMARY KEY,       -- what is counted: an address or an e-mail, by purpose
    failures    {INT} NOT NULL,
    window_ends {INT} NOT NULL
) {END};

CREATE TABLE accounts (
    workspace_id         TEXT  NOT NULL REFERENCES workspaces (id),
    id                   TEXT  NOT NULL,          -- ac_…
    kind                 TEXT  NOT NULL,          -- Account.Kind
    name                 TEXT  NOT NULL,
    app_id               TEXT  NOT NULL UNIQUE,   -- unique in an installation: callback paths end in it
    original_id          TEXT  NOT NULL,          -- gh_…, what callbacks call ToUserName; empty until known
    secret_sealed        TEXT  NOT NULL,
    token_sealed         TEXT  NOT NULL,
    aes_key_sealed       TEXT,
    message_mode         TEXT  NOT NULL,          -- Account.MessageMode; what is less is refused
    verified             {INT} NOT NULL CHECK (verified IN (0, 1)),
    authorization_state  TEXT  NOT NULL,          -- Account.Authorization
    api_fault_code       {INT},                   -- WeChat's last refusal of the credentials, NULL when well
    api_fault_words      TEXT,
    callback_verified_at {INT},
    callback_seen_at     {INT},
    clock_skew_ms        {INT},
    created_by           TEXT  NOT NULL,
    created_at           {INT} NOT NULL,
    updated_by           TEXT  NOT NULL,
    updated_at           {INT} NOT NULL,
    version              {INT} NOT NULL,
    deleted_at           {INT},
    PRIMARY KEY (workspace_id, id)
) {END};

-- One row for each account: the token that all processes share, and who is fetching the next.
CREATE TABLE access_tokens (
    workspace_id  TEXT  NOT NULL,
    account_id    TEXT  NOT NULL,
    record_sealed TEXT,                           -- WeChat.TokenRecord as JSON
    lease_owner   TEXT,
    lease_until   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, account_id),
    FOREIGN KEY (workspace_id, account_id) REFERENCES accounts (workspace_id, id)
) {CLUSTERED};

CREATE TABLE code_groups (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    id           TEXT  NOT NULL,                  -- gr_…
    kind         TEXT  NOT NULL,                  -- the kind of code it holds: qr_code, live_code, promo_code
    name         TEXT  NOT NULL,
    name_folded  TEXT  NOT NULL,
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, kind, name_folded)
) {END};

CREATE TABLE qr_codes (
    workspace_id     TEXT  NOT NULL,
    id               TEXT  NOT NULL,              -- qr_…
    account_id       TEXT  NOT NULL,
    group_id         TEXT,
    name             TEXT  NOT NULL,
    name_folded      TEXT  NOT NULL,              -- what search and sorting compare
    kind             TEXT  NOT NULL,              -- QRCode.Kind: temporary or permanent
    lifetime_seconds {INT},                       -- temporary codes only
    source           TEXT  NOT NULL,              -- source channel, may be empty
    starts_at        {INT},
    reply            TEXT  NOT NULL,              -- JSON: the ordered reply items, at most three
    scene            TEXT  NOT NULL,              -- ours, stored before WeChat is asked, reused by a retry
    scene_is_integer {INT} NOT NULL CHECK (scene_is_integer IN (0, 1)),
    slug             TEXT  NOT NULL UNIQUE,       -- the last part of /c/…
    making           TEXT  NOT NULL,              -- QRCode.Making: waiting, made, failed
    failure_code     {INT},
    failure_words    TEXT,
    ticket           TEXT,
    content          TEXT,                        -- the text inside the picture
    made_at          {INT},
    expires_at       {INT},
    created_by       TEXT  NOT NULL,
    created_at       {INT} NOT NULL,
    updated_by       TEXT  NOT NULL,
    updated_at       {INT} NOT NULL,
    version          {INT} NOT NULL,
    deleted_at       {INT},
    deleted_by       TEXT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, account_id, scene),
    FOREIGN KEY (workspace_id, account_id) REFERENCES accounts (workspace_id, id),
    FOREIGN KEY (workspace_id, group_id) REFERENCES code_groups (workspace_id, id)
) {END};
CREATE INDEX qr_codes_by_time ON qr_codes (workspace_id, account_id, created_at, id)
    WHERE deleted_at IS NULL;
CREATE INDEX qr_codes_by_name ON qr_codes (workspace_id, account_id, name_folded, id)
    WHERE deleted_at IS NULL;
CREATE INDEX qr_codes_permanent ON qr_codes (workspace_id, account_id)
    WHERE kind = 'permanent' AND making = 'made';
CREATE INDEX qr_codes_waiting ON qr_codes (workspace_id, created_at) WHERE making = 'waiting';

-- The journal: append-only. Every statistic is counted from it and can be counted again.
CREATE TABLE facts (
    workspace_id TEXT  NOT NULL,
    seq          {INT} NOT NULL,                  -- time-ordered, made by us
    account_id   TEXT  NOT NULL,
    kind         TEXT  NOT NULL,                  -- Fact.Kind
    occurred_at  {INT} NOT NULL,                  -- the sender's time
    received_at  {INT} NOT NULL,
    day          {INT} NOT NULL,                  -- of occurred_at
    dedupe_key   TEXT  NOT NULL,
    person       TEXT,                            -- an openid, an external user id or a visitor id
    employee     TEXT,
    code_id      TEXT,
    code_state   TEXT,                            -- Fact.CodeState: did the code act
    payload      TEXT,                            -- small JSON without anything personal
    PRIMARY KEY (workspace_id, seq),
    UNIQUE (workspace_id, account_id, dedupe_key)
) {CLUSTERED};
CREATE INDEX facts_by_code ON facts (workspace_id, code_id, occurred_at, seq)
    WHERE code_id IS NOT NULL;
CREATE INDEX facts_by_person ON facts (workspace_id, account_id, person, occurred_at, seq)
    WHERE person IS NOT NULL;

-- What a fact came in as, apart, so that erasure and retention leave the counts alone.
CREATE TABLE fact_payloads (
    workspace_id TEXT  NOT NULL,
    seq          {INT} NOT NULL,
    raw          TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, seq)
) {CLUSTERED};

CREATE TABLE followers (
    workspace_id      TEXT  NOT NULL,
    account_id        TEXT  NOT NULL,
    openid            TEXT  NOT NULL,
    first_follow_at   {INT},                      -- the earliest follow of the account ever
    first_follow_key  TEXT,
    first_follow_day  {INT},
    first_follow_code TEXT,                       -- the code it came through, if any
    turn              TEXT,                       -- follow or unfollow: the latest of both
    turn_at           {INT},
    turn_key          TEXT,
    turn_day          {INT},
    created_at        {INT} NOT NULL,
    PRIMARY KEY (workspace_id, account_id, openid)
) {CLUSTERED};

-- One row for each person who ever scanned a code.
CREATE TABLE code_scanners (
    workspace_id   TEXT  NOT NULL,
    code_id        TEXT  NOT NULL,
    openid         TEXT  NOT NULL,
    account_id     TEXT  NOT NULL,
    first_scan_at  {INT} NOT NULL,
    first_scan_day {INT} NOT NULL,
    first_scan_key TEXT  NOT NULL,
    is_new         {INT} NOT NULL CHECK (is_new IN (0, 1)),        -- the first scan was a subscribe
    last_scan_at   {INT} NOT NULL,
    last_scan_seq  {INT} NOT NULL,
    scans          {INT} NOT NULL,
    unfollowed     {INT} NOT NULL CHECK (unfollowed IN (0, 1)),
    replies_sent   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, code_id, openid)
) {CLUSTERED};
CREATE INDEX code_scanners_by_time ON code_scanners (workspace_id, code_id, last_scan_at, openid);
CREATE INDEX code_scanners_by_kind
    ON code_scanners (workspace_id, code_id, is_new, last_scan_at, openid);
CREATE INDEX code_scanners_lost ON code_scanners (workspace_id, code_id, last_scan_at, openid)
    WHERE unfollowed = 1;
CREATE INDEX code_scanners_by_person ON code_scanners (workspace_id, account_id, openid);

-- The figures of domain.md, kept in the transaction of the fact that changes them.
CREATE TABLE code_counts (
    workspace_id     TEXT  NOT NULL,
    code_id          TEXT  NOT NULL,
    scans            {INT} NOT NULL,
    scanners         {INT} NOT NULL,
    new_scanners     {INT} NOT NULL,
    new_followers    {INT} NOT NULL,
    unfollowed       {INT} NOT NULL,
    replies_sent     {INT} NOT NULL,
    replies_received {INT} NOT NULL,
    PRIMARY KEY (workspace_id, code_id)
) {CLUSTERED};

-- The same by day. A person stands on one day only (that of the first scan, first follow, latest
-- unfollow, first reply), so the days of a column add up to its total in code_counts.
CREATE TABLE code_days (
    workspace_id     TEXT  NOT NULL,
    code_id          TEXT  NOT NULL,
    day              {INT} NOT NULL,
    scans            {INT} NOT NULL,
    scanners         {INT} NOT NULL,
    new_scanners     {INT} NOT NULL,
    new_followers    {INT} NOT NULL,
    unfollowed       {INT} NOT NULL,
    replies_sent     {INT} NOT NULL,
    PRIMARY KEY (workspace_id, code_id, day)
) {CLUSTERED};

-- Reply items that did not arrive, by the reason; those that did are in code_counts.
CREATE TABLE code_reply_failures (
    workspace_id TEXT  NOT NULL,
    code_id      TEXT  NOT NULL,
    state        TEXT  NOT NULL,                  -- ReplySend.State: failed, too_late or unknown
    failure_code {INT} NOT NULL,                  -- WeChat's errcode, 0 where there was none
    failure_words TEXT NOT NULL,                  -- of the latest
    items        {INT} NOT NULL,
    PRIMARY KEY (workspace_id, code_id, state, failure_code)
) {CLUSTERED};

-- One row for each item sent after a scan.
CREATE TABLE reply_sends (
    workspace_id TEXT  NOT NULL,
    scan_seq     {INT} NOT NULL,                  -- the fact that is answered
    position     {INT} NOT NULL,                  -- 1…3, the order of sending
    account_id   TEXT  NOT NULL,
    code_id      TEXT  NOT NULL,
    openid       TEXT  NOT NULL,
    item         TEXT  NOT NULL,                  -- JSON: the item as it was when the scan came
    state        TEXT  NOT NULL,                  -- ReplySend.State
    failure_code {INT},
    failure_words TEXT,
    deadline_at  {INT} NOT NULL,
    called_at    {INT},
    finished_at  {INT},
    PRIMARY KEY (workspace_id, scan_seq, position)
) {CLUSTERED};

-- A repeated POST with the same key finds what the first one made.
CREATE TABLE idempotency_keys (
    workspace_id TEXT  NOT NULL,
    actor        TEXT  NOT NULL,                  -- the user or the token that sent it
    key          TEXT  NOT NULL,
    fingerprint  TEXT  NOT NULL,                  -- SHA-256 of method, path and body
    object_id    TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    PRIMARY KEY (workspace_id, actor, key)
) {CLUSTERED};
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
