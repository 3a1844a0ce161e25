"""The rows of the registry of weights, one module for each family: data only. Begin with `model_row`."""
