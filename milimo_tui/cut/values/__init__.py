"""A cut as values, and what is said of one clip alone: its source, its speed, its effects, its parts. Begin
with `cut`. Every other room stands on this one and uses nothing beside it.
"""
