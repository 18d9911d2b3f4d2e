-- Who may open the page. Passwords, sessions and links are kept as hashes only: who reads this file signs in nowhere.

CREATE TABLE user (
    name     TEXT    PRIMARY KEY,                                      -- as decisions are signed
    role     TEXT    NOT NULL CHECK (role IN ('view', 'clerk', 'admin')), -- Role: what the person may do
    password TEXT    NOT NULL,                                         -- argon2id, as a PHC string
    made_at  INTEGER NOT NULL                                          -- when the account was made
) STRICT;

CREATE TABLE session (
    token   TEXT    PRIMARY KEY,                                       -- SHA-256 of what the browser keeps
    user    TEXT    NOT NULL REFERENCES user (name) ON DELETE CASCADE, -- who signed in
    made_at INTEGER NOT NULL,                                          -- when
    used_at INTEGER NOT NULL                                           -- when it was last used, to a few minutes
) STRICT;
CREATE INDEX session_by_user ON session (user);

CREATE TABLE leader_link (
    id         INTEGER PRIMARY KEY,      -- number
    token      TEXT    NOT NULL UNIQUE,  -- SHA-256 of the last part of its address
    note       TEXT    NOT NULL,         -- for whom it is
    made_by    TEXT    NOT NULL,         -- who made it
    made_at    INTEGER NOT NULL,         -- when
    expires_at INTEGER NOT NULL,         -- from when on it shows nothing
    revoked_at INTEGER,                  -- when it was taken back; NULL: it was not
    uses       INTEGER NOT NULL,         -- how often its address was opened
    used_at    INTEGER                   -- when last; NULL: never
) STRICT;

CREATE TABLE mark (
    campaign   TEXT    NOT NULL,                                     -- campaign
    sha256     TEXT    NOT NULL,                                     -- the file, wherever it came
    is_starred INTEGER NOT NULL,                                     -- 1: among the best
    push       TEXT    NOT NULL CHECK (push IN ('', 'picked', 'pushed')), -- Push: '' for neither
    caption    TEXT    NOT NULL,                                     -- 图说, as a person wrote it; '' for none
    made_by    TEXT    NOT NULL,                                     -- who marked it last
    made_at    INTEGER NOT NULL,                                     -- when
    PRIMARY KEY (campaign, sha256)
) STRICT;
