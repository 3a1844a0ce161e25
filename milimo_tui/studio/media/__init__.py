"""Media files of the film: import, preparation, damage checks, relinking, uses and provenance.

Begin with `imports`.
"""
