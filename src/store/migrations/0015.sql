-- Pictures of one scene are found by a band of their likeness that is the same, a file's earlier places in their order;
-- attachments by name, mail by its flaws, by its sender's units and by those that it may concern, without leafing
-- through all mail.

CREATE INDEX picture_by_band_0 ON picture (likeness >> 0 & 2047) WHERE likeness IS NOT NULL;
CREATE INDEX picture_by_band_1 ON picture (likeness >> 11 & 2047) WHERE likeness IS NOT NULL;
CREATE INDEX picture_by_band_2 ON picture (likeness >> 22 & 2047) WHERE likeness IS NOT NULL;
CREATE INDEX picture_by_band_3 ON picture (likeness >> 33 & 2047) WHERE likeness IS NOT NULL;
CREATE INDEX picture_by_band_4 ON picture (likeness >> 44 & 1023) WHERE likeness IS NOT NULL;
CREATE INDEX picture_by_band_5 ON picture (likeness >> 54 & 1023) WHERE likeness IS NOT NULL;

DROP INDEX part_by_sha256;
CREATE INDEX part_by_sha256 ON part (sha256, message, place) WHERE sha256 IS NOT NULL;
CREATE INDEX part_by_path ON part (path, message);

DROP INDEX message_by_sender;
CREATE INDEX message_by_sender ON message (sender, campaign, unit);
CREATE INDEX message_concerning ON message (may_concern, id) WHERE may_concern <> '[]';
CREATE INDEX filing_flawed ON filing (message, flaws) WHERE flaws <> '[]';
