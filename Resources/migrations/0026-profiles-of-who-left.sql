-- 0026: whether a workspace keeps what WeChat told of its followers, their union ids, when they leave.

ALTER TABLE workspaces ADD COLUMN keeps_profiles {INT} NOT NULL DEFAULT 0
    CHECK (keeps_profiles IN (0, 1));
