"""Import and export of files: screenplays, and cuts as other programs read and write them.

The package imports no av, no database and no model libraries. A cut is exchanged as a `CutBundle`, with
everything it refers to as values.
"""
