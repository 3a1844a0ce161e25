CREATE TABLE suggestion (
  id TEXT NOT NULL,
  shot TEXT NOT NULL,
  job TEXT NOT NULL,
  task TEXT DEFAULT 'enhance' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  parts TEXT DEFAULT '[]' NOT NULL,
  original TEXT DEFAULT '' NOT NULL,
  engine TEXT DEFAULT '' NOT NULL,
  model TEXT DEFAULT '' NOT NULL,
  seed INTEGER DEFAULT 0 NOT NULL,
  picture TEXT,
  note TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT 'open' NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(shot) REFERENCES shot (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (job),
  FOREIGN KEY(picture) REFERENCES asset (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX ix_suggestion_shot ON suggestion (shot);
CREATE TABLE sheet (
  id TEXT NOT NULL,
  asset TEXT NOT NULL,
  is_sheet INTEGER DEFAULT 1 NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  "by" TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(asset) REFERENCES asset (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX ix_sheet_asset ON sheet (asset);
ALTER TABLE project ADD COLUMN loras TEXT DEFAULT '[]' NOT NULL;
ALTER TABLE shot ADD COLUMN model TEXT DEFAULT '' NOT NULL;
ALTER TABLE shot ADD COLUMN schedule TEXT DEFAULT 'auto' NOT NULL;
ALTER TABLE shot ADD COLUMN stages TEXT DEFAULT 'auto' NOT NULL;
ALTER TABLE shot ADD COLUMN guidance_parts TEXT DEFAULT '{}' NOT NULL;
ALTER TABLE shot ADD COLUMN loras TEXT DEFAULT '[]' NOT NULL;
ALTER TABLE shot ADD COLUMN chunks TEXT DEFAULT '[]' NOT NULL;
ALTER TABLE shot ADD COLUMN temporal_upscale INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE shot ADD COLUMN deterministic INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE shot ADD COLUMN continuity INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE shot ADD COLUMN board_use TEXT DEFAULT 'auto' NOT NULL;
ALTER TABLE board ADD COLUMN previs INTEGER DEFAULT 0 NOT NULL;
UPDATE board SET previs = 1;
ALTER TABLE element ADD COLUMN loras TEXT DEFAULT '[]' NOT NULL;
UPDATE element SET loras = json_array(json_array(lora)) WHERE lora <> '';
CREATE TABLE followed (
  id TEXT NOT NULL,
  shot TEXT NOT NULL,
  "order" TEXT DEFAULT 'V' NOT NULL,
  kind TEXT DEFAULT 'asset' NOT NULL,
  asset TEXT,
  other TEXT,
  at INTEGER,
  frame INTEGER DEFAULT 0 NOT NULL,
  strength REAL DEFAULT (1.0) NOT NULL,
  control TEXT DEFAULT '' NOT NULL,
  prepared INTEGER DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(shot) REFERENCES shot (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(asset) REFERENCES asset (id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(other) REFERENCES shot (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO followed (id, shot, asset, frame, strength) SELECT id, shot, asset, frame, strength FROM conditioning;
DROP TABLE conditioning;
ALTER TABLE followed RENAME TO conditioning;
CREATE INDEX ix_conditioning_asset ON conditioning (asset);
CREATE INDEX ix_conditioning_other ON conditioning (other);
CREATE INDEX ix_conditioning_shot ON conditioning (shot);
CREATE TABLE covering (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  asset TEXT NOT NULL,
  job TEXT NOT NULL,
  object INTEGER DEFAULT 0 NOT NULL,
  label TEXT DEFAULT '' NOT NULL,
  score REAL,
  box TEXT DEFAULT '[]' NOT NULL,
  frame INTEGER DEFAULT 0 NOT NULL,
  seen INTEGER DEFAULT 0 NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  binned INTEGER DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (job, object),
  FOREIGN KEY(source) REFERENCES asset (id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(asset) REFERENCES asset (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO covering (id, source, asset, job, label, created) SELECT id, source, asset, job, label, created FROM mask;
DROP TABLE mask;
ALTER TABLE covering RENAME TO mask;
CREATE INDEX ix_mask_asset ON mask (asset);
CREATE INDEX ix_mask_source ON mask (source);
CREATE TABLE provenance (
  id TEXT NOT NULL,
  job TEXT NOT NULL,
  asset TEXT NOT NULL,
  said TEXT DEFAULT '{}' NOT NULL,
  machine TEXT DEFAULT '{}' NOT NULL,
  seconds REAL DEFAULT (0.0) NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (job, asset),
  FOREIGN KEY(asset) REFERENCES asset (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX ix_provenance_asset ON provenance (asset);
