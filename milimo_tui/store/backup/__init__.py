"""Backups of a studio home: saved states of the home that share one copy of each file.

Begin with `making` (back up a running home), `restoring` (restore the complete home, or one film) and
`home_check` (check the files of the home and of the backups, and repair media from backups). The other
modules: `backup_folder` (the folder that holds the backups), `manifest` (the contents of one backup),
`stored_files` (copy a file into the folder and out of it), `home_files` (list the files that belong to a
home) and `keep_rule` (the retention rule). This package may use the rest of the store.
"""
