"""The rows of the registry of weights, as data only. Each family has a module. `model_row` defines a row."""
