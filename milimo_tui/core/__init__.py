"""Plain values that every package uses: time, ids, order keys, errors, changes, paths and settings.

Only `core.host`, `core.linux` and `core.config_file` read or write files. Modules of this package must not
import any other package of Milimo.
"""
