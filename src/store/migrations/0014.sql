-- Mail that could be of several campaigns is nobody's elsewhere (Gate); what belongs to no part is found by its campaign.

ALTER TABLE message ADD COLUMN may_be_of TEXT NOT NULL     -- JSON: campaigns it could be of, while a person must say
    DEFAULT '[]';

CREATE INDEX filing_loose_by_campaign ON filing (campaign, message) WHERE is_loose = 1;
