"""Commands on the studio and its home: settings, backups, disk space, watched folders. Read `app` first."""
