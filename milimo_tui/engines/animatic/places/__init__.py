"""The kinds of places that the animatic can draw, each a set around a subject at the origin.

The drawings of the places are text files.
"""
