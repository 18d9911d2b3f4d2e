-- Cloud attachments: what else their cards say, and their files, where they are downloaded.

CREATE TABLE link_2 (
    message    INTEGER NOT NULL REFERENCES message (id),    -- its mail
    place      INTEGER NOT NULL,                            -- index in the facts, from 0
    url        TEXT    NOT NULL,                            -- where it leads
    provider   TEXT    NOT NULL,                            -- whose cloud
    name       TEXT    NOT NULL,                            -- file name on the card; '' for none
    size       INTEGER,                                     -- bytes, as rounded on the card; NULL: unknown
    code       TEXT,                                        -- what the cloud asks for (提取码); NULL: none
    expires_at INTEGER,                                     -- when it stops working; NULL: unknown
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'fetched')), -- whether its file is among the parts
    PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;

INSERT INTO link_2 (message, place, url, provider, name, expires_at, state)
    SELECT message, place, url, provider, name, expires_at, 'waiting' FROM link;
DROP TABLE link;
ALTER TABLE link_2 RENAME TO link;

CREATE TABLE download (
    message  INTEGER NOT NULL REFERENCES message (id),      -- the mail whose link it is
    url      TEXT    NOT NULL,                              -- the link
    tries    INTEGER NOT NULL,                              -- how often it failed
    tried_at INTEGER NOT NULL,                              -- last try
    next_at  INTEGER,                                       -- when it is tried again; NULL: never
    trouble  TEXT,                                          -- why the last try failed; NULL: it did not
    sha256   TEXT,                                          -- blob of the file; NULL: not downloaded
    size     INTEGER,                                       -- its bytes
    name     TEXT,                                          -- its name
    PRIMARY KEY (message, url)
) STRICT, WITHOUT ROWID;
