"""Rows of a film and the values they are: the map between both, reads in plain SQL, facts, the bin, rules
across rows. Begin with `mapping`. Takes a connection; opens nothing. Uses nothing beside it.
"""
