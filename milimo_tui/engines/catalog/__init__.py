"""The catalogue of models: which models can be downloaded, which are installed and complete, and which LoRAs
fit them.

Only file headers are read, never tensors. The package uses no torch and no network, so the supervisor, the
command line, the screens and the workers can all use it. It imports no other engine package. The main modules
are `model_catalog` (available models) and `model_store` (installed models).
"""
