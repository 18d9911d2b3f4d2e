-- Questions are few among reports: those that wait for an answer are found without leafing through all mail.

CREATE INDEX message_by_kind ON message (kind, received_at);
