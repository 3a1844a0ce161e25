"""Back up a studio home. A backup is a saved state of the home; identical files are stored only once for all
backups.

Begin with these modules:

- `making` backs up a running home.
- `restoring` restores the complete home, or one film.
- `home_check` checks the files of the home and of the backups, and repairs media from backups.

The other modules are `backup_folder` (the folder that holds the backups), `manifest` (the contents of one
backup), `stored_files` (copy a file into the folder and out of it), `home_files` (list the files that belong
to a home) and `retention_rule` (the retention rule). This package may use the rest of the store.
"""
