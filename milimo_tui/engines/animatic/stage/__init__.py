"""Decide everything about a shot before it is drawn: place, positions of people, lens, acting, camera move
and scratch sound.

`staging` is the main module.
"""
