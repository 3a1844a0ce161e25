"""The registry of all engines: their names, the modules that contain their classes, and an explanation of how
each would run on a card.

The registry contains only module names. A class is imported when a worker needs it. Begin with
`engine_registry`.
"""
