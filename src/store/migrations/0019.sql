-- Servers that refuse our login or our sender: nothing leaves until a person changes something, and whoever looks must see it.

CREATE TABLE refusal (
    mailbox TEXT    PRIMARY KEY,                            -- id of the mailbox that mail would leave through
    since   INTEGER NOT NULL,                               -- first refusal since mail last left
    at      INTEGER NOT NULL,                               -- last one
    words   TEXT    NOT NULL                                -- what the server said last
) STRICT;
