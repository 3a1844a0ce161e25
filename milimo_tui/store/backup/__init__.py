"""Backups of a studio home: states of it that are kept, each file once, and what is done with them.

Begin at `making` (a state of a home that runs), `restoring` (all of it, or one film) and `home_check` (is
what lies in the home whole, and what of it do backups mend). Between them lie `backup_folder` (where backups
are kept), `manifest` (what one of them holds), `stored_files` (a file's way in and out), `home_files` (what
belongs to a home) and `keep_rule` (which are kept). May use the rest of the store.
"""
