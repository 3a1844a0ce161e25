"""Text by Gemma 3 on this machine: weights of its own, or LTX-2's text encoder, which is the same model.

Imports nothing: where its weights lie (`weights_choice`) is asked by screens too, which load no engine.
"""
