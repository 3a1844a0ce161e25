"""The engine for Qwen-Image, which makes pictures with legible text from a prompt. Its edit variant makes
pictures from a prompt and input pictures.

Begin with `models`, the facts of its weights. `pipeline` imports torch and is for workers only.
"""
