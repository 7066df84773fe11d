-- 0018: the last callback that was refused: by it the account's page says which setting is wrong.

ALTER TABLE accounts ADD COLUMN callback_refusal TEXT;
ALTER TABLE accounts ADD COLUMN callback_refused_at {INT};
