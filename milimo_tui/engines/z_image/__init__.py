"""Z-Image: pictures from text. Turbo makes them in eight steps, the full model with guidance.

Begin with `models`, which describes the weights. `pipeline` imports torch and is only imported in workers.
"""
