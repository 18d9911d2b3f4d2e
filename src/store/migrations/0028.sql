-- That a server refused our login outlives the process: else a timer or a restart would have it asked again at once, again and
-- again, and providers lock accounts for that.

CREATE TABLE login_refusal (
    mailbox TEXT    NOT NULL PRIMARY KEY,                   -- mailbox id
    times   INTEGER NOT NULL,                               -- refusals in a row of one user name and password
    at      INTEGER NOT NULL,                               -- the last one
    words   TEXT    NOT NULL,                               -- what was told of it
    mark    INTEGER NOT NULL                                -- one byte of a hash of these: tells that they changed, not what they are
) STRICT, WITHOUT ROWID;
