-- 0014: cards of our own that replies begin with, search in WeChat's drafts, and which codes send
-- what of everything that a reply names.

CREATE TABLE news_cards (
    workspace_id TEXT  NOT NULL REFERENCES workspaces (id),
    id           TEXT  NOT NULL,                  -- nc_…
    title        TEXT  NOT NULL,
    title_folded TEXT  NOT NULL,                  -- what search compares
    description  TEXT  NOT NULL,
    url          TEXT  NOT NULL,
    material_id  TEXT  NOT NULL,                  -- the cover
    created_by   TEXT  NOT NULL,
    created_at   {INT} NOT NULL,
    updated_by   TEXT  NOT NULL,
    updated_at   {INT} NOT NULL,
    version      {INT} NOT NULL,
    PRIMARY KEY (workspace_id, id)
) {END};
CREATE INDEX news_cards_by_time ON news_cards (workspace_id, created_at, id);
CREATE INDEX news_cards_by_material ON news_cards (workspace_id, material_id, id);

-- What search compares; a sync writes it anew.
ALTER TABLE articles ADD COLUMN title_folded TEXT NOT NULL DEFAULT '';
UPDATE articles SET title_folded = lower(title);

-- Which codes send a material, an article or a form, by its id. Kept in the transaction that stores
-- the reply.
CREATE TABLE reply_uses (
    workspace_id TEXT  NOT NULL,
    part_id      TEXT  NOT NULL,                  -- ma_…, ar_… or fm_…
    code_id      TEXT  NOT NULL,
    PRIMARY KEY (workspace_id, part_id, code_id)
) {CLUSTERED};
CREATE INDEX reply_uses_by_code ON reply_uses (workspace_id, code_id);
INSERT INTO reply_uses (workspace_id, part_id, code_id)
    SELECT workspace_id, material_id, code_id FROM material_uses;
INSERT INTO reply_uses (workspace_id, part_id, code_id)
    SELECT qr_codes.workspace_id, articles.id, qr_codes.id FROM qr_codes
    JOIN articles ON articles.workspace_id = qr_codes.workspace_id
        AND articles.account_id = qr_codes.account_id
        AND qr_codes.reply LIKE '%"' || articles.id || '"%';
INSERT INTO reply_uses (workspace_id, part_id, code_id)
    SELECT qr_codes.workspace_id, forms.id, qr_codes.id FROM qr_codes
    JOIN forms ON forms.workspace_id = qr_codes.workspace_id
        AND qr_codes.reply LIKE '%"' || forms.id || '"%';
DROP TABLE material_uses;
