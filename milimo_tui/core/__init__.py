"""Time, ids, order keys, errors, changes, paths and settings: plain values, used by every layer.

No I/O here but in `core.host` and `core.config_file`; nothing above this package may be imported.
"""
