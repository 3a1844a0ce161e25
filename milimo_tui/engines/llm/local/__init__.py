"""Text by a causal language model on this machine: Gemma, Qwen, SmolLM and any other model of transformers
that has a chat template. The weights can also be those of LTX-2's text encoder, which is Gemma 3.

This file imports nothing. Screens import `weights_choice` from this package to find the weights, and that
import must not load the engine.
"""
