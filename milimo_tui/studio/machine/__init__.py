"""This machine: what it has and lacks, its cards or where to rent one, how its person is told and
fetches files. Knows no film. Begin with `doctor`.
"""
