-- Fills the one account of a new installation with :codes codes and :events scan events, in bulk: the
-- journal first, then what is counted from it, by SQL that reads like the definitions. `run` compares
-- the result with what `matou rebuild` counts from the same journal.
--
-- Each person scans four times: a code of their own, the same again, another one, and the first again.
-- One in ten has the busiest code as their own. Half of them follow by their first scan, the others had
-- followed before; one in ten leaves in the end. The days are the last ninety. Of one in ten the mobile
-- number is known, a few share theirs with another and are merged, and one in five wears a tag.

PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -400000;
PRAGMA temp_store = FILE;
BEGIN;

CREATE TEMP TABLE place AS
SELECT accounts.workspace_id AS ws, accounts.id AS account, :events / 4 AS people,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000 - 3600000 AS latest
FROM accounts LIMIT 1;

INSERT INTO qr_codes (workspace_id, id, account_id, name, name_folded, kind, source, reply, scene,
    slug, making, ticket, content, made_at, created_by, created_at, updated_by,
    updated_at, version)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :codes)
SELECT ws, printf('qr_%026d', i), account, printf('门店_%06d', i), printf('门店_%06d', i), 'permanent', '线下',
    '[]', printf('scale%019d', i), printf('s%09d', i), 'made', 'ticket',
    printf('http://weixin.qq.com/q/%024d', i), latest, 'operator', latest - 90 * 86400000 + i,
    'operator', latest - 90 * 86400000 + i, 1
FROM n, place;

-- step 0 is the follow before, 1 to 4 the scans, 5 the unfollow.
CREATE TEMP VIEW steps AS
WITH RECURSIVE p(person) AS (
    SELECT 0 UNION ALL SELECT person + 1 FROM p WHERE person + 1 < (SELECT people FROM place)
), s(step) AS (VALUES (0), (1), (2), (3), (4), (5))
SELECT person, step,
    CASE WHEN person % 10 = 0 THEN 0 ELSE person % :codes END AS own,
    (person * 7 + 1) % :codes AS other
FROM p CROSS JOIN s
WHERE step BETWEEN 1 AND 4 OR (step = 0 AND person % 2 = 1) OR (step = 5 AND person % 10 = 3);

DROP INDEX facts_by_code;
DROP INDEX facts_by_person;
DROP INDEX facts_of_follows;

INSERT INTO facts (workspace_id, seq, account_id, kind, occurred_at, received_at, day, dedupe_key,
    person, code_id, code_state)
SELECT ws, person * 6 + step + 1, account,
    CASE WHEN step = 0 OR (step = 1 AND person % 2 = 0) THEN 'subscribe'
        WHEN step = 5 THEN 'unsubscribe' ELSE 'scan' END,
    at, at, CAST(strftime('%Y%m%d', at / 1000 + 28800, 'unixepoch') AS INTEGER),
    printf('%014d', person * 6 + step), printf('o%027d', person),
    CASE WHEN step IN (0, 5) THEN NULL WHEN step = 3 THEN printf('qr_%026d', other)
        ELSE printf('qr_%026d', own) END,
    CASE WHEN step IN (0, 5) THEN NULL ELSE 'in_effect' END
FROM (
    SELECT steps.*, place.*,
        (latest - CAST(90.0 * 86400000 * (people - person) / people AS INTEGER)) / 1000 * 1000
            + step * 1000 AS at
    FROM steps, place);

CREATE INDEX facts_by_code ON facts (workspace_id, code_id, occurred_at, seq)
    WHERE code_id IS NOT NULL;
CREATE INDEX facts_by_person ON facts (workspace_id, account_id, person, occurred_at, seq)
    WHERE person IS NOT NULL;
CREATE INDEX facts_of_follows ON facts (workspace_id, code_id, occurred_at, seq)
    WHERE kind = 'subscribe' AND code_id IS NOT NULL;

-- A person's facts stand together and in order, so their first and last are found by their steps.
INSERT INTO followers (workspace_id, account_id, openid, first_follow_at, first_follow_key,
    first_follow_day, first_follow_code, turn, turn_at, turn_key, turn_day, created_at)
SELECT first.workspace_id, first.account_id, first.person, first.occurred_at, first.dedupe_key,
    first.day, first.code_id, CASE WHEN last.seq IS NULL THEN 'follow' ELSE 'unfollow' END,
    COALESCE(last.occurred_at, first.occurred_at), COALESCE(last.dedupe_key, first.dedupe_key),
    COALESCE(last.day, first.day), first.received_at
FROM facts AS first LEFT JOIN facts AS last ON last.workspace_id = first.workspace_id
    AND last.seq = (first.seq - 1) / 6 * 6 + 6
WHERE first.kind = 'subscribe';

INSERT INTO code_scanners (workspace_id, code_id, openid, account_id, first_scan_at, first_scan_day,
    first_scan_key, is_new, last_scan_at, last_scan_seq, scans, unfollowed, replies_sent)
