"""The recipes by which a model runs on a card: the sizes of the model's parts, the memory and time that its
work costs, the ladder of recipes (the best first), and the choice of a recipe.

No torch. Uses `catalog`. Begin with `values`, then `choice`.
"""
