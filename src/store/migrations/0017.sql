-- Personal information that was taken out again: of which mails the content is gone, and who had that done and why. The
-- register of what came when, and how it counts, stays.

ALTER TABLE message ADD COLUMN erased_at INTEGER            -- when its raw mail was deleted for good; NULL: it was not
    DEFAULT NULL;

CREATE TABLE erasure (
    id       INTEGER PRIMARY KEY,                           -- number, in the order of time
    act      TEXT    NOT NULL CHECK (act IN ('forget', 'retention')), -- a person, or a campaign whose time was over
    made_by  TEXT    NOT NULL,                              -- who
    made_at  INTEGER NOT NULL,                              -- when
    why      TEXT    NOT NULL,                              -- why, without the person
    campaign TEXT,                                          -- campaign, for retention; NULL: a person
    mails    TEXT    NOT NULL,                              -- JSON: register numbers of the mails concerned
    files    INTEGER NOT NULL,                              -- files and raw mails that were deleted
    places   INTEGER NOT NULL                               -- places of the database that were changed
) STRICT;

CREATE TRIGGER erasure_is_never_changed BEFORE UPDATE ON erasure
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;

CREATE TRIGGER erasure_is_never_deleted BEFORE DELETE ON erasure
BEGIN SELECT RAISE(ABORT, 'the log is never deleted'); END;
