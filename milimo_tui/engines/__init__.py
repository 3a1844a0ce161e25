"""The engines: one package for each program that makes media from a spec. `contract` defines their interface.

The packages form layers. Each layer uses only the layers after it in this list:

- `registry`
- `boards`
- the other engines, one package each
- `pictures`
- `runtime`
- `contract` and `recipes`
- `catalog`

Engines may import `media`, `story`, `cut` and `core`, but not the database, the queue or the studio. Only
engine packages may import torch. No module outside them may import torch at module level.
"""
