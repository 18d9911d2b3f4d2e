-- What waits for a person is weighed, and listed, without opening the mails.

CREATE INDEX message_pending ON message (state, received_at, id, sender, subject, unit, campaign, may_be_of, may_concern,
    may_hold_material) WHERE state IN ('review', 'parked');
