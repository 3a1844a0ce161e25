"""Text by Gemma 3 on this machine: with weights of its own, or with LTX-2's text encoder, which is the same
model.

The package imports nothing, because screens, which load no engine, ask `weights_choice` for the weights'
location.
"""
