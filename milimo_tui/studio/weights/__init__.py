"""The weights of models: which there are, whether their work can be done here, the makers' hub,
adopted files, stacks of LoRAs. Begin with `inventory`.
"""
