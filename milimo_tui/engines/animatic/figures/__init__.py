"""Draw people: the appearance of a character, and figures from head to foot in each pose, with objects in
their hands.

The main modules are `cast` and `figures`.
"""
