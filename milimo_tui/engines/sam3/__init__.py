"""Make masks with SAM 3, in a picture or through a clip. Objects are named in a text, clicked or boxed.

Only `engine` and `prompts` may be imported outside a worker, because the other modules import torch and
transformers.
"""
