-- A bit that a disk turns over in a row's text is read as if it had been written so: SQLite has no checksum. Rows that all else is made
-- from, and rows that nothing can make again, have theirs here.

CREATE TABLE seal (
    of   TEXT    NOT NULL CHECK (of IN ('report', 'decision')),  -- table of the row
    row  INTEGER NOT NULL,                                  -- its key there: the message, the decision's number
    hash INTEGER NOT NULL,                                  -- first eight bytes of the SHA-256 of what it says
    PRIMARY KEY (of, row)
) STRICT, WITHOUT ROWID;
