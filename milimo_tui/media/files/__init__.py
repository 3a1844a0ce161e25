"""Media files as they lie on a disk: what they are, their pictures and texts, their bytes, helpers in a
process of their own. Begin with `facts`. Uses nothing beside.
"""
