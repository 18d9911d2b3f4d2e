-- What persons decided about reminders, and what the program withdrew of it: kept for ever and never changed. Whether
-- sending is paused is its last word about that.

CREATE TABLE reminder_log (
    id        INTEGER PRIMARY KEY,                          -- number, in the order of time
    act       TEXT    NOT NULL CHECK (act IN ('approve', 'strike', 'drop', 'pause', 'resume')), -- LogAct: what was done
    made_by   TEXT    NOT NULL,                             -- who
    made_at   INTEGER NOT NULL,                             -- when
    why       TEXT    NOT NULL,                             -- why; '' for none
    campaign  TEXT,                                         -- campaign; NULL: all mail, for pause and resume
    unit      TEXT,                                         -- unit code; NULL: a list for staff, or all mail
    recipient TEXT    NOT NULL,                             -- to whom the mail was to go; '' for none
    steps     TEXT    NOT NULL,                             -- JSON ["REQUIREMENT/STEP/DAY/UNITCODE"]; [] for none
    subject   TEXT    NOT NULL                              -- its subject; '' for none
) STRICT;

CREATE TRIGGER reminder_log_is_never_changed BEFORE UPDATE ON reminder_log
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;

CREATE TRIGGER reminder_log_is_never_deleted BEFORE DELETE ON reminder_log
BEGIN SELECT RAISE(ABORT, 'the log is never deleted'); END;
