"""Commands on the studio and its home: settings, backups, room, watched folders. Begin with `app`."""
