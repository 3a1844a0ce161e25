"""People: how a character looks, and figures drawn from head to foot, seated, lying, with things in their
hands. Uses `draw`. Begin with `cast` and `figures`.
"""
