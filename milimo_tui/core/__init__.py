"""Time, ids, order keys, errors, changes, paths and settings: plain values, used by every layer.

No I/O here but in `core.host`; nothing above this package may be imported.
"""
