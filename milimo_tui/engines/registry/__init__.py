"""All engines looked at from above: which there are, where their classes are, how each would run on a card.
Names of modules alone: a class is imported when a worker asks for it. Begin with `engine_registry`.
"""
