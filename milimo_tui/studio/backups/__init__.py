"""Backups as the settings define them: their folder, when one is due, their jobs; and restoring a film from
one.

Begin with `backup_orders`. `store.backup` makes, stores and reads backups; the queue does that with the
engine `backup`.
"""
