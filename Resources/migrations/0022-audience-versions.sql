-- 0022: audiences count their changes, as other things that people change do.

ALTER TABLE audiences ADD COLUMN version {INT} NOT NULL DEFAULT 1;
