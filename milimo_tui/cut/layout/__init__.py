"""Where everything in a cut lies: starts, rows, transitions, scenes, what a thing snaps to. Begin with
`layout`. Uses `cut.values`.
"""
