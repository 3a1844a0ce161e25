"""Text by Gemma 3 on this machine. The weights are Gemma's own, or LTX-2's text encoder, which is the same
model.

This file imports nothing, because screens, which must not load an engine, use `weights_choice` to find the
weights.
"""
