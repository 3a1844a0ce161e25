"""How a model is run on a card: tables of what parts weigh and what work takes, the ladder of ways, the
choice among them. No torch. Uses `catalog`. Begin with `values`, then `choice`.
"""
