-- Filings lie where they are summed up: those of one key side by side, in the order in which they came. A look back and a
-- gallery of all days read them from end to end, a registration those of its own keys; by mail they are few. Links that
-- wait, and files without bytes, are found among the many that are not.

CREATE TABLE filing_20 (
    campaign    TEXT    NOT NULL,                           -- campaign; '' for none
    unit        TEXT    NOT NULL,                           -- unit code
    requirement TEXT    NOT NULL,                           -- requirement id
    day         TEXT    NOT NULL,                           -- day, YYYY-MM-DD; '' for none
    item        TEXT    NOT NULL,                           -- item id, or nil
    received_at INTEGER NOT NULL,                           -- the mail's, repeated here for the order
    message     INTEGER NOT NULL REFERENCES message (id),   -- its mail
    ordinal     INTEGER NOT NULL,                           -- place of its part; after the parts for what is loose
    answer      INTEGER NOT NULL,                           -- 0 the part's main answer, 1… what it answers besides
    is_loose    INTEGER NOT NULL CHECK (is_loose IN (0, 1)), -- 1: belongs to no part (nil report, link, body text)
    sha256      TEXT    NOT NULL,                           -- hash of its bytes, or a name that tells it from others
    state       TEXT    NOT NULL,                           -- PartState, its verdict by itself
    flaws       TEXT    NOT NULL,                           -- JSON [Flaw]
    enters      TEXT    NOT NULL CHECK (enters IN ('not', 'replacing', 'adding')), -- how it enters its holding
    shown       TEXT    NOT NULL,                           -- PartState as shown, derived: may be superseded, duplicate
    PRIMARY KEY (campaign, unit, requirement, day, item, received_at, message, ordinal, answer)
) STRICT, WITHOUT ROWID;

INSERT INTO filing_20 (campaign, unit, requirement, day, item, received_at, message, ordinal, answer, is_loose, sha256, state,
        flaws, enters, shown)
    SELECT campaign, unit, requirement, day, item, received_at, message, ordinal, answer, is_loose, sha256, state,
        flaws, enters, shown
    FROM filing ORDER BY campaign, unit, requirement, day, item, received_at, message, ordinal, answer;
DROP TABLE filing;
ALTER TABLE filing_20 RENAME TO filing;

CREATE UNIQUE INDEX filing_by_message ON filing (message, ordinal, answer);
CREATE INDEX filing_by_unit ON filing (unit, message);
CREATE INDEX filing_loose_by_campaign ON filing (campaign, message) WHERE is_loose = 1;
CREATE INDEX filing_flawed ON filing (message, flaws) WHERE flaws <> '[]';

CREATE INDEX link_waiting ON link (message, place) WHERE state = 'waiting';
CREATE INDEX part_without_bytes ON part (message, place) WHERE sha256 IS NULL;
CREATE INDEX outbox_by_unit ON outbox (unit);
