"""Commands on elements, and the LoRA commands that shots, elements and films have in common. Read `element`
first.
"""
