-- What a file says of its own version: an older one that is sent later does not silently replace the newer one. Filings
-- from before say nothing until their mail is judged again (replay).

ALTER TABLE filing ADD COLUMN version TEXT                  -- JSON Version, from its name or title; NULL: it says none
    DEFAULT NULL;
