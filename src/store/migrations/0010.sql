-- One mail may bring material of several campaigns.

ALTER TABLE part ADD COLUMN campaign TEXT;                  -- campaign that it belongs to; NULL: the mail's

CREATE INDEX part_by_campaign ON part (campaign) WHERE campaign IS NOT NULL;
