"""Media files: probing, decoding, encoding and sound. No other package imports `av`.

The package may import `cut`, `core` and the value types of `story`. It does not use databases, jobs or
screens.
"""
