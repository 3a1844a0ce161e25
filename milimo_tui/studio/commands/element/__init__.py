"""Commands on elements, and the four LoRA commands that shots and films have as well. Read `element`
first.
"""
