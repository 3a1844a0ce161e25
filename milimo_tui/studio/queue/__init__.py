"""The job queue as people see it: which job is meant, rows and lines, events followed, changes to a
spec, waiting for the end. Knows no film; the queue itself is `jobs`. Begin with `waiting`.
"""
