"""Access to media files on disk: their facts, still pictures, embedded texts and hashes, and helper processes
that read untrusted files.

Start with `facts`. This package uses no other package of `media`.
"""
