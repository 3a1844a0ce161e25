"""Media files: probing, decoding, encoding, sound. The only package that imports `av`.

May import `cut`, `story` (values) and `core`; knows nothing of databases, jobs or screens.
"""
