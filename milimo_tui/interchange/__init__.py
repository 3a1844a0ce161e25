"""Files in and out: screenplays, and cuts as other programs read and write them.

Imports no av, no database and no model stack. A cut travels as a `bundle`: with what it names, by value.
"""
