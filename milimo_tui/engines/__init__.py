"""Engines: a spec in, media out. One folder each, one contract (`engines.contract`).

May import `media`, `story`, `cut` and `core`; never the database, the queue or the UI. Only engine folders
may import torch, and none at module level outside their own.
"""
