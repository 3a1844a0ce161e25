"""The mix of a cut: strips, buses, chains of sound effects, the automatic mix, and sounds laid into the cut.
Pure functions.

Read `mixing` first. Imports only `core`, `cut.values`, `cut.layout`, `cut.working` and `cut.edit`.
"""
