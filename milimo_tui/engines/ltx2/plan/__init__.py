"""The plan of a take before anything is loaded: the generation of the model, its pipeline, guidance,
schedule, chunks and weights.

The package does not import torch, so any module may import it. Start reading at `plan`.
"""
