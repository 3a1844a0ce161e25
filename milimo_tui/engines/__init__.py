"""Engines: a spec in, media out. One folder each; what an engine is stands in `contract`.

Rooms, each using those below it alone: `registry` · `boards` · the other engines (`animatic`, `film`,
`flux2`, `hub`, `llm`, `ltx2`, `media_jobs`, `qwen_image`, `sam3`, `tiny`, `wan`, `z_image`) · `pictures` ·
`runtime` · `contract`, `recipes` · `catalog`.
May import `media`, `story`, `cut` and `core`; never the database, the queue or the UI. Only engine folders
may import torch, and none at module level outside their own.
"""
