"""SAM 3: masks of what is named, clicked or boxed, in a picture or through a clip.

Only `engine` and `prompts` may be imported outside a worker: the others bring torch and transformers.
"""
