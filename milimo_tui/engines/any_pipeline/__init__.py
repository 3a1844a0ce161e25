"""The engine for any other diffusers pipeline: it runs a pipeline by the parameters that its call accepts.

It makes takes and pictures from weights that have no engine of their own here. Nobody here has verified the
results of these pipelines.

Begin with `plan`, which turns a shot into a call. `loader`, `calling`, `handed_back` and `job` import torch
and are only imported in workers.
"""
