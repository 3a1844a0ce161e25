"""The engine for diffusers pipelines that have no engine of their own.

It calls a pipeline with the parameters that the pipeline's call accepts, and makes takes and pictures. The
results of these pipelines have not been verified.

`plan` is the main module: it plans the call for a shot. `loader`, `pipeline_call`, `pipeline_results` and
`job` import torch, so they are imported only in workers.
"""
