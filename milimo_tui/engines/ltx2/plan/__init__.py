"""Plan a take before any weights are loaded: the generation (version) of the model, its pipeline, guidance,
schedule, chunks and weights.

The package does not import torch, so any module may import it. Start reading at `plan`.
"""
