-- 0017: how many people an audience is now, and contacts and batches by account.

-- Of `members`, frozen, those who are left when merges, what undoes them and erasures are counted.
-- Kept in the transaction of each of these.
ALTER TABLE audiences ADD COLUMN people {INT} NOT NULL DEFAULT 0;
UPDATE audiences SET people = (
    SELECT COUNT(DISTINCT COALESCE(contacts.head, audience_members.contact_id))
    FROM audience_members
        LEFT JOIN contacts ON contacts.workspace_id = audience_members.workspace_id
            AND contacts.id = audience_members.contact_id
    WHERE audience_members.workspace_id = audiences.workspace_id
        AND audience_members.audience_id = audiences.id);

-- `audience_members` holds everything that a member consisted of when it was frozen, not its head alone.

CREATE INDEX followers_by_account ON followers (workspace_id, account_id, created_at, openid);
CREATE INDEX imports_by_account ON imports (workspace_id, account_id, created_at, id);
