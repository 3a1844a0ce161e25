"""People: a character's look, and figures from head to foot in each pose, with things in their hands. Begin
with `cast` and `figures`.
"""
