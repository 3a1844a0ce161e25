"""The plan of a take before anything is loaded: generation of the model, pipeline, guidance, schedule,
chunks, weights.

No torch, so any module may import it. Begin with `plan`.
"""
