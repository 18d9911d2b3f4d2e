-- What was promised outside, letters and decisions, is counted, so that a database that lost its log does not go unnoticed.

CREATE TABLE promise (
    id    INTEGER PRIMARY KEY CHECK (id = 1),               -- there is one row
    count INTEGER NOT NULL                                  -- letters that came to their dot and decisions of persons, ever
) STRICT;

INSERT INTO promise (id, count) VALUES (1, 0);
