-- What waits for a person is weighed, and listed, without opening the mails.

CREATE INDEX message_pending ON message (state, received_at, id, sender, subject, unit, campaign, may_be_of, may_concern,
    may_hold_material) WHERE state IN ('review', 'parked');

-- Mails whose bytes were taken out for good: asked for at each start, and few.
CREATE INDEX message_erased ON message (sha256) WHERE erased_at IS NOT NULL;
