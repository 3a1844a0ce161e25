"""Readers of the databases of the two systems that Milimo replaces, for `milimo project import`.

Begin with `film_from_elsewhere`, the value that both readers fill.
"""
