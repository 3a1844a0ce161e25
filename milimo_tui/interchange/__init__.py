"""Files in and out: screenplays and projects as other programs know them.

May import `story`, `cut` and `core`.
"""
