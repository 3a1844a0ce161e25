"""Make pictures from text with Z-Image. Its Turbo model needs eight steps and no guidance; the full model
uses guidance.

Begin with `models`, which describes the weights. `pipeline` imports torch and is only imported in workers.
"""
