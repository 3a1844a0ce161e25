"""Talk to the supervisor. The command line, the studio and its screens use this package. It needs no
database.

Begin with `client`.
"""
