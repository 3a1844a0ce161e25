"""The recipes by which a model is run on a card: sizes of parts, costs of work, the ladder of recipes, and
the choice.

No torch. Uses `catalog`. Begin with `values`, then `choice`.
"""
