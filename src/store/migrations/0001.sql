-- 1: the river from capture to register, and the outbox.
-- Times are Unix milliseconds UTC. Words are those of contract 3 to 5. JSON is written by this program alone.
-- NULL means "not yet" or "none", as the column says; keys never hold NULL: a day that is none is ''.

CREATE TABLE message (
    id                INTEGER PRIMARY KEY,                  -- register number
    sha256            TEXT    NOT NULL UNIQUE,              -- identity: hash of the raw bytes, name of their blob
    size              INTEGER NOT NULL,                     -- number of raw bytes
    received_at       INTEGER NOT NULL,                     -- when the server received it; its first sighting says so
    captured_at       INTEGER NOT NULL,                     -- when this row was made
    is_history        INTEGER NOT NULL CHECK (is_history IN (0, 1)), -- 1: older than the mailbox's `since`
    note              TEXT    NOT NULL,                     -- remark of capture for people; '' for none
    stage             TEXT    NOT NULL CHECK (stage IN ('captured', 'read', 'registered', 'parked')), -- the queue of work
    reader_deaths     INTEGER NOT NULL DEFAULT 0,           -- readers that died or stalled over it
    read_at           INTEGER,                              -- when its facts were stored; NULL: not yet
    facts             TEXT,                                 -- JSON MailFacts without its parts; NULL: not yet read
    message_id        TEXT    NOT NULL DEFAULT '',          -- Message-ID header, from the facts; a hint, never a key
    sent_at           INTEGER,                              -- Date header, from the facts; NULL: none
    sender            TEXT    NOT NULL DEFAULT '',          -- address of From, lower case, from the facts
    sender_name       TEXT    NOT NULL DEFAULT '',          -- display name of From, from the facts
    subject           TEXT    NOT NULL DEFAULT '',          -- subject, from the facts
    ended_at          INTEGER,                              -- when it was registered or parked; NULL: on its way
    kind              TEXT,                                 -- MessageKind; NULL: not judged
    campaign          TEXT,                                 -- campaign it belongs to; NULL: none
    unit              TEXT,                                 -- unit code it is filed under; NULL: none
    unit_by           TEXT,                                 -- UnitBy: by what the unit was told; NULL: no unit
    reason            TEXT,                                 -- why a person must decide, or why it was parked; NULL: neither
    may_concern       TEXT    NOT NULL DEFAULT '[]',        -- JSON: unit codes that a clue in it names
    may_hold_material INTEGER NOT NULL DEFAULT 0 CHECK (may_hold_material IN (0, 1)), -- 1: has an attachment or a link
    evidence          TEXT    NOT NULL DEFAULT '[]',        -- JSON [[rule, text]] in the order it was weighed
    state             TEXT                                  -- MessageState, derived in the transaction that changes it; NULL: on its way
) STRICT;

CREATE INDEX message_by_stage ON message (stage, received_at, id);
CREATE INDEX message_by_state ON message (state, received_at, id);
CREATE INDEX message_by_arrival ON message (received_at, id);
CREATE INDEX message_by_sender ON message (sender);
CREATE INDEX message_by_unit ON message (unit);
CREATE INDEX message_by_message_id ON message (message_id);

CREATE TABLE sighting (
    id          INTEGER PRIMARY KEY,                        -- the lowest of a message is its first sighting
    mailbox     TEXT    NOT NULL,                           -- mailbox id of the configuration
    folder      TEXT    NOT NULL,                           -- folder as people read it; for imported mail its path
    uidvalidity INTEGER NOT NULL,                           -- UIDVALIDITY; 0 for imported mail
    uid         INTEGER NOT NULL,                           -- UID; 0 for imported mail
    message     INTEGER NOT NULL REFERENCES message (id),   -- what was seen there
    seen_at     INTEGER NOT NULL,                           -- when it was captured there
    UNIQUE (mailbox, folder, uidvalidity, uid, message)     -- other bytes at a known place are another message, never lost
) STRICT;

CREATE INDEX sighting_by_message ON sighting (message, id);

CREATE TABLE folder (
    mailbox     TEXT    NOT NULL,                           -- mailbox id
    folder      TEXT    NOT NULL,                           -- folder as people read it
    uidvalidity INTEGER NOT NULL,                           -- UIDVALIDITY of the last look
    tried_at    INTEGER NOT NULL,                           -- last look
    complete_at INTEGER,                                    -- last complete look; NULL: never
    trouble     TEXT,                                       -- what went wrong at the last look; NULL: nothing
    PRIMARY KEY (mailbox, folder)
) STRICT, WITHOUT ROWID;

