"""SAM 3: masks of objects that are named, clicked or boxed, in a picture or through a clip.

Only `engine` and `prompts` may be imported outside a worker: the other modules import torch and transformers.
"""
