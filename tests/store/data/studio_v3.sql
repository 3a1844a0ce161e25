CREATE TABLE job (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  engine TEXT NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  revision INTEGER NOT NULL,
  label TEXT NOT NULL,
  project TEXT NOT NULL,
  shot TEXT NOT NULL,
  batch TEXT NOT NULL,
  priority INTEGER NOT NULL,
  position INTEGER NOT NULL,
  spec TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  faults INTEGER NOT NULL,
  deaths INTEGER NOT NULL,
  reached INTEGER NOT NULL,
  progress REAL,
  stage TEXT NOT NULL,
  steps_done INTEGER NOT NULL,
  steps_total INTEGER NOT NULL,
  eta REAL,
  worker TEXT NOT NULL,
  error_kind TEXT NOT NULL,
  error TEXT NOT NULL,
  hint TEXT NOT NULL,
  reason TEXT NOT NULL,
  outputs TEXT NOT NULL,
  due REAL,
  created REAL NOT NULL,
  started REAL,
  ended REAL,
  tidy INTEGER NOT NULL,
  not_before REAL,
  affinity TEXT DEFAULT '' NOT NULL,
  workload TEXT DEFAULT '' NOT NULL,
  units REAL DEFAULT 0 NOT NULL,
  rung INTEGER DEFAULT 0 NOT NULL,
  live TEXT DEFAULT '{}' NOT NULL,
  parts TEXT DEFAULT '[]' NOT NULL,
  origin TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX job_batch ON job (batch);
CREATE INDEX job_created ON job (created, id);
CREATE INDEX job_ended ON job (ended, id) WHERE ended IS NOT NULL;
CREATE INDEX job_line ON job (state, lane, priority DESC, position);
CREATE INDEX job_not_before ON job (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX job_position ON job (position);
CREATE INDEX job_project ON job (project);
CREATE TABLE attempt (
  job TEXT NOT NULL,
  number INTEGER NOT NULL,
  token TEXT NOT NULL,
  worker TEXT NOT NULL,
  lease REAL NOT NULL,
  outcome TEXT NOT NULL,
  reached INTEGER NOT NULL,
  spec TEXT NOT NULL,
  result TEXT NOT NULL,
  error TEXT NOT NULL,
  started REAL NOT NULL,
  ended REAL,
  resumed TEXT DEFAULT '' NOT NULL,
  peak_bytes INTEGER DEFAULT 0 NOT NULL,
  PRIMARY KEY (job, number),
  FOREIGN KEY(job) REFERENCES job (id) ON DELETE CASCADE
) STRICT;
CREATE TABLE dependency (
  job TEXT NOT NULL,
  needs TEXT NOT NULL,
  PRIMARY KEY (job, needs),
  FOREIGN KEY(job) REFERENCES job (id) ON DELETE CASCADE,
  FOREIGN KEY(needs) REFERENCES job (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX dependency_needs ON dependency (needs);
CREATE TABLE event (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at REAL NOT NULL,
  kind TEXT NOT NULL,
  job TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX event_job ON event (job, kind);
CREATE TABLE worker (
  id TEXT NOT NULL,
  lane TEXT NOT NULL,
  pid INTEGER NOT NULL,
  ticks INTEGER NOT NULL,
  boot TEXT NOT NULL,
  started REAL NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE lane (
  id TEXT NOT NULL,
  paused INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE batch (
  id TEXT NOT NULL,
  label TEXT NOT NULL,
  project TEXT NOT NULL,
  paused INTEGER NOT NULL,
  reason TEXT NOT NULL,
  created REAL NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE timing (
  id INTEGER NOT NULL,
  job TEXT NOT NULL,
  workload TEXT NOT NULL,
  units REAL NOT NULL,
  seconds REAL NOT NULL,
  estimate REAL,
  at REAL NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX timing_workload ON timing (workload, id);
CREATE TABLE absence (
  began REAL NOT NULL,
  ended REAL,
  PRIMARY KEY (began)
) STRICT;
CREATE TABLE home (
  id TEXT NOT NULL,
  root TEXT NOT NULL,
  file TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE TABLE notice (
  id INTEGER NOT NULL,
  at REAL NOT NULL,
  what TEXT NOT NULL,
  target TEXT NOT NULL,
  body TEXT NOT NULL,
  tries INTEGER NOT NULL,
  due REAL NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX notice_due ON notice (state, due);
