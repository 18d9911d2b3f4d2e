-- A roster is edited by hand: a code that stands before another unit's name from one day to the next would give one unit's
-- material to another in silence. What each code was called is therefore kept.

CREATE TABLE unit_name (
    campaign TEXT NOT NULL,                                 -- campaign
    code     TEXT NOT NULL,                                 -- unit code
    name     TEXT NOT NULL,                                 -- the unit's name in the roster when mail was filed by it
    PRIMARY KEY (campaign, code)
) STRICT, WITHOUT ROWID;
