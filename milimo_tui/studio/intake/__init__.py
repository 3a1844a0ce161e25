"""Move the results of finished jobs into their film: files are moved into the film's folder, then rows are
written to its database.

The supervisor process, which runs this intake, is also defined here. Read the module `intake` first.
"""
