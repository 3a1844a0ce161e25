"""Import and export files: screenplays, and cuts that other programs read and write.

The package imports no av, no database and no model libraries. A cut is exchanged as a `CutBundle`, which
contains everything that the cut refers to as values.
"""
