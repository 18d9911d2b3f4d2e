-- What the daemon's own look through the store found, so that page, monitor and alarm tell the same whatever restarts; and
-- readers that died over a downloaded file, so that no such file can end the daemon's readers for ever.

CREATE TABLE checkup (
    id       INTEGER PRIMARY KEY CHECK (id = 1),            -- there is one: the latest
    ended_at INTEGER NOT NULL,                              -- when it ended
    messages INTEGER NOT NULL,                              -- mails looked at
    blobs    INTEGER NOT NULL,                              -- blobs looked at
    problems TEXT    NOT NULL,                              -- JSON: what is wrong, a line each; [] when sound
    again    INTEGER NOT NULL,                              -- mails that are read again because of it
    awaited  INTEGER NOT NULL                               -- raw mails that are fetched again because of it
) STRICT;

ALTER TABLE download ADD COLUMN reader_deaths INTEGER NOT NULL -- readers that died or stalled over the file
    DEFAULT 0;
