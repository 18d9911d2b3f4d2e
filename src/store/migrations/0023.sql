-- What waits for a person is weighed, and listed, without opening the mails; and a mail that comes touches fewer places of the
-- database: indexes hold what has come to its end and no more, so that nothing in them is moved.

CREATE INDEX message_pending ON message (state, received_at, id, sender, subject, unit, campaign, may_be_of, may_concern,
    may_hold_material) WHERE state IN ('review', 'parked');

-- Mails whose bytes were taken out for good: asked for at each start, and few.
CREATE INDEX message_erased ON message (sha256) WHERE erased_at IS NOT NULL;

DROP INDEX message_by_sender;
CREATE INDEX message_by_sender ON message (sender, campaign, unit) WHERE state IS NOT NULL;
DROP INDEX message_by_unit;
CREATE INDEX message_by_unit ON message (unit) WHERE unit IS NOT NULL;

-- What waits and concerns a unit is among what waits; a unit's filings lie in the order of its campaigns.
DROP INDEX message_concerning;
DROP INDEX filing_by_unit;

-- Words are looked for without opening the mails.
CREATE INDEX message_said ON message (received_at, id, campaign, subject, sender, sender_name) WHERE state IS NOT NULL;
