"""Backups as the settings define them: their folder, their schedule, their jobs, and restoring a film from a
backup.

Begin with `backup_orders`. `store.backup` writes, stores and reads backups. The queue runs this work with the
engine `backup`.
"""
