"""The user's session: the studio, its home, the current project and cut, look-up by name, and prompts for the
user.

This package uses only `store` and `jobs.client`. Begin with `studio`.
"""
