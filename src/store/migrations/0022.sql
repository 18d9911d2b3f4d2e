-- What waits is counted, and a campaign's register leafed through, without opening the mails: half a million of them are more than a
-- page may open.

DROP INDEX message_by_state;
CREATE INDEX message_by_state ON message (state, received_at, id, unit);
CREATE INDEX message_by_campaign ON message (campaign, received_at, id, state);
