"""The session of a person at a terminal: the studio, its home, the current project and cut, look-up by name,
prompts.

Uses only `store` and `jobs.client`. Begin with `studio`.
"""
