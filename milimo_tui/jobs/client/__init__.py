"""The client of the supervisor, which the CLI, the studio and the screens call. Needs no database.

Begin with `client`.
"""
