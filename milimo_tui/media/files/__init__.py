"""Media files on disk: their properties, pictures, texts and bytes, and helper processes that read them.

Start with `facts`. The package uses no other package of `media`.
"""
