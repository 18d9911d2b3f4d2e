-- What the server that received a mail says of its sender.

ALTER TABLE message ADD COLUMN sender_check TEXT NOT NULL DEFAULT 'unverified'   -- its verdict, from the facts
    CHECK (sender_check IN ('unverified', 'pass', 'fail', 'ambiguous'));
