"""The user's session: the studio object with its home, current project and cut, look-up of objects by name,
and questions to the user.

This package uses only `store` and `jobs.client`. Begin with `studio`.
"""
