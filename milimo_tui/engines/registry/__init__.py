"""The registry of all engines: their names, the locations of their classes, and how each would run on a card.

The registry holds module names only; a class is imported when a worker needs it. Begin with
`engine_registry`.
"""
