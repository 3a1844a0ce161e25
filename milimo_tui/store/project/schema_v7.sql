ALTER TABLE shot ADD COLUMN chosen INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE scene ADD COLUMN own TEXT DEFAULT '[]' NOT NULL;
ALTER TABLE edit ADD COLUMN place TEXT DEFAULT '' NOT NULL;
UPDATE shot SET chosen = 1 WHERE (id, take) IN (
  SELECT json_extract(change.value, '$[1]'), json_extract(change.value, '$[3].take')
  FROM edit, json_each(edit.changes) AS change
  WHERE edit.applied = 1 AND edit.actor <> 'box' AND json_extract(change.value, '$[0]') = 'shot'
);
UPDATE scene SET own = (
  SELECT json_group_array(json_array(name, said)) FROM (
    SELECT field.key AS name, min(edit.seq),
      CASE field.key WHEN 'order' THEN '' ELSE json_extract(change.value, '$[2].' || field.key) END AS said
    FROM edit, json_each(edit.changes) AS change, json_each(change.value, '$[3]') AS field
    WHERE edit.applied = 1 AND (edit.label LIKE 'set scene %' OR edit.label LIKE 'move scene %')
      AND json_extract(change.value, '$[0]') = 'scene' AND json_extract(change.value, '$[1]') = scene.id
      AND field.value = CASE field.key
        WHEN 'order' THEN scene."order" WHEN 'heading' THEN scene.heading
        WHEN 'location' THEN scene.location WHEN 'time_of_day' THEN scene.time_of_day
      END
    GROUP BY field.key
  )
);
