"""The engines: programs that turn a spec into media, one package each. The engine interface is in `contract`.

The packages form layers, and each layer uses only the layers below it: `registry` · `boards` · the other
engines, one package each · `pictures` · `runtime` · `contract`, `recipes` · `catalog`.

Engines may import `media`, `story`, `cut` and `core`, but never the database, the queue or the UI. Only the
engine packages may import torch, and no module outside them may import torch at module level.
"""
