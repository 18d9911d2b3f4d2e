-- What other mails say of ours, and what persons rule on mail that leaves; receipts answer in the sender's thread.

ALTER TABLE outbox ADD COLUMN thread TEXT NOT NULL  -- JSON: Message-IDs that it answers, the answered one last
    DEFAULT '[]';

DROP INDEX decision_by_message;
DROP TRIGGER decision_is_never_changed;
DROP TRIGGER decision_is_never_deleted;
ALTER TABLE decision RENAME TO decision_8;

CREATE TABLE decision (
    id          INTEGER PRIMARY KEY,                        -- number, in the order in which they were made
    act         TEXT    NOT NULL CHECK (act IN (            -- Act: what was decided
        'assign', 'accept', 'return', 'waive', 'extend', 'note', 'record', 'remember', 'forget', 'alias',
        'left', 'resend', 'revive', 'undo')),
    made_by     TEXT    NOT NULL,                           -- who
    made_at     INTEGER NOT NULL,                           -- when
    why         TEXT    NOT NULL,                           -- why, or the remark itself; '' for none
    campaign    TEXT,                                       -- campaign; NULL: none
    unit        TEXT,                                       -- unit code; NULL: none, for assign: nobody's
    message     INTEGER REFERENCES message (id),            -- the mail that it is about; NULL: none
    outbox      INTEGER REFERENCES outbox (id),             -- the mail of ours that it is about, for left and resend
    part_path   TEXT,                                       -- the part that it is about, as listed then; NULL: the whole mail
    part_sha256 TEXT,                                       -- hash of that part, by which it is found under another name
    scopes      TEXT    NOT NULL,                           -- JSON ["REQUIREMENT/ITEM@DAY"] that it is about; [] for none
    address     TEXT,                                       -- the address, lower case, for remember, forget and revive
    alias       TEXT,                                       -- what people write for the unit, for alias
    until       TEXT,                                       -- the last day that is on time, for extend
    came_at     INTEGER,                                    -- when it came on paper, for record
    undoes      INTEGER REFERENCES decision (id)            -- the earlier decision that it undoes, for undo
) STRICT;

INSERT INTO decision (id, act, made_by, made_at, why, campaign, unit, message, part_path, part_sha256, scopes, address,
        alias, until, came_at, undoes)
    SELECT id, act, made_by, made_at, why, campaign, unit, message, part_path, part_sha256, scopes, address,
        alias, until, came_at, undoes
    FROM decision_8 ORDER BY id;
DROP TABLE decision_8;

CREATE INDEX decision_by_message ON decision (message) WHERE message IS NOT NULL;

CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END;

CREATE TRIGGER decision_is_never_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'a decision is never deleted'); END;

-- Until now every mail that came back spared its address no more than one that was refused as unknown.
UPDATE outbox SET reply = '地址无效：' || reply WHERE state = 'bounced' AND reply NOT LIKE '地址无效：%';

-- What a mail says of ours is asked from this version on: what was read and not yet registered is read once more.
UPDATE message SET stage = 'captured' WHERE stage = 'read';
