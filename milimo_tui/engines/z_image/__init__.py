"""Z-Image: pictures from words, the quick kind in eight steps, the full one with guidance.

`models` is where to begin: what is known of its weights. `pipeline` imports torch, for workers alone.
"""
