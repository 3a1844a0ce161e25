"""FLUX.2 klein: pictures from words and references, parts painted anew, pictures enlarged.

`variants`, `one_frame`, `mask_regions`, `tiles` and `loras` are rules for everyone; what imports torch
(`engine` and what it calls) is imported in a worker alone.
"""
