"""The working cut during an edit: connected and linked clips, edges, shifting clips, new clips and pieces.

Begin with `editing`. Uses `cut.layout` and `cut.values`.
"""
