"""The inspector's lines as values: facts, settings, their text, and the change that each value makes. Pure.

May use `values`. Begin with `fields`.
"""
