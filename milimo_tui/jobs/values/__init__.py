"""Jobs as values: states, what they are called outside, what clients may ask, when another try follows. Pure
but for `workspaces`. Begin with `states`.
"""
