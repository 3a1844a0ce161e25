ALTER TABLE project ADD COLUMN boarded TEXT DEFAULT '' NOT NULL;
UPDATE project SET boarded = coalesce(
  (SELECT json_extract(value, '$') FROM setting WHERE "key" = 'script boarded'), ''
);
DELETE FROM setting WHERE "key" = 'script boarded';
