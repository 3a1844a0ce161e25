"""The catalogue of models: which models can be downloaded, which are on this disk, whether their files are
complete, and which LoRAs fit them.

Only file headers are read, never tensors: no torch, no network. The supervisor, the command line, the screens
and the workers use this package. It imports no other engine package. Begin with `model_catalog` (the
available models) and `model_store` (the installed models).
"""
