"""Commands on weights and engines. Begin with `model`."""
