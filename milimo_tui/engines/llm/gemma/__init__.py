"""Text by Gemma 3 on this machine. The weights are Gemma's own, or LTX-2's text encoder, which is the same
model.

This file imports nothing. Screens import `weights_choice` from this package to find the weights, and that
import must not load the engine.
"""
