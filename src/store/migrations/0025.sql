-- A mail that comes is entered where the mails of its time are, not all over the database. An index by sender or by unit is kept in
-- drawers of 8,192 mails each: what is asked of it is asked of every drawer, of which there are few. Hashes are random: those of
-- lately are kept apart, and entered among all others many at a time and in order. Files are found by their hash only where copies
-- of pictures and films are looked for.
-- The table is built anew because UNIQUE cannot be taken from it: capture looks for a hash before it enters one, and `verify` for two.

CREATE TABLE message_25 (
    id                INTEGER PRIMARY KEY,                  -- register number
    sha256            TEXT    NOT NULL,                     -- identity: hash of the raw bytes, name of their blob; unique
    size              INTEGER NOT NULL,                     -- number of raw bytes
    received_at       INTEGER NOT NULL,                     -- when the server received it; its first sighting says so
    captured_at       INTEGER NOT NULL,                     -- when this row was made
    is_history        INTEGER NOT NULL CHECK (is_history IN (0, 1)), -- 1: older than the mailbox's `since`
    note              TEXT    NOT NULL,                     -- remark of capture for people; '' for none
    stage             TEXT    NOT NULL CHECK (stage IN ('captured', 'read', 'registered', 'parked')), -- the queue of work
    reader_deaths     INTEGER NOT NULL DEFAULT 0,           -- readers that died or stalled over it
    read_at           INTEGER,                              -- when its facts were stored; NULL: not yet
    message_id        TEXT    NOT NULL DEFAULT '',          -- Message-ID header, from the facts; a hint, never a key
    sent_at           INTEGER,                              -- Date header, from the facts; NULL: none
    sender            TEXT    NOT NULL DEFAULT '',          -- address of From, lower case, from the facts
    sender_name       TEXT    NOT NULL DEFAULT '',          -- display name of From, from the facts
    sender_check      TEXT    NOT NULL DEFAULT 'unverified' -- its verdict, from the facts
        CHECK (sender_check IN ('unverified', 'pass', 'fail', 'ambiguous')),
    subject           TEXT    NOT NULL DEFAULT '',          -- subject, from the facts
    ended_at          INTEGER,                              -- when it was registered or parked; NULL: on its way
    kind              TEXT,                                 -- MessageKind; NULL: not judged
    campaign          TEXT,                                 -- campaign it belongs to; NULL: none
    may_be_of         TEXT    NOT NULL DEFAULT '[]',        -- JSON: campaigns it could be of, while a person must say
    unit              TEXT,                                 -- unit code it is filed under; NULL: none
    unit_by           TEXT,                                 -- UnitBy: by what the unit was told; NULL: no unit
    reason            TEXT,                                 -- why a person must decide, or why it was parked; NULL: neither
    may_concern       TEXT    NOT NULL DEFAULT '[]',        -- JSON: unit codes that a clue in it names
    may_hold_material INTEGER NOT NULL DEFAULT 0 CHECK (may_hold_material IN (0, 1)), -- 1: has an attachment or a link
    evidence          TEXT    NOT NULL DEFAULT '[]',        -- JSON [[rule, text]] in the order it was weighed
    state             TEXT,                                 -- MessageState, derived in the transaction that changes it; NULL: on its way
    erased_at         INTEGER                               -- when its raw mail was deleted for good; NULL: it was not
) STRICT;

INSERT INTO message_25 (id, sha256, size, received_at, captured_at, is_history, note, stage, reader_deaths, read_at, message_id,
    sent_at, sender, sender_name, sender_check, subject, ended_at, kind, campaign, may_be_of, unit, unit_by, reason, may_concern,
    may_hold_material, evidence, state, erased_at)
SELECT id, sha256, size, received_at, captured_at, is_history, note, stage, reader_deaths, read_at, message_id,
    sent_at, sender, sender_name, sender_check, subject, ended_at, kind, campaign, may_be_of, unit, unit_by, reason, may_concern,
    may_hold_material, evidence, state, erased_at
FROM message ORDER BY id;

DROP TABLE message;
ALTER TABLE message_25 RENAME TO message;

-- Where mails are found by the first 12 digits of their hash, which are enough to find few; the whole hash says whether it is the
-- one.
CREATE TABLE hash (
    start   TEXT    NOT NULL,                               -- digits 1 to 12 of a mail's SHA-256
    message INTEGER NOT NULL REFERENCES message (id),       -- that mail
    PRIMARY KEY (start, message)
) STRICT, WITHOUT ROWID;
CREATE TABLE hash_lately (
    start   TEXT    NOT NULL,                               -- the same of the mails that came last
    message INTEGER NOT NULL REFERENCES message (id),       -- that mail
    PRIMARY KEY (start, message)
) STRICT, WITHOUT ROWID;
CREATE VIEW known_hash (start, message) AS SELECT * FROM hash UNION ALL SELECT * FROM hash_lately;
INSERT INTO hash SELECT substr(sha256, 1, 12), id FROM message ORDER BY 1, 2;
CREATE TRIGGER message_has_a_hash AFTER INSERT ON message BEGIN
    INSERT INTO hash_lately VALUES (substr(new.sha256, 1, 12), new.id);
END;

CREATE INDEX message_by_stage ON message (stage, received_at, id);
CREATE INDEX message_by_arrival ON message (received_at, id, state);
CREATE INDEX message_by_message_id ON message (message_id);
CREATE INDEX message_by_kind ON message (kind, received_at);
CREATE INDEX message_by_state ON message (state, received_at, id, unit);
CREATE INDEX message_by_campaign ON message (campaign, received_at, id, state);
CREATE INDEX message_pending ON message (state, received_at, id, sender, subject, unit, campaign, may_be_of, may_concern,
    may_hold_material) WHERE state IN ('review', 'parked');
CREATE INDEX message_erased ON message (sha256) WHERE erased_at IS NOT NULL;
-- Words are looked for without opening the mails, and those of a campaign with those of none.
CREATE INDEX message_said ON message (coalesce(campaign, ''), received_at, id, subject, sender, sender_name, campaign, state)
    WHERE state IS NOT NULL;

CREATE INDEX message_by_sender ON message (id >> 13, sender, campaign, unit, state) WHERE state IS NOT NULL;
CREATE INDEX message_by_unit ON message (id >> 13, unit, campaign, state) WHERE unit IS NOT NULL;
CREATE VIEW drawer (number) AS
    WITH RECURSIVE every (number) AS (
        SELECT 0 UNION ALL
        SELECT number + 1 FROM every WHERE number < (SELECT max(id) >> 13 FROM message))
    SELECT number FROM every;

DROP INDEX part_by_sha256;
CREATE INDEX part_by_sha256 ON part (sha256, message, place) WHERE media_type LIKE 'image/%' OR media_type LIKE 'video/%';
