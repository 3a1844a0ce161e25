"""Media files: probing, decoding, encoding, sound. The only package that imports `av`.

May import `cut`, `story` (values) and `core`; does not use databases, jobs or screens.
"""
