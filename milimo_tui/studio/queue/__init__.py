"""The job queue as people see it: job look-up, table rows and texts, followed events, spec changes, waiting
for the end.

The package knows no film; the queue itself is `jobs`. Begin with `waiting`.
"""
