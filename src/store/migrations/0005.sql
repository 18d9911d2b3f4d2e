-- What photos look like, so that the page marks near-duplicates. Made when the river rests, or when a page asks.

CREATE TABLE picture (
    sha256   TEXT    NOT NULL PRIMARY KEY,                  -- hash of a photo's bytes
    likeness INTEGER,                                       -- dHash, 64 bits; NULL: too plain to be compared, or not shown
    trouble  TEXT    NOT NULL                               -- why it cannot be shown, in Chinese; '' when it can
) STRICT, WITHOUT ROWID;

-- The versions that wrote the older schemas told when something was taken otherwise: what they read and had not yet
-- registered is read once more.
UPDATE message SET stage = 'captured' WHERE stage = 'read';
