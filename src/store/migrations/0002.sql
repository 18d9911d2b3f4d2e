-- A sighting remembers how the server described the mail: some servers give a rebuilt mailbox the UIDVALIDITY and the
-- UIDs that it had before, and then only size and date tell that other mail stands there now. A folder may have a note
-- beside its trouble. (Tables are made anew because ALTER TABLE would lose the comments.)

CREATE TABLE sighting_2 (
    id             INTEGER PRIMARY KEY,                     -- the lowest of a message is its first sighting
    mailbox        TEXT    NOT NULL,                        -- mailbox id of the configuration
    folder         TEXT    NOT NULL,                        -- folder as people read it; for imported mail its path
    uidvalidity    INTEGER NOT NULL,                        -- UIDVALIDITY; 0 for imported mail
    uid            INTEGER NOT NULL,                        -- UID; 0 for imported mail
    message        INTEGER NOT NULL REFERENCES message (id), -- what was seen there
    seen_at        INTEGER NOT NULL,                        -- when it was captured there
    announced_size INTEGER,                                 -- RFC822.SIZE as listed; NULL: not told, or not yet known
    announced_at   INTEGER,                                 -- INTERNALDATE as listed; NULL: not told, or not yet known
    UNIQUE (mailbox, folder, uidvalidity, uid, message)     -- other bytes at a known place are another message, never lost
) STRICT;

INSERT INTO sighting_2 (id, mailbox, folder, uidvalidity, uid, message, seen_at)
    SELECT id, mailbox, folder, uidvalidity, uid, message, seen_at FROM sighting;
DROP TABLE sighting;
ALTER TABLE sighting_2 RENAME TO sighting;
CREATE INDEX sighting_by_message ON sighting (message, id);

CREATE TABLE folder_2 (
    mailbox     TEXT    NOT NULL,                           -- mailbox id
    folder      TEXT    NOT NULL,                           -- folder as people read it
    uidvalidity INTEGER NOT NULL,                           -- UIDVALIDITY of the last look
    tried_at    INTEGER NOT NULL,                           -- last look
    complete_at INTEGER,                                    -- last complete look; NULL: never
    trouble     TEXT,                                       -- what went wrong at the last look; NULL: nothing
    note        TEXT,                                       -- what people should know although nothing is wrong; NULL: nothing
    PRIMARY KEY (mailbox, folder)
) STRICT, WITHOUT ROWID;

INSERT INTO folder_2 (mailbox, folder, uidvalidity, tried_at, complete_at, trouble)
    SELECT mailbox, folder, uidvalidity, tried_at, complete_at, trouble FROM folder;
DROP TABLE folder;
ALTER TABLE folder_2 RENAME TO folder;
