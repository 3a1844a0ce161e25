"""Weights that there are to get, a module a family: data alone. Begin with `model_row`."""
