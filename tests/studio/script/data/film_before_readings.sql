PRAGMA user_version = 23;
PRAGMA application_id = 1298754669;
BEGIN TRANSACTION;
CREATE TABLE actor (
  name TEXT NOT NULL,
  lineage TEXT NOT NULL,
  pid INTEGER NOT NULL,
  ticks INTEGER,
  boot TEXT DEFAULT '' NOT NULL,
  opened REAL NOT NULL,
  closed REAL,
  PRIMARY KEY (name)
) STRICT;
CREATE TABLE asset (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  managed INTEGER DEFAULT 1 NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  bytes INTEGER DEFAULT 0 NOT NULL,
  mtime REAL DEFAULT (0.0) NOT NULL,
  frames INTEGER,
  rate TEXT,
  width INTEGER,
  height INTEGER,
  seconds TEXT,
  sample_rate INTEGER,
  channels INTEGER,
  created REAL DEFAULT (0.0) NOT NULL,
  binned INTEGER DEFAULT 0 NOT NULL,
  facts TEXT DEFAULT '{}' NOT NULL,
  PRIMARY KEY (id)
) STRICT;
INSERT INTO "asset" VALUES('ast_01m8ky9cry6zhdhm2e','video','media/aa/file_01m8ky9crynqw9vxqz.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562921488833424e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9ctgmc2gffk2','video','media/aa/file_01m8ky9ctgmc2gktdd.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562926502346987e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9cw18dzgbngc','video','media/aa/file_01m8ky9cw1ba8ytcqs.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562932040405271e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9cx63f5j1ryj','video','media/aa/file_01m8ky9cx6933shads.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562935128736503e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9cy7jb1z494y','video','media/aa/file_01m8ky9cy7jb1zmc0r.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562939207363132e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9cz8hr3tzysv','video','media/aa/file_01m8ky9cz8hr3v122h.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562941704368586e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d0t1qswcj5j','video','media/aa/file_01m8ky9d0t1v3bqkpw.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562946650123602e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d1m02y80h3c','video','media/aa/file_01m8ky9d1mqszjms50.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562949288249015e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d2z5wkhhzv0','video','media/aa/file_01m8ky9d2z5wkhm29a.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562953600692746e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d40xbnnwny0','video','media/aa/file_01m8ky9d40xbnphv16.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562956890177728e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d58zn6eb6m9','video','media/aa/file_01m8ky9d58zn6emtvq.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562960940170283e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d5y9eddxcbx','video','media/aa/file_01m8ky9d5ys99wr020.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562963098669053e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d851r8dheen','video','media/aa/file_01m8ky9d85gy8pw31h.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562970164632796e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d90j9yc9w7k','video','media/aa/file_01m8ky9d90j9ycrbyc.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562972904109957e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9d9qq7ff2kxb','video','media/aa/file_01m8ky9d9qqtrftb0z.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562975154519078e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9dan12hz2z8g','video','media/aa/file_01m8ky9danvddj02p1.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562978212642668e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9dc32nj001ce','video','media/aa/file_01m8ky9dc35ktbqqf9.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562982772135728e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9dcx3qh545ba','video','media/aa/file_01m8ky9dcxyyt8wysr.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562985364890095e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9ddtn7bgg39m','video','media/aa/file_01m8ky9ddtn7bgpg4h.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562988883638387e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9df4rebpa7ba','video','media/aa/file_01m8ky9df4sd4q2brh.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562992500424381e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9dg6vpngt69s','video','media/aa/file_01m8ky9dg6vpngy9k2.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.7959656299593453407e+09,0,'{}');
INSERT INTO "asset" VALUES('ast_01m8ky9dh5jyvg9km5','video','media/aa/file_01m8ky9dh5jyvgpbkb.mov','',1,'',0,0.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1.79596562999034690859e+09,0,'{}');
CREATE TABLE board (
  id TEXT NOT NULL,
  shot TEXT NOT NULL,
  asset TEXT NOT NULL,
  job TEXT NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  previs INTEGER DEFAULT 0 NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(shot) REFERENCES shot (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(asset) REFERENCES asset (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (job)
) STRICT;
CREATE TABLE clip (
  id TEXT NOT NULL,
  cut TEXT NOT NULL,
  track TEXT NOT NULL,
  source_kind TEXT NOT NULL,
  source TEXT DEFAULT '' NOT NULL,
  frames INTEGER NOT NULL,
  "order" TEXT,
  start INTEGER,
  anchor TEXT,
  "offset" INTEGER,
  source_in TEXT DEFAULT '0/1' NOT NULL,
  gain_db REAL DEFAULT (0.0) NOT NULL,
  opacity REAL DEFAULT (1.0) NOT NULL,
  fade_in INTEGER DEFAULT 0 NOT NULL,
  fade_out INTEGER DEFAULT 0 NOT NULL,
  muted INTEGER DEFAULT 0 NOT NULL,
  label TEXT DEFAULT '' NOT NULL,
  effects TEXT DEFAULT '{}' NOT NULL,
  link TEXT DEFAULT '' NOT NULL,
  "group" TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(cut) REFERENCES cut (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(track) REFERENCES track (id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(anchor) REFERENCES clip (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO "clip" VALUES('clip_01m8ky99x4ypfdj246','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9t3p40314',89,'7',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99x4ypfe2937','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9t3p4c45b',40,'B',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmbv79d31g','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9t3p4ht5p',56,'F',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmcdhs1bcq','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9t3p4svc1',62,'N',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmr8zqfca6','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9t3p58ch0',25,'R',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmr8zr3vbt','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9t3p59ar7',50,'V',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmst7z8t79','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9t3p5wmc6',62,'VV',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmst7zawxt','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9tzjw9qtx',25,'VW',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmst8022br','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9v024gc42',56,'W',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmst80g1zy','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9v024mqb4',25,'X',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
INSERT INTO "clip" VALUES('clip_01m8ky99xmst814qdn','cut_01m8ky99x4ypfba5rd','track_01m8ky99x4ypfbnmx0','shot','shot_01m8ky99t9v025btty',38,'Y',NULL,NULL,NULL,'0/1',0.0,1.0,0,0,0,'','{}','','');
CREATE TABLE conditioning (
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
CREATE TABLE cut (
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  rate TEXT DEFAULT '25/1' NOT NULL,
  width INTEGER DEFAULT 768 NOT NULL,
  height INTEGER DEFAULT 512 NOT NULL,
  sample_rate INTEGER DEFAULT 48000 NOT NULL,
  frozen INTEGER DEFAULT 0 NOT NULL,
  hand_edited INTEGER DEFAULT 0 NOT NULL,
  "order" TEXT DEFAULT 'V' NOT NULL,
  playhead INTEGER DEFAULT 0 NOT NULL,
  mark_in INTEGER,
  mark_out INTEGER,
  state TEXT DEFAULT 'live' NOT NULL,
  waiting TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (id)
) STRICT;
INSERT INTO "cut" VALUES('cut_01m8ky99x4ypfba5rd','main','25/1',1024,576,48000,0,0,'V',0,NULL,NULL,'live','[]');
CREATE TABLE edit (
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  scope TEXT NOT NULL,
  actor TEXT NOT NULL,
  lineage TEXT NOT NULL,
  parent TEXT,
  label TEXT NOT NULL,
  changes TEXT NOT NULL,
  base INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  applied INTEGER DEFAULT 1 NOT NULL,
  created REAL NOT NULL,
  bundle TEXT DEFAULT '' NOT NULL,
  step TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  place TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (seq),
  UNIQUE (id),
  FOREIGN KEY(parent) REFERENCES edit (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE element (
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  "trigger" TEXT NOT NULL,
  description TEXT DEFAULT '' NOT NULL,
  seed INTEGER,
  lora TEXT DEFAULT '' NOT NULL,
  voice TEXT DEFAULT '' NOT NULL,
  found INTEGER DEFAULT 0 NOT NULL,
  state TEXT DEFAULT 'live' NOT NULL,
  loras TEXT DEFAULT '[]' NOT NULL,
  aliases TEXT DEFAULT '[]' NOT NULL,
  gender TEXT DEFAULT '' NOT NULL,
  extra INTEGER DEFAULT 0 NOT NULL,
  dismissed INTEGER DEFAULT 0 NOT NULL,
  parent TEXT DEFAULT '' NOT NULL,
  layers TEXT DEFAULT '[]' NOT NULL,
  quote TEXT DEFAULT '' NOT NULL,
  own TEXT DEFAULT '[]' NOT NULL,
  sample TEXT DEFAULT '' NOT NULL,
  role TEXT DEFAULT '' NOT NULL,
  traits TEXT DEFAULT '[]' NOT NULL,
  arc TEXT DEFAULT '' NOT NULL,
  relations TEXT DEFAULT '[]' NOT NULL,
  speech TEXT DEFAULT '' NOT NULL,
  faces TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (id)
) STRICT;
INSERT INTO "element" VALUES('element_01m8ky99wn1qrz1gqp','character','Mara','@Mara','38, a courier in a grey coat, red scarf',NULL,'','',1,'live','[]','[]','she',0,0,'','[]','','[]','','','[]','','[]','','[]');
INSERT INTO "element" VALUES('element_01m8ky99wnk67kghxm','character','Jonas Berg','@Jonas','',NULL,'','',0,'live','[]','["Oda","Jonas"]','he',0,0,'','[]','','[]','','','[]','','[]','','[]');
INSERT INTO "element" VALUES('element_01m8ky99wnk67m2w1s','character','Oda','@Oda','',NULL,'','',1,'binned','[]','[]','she',0,0,'','[]','','[]','','','[]','','[]','','[]');
INSERT INTO "element" VALUES('element_01m8ky99wnk67mdwq0','character','Tom','@Tom','50, brown jacket',NULL,'','',1,'live','[]','[]','he',0,0,'','[]','','[]','','','[]','','[]','','[]');
INSERT INTO "element" VALUES('element_01m8ky99wnk67mz5cw','location','Harbour','@Harbour','',NULL,'','',1,'live','[]','[]','',0,0,'','[]','','[]','','','[]','','[]','','[]');
INSERT INTO "element" VALUES('element_01m8ky99wnwhr7pmd1','location','Kitchen','@Kitchen','',NULL,'','',1,'live','[]','[]','',0,0,'','[]','','[]','','','[]','','[]','','[]');
INSERT INTO "element" VALUES('element_01m8ky99wnwhr88srv','object','Suitcase','@Suitcase','',NULL,'','',1,'live','[]','[]','',0,1,'','[]','He carries a suitcase.','[]','','','[]','','[]','','[]');
CREATE TABLE look (
  id TEXT NOT NULL,
  element TEXT NOT NULL,
  "order" TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  age TEXT DEFAULT '' NOT NULL,
  wardrobe TEXT DEFAULT '' NOT NULL,
  hair TEXT DEFAULT '' NOT NULL,
  condition TEXT DEFAULT '' NOT NULL,
  begins TEXT DEFAULT '' NOT NULL,
  ends TEXT DEFAULT '' NOT NULL,
  era TEXT DEFAULT '' NOT NULL,
  quote TEXT DEFAULT '' NOT NULL,
  line INTEGER DEFAULT 0 NOT NULL,
  found INTEGER DEFAULT 0 NOT NULL,
  loras TEXT DEFAULT '[]' NOT NULL,
  "references" TEXT DEFAULT '[]' NOT NULL,
  sample TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(element) REFERENCES element (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO "look" VALUES('look_01m8ky99x32qfdr4n5','element_01m8ky99wn1qrz1gqp','F','38, courier in a grey coat, red scarf','38, courier in a grey coat, red scarf','38','courier in a grey coat, red scarf','','','shot_01m8ky99t9t3p40314','','','(38), a courier in a grey coat, red scarf, waits under an awning with',5,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3w9mvprev','element_01m8ky99wn1qrz1gqp','N','She takes off the scarf.','38, courier in a grey coat','38','courier in a grey coat','','','shot_01m8ky99t9t3p4ht5p','','','She takes off the scarf.',10,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3x5mk3mf5','element_01m8ky99wn1qrz1gqp','V','She takes off the scarf. Tom puts his ja','38, courier in a grey coat, brown jacket','38','courier in a grey coat, brown jacket','','','shot_01m8ky99t9t3p4ht5p','','','She takes off the scarf. Tom puts his jacket round Mara''s shoulders.',10,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3x5mnmcpa','element_01m8ky99wn1qrz1gqp','VV','Mara is soaked.','38, courier in a grey coat, brown jacket, soaked','38','courier in a grey coat, brown jacket','','soaked','shot_01m8ky99t9t3p59ar7','','','Mara is soaked.',17,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3x5mnwpp5','element_01m8ky99wn1qrz1gqp','W','38, courier in a grey coat, brown jacket','38, courier in a grey coat, brown jacket','38','courier in a grey coat, brown jacket','','','shot_01m8ky99t9t3p5wmc6','','','INT. KITCHEN - NIGHT',19,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3x5mp8q5c','element_01m8ky99wn1qrz1gqp','X','38, in a bathrobe','38, in a bathrobe','38','in a bathrobe','','','shot_01m8ky99t9t3p5wmc6','','','Mara, in a bathrobe now, dries her hair.',21,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3x5mmsh6m','element_01m8ky99wnk67kghxm','V','Sixty, man, Green fleece','Sixty, man, Green fleece','Sixty','Green fleece','','','shot_01m8ky99t9t3p40314','','','A man gets out of a van, Sixty, Green fleece.',12,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3w9mv5475','element_01m8ky99wnk67mdwq0','V','50, brown jacket','50, brown jacket','50','brown jacket','','','shot_01m8ky99t9t3p40314','','','(50), brown jacket.',5,1,'[]','[]','');
INSERT INTO "look" VALUES('look_01m8ky99x3x5mkwyjh','element_01m8ky99wnk67mdwq0','W','She takes off the scarf. Tom puts his ja','50','50','','','','shot_01m8ky99t9t3p4ht5p','','','She takes off the scarf. Tom puts his jacket round Mara''s shoulders.',10,1,'[]','[]','');
CREATE TABLE marker (
  id TEXT NOT NULL,
  cut TEXT NOT NULL,
  frame INTEGER NOT NULL,
  clip TEXT,
  text TEXT DEFAULT '' NOT NULL,
  colour TEXT DEFAULT '' NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  done INTEGER DEFAULT 0 NOT NULL,
  kind TEXT DEFAULT '' NOT NULL,
  author TEXT DEFAULT '' NOT NULL,
  parent TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(cut) REFERENCES cut (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(clip) REFERENCES clip (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE mask (
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
CREATE TABLE project (
  slot INTEGER NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  rate TEXT DEFAULT '25/1' NOT NULL,
  width INTEGER DEFAULT 768 NOT NULL,
  height INTEGER DEFAULT 512 NOT NULL,
  sample_rate INTEGER DEFAULT 48000 NOT NULL,
  style TEXT DEFAULT '' NOT NULL,
  negative TEXT DEFAULT '' NOT NULL,
  engine TEXT DEFAULT 'animatic' NOT NULL,
  seed INTEGER DEFAULT 42 NOT NULL,
  script TEXT DEFAULT '' NOT NULL,
  script_name TEXT DEFAULT '' NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  current_cut TEXT,
  revision INTEGER DEFAULT 0 NOT NULL,
  updated REAL DEFAULT (0.0) NOT NULL,
  loras TEXT DEFAULT '[]' NOT NULL,
  boarded TEXT DEFAULT '' NOT NULL,
  coverage TEXT DEFAULT '' NOT NULL,
  numbers_locked INTEGER DEFAULT 0 NOT NULL,
  prompt_parts TEXT DEFAULT '[]' NOT NULL,
  status TEXT DEFAULT 'draft' NOT NULL,
  tags TEXT DEFAULT '[]' NOT NULL,
  description TEXT DEFAULT '' NOT NULL,
  passed TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (slot),
  CHECK (slot = 1),
  FOREIGN KEY(current_cut) REFERENCES cut (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO "project" VALUES(1,'project_01m8ky8zmxqrwycyqy','Two Rooms','25/1',1024,576,48000,'','','animatic',42,'Title: Two Rooms

EXT. HARBOUR - DAY

It starts to rain. MARA (38), a courier in a grey coat, red scarf, waits under an awning with TOM (50), brown jacket.

MARA
He is late.

She takes off the scarf. Tom puts his jacket round Mara''s shoulders.

A man gets out of a van. Sixty. Green fleece. He carries a suitcase.

JONAS
Hello.

Mara is soaked. She opens the suitcase: a brass key.

INT. KITCHEN - NIGHT

Mara, in a bathrobe now, dries her hair. The key lies on the table.

MARA
Better.

A woman in a red hat comes in. Tom lifts the kettle.

ODA
Tea?

Mara takes the key.
','',1.79596561577394366266e+09,NULL,51,1.79596562999854612351e+09,'[]','1e51870d53948d646b9b07b7dec4cd42ff0ef5feaf6ae14771471a44172b71ad','',0,'[]','draft','[]','','[]');
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
CREATE TABLE reference (
  id TEXT NOT NULL,
  element TEXT NOT NULL,
  position INTEGER NOT NULL,
  asset TEXT NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(element) REFERENCES element (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(asset) REFERENCES asset (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE render (
  id TEXT NOT NULL,
  cut TEXT NOT NULL,
  name TEXT DEFAULT '' NOT NULL,
  path TEXT NOT NULL,
  signature TEXT DEFAULT '' NOT NULL,
  preset TEXT DEFAULT '' NOT NULL,
  frames INTEGER NOT NULL,
  seconds TEXT DEFAULT '0/1' NOT NULL,
  bytes INTEGER DEFAULT 0 NOT NULL,
  previs INTEGER DEFAULT 0 NOT NULL,
  job TEXT NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  settings TEXT DEFAULT '{}' NOT NULL,
  report TEXT DEFAULT '{}' NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (job)
) STRICT;
CREATE TABLE scene (
  id TEXT NOT NULL,
  "order" TEXT NOT NULL,
  number TEXT DEFAULT '' NOT NULL,
  heading TEXT DEFAULT '' NOT NULL,
  setting TEXT DEFAULT '' NOT NULL,
  location TEXT DEFAULT '' NOT NULL,
  time_of_day TEXT DEFAULT '' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  line INTEGER DEFAULT 0 NOT NULL,
  parked INTEGER DEFAULT 0 NOT NULL,
  state TEXT DEFAULT 'live' NOT NULL,
  own TEXT DEFAULT '[]' NOT NULL,
  part TEXT DEFAULT '' NOT NULL,
  weather TEXT DEFAULT '' NOT NULL,
  era TEXT DEFAULT '' NOT NULL,
  coverage TEXT DEFAULT '' NOT NULL,
  omitted INTEGER DEFAULT 0 NOT NULL,
  prompt_parts TEXT DEFAULT '[]' NOT NULL,
  layers TEXT DEFAULT '[]' NOT NULL,
  PRIMARY KEY (id)
) STRICT;
INSERT INTO "scene" VALUES('scene_01m8ky99t9gb38q92p','V','1','EXT. HARBOUR - DAY','EXT','HARBOUR','DAY','It starts to rain. MARA (38), a courier in a grey coat, red scarf, waits under an awning with TOM (50), brown jacket.

MARA
He is late.

She takes off the scarf. Tom puts his jacket round Mara''s shoulders.

A man gets out of a van. Sixty. Green fleece. He carries a suitcase.

JONAS
Hello.

Mara is soaked. She opens the suitcase: a brass key.',3,0,'live','[]','','rain','','',0,'[]','[]');
INSERT INTO "scene" VALUES('scene_01m8ky99t9t3p3vx8g','W','2','INT. KITCHEN - NIGHT','INT','KITCHEN','NIGHT','Mara, in a bathrobe now, dries her hair. The key lies on the table.

MARA
Better.

A woman in a red hat comes in. Tom lifts the kettle.

ODA
Tea?

Mara takes the key.',19,0,'live','[]','','','','',0,'[]','[]');
CREATE TABLE seen (
  job TEXT NOT NULL,
  at REAL NOT NULL,
  PRIMARY KEY (job)
) STRICT;
CREATE TABLE setting (
  "key" TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY ("key")
) STRICT;
CREATE TABLE sheet (
  id TEXT NOT NULL,
  asset TEXT NOT NULL,
  is_sheet INTEGER DEFAULT 1 NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  "by" TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(asset) REFERENCES asset (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE shot (
  id TEXT NOT NULL,
  scene TEXT NOT NULL,
  "order" TEXT NOT NULL,
  action TEXT DEFAULT '' NOT NULL,
  dialogue TEXT DEFAULT '[]' NOT NULL,
  characters TEXT DEFAULT '[]' NOT NULL,
  size TEXT DEFAULT 'MS' NOT NULL,
  angle TEXT DEFAULT 'eye' NOT NULL,
  movement TEXT DEFAULT 'static' NOT NULL,
  function TEXT DEFAULT 'single' NOT NULL,
  rig TEXT DEFAULT 'tripod' NOT NULL,
  frames INTEGER DEFAULT 100 NOT NULL,
  prompt TEXT,
  negative TEXT DEFAULT '' NOT NULL,
  seed INTEGER DEFAULT 42 NOT NULL,
  seed_locked INTEGER DEFAULT 0 NOT NULL,
  steps INTEGER,
  guidance REAL,
  pipeline TEXT DEFAULT 'auto' NOT NULL,
  engine TEXT DEFAULT '' NOT NULL,
  continues TEXT,
  caption TEXT DEFAULT '' NOT NULL,
  line INTEGER DEFAULT 0 NOT NULL,
  end_line INTEGER DEFAULT 0 NOT NULL,
  digest TEXT DEFAULT '' NOT NULL,
  parked INTEGER DEFAULT 0 NOT NULL,
  take TEXT,
  board TEXT,
  state TEXT DEFAULT 'live' NOT NULL,
  model TEXT DEFAULT '' NOT NULL,
  schedule TEXT DEFAULT 'auto' NOT NULL,
  stages TEXT DEFAULT 'auto' NOT NULL,
  guidance_parts TEXT DEFAULT '{}' NOT NULL,
  loras TEXT DEFAULT '[]' NOT NULL,
  chunks TEXT DEFAULT '[]' NOT NULL,
  temporal_upscale INTEGER DEFAULT 0 NOT NULL,
  deterministic INTEGER DEFAULT 0 NOT NULL,
  continuity INTEGER DEFAULT 1 NOT NULL,
  board_use TEXT DEFAULT 'auto' NOT NULL,
  chosen INTEGER DEFAULT 0 NOT NULL,
  focus TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  doubts TEXT DEFAULT '[]' NOT NULL,
  own TEXT DEFAULT '[]' NOT NULL,
  number TEXT DEFAULT '' NOT NULL,
  omitted INTEGER DEFAULT 0 NOT NULL,
  location TEXT DEFAULT '' NOT NULL,
  part TEXT DEFAULT '' NOT NULL,
  time_of_day TEXT DEFAULT '' NOT NULL,
  weather TEXT DEFAULT '' NOT NULL,
  looks TEXT DEFAULT '[]' NOT NULL,
  stands TEXT DEFAULT '[]' NOT NULL,
  tags TEXT DEFAULT '[]' NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  prompt_parts TEXT DEFAULT '[]' NOT NULL,
  layers TEXT DEFAULT '[]' NOT NULL,
  continues_as TEXT DEFAULT '' NOT NULL,
  cache TEXT DEFAULT 'off' NOT NULL,
  voices INTEGER DEFAULT 1 NOT NULL,
  beats TEXT DEFAULT '' NOT NULL,
  subjects TEXT DEFAULT 'auto' NOT NULL,
  camera_lora TEXT DEFAULT 'with' NOT NULL,
  options TEXT DEFAULT '' NOT NULL,
  face TEXT DEFAULT 'auto' NOT NULL,
  lens TEXT DEFAULT '' NOT NULL,
  palette TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(scene) REFERENCES scene (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(continues) REFERENCES shot (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(take) REFERENCES take (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(board) REFERENCES asset (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO "shot" VALUES('shot_01m8ky99t9t3p40314','scene_01m8ky99t9gb38q92p','F','It starts to rain. MARA (38), a courier in a grey coat, red scarf, waits under an awning with TOM (50), brown jacket.','[]','["Mara","Tom"]','EWS','high','crane down','establishing','crane',89,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',5,5,'a2f17339282305fac49269618b4b0dc8',0,'take_01m8ky9crynqwa3qwd',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Mara','master: where we are','[]','[]','',0,'','','','rain','[]','[["Mara","left"],["Tom","right"]]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9t3p4c45b','scene_01m8ky99t9gb38q92p','N','Mara speaks to Tom.','[["Mara","He is late.","",""]]','["Mara","Tom"]','MLS','eye','static','two-shot','tripod',40,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',7,8,'09b950e80d447927e2976b0a520c50cd',0,'take_01m8ky9cw1ba8z0cjv',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Mara','master of the talk','[]','[]','',0,'','','','rain','[]','[["Mara","left"],["Tom","right"]]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9t3p4ht5p','scene_01m8ky99t9gb38q92p','V','She takes off the scarf. Tom puts his jacket round Mara''s shoulders.','[]','["Mara","Tom"]','MLS','eye','static','two-shot','tripod',56,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',10,10,'642ee535aae1469b5373ee032520d379',0,'take_01m8ky9cy8z7ecjn22',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Mara','what passes between them','[["look","Mara: She takes off the scarf. Tom puts his jacket round Mara''s shoulders.","38, courier in a grey coat, brown jacket",["38, courier in a grey coat, red scarf","38, courier in a grey coat","38, courier in a grey coat, brown jacket, soaked"],0.5,"handed to another person",""],["look","Tom: She takes off the scarf. Tom puts his jacket round Mara''s shoulders.","50",["50, brown jacket"],0.5,"handed to another person",""]]','[]','',0,'','','','rain','[]','[["Mara","left"],["Tom","right"]]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9t3p4svc1','scene_01m8ky99t9gb38q92p','VV','A man gets out of a van. Sixty. Green fleece. He carries a suitcase.','[]','["Jonas"]','FS','eye','static','single','tripod',62,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',12,12,'c18a4e161011cbbd4c140e7d524ee2a3',0,'take_01m8ky9d0tnj4v6nq0',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Jonas','Jonas comes in','[["cast","a man","Jonas",[],0.6,"who speaks next has not been seen yet",""],["cast","He","Jonas",["Tom"],0.8,"the last who fits",""],["cast","A man gets out of a van, Sixty, Green fleece.","Jonas",["Mara","Tom"],0.5,"described for a stranger, who speaks next",""]]','[]','',0,'','','','rain','[]','[]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9t3p58ch0','scene_01m8ky99t9gb38q92p','W','Jonas speaks to Mara.','[["Jonas","Hello.","",""]]','["Jonas","Mara"]','MLS','eye','static','two-shot','tripod',25,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',14,15,'a170f9089687d689b5c5350b60d8121a',0,'take_01m8ky9d2zwkmb3aya',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Jonas','master of the talk','[]','[]','',0,'','','','rain','[]','[["Jonas","right"],["Mara","left"]]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9t3p59ar7','scene_01m8ky99t9gb38q92p','X','Mara is soaked. She opens the suitcase: a brass key.','[]','["Mara"]','MCU','eye','static','reaction','tripod',50,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',17,17,'ad39a68cf623de1ea8edb9be1ce8fe5b',0,'take_01m8ky9d58zn6en9gn',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Mara','how the words are taken','[]','[]','',0,'','','','rain','[]','[]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9t3p5wmc6','scene_01m8ky99t9t3p3vx8g','F','Mara, in a bathrobe now, dries her hair. The key lies on the table.','[]','["Mara"]','LS','eye','dolly in','establishing','dolly',62,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',21,21,'460f58537b2128bfe7eca941b475e5df',0,'take_01m8ky9d85zwch7fe5',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Mara','master: the place with who is there','[]','[["sure that mara soaked is no","yes"]]','',0,'','','','','[]','[]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9tzjw9qtx','scene_01m8ky99t9t3p3vx8g','N','Mara speaks.','[["Mara","Better.","",""]]','["Mara"]','MS','eye','static','single','tripod',25,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',23,24,'fd9b93983cddeb0c036a45d51b5b0b01',0,'take_01m8ky9d9qqtrg4gpt',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Mara','Mara speaks first','[]','[]','',0,'','','','','[]','[]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9v024gc42','scene_01m8ky99t9t3p3vx8g','V','A woman in a red hat comes in. Tom lifts the kettle.','[]','["Jonas","Tom"]','MLS','eye','static','two-shot','tripod',56,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',26,26,'28318cd6c3aa954c043dbfa087daa854',0,'take_01m8ky9dc3yj6j0m93',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Jonas','what passes between them','[["cast","a woman","Oda",[],0.6,"who speaks next has not been seen yet",""],["look","Oda","not told",[],0.3,"nothing tells how they look",""]]','[]','',0,'','','','','[]','[["Jonas","left"],["Tom","right"]]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9v024mqb4','scene_01m8ky99t9t3p3vx8g','W','Oda speaks to Tom.','[["Jonas","Tea?","",""]]','["Jonas"]','MCU','eye','static','single','tripod',25,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',28,29,'7e173c8328a32e17c01f56cbcf4bf86a',0,'take_01m8ky9de0w1nqbj24',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Jonas','Oda speaks','[]','[]','',0,'','','','','[]','[]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
INSERT INTO "shot" VALUES('shot_01m8ky99t9v025btty','scene_01m8ky99t9t3p3vx8g','X','Mara takes the key.','[]','["Mara"]','MCU','eye','static','reaction','tripod',38,NULL,'',42,0,NULL,NULL,'auto','',NULL,'',31,31,'3272ffb2a83a86dcaaae99b0cb24b60b',0,'take_01m8ky9dg6vpnh7nr8',NULL,'live','','auto','auto','{}','[]','[]',0,0,1,'auto',0,'Mara','how the words are taken','[]','[]','',0,'','','','','[]','[]','[]','','[]','[]','','off',1,'','auto','with','','auto','','');
CREATE TABLE suggestion (
  id TEXT NOT NULL,
  shot TEXT NOT NULL,
  job TEXT NOT NULL,
  task TEXT DEFAULT 'enhance' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  parts TEXT DEFAULT '[]' NOT NULL,
  original TEXT DEFAULT '' NOT NULL,
  meant TEXT DEFAULT '' NOT NULL,
  family TEXT DEFAULT '' NOT NULL,
  engine TEXT DEFAULT '' NOT NULL,
  model TEXT DEFAULT '' NOT NULL,
  seed INTEGER DEFAULT 0 NOT NULL,
  picture TEXT,
  note TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT 'open' NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(shot) REFERENCES shot (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(picture) REFERENCES asset (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE TABLE take (
  id TEXT NOT NULL,
  shot TEXT NOT NULL,
  asset TEXT NOT NULL,
  job TEXT NOT NULL,
  engine TEXT NOT NULL,
  seed INTEGER NOT NULL,
  frames INTEGER NOT NULL,
  spec TEXT DEFAULT '{}' NOT NULL,
  signature TEXT DEFAULT '' NOT NULL,
  rating INTEGER DEFAULT 0 NOT NULL,
  rejected INTEGER DEFAULT 0 NOT NULL,
  previs INTEGER DEFAULT 0 NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  binned INTEGER DEFAULT 0 NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  head INTEGER DEFAULT 0 NOT NULL,
  tail INTEGER DEFAULT 0 NOT NULL,
  notes TEXT DEFAULT '[]' NOT NULL,
  tags TEXT DEFAULT '[]' NOT NULL,
  likeness TEXT DEFAULT '' NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(shot) REFERENCES shot (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY(asset) REFERENCES asset (id) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (job)
) STRICT;
INSERT INTO "take" VALUES('take_01m8ky9crynqwa3qwd','shot_01m8ky99t9t3p40314','ast_01m8ky9cry6zhdhm2e','job_01m8ky9crynqwa62dt','animatic',1,89,'','4f9fb56bd312b5f2a3185aa45870d6e87b389c25fc592f11ec5ac04f72cd2ded',0,0,0,1.79596562925309944152e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9ctgmc2h68eg','shot_01m8ky99t9t3p40314','ast_01m8ky9ctgmc2gffk2','job_01m8ky9ctgmc2hfehe','ltx2',1,89,'','1341a55f842b90861950448fa1870453e9a8b2a876b86f8477c14d01bfc4d59e',0,0,0,1.79596562927674055099e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9cw1ba8z0cjv','shot_01m8ky99t9t3p4c45b','ast_01m8ky9cw18dzgbngc','job_01m8ky9cw1ba8z9ktd','animatic',1,40,'','2458702474ecacc26c2729885370494e54d8e7eb1f7e5888cc8bfcd25bb777b6',0,0,0,1.7959656293327929974e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9cx6p8dnr989','shot_01m8ky99t9t3p4c45b','ast_01m8ky9cx63f5j1ryj','job_01m8ky9cx6p8dp7893','ltx2',1,40,'','d7c384956c6aa29c9572c847de9421c68f43e1b2db02385de908da14f8537d43',0,0,0,1.79596562936492896078e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9cy8z7ecjn22','shot_01m8ky99t9t3p4ht5p','ast_01m8ky9cy7jb1z494y','job_01m8ky9cy8z7edbjhz','animatic',1,56,'','c112df0a9104a2ec33199cdc4485b2cd180e8f89525caa7a9f3158aa5014712f',0,0,0,1.79596562940206074714e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9cz8hr3vbyxv','shot_01m8ky99t9t3p4ht5p','ast_01m8ky9cz8hr3tzysv','job_01m8ky9cz8wmxzwfr6','ltx2',1,56,'','f84663269d684f1da047a12851bee423319eceb299d0b4107c4011ba0fb7b298',0,0,0,1.79596562943316650391e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d0tnj4v6nq0','shot_01m8ky99t9t3p4svc1','ast_01m8ky9d0t1qswcj5j','job_01m8ky9d0tnj4vtxv7','animatic',1,62,'','5ea48d16c9041d4af66988c520bd37439adda415a9ccab728d4669e2439c437e',0,0,0,1.79596562948762631414e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d1mqszk46z0','shot_01m8ky99t9t3p4svc1','ast_01m8ky9d1m02y80h3c','job_01m8ky9d1mqtj8q4z9','ltx2',1,62,'','094f458328f4bbbc543406ca743a357596b6552391383c0503dc516fcb35201f',0,0,0,1.79596562951461267464e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d2zwkmb3aya','shot_01m8ky99t9t3p58ch0','ast_01m8ky9d2z5wkhhzv0','job_01m8ky9d2zwkmb62ga','animatic',1,25,'','ad0b978642c0dab986c86c15fbe1fd6249244f194b06dcd58732b3c959a73453',0,0,0,1.79596562955946731574e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d40xbnpp30n','shot_01m8ky99t9t3p58ch0','ast_01m8ky9d40xbnnwny0','job_01m8ky9d40xbnpzg8b','ltx2',1,25,'','1b34168afc2394ac5316ed8873234c544e4b0f954ca769b652a7d83b0d183e33',0,0,0,1.79596562958072638507e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d58zn6en9gn','shot_01m8ky99t9t3p59ar7','ast_01m8ky9d58zn6eb6m9','job_01m8ky9d5984chax8m','animatic',1,50,'','b0cc5b08d6d16e35d0f94958e0b39a5a8d26e08ad836cdc4923a565b483033f2',0,0,0,1.7959656296146421432e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d5ys99x1p5a','shot_01m8ky99t9t3p59ar7','ast_01m8ky9d5y9eddxcbx','job_01m8ky9d5ys99xm9rd','ltx2',1,50,'','de1b347e6620cf984b758ef59af98a17d29507fc6f94bed740bb81d9c22dcaa2',0,0,0,1.79596562965274596213e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d85zwch7fe5','shot_01m8ky99t9t3p5wmc6','ast_01m8ky9d851r8dheen','job_01m8ky9d85zwcj4qjn','animatic',1,62,'','ab2dc9454592484b86c6fa9580ec085532ee30fdc1806ef3d0e6832f43cb7e36',0,0,0,1.79596562971281552313e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d90v474497q','shot_01m8ky99t9t3p5wmc6','ast_01m8ky9d90j9yc9w7k','job_01m8ky9d90v474atme','ltx2',1,62,'','d4e7db79709a5f0c26629ce5055918708b71c9be688e557d804eb787a82e65c1',0,0,0,1.79596562973381853106e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9d9qqtrg4gpt','shot_01m8ky99t9tzjw9qtx','ast_01m8ky9d9qq7ff2kxb','job_01m8ky9d9qqtrgpx2d','animatic',1,25,'','1c6e38e86a60a0b3b30da5de962c249d66030f109ae987af767f8eb8615613aa',0,0,0,1.79596562977288842204e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9danvddj1fhh','shot_01m8ky99t9tzjw9qtx','ast_01m8ky9dan12hz2z8g','job_01m8ky9danvddj9knd','ltx2',1,25,'','a87fa2d5c4a5110e626d300bf51da894af550f7dd8fce09aafcda684727edba9',0,0,0,1.7959656298122916221e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9dc3yj6j0m93','shot_01m8ky99t9v024gc42','ast_01m8ky9dc32nj001ce','job_01m8ky9dc3yj6jgvyn','animatic',1,56,'','77d7d12eba1e554ebf74ff9e297c1780e7267f5562527c6abaed0554082b39fe',0,0,0,1.79596562984617471691e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9dcxyyt8yaj8','shot_01m8ky99t9v024gc42','ast_01m8ky9dcx3qh545ba','job_01m8ky9dcxyyt900he','ltx2',1,56,'','d6c5d1cdcc99fd8dde307ea307705208b7148f51a4fe601873d0c93ba08bb92c',0,0,0,1.79596562986357116695e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9de0w1nqbj24','shot_01m8ky99t9v024mqb4','ast_01m8ky9ddtn7bgg39m','job_01m8ky9de0w1nqqbq5','animatic',1,25,'','96c55d55dadb0d466dd01fca7c90d693f21b36dd2650e93059eabcfbbe1ae2de',0,0,0,1.79596562990384984014e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9df4sd4q4hjm','shot_01m8ky99t9v024mqb4','ast_01m8ky9df4rebpa7ba','job_01m8ky9df4sd4qd9e8','ltx2',1,25,'','430fc012888375e4eaae3c91ece4be59df72b26a80641188c11796de5e6c94e3',0,0,0,1.79596562993734169006e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9dg6vpnh7nr8','shot_01m8ky99t9v025btty','ast_01m8ky9dg6vpngt69s','job_01m8ky9dg6vpnj3atd','animatic',1,38,'','3dfc6a6f3127a0f2aad8f1cafbd850cdb55ffae718ea838a4daaf92ac1982aa1',0,0,0,1.79596562997671055795e+09,0,'',0,0,'[]','[]','');
INSERT INTO "take" VALUES('take_01m8ky9dh5jyvgz8hd','shot_01m8ky99t9v025btty','ast_01m8ky9dh5jyvg9km5','job_01m8ky9dh5vskv9ac5','ltx2',1,38,'','3cecad63ba84867d775903cd79a57a53721aafb825d96f15c9de92c5ae5711dd',0,0,0,1.79596562999844574929e+09,0,'',0,0,'[]','[]','');
CREATE TABLE talk (
  id TEXT NOT NULL,
  job TEXT NOT NULL,
  question TEXT NOT NULL,
  task TEXT DEFAULT 'ask' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  about TEXT DEFAULT '' NOT NULL,
  voiced INTEGER DEFAULT 0 NOT NULL,
  engine TEXT DEFAULT '' NOT NULL,
  model TEXT DEFAULT '' NOT NULL,
  seed INTEGER DEFAULT 0 NOT NULL,
  told INTEGER DEFAULT 0 NOT NULL,
  answered INTEGER DEFAULT 0 NOT NULL,
  price TEXT DEFAULT '' NOT NULL,
  left_out TEXT DEFAULT '[]' NOT NULL,
  notes TEXT DEFAULT '[]' NOT NULL,
  created REAL DEFAULT (0.0) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (job)
) STRICT;
CREATE TABLE track (
  id TEXT NOT NULL,
  cut TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  "order" TEXT NOT NULL,
  magnetic INTEGER DEFAULT 0 NOT NULL,
  muted INTEGER DEFAULT 0 NOT NULL,
  solo INTEGER DEFAULT 0 NOT NULL,
  locked INTEGER DEFAULT 0 NOT NULL,
  hidden INTEGER DEFAULT 0 NOT NULL,
  height INTEGER DEFAULT 1 NOT NULL,
  sync_lock INTEGER DEFAULT 0 NOT NULL,
  gain_db REAL DEFAULT (0.0) NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(cut) REFERENCES cut (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) STRICT;
INSERT INTO "track" VALUES('track_01m8ky99x4ypfbnmx0','cut_01m8ky99x4ypfba5rd','V1','video','V',1,0,0,0,0,1,0,0.0);
INSERT INTO "track" VALUES('track_01m8ky99x4ypfc10ym','cut_01m8ky99x4ypfba5rd','V2','video','W',0,0,0,0,0,1,0,0.0);
INSERT INTO "track" VALUES('track_01m8ky99x4ypfcgw5v','cut_01m8ky99x4ypfba5rd','A1','audio','V',0,0,0,0,0,1,0,0.0);
INSERT INTO "track" VALUES('track_01m8ky99x4ypfd7dv9','cut_01m8ky99x4ypfba5rd','A2','audio','W',0,0,0,0,0,1,0,0.0);
CREATE TABLE transition (
  id TEXT NOT NULL,
  cut TEXT NOT NULL,
  "left" TEXT NOT NULL,
  "right" TEXT NOT NULL,
  frames INTEGER NOT NULL,
  kind TEXT DEFAULT 'dissolve' NOT NULL,
  direction TEXT DEFAULT 'right' NOT NULL,
  colour TEXT DEFAULT '#000000' NOT NULL,
  softness REAL DEFAULT (0.0) NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(cut) REFERENCES cut (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY("left") REFERENCES clip (id) DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY("right") REFERENCES clip (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX ix_track_cut ON track (cut);
CREATE INDEX ix_clip_anchor ON clip (anchor);
CREATE INDEX ix_clip_cut ON clip (cut);
CREATE INDEX ix_clip_source ON clip (source);
CREATE INDEX ix_clip_track ON clip (track);
CREATE INDEX ix_transition_cut ON transition (cut);
CREATE INDEX ix_transition_left ON transition ("left");
CREATE INDEX ix_transition_right ON transition ("right");
CREATE INDEX ix_marker_clip ON marker (clip);
CREATE INDEX ix_marker_cut ON marker (cut);
CREATE INDEX ix_shot_board ON shot (board);
CREATE INDEX ix_shot_continues ON shot (continues);
CREATE INDEX ix_shot_scene ON shot (scene);
CREATE INDEX ix_shot_take ON shot (take);
CREATE INDEX ix_asset_digest ON asset (digest);
CREATE INDEX ix_take_asset ON take (asset);
CREATE INDEX ix_take_shot ON take (shot);
CREATE INDEX ix_provenance_asset ON provenance (asset);
CREATE INDEX ix_board_asset ON board (asset);
CREATE INDEX ix_board_shot ON board (shot);
CREATE INDEX ix_look_element ON look (element);
CREATE INDEX ix_reference_asset ON reference (asset);
CREATE INDEX ix_reference_element ON reference (element);
CREATE INDEX ix_conditioning_asset ON conditioning (asset);
CREATE INDEX ix_conditioning_other ON conditioning (other);
CREATE INDEX ix_conditioning_shot ON conditioning (shot);
CREATE INDEX ix_mask_asset ON mask (asset);
CREATE INDEX ix_mask_source ON mask (source);
CREATE INDEX ix_suggestion_job ON suggestion (job);
CREATE INDEX ix_suggestion_shot ON suggestion (shot);
CREATE INDEX ix_sheet_asset ON sheet (asset);
CREATE INDEX ix_edit_bundle ON edit (bundle) WHERE bundle <> '';
CREATE INDEX ix_edit_moved ON edit (moved);
CREATE INDEX ix_edit_parent ON edit (parent);
CREATE INDEX ix_edit_scope_lineage ON edit (scope, lineage, seq);
CREATE INDEX ix_render_cut ON render (cut);
CREATE INDEX ix_render_signature ON render (signature);
COMMIT;
