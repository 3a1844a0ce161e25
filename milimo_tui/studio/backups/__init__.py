"""Backups as the settings have them: where they lie, when one is due, what is told; a film out of one.

Begin at `backup_orders`. How they are made, kept and read is `store.backup`; that is the queue's work, by the
engine `backup`.
"""