-- A reminder that could not go because nothing was seen is made up; one that could have gone is not.
CREATE TABLE scan_hour (
    mailbox TEXT    NOT NULL,                               -- mailbox id
    folder  TEXT    NOT NULL,                               -- folder as people read it
    hour    INTEGER NOT NULL,                               -- Unix hour UTC in which a complete look at it ended
    PRIMARY KEY (mailbox, folder, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE unfetched (
    mailbox         TEXT    NOT NULL,                       -- mailbox id
    folder          TEXT    NOT NULL,                       -- folder as people read it
    uidvalidity     INTEGER NOT NULL,                       -- UIDVALIDITY
    uid             INTEGER NOT NULL,                       -- UID that is listed and not handed out
    first_listed_at INTEGER NOT NULL,                       -- since when it is so
    tries           INTEGER NOT NULL,                       -- how often it was asked for
    reason          TEXT    NOT NULL,                       -- the server's words
    PRIMARY KEY (mailbox, folder, uidvalidity, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE part (
    message    INTEGER NOT NULL REFERENCES message (id),    -- its mail
    place      INTEGER NOT NULL,                            -- index in the facts, from 0
    path       TEXT    NOT NULL,                            -- where it stands in the mail, PARENT/NAME
    sha256     TEXT,                                        -- its blob; NULL: bytes not kept
    size       INTEGER NOT NULL,                            -- number of bytes
    media_type TEXT    NOT NULL,                            -- type by content
    facts      TEXT    NOT NULL,                            -- JSON PartFacts, complete
    state      TEXT,                                        -- PartState, its verdict by itself; NULL: not judged
    why        TEXT    NOT NULL DEFAULT '',                 -- why, in Chinese
    PRIMARY KEY (message, place)
) STRICT;

CREATE INDEX part_by_sha256 ON part (sha256) WHERE sha256 IS NOT NULL;

CREATE TABLE link (
    message    INTEGER NOT NULL REFERENCES message (id),    -- its mail
    place      INTEGER NOT NULL,                            -- index in the facts, from 0
    url        TEXT    NOT NULL,                            -- where it leads
    provider   TEXT    NOT NULL,                            -- whose cloud
    name       TEXT    NOT NULL,                            -- file name on the card; '' for none
    expires_at INTEGER,                                     -- when it stops working; NULL: unknown
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'fetched', 'expired')), -- what became of it
    PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;

-- No reference to part: a second reading replaces the parts, and what was filed before stays until it is judged anew.
CREATE TABLE filing (
    message     INTEGER NOT NULL REFERENCES message (id),   -- its mail
    ordinal     INTEGER NOT NULL,                           -- place of its part; after the parts for what is loose
    answer      INTEGER NOT NULL,                           -- 0 the part's main answer, 1… what it answers besides
    is_loose    INTEGER NOT NULL CHECK (is_loose IN (0, 1)), -- 1: belongs to no part (nil report, link, body text)
    campaign    TEXT    NOT NULL,                           -- campaign; '' for none
    unit        TEXT    NOT NULL,                           -- unit code
    requirement TEXT    NOT NULL,                           -- requirement id
    day         TEXT    NOT NULL,                           -- day, YYYY-MM-DD; '' for none
    item        TEXT    NOT NULL,                           -- item id, or nil
    sha256      TEXT    NOT NULL,                           -- hash of its bytes, or a name that tells it from others
    received_at INTEGER NOT NULL,                           -- the mail's, repeated here for the index
    state       TEXT    NOT NULL,                           -- PartState, its verdict by itself
    flaws       TEXT    NOT NULL,                           -- JSON [Flaw]
    enters      TEXT    NOT NULL CHECK (enters IN ('not', 'replacing', 'adding')), -- how it enters its holding
    shown       TEXT    NOT NULL,                           -- PartState as shown, derived: may be superseded, duplicate
    PRIMARY KEY (message, ordinal, answer)
) STRICT, WITHOUT ROWID;

CREATE INDEX filing_by_key ON filing (campaign, unit, requirement, day, item, received_at, message, ordinal, answer);
CREATE INDEX filing_by_unit ON filing (unit, message);

CREATE TABLE holding (
    campaign    TEXT    NOT NULL,                           -- campaign
    unit        TEXT    NOT NULL,                           -- unit code
    requirement TEXT    NOT NULL,                           -- requirement id
    day         TEXT    NOT NULL,                           -- day; '' for none
    item        TEXT    NOT NULL,                           -- item id, or nil
    state       TEXT    NOT NULL,                           -- ItemState
    count       INTEGER NOT NULL,                           -- files that count
    first_at    INTEGER,                                    -- arrival of the first that counted; NULL: none counted
    newest_at   INTEGER NOT NULL,                           -- arrival of the newest of any state
    flaws       TEXT    NOT NULL,                           -- JSON [Flaw]
    files       TEXT    NOT NULL,                           -- JSON: hashes of the files that count, else of those that came
    PRIMARY KEY (campaign, unit, requirement, day, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading (
    message  INTEGER NOT NULL REFERENCES message (id),      -- its mail
    ordinal  INTEGER NOT NULL,                              -- place of its part
    row      INTEGER NOT NULL,                              -- row among the part's, from 0
    form     TEXT    NOT NULL,                              -- template id
    school   TEXT    NOT NULL,                              -- school or unit it is about, as written
    fields   TEXT    NOT NULL,                              -- JSON: values by field id
    cells    TEXT    NOT NULL,                              -- JSON: cells by field id
    PRIMARY KEY (message, ordinal, row)
) STRICT;

CREATE TABLE sender (
    campaign TEXT    NOT NULL,                              -- campaign whose roster has the unit
    address  TEXT    NOT NULL,                              -- address, lower case
    unit     TEXT    NOT NULL,                              -- unit code it writes for
    how      TEXT    NOT NULL CHECK (how IN ('form', 'staff')), -- who taught it
    message  INTEGER NOT NULL REFERENCES message (id),      -- the mail that taught it
    PRIMARY KEY (campaign, address, unit, how, message)
) STRICT, WITHOUT ROWID;

CREATE INDEX sender_by_message ON sender (message);

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,                         -- row number
    kind       TEXT    NOT NULL,                            -- reminder, receipt, digest, alarm
    campaign   TEXT,                                        -- campaign; NULL: none
    mailbox    TEXT    NOT NULL,                            -- mailbox it leaves through
    unit       TEXT,                                        -- unit code; NULL: mail to staff
    recipient  TEXT    NOT NULL,                            -- the one address
    subject    TEXT    NOT NULL,                            -- subject
    text       TEXT    NOT NULL,                            -- plain text
    message_id TEXT    NOT NULL UNIQUE,                     -- our own Message-ID
    cause      TEXT    NOT NULL UNIQUE,                     -- why it exists: never queued twice
    state      TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unsure', 'bounced', 'struck')), -- OutboxState
    queued_at  INTEGER NOT NULL,                            -- when it was put here
    leaves_at  INTEGER NOT NULL,                            -- earliest moment it may leave
    claimed_at INTEGER,                                     -- when the sender took it; NULL: not in its hands
    dot_at     INTEGER,                                     -- when the final dot was about to go; NULL: it never was
    sent_at    INTEGER,                                     -- when the server took it; NULL: not taken
    settled_at INTEGER,                                     -- last change of state; NULL: never touched
    reply      TEXT    NOT NULL DEFAULT '',                 -- the server's last words, or why it was struck
    tries      INTEGER NOT NULL DEFAULT 0                   -- how often the sender took it
) STRICT;

CREATE INDEX outbox_by_state ON outbox (state, leaves_at);

CREATE TABLE claim (
    campaign    TEXT    NOT NULL,                           -- campaign; '' for none
    requirement TEXT    NOT NULL,                           -- requirement id
    step        TEXT    NOT NULL,                           -- step id
    day         TEXT    NOT NULL,                           -- day; '' for none
    unit        TEXT    NOT NULL,                           -- unit code
    outbox      INTEGER NOT NULL REFERENCES outbox (id),    -- the mail that carries it out
    is_released INTEGER NOT NULL DEFAULT 0 CHECK (is_released IN (0, 1)), -- 1: that mail was struck before it was sent
    PRIMARY KEY (campaign, requirement, step, day, unit, outbox)
) STRICT, WITHOUT ROWID;

-- The claim itself: a step has one mail at most, unless that mail was struck before it was sent.
CREATE UNIQUE INDEX claim_once ON claim (campaign, requirement, step, day, unit) WHERE is_released = 0;
CREATE INDEX claim_by_outbox ON claim (outbox);

CREATE TABLE approval (
    campaign    TEXT    NOT NULL,                           -- campaign
    requirement TEXT    NOT NULL,                           -- requirement id
    step        TEXT    NOT NULL,                           -- step id
    day         TEXT    NOT NULL,                           -- day; '' for none
    unit        TEXT    NOT NULL,                           -- unit code
    approved_by TEXT    NOT NULL,                           -- who released it
    approved_at INTEGER NOT NULL,                           -- when
    PRIMARY KEY (campaign, requirement, step, day, unit)
) STRICT, WITHOUT ROWID;
