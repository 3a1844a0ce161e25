"""Qwen-Image: pictures from words, with legible text in them; its edit variant: pictures from pictures and
words.

Begin with `models`, the facts of its weights. `pipeline` imports torch and is for workers only.
"""
