-- 0024: the days of an account, for its chart. Summed over ten thousand codes when it is looked at, a month
-- took more than the tenth of a second. And the changes that one member made, for the audit log.

CREATE INDEX revisions_by_actor ON revisions (workspace_id, actor, seq);

-- The sums of code_days over the codes of the account, deleted ones too.
CREATE TABLE account_days (
    workspace_id     TEXT  NOT NULL,
    account_id       TEXT  NOT NULL,
    day              {INT} NOT NULL,
    scans            {INT} NOT NULL,
    scanners         {INT} NOT NULL,
    new_scanners     {INT} NOT NULL,
    new_followers    {INT} NOT NULL,
    unfollowed       {INT} NOT NULL,
    replies_sent     {INT} NOT NULL,
    replies_failed   {INT} NOT NULL,
    replies_too_late {INT} NOT NULL,
    replies_unknown  {INT} NOT NULL,
    PRIMARY KEY (workspace_id, account_id, day)
) {CLUSTERED};

INSERT INTO account_days (workspace_id, account_id, day, scans, scanners, new_scanners, new_followers,
    unfollowed, replies_sent, replies_failed, replies_too_late, replies_unknown)
SELECT qr_codes.workspace_id, qr_codes.account_id, code_days.day, SUM(code_days.scans),
    SUM(code_days.scanners), SUM(code_days.new_scanners), SUM(code_days.new_followers),
    SUM(code_days.unfollowed), SUM(code_days.replies_sent), SUM(code_days.replies_failed),
    SUM(code_days.replies_too_late), SUM(code_days.replies_unknown)
FROM code_days JOIN qr_codes ON qr_codes.workspace_id = code_days.workspace_id
    AND qr_codes.id = code_days.code_id
GROUP BY qr_codes.workspace_id, qr_codes.account_id, code_days.day;
