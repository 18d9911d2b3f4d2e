-- A mailbox is in an outage when it was in trouble at looks hours apart, not when hours lie between one failed look and the last
-- good one: perhaps nobody looked meanwhile. So it is kept since when. Of trouble from before, the last look is all that is known.

ALTER TABLE folder ADD COLUMN trouble_since INTEGER         -- first look of the trouble, or the last one that brought mail; NULL: none
    DEFAULT NULL;
UPDATE folder SET trouble_since = tried_at WHERE trouble IS NOT NULL;
