"""Qwen-Image: pictures from words, with words that stand written in them; its edit: from pictures and words.

`models` is where to begin: what is known of its weights. `pipeline` imports torch, for workers alone.
"""
