"""The working cut, while an edit is made: what follows in it, links, edges, making way, new clips, pieces.

Begin with `editing`. Uses `cut.layout` and `cut.values`.
"""