SELECT first.workspace_id, first.code_id, first.person, first.account_id, first.occurred_at, first.day,
    first.dedupe_key, first.kind = 'subscribe', last.occurred_at, last.seq, scans,
    followers.turn = 'unfollow', 0
FROM (
    SELECT workspace_id, code_id, person, MIN(seq) AS first_seq, MAX(seq) AS last_seq,
        COUNT(*) AS scans
    FROM facts WHERE code_id IS NOT NULL GROUP BY workspace_id, (seq - 1) / 6, code_id) AS found
JOIN facts AS first ON first.workspace_id = found.workspace_id AND first.seq = first_seq
JOIN facts AS last ON last.workspace_id = found.workspace_id AND last.seq = last_seq
JOIN followers ON followers.workspace_id = first.workspace_id
    AND followers.account_id = first.account_id AND followers.openid = first.person
ORDER BY 1, 2, 3;

CREATE TEMP VIEW told AS
SELECT workspace_id, code_id, day, 1 AS scans, 0 AS scanners, 0 AS new, 0 AS follows, 0 AS lost
FROM facts WHERE code_id IS NOT NULL
UNION ALL
SELECT workspace_id, code_id, first_scan_day, 0, 1, is_new, 0, 0 FROM code_scanners
UNION ALL
SELECT workspace_id, first_follow_code, first_follow_day, 0, 0, 0, 1, 0 FROM followers
WHERE first_follow_code IS NOT NULL
UNION ALL
SELECT code_scanners.workspace_id, code_id, turn_day, 0, 0, 0, 0, 1
FROM code_scanners JOIN followers ON followers.workspace_id = code_scanners.workspace_id
    AND followers.account_id = code_scanners.account_id
    AND followers.openid = code_scanners.openid
WHERE unfollowed = 1;

INSERT INTO code_days (workspace_id, code_id, day, scans, scanners, new_scanners, new_followers,
    unfollowed, replies_sent)
SELECT workspace_id, code_id, day, SUM(scans), SUM(scanners), SUM(new), SUM(follows), SUM(lost), 0
FROM told GROUP BY 1, 2, 3;

INSERT INTO account_days (workspace_id, account_id, day, scans, scanners, new_scanners, new_followers,
    unfollowed, replies_sent, replies_failed, replies_too_late, replies_unknown)
SELECT workspace_id, account, day, SUM(scans), SUM(scanners), SUM(new_scanners), SUM(new_followers),
    SUM(unfollowed), 0, 0, 0, 0
FROM code_days, place GROUP BY 1, 2, 3;

INSERT INTO code_counts (workspace_id, code_id, scans, scanners, new_scanners, new_scans,
    new_followers, unfollowed, replies_sent, replies_received)
SELECT workspace_id, code_id, SUM(scans), SUM(scanners), SUM(new_scanners), 0, SUM(new_followers),
    SUM(unfollowed), 0, 0
FROM code_days GROUP BY 1, 2;

UPDATE code_counts SET new_scans = found.scans
FROM (
    SELECT workspace_id, code_id, SUM(scans) AS scans FROM code_scanners WHERE is_new = 1
    GROUP BY 1, 2) AS found
WHERE found.workspace_id = code_counts.workspace_id AND found.code_id = code_counts.code_id;

CREATE TEMP VIEW known AS
WITH RECURSIVE p(person) AS (
    SELECT 5 UNION ALL SELECT person + 10 FROM p WHERE person + 10 < (SELECT people FROM place)
)
SELECT person, 'co_' || substr(account, 4) || printf('.o%027d', person) AS id,
    'co_' || substr(account, 4) || printf('.o%027d', first) AS head,
    printf('+86138%08d', first) AS mobile
FROM (SELECT person, CASE WHEN person % 1000 = 15 THEN person - 10 ELSE person END AS first FROM p),
    place;

INSERT INTO contacts (workspace_id, id, account_id, openid, head, name, name_folded, created_at)
SELECT ws, id, account, printf('o%027d', person), head, printf('客户%07d', person),
    printf('客户%07d', person), latest
FROM known, place;

INSERT INTO contact_keys (workspace_id, kind, value, contact_id, created_at)
SELECT ws, 'mobile', mobile, id, latest FROM known, place;

INSERT INTO contact_merges (workspace_id, id, one, other, kind, value, merged_at)
SELECT ws, printf('cm_%026d', person), head, id, 'mobile', mobile, latest FROM known, place
WHERE id <> head;

INSERT INTO contact_tags (workspace_id, id, name, name_folded, created_by, created_at)
SELECT ws, printf('tg_%026d', 0), '会员', '会员', 'operator', latest FROM place;

INSERT INTO contact_taggings (workspace_id, contact_id, tag_id, code_id, tagged_at)
SELECT ws, 'co_' || substr(account, 4) || printf('.o%027d', person), printf('tg_%026d', 0),
    printf('qr_%026d', own), latest - person
FROM steps, place WHERE step = 1 AND person % 5 = 0;

COMMIT;
PRAGMA optimize;
PRAGMA journal_mode = WAL;
