"""The recipes by which a model runs on a card: the sizes of its parts, the costs of its work, the ladder of
recipes, and the choice of a recipe.

No torch. Uses `catalog`. Begin with `values`, then `choice`.
"""
