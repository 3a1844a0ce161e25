"""Plain values that every layer uses: time, ids, order keys, errors, changes, paths and settings.

Only `core.host`, `core.linux` and `core.config_file` do I/O. Nothing above this package may be imported here.
"""
