-- Work that outlives the process: done in the order of priority and time, removed when done.
CREATE TABLE jobs (
    workspace_id  TEXT  NOT NULL,
    id            TEXT  NOT NULL,
    kind          TEXT  NOT NULL,                -- selects the handler
    payload       TEXT  NOT NULL,                -- JSON, as the kind has it
    state         TEXT  NOT NULL CHECK (state IN ('ready', 'blocked', 'running', 'failed')),
    priority      {INT} NOT NULL,                -- higher goes first
    run_at        {INT} NOT NULL,                -- not before; milliseconds since 1970, UTC
    deadline      {INT},                         -- not from then on
    lane          TEXT,                          -- one at a time, in order
    lane_position {INT},
    dedupe_key    TEXT,
    attempts      {INT} NOT NULL,                -- how often it was begun
    lease_owner   TEXT,                          -- while running: by whom,
    lease_until   {INT},                         -- and until when that is believed
    last_error    TEXT,
    PRIMARY KEY (workspace_id, id)
) {CLUSTERED};

-- The head of each lane is ready or running, the rest of it is blocked: what is due stands together.
CREATE INDEX jobs_ready ON jobs (priority DESC, run_at) WHERE state = 'ready';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_failed ON jobs (workspace_id, run_at) WHERE state = 'failed';
CREATE UNIQUE INDEX jobs_lanes ON jobs (workspace_id, lane, lane_position)
    WHERE lane IS NOT NULL AND state <> 'failed';
CREATE UNIQUE INDEX jobs_dedupe ON jobs (workspace_id, kind, dedupe_key)
    WHERE dedupe_key IS NOT NULL AND state <> 'failed';
