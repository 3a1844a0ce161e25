"""Models: which there are to get, which lie on this disk, whether they are whole and what fits them. Headers
are read, tensors never: no torch, no network; for the supervisor, the command line, the screens and the
workers. Uses no other room. Begin with `model_catalog` (what there is) and `model_store` (what is installed).
"""
