-- What a reader reported stands in a table of its own, whole: it is by far the longest thing that is kept of a mail, and
-- every later change to the rows `message` and `part` wrote it again.

CREATE TABLE report (
    message INTEGER PRIMARY KEY REFERENCES message (id),    -- its mail
    facts   TEXT    NOT NULL                                -- JSON MailFacts, complete
) STRICT;

INSERT INTO report (message, facts)
    SELECT id, json_set(facts, '$.parts', json((
        SELECT json_group_array(json(part.facts) ORDER BY part.place) FROM part WHERE part.message = message.id)))
    FROM message WHERE facts IS NOT NULL ORDER BY id;

ALTER TABLE message DROP COLUMN facts;
ALTER TABLE part DROP COLUMN facts;

-- The versions that wrote the older schemas told the kinds of content and values apart otherwise: what they read and had
-- not yet registered is read once more.
UPDATE message SET stage = 'captured' WHERE stage = 'read';
